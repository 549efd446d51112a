"""The supply network of a seed: leaders of the key chains and their local suppliers, drawn once and kept sparse."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import sum_by
from agents.chains import ChainsParameters, SupplyNetwork
from agents.information import first_places
from sim.draws import Draws
from sim.inputs.province import Province

Columns = Mapping[str, np.ndarray]


def build_network(
    province: Province, columns: Columns, incumbent: BoolArray, draws: Draws, parameters: ChainsParameters,
    scale: float,
) -> SupplyNetwork:
    """Draw leaders and links among the firms in business at the end of 2025; entrants have none.

    Leaders are the largest firms of a chain's divisions. A leader's suppliers are members of key chains in the
    divisions that supply it, with a chance that rises with size and in the leader's prefecture (Gumbel keys, the
    highest are linked). A smaller province keeps every chain and takes fewer links.

    Args:
        province: chains, sectors.
        columns: the population.
        incumbent: (N,) firms in business at the end of 2025.
        draws: streams "chain link" (by the leader's identifier) and "chain request".
        parameters: numbers of leaders and links, weights.
        scale: firms drawn over firms of the full province.

    Returns:
        The network; shares of sales are split evenly over a supplier's links.
    """
    table = province.chains
    leader, chain = find_leaders(province, columns, incumbent, max(round(parameters.leaders_per_chain * scale), 1))
    links = parameters.leaders_per_chain * len(table) * parameters.suppliers_per_leader * scale
    sought = max(round(links / max(len(leader), 1)), 1)
    supplies = _flags(province, "supplier_sectors")[:, columns["sector"]] & incumbent & columns["chain_member"]
    supplies[chain, leader] = False  # no leader supplies its own chain
    candidates = [np.flatnonzero(row) for row in supplies]
    pull = parameters.link_size_elasticity * np.log(columns["revenue_base"])
    suppliers = [
        _suppliers(columns, candidates[row], slot, sought, pull, draws, parameters)
        for slot, row in zip(leader.tolist(), chain.tolist(), strict=True)
    ]
    asking = table["requirement_2026"].to_numpy(dtype=np.float64)
    supplier = np.unique(np.concatenate(suppliers))
    return SupplyNetwork(
        leader=leader, chain=chain, supplier=supplier,
        sales=_sales(supplier, suppliers, table["supplier_sales_share"].to_numpy(dtype=np.float64)[chain]),
        first_hazard=-np.log1p(-np.minimum(asking, 1.0 - 1e-12))[chain],
        rank=draws.uniform("chain request")[leader],
        export_chain=table["export_chain"].to_numpy(dtype=bool)[chain],
        platform_place=np.argsort(np.argsort(-asking, kind="stable"), kind="stable")[chain],
    )


def find_leaders(province: Province, columns: Columns, incumbent: BoolArray, number: int) -> tuple[IntArray, IntArray]:
    """Leaders and their chains (L,) each: in turn every chain takes its largest firm that leads no other."""
    order = np.lexsort((columns["unique_id"], -columns["revenue_base"]))
    order = order[incumbent[order]]
    led = _flags(province, "sectors")[:, columns["sector"][order]]
    free = np.ones(len(order), dtype=bool)
    leader, chain = [], []
    for _ in range(number):
        for row in range(len(led)):
            candidates = led[row] & free
            largest = int(np.argmax(candidates))
            if candidates[largest]:
                free[largest] = False
                leader.append(int(order[largest]))
                chain.append(row)
    return np.array(leader, dtype=np.int64), np.array(chain, dtype=np.int64)


def _suppliers(
    columns: Columns, candidates: IntArray, leader: int, sought: int, pull: FloatArray, draws: Draws,
    parameters: ChainsParameters,
) -> IntArray:
    """Suppliers of one leader, ascending: the candidates with the highest keys, `pull` (N,) by size among them."""
    key = draws.gumbel("chain link", int(columns["unique_id"][leader]), rows=candidates)
    key += pull.take(candidates)
    key += parameters.link_prefecture_bonus * (columns["prefecture"].take(candidates) == columns["prefecture"][leader])
    return candidates[first_places(key, sought)]


def _sales(supplier: IntArray, suppliers: list[IntArray], share: FloatArray) -> csr_array:
    """(K, L) share of sales by link: that of the leader's chain over the supplier's number of links."""
    column = np.repeat(np.arange(len(suppliers)), [len(each) for each in suppliers])
    row = np.searchsorted(supplier, np.concatenate(suppliers))
    links = sum_by(row, np.ones(len(row)), len(supplier))
    return csr_array((share[column] / links[row], (row, column)), shape=(len(supplier), len(suppliers)))


def _flags(province: Province, name: str) -> BoolArray:
    """(chains, S) whether a division is named in a list column of the chains table."""
    codes = [str(code) for code in province.sectors["code"]]
    listed = [str(entry).split(";") for entry in province.chains[name]]
    return np.array([[code in entry for code in codes] for entry in listed])
