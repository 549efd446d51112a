"""Tables of every run beside targets and totals: who pays for what, what a unit costs, groups, split of changes.

Each is a long table with the spread over the draws: mean, p05, p50, p95, and the draws in which it is defined.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from experiments.tables.summary import CASE
from policies.schedule import FIRST_QUARTER
from sim.additionality import COLUMNS as ADDITIONAL
from sim.additionality import UNIT_COSTS, by_payer, unit_costs

if TYPE_CHECKING:
    from experiments.results import Results
    from experiments.store.folder import ResultStore

RUN = ["policy", *CASE, "seed"]
"""Columns that name one run."""

STATISTICS = ("mean", "p05", "p50", "p95", "seeds")
"""Columns of the spread over the draws."""

COST_KEYS = ["instrument", "payer", "kind"]

PAYER_UNITS = {
    "centre": "m CNY", "province": "m CNY", "city": "m CNY", "public": "m CNY", "investment": "m CNY", "firms": "m CNY",
    "leverage": "ratio", "guarantees_issued": "m CNY", "guarantees_outstanding": "m CNY",
}
"""Quantities of payers.csv: amounts over the run, guarantees outstanding at its end."""

LEAST_PUBLIC_SHARE = 0.002
"""Public money as a share of the cost of projects below which leverage is not defined: nobody could say that the one
moves the other, and the ratio grows without bound."""

COST_UNITS = {
    **dict.fromkeys(ADDITIONAL, "count"), "grants": "m CNY", "windfall_grants": "m CNY", "energy_saved": "tce/yr",
    "co2_avoided": "t/yr", "public_cost": "m CNY", "cost_per_additional_project": "m CNY",
    "cost_per_tce": "CNY/(tce/yr)", "cost_per_tco2": "CNY/(t/yr)",
}
"""Quantities of unit_costs.csv."""

EFFECTS = ("activity", "structure", "efficiency")
SPLIT_UNITS = {
    **{f"energy_effect_{name}": "tce/yr" for name in EFFECTS}, **{f"carbon_effect_{name}": "t/yr" for name in EFFECTS}
}
"""Quantities of decomposition.csv: indicators, each at the end of a year against 2025."""


def spread_table(runs: pd.DataFrame, keys: Sequence[str], units: Mapping[str, str]) -> pd.DataFrame:
    """Quantiles over the draws of several quantities.

    Args:
        runs: one row a run and whatever else is in `keys`, a column a quantity; NaN where it is not defined.
        keys: columns that stay; rows that agree in them are draws of the same thing.
        units: unit of each quantity.

    Returns:
        Long table: `keys`, quantity, unit, mean, p05, p50, p95, seeds (draws in which the quantity is defined). A
        single draw has no quantile band.
    """
    if runs.empty:
        return pd.DataFrame(columns=[*keys, "quantity", "unit", *STATISTICS])
    grouped = runs.groupby(list(keys), sort=False)[list(units)]
    mean = grouped.mean()
    parts = {"mean": mean, **{f"p{100 * q:02.0f}": grouped.quantile(q) for q in (0.05, 0.5, 0.95)}}
    parts["seeds"] = grouped.count()
    columns = {
        name: part.reindex(mean.index)[list(units)].rename_axis(columns="quantity").stack(future_stack=True)
        for name, part in parts.items()
    }
    table = pd.DataFrame(columns).reset_index()
    table.loc[table["seeds"] < 2, ["p05", "p95"]] = np.nan
    table.insert(len(keys) + 1, "unit", table["quantity"].map(dict(units)))
    return table


def cost_rows(indicators: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Public money over the run by instrument, payer and kind: the content of costs.csv.

    Args:
        indicators: one row per run and quarter.
        ledger: policy, scenario, behaviour, seed, year, instrument, payer, kind, amount (m CNY).

    Returns:
        Long table by policy, case, instrument, payer and kind; a run without a booking counts as zero. Kind
        ``contingent`` is guarantees issued, ``redirected`` purchases steered; both are no public cost.
    """
    counted = _since_first(ledger)
    runs = indicators[RUN].drop_duplicates()
    there = counted[["policy", *CASE, *COST_KEYS]].drop_duplicates()
    cells = runs.merge(there, on=["policy", *CASE])
    paid = counted.groupby([*RUN, *COST_KEYS], sort=False)["amount"].sum().reset_index()
    rows = cells.merge(paid, on=[*RUN, *COST_KEYS], how="left").fillna({"amount": 0.0})
    return spread_table(rows, ["policy", *CASE, *COST_KEYS], {"amount": "m CNY"})


def payer_rows(indicators: pd.DataFrame, ledger: pd.DataFrame) -> pd.DataFrame:
    """Who pays how much over the run, private investment and leverage, and guarantees: the content of payers.csv.

    Leverage is defined in the draws in which public money reaches `LEAST_PUBLIC_SHARE` of the cost of projects.

    Args:
        indicators: one row per run and quarter, in time within a run.
        ledger: see `cost_rows`.
    """
    counted = _since_first(ledger)
    table = by_payer(indicators, counted)
    table["leverage"] = table["leverage"].where(table["public"] >= LEAST_PUBLIC_SHARE * table["investment"])
    issued = counted[counted["kind"] == "contingent"].groupby(RUN)["amount"].sum()
    outstanding = indicators.groupby(RUN, sort=False)["guarantees_outstanding"].last()
    runs = pd.MultiIndex.from_frame(table[RUN])
    table["guarantees_issued"] = issued.reindex(runs).fillna(0.0).to_numpy()
    table["guarantees_outstanding"] = outstanding.reindex(runs).to_numpy()
    return spread_table(table, ["policy", *CASE], PAYER_UNITS)


def unit_cost_rows(additional: pd.DataFrame) -> pd.DataFrame:
    """What policies add to the run without policy, and public cost per unit of it: the content of unit_costs.csv.

    Args:
        additional: frames of the blocks; without rows where the run without policy is not among the policies.

    Returns:
        Long table. A cost per unit is defined in the draws in which something is added (column `seeds`); its mean is
        the mean cost over the mean amount of all draws, since a mean of ratios hangs on draws with small amounts.
    """
    table = spread_table(unit_costs(additional), ["policy", *CASE], COST_UNITS)
    if table.empty:
        return table
    means = table.pivot(index=["policy", *CASE], columns="quantity", values="mean")
    for name, (amount, scale) in UNIT_COSTS.items():
        ratio = scale * means["public_cost"] / means[amount].where(means[amount] > 0.0)
        own = table["quantity"] == name
        table.loc[own, "mean"] = ratio.reindex(pd.MultiIndex.from_frame(table.loc[own, ["policy", *CASE]])).to_numpy()
    return table


def decomposition_rows(indicators: pd.DataFrame) -> pd.DataFrame:
    """Change of energy and CO2 since 2025 split into activity, structure and efficiency, by year: decomposition.csv.

    Args:
        indicators: one row per run and quarter.
    """
    ends = indicators[indicators["quarter"].str.endswith("Q4")]
    ends = ends.assign(year=ends["quarter"].str[:4].astype(int))
    return spread_table(ends, ["policy", *CASE, "year"], SPLIT_UNITS)


def run_tables(results: Results, store: ResultStore) -> dict[str, pd.DataFrame]:
    """The tables by file name, of all finished blocks of an experiment."""
    from experiments.tables.groups import group_tables

    blocks, policies = results.config.design.blocks_by_case, results.config.policies
    return {
        "costs.csv": cost_rows(results.indicators, results.ledger),
        "payers.csv": payer_rows(results.indicators, results.ledger),
        "unit_costs.csv": unit_cost_rows(store.read("additional", blocks, policies)),
        "decomposition.csv": decomposition_rows(results.indicators),
        **group_tables(store, blocks, policies),
    }


def _since_first(ledger: pd.DataFrame) -> pd.DataFrame:
    """Rows of the years that policies differ in."""
    return ledger[ledger["year"] >= int(FIRST_QUARTER[:4])]
