"""Results by sector, prefecture, size class and ownership, and inequality among prefectures, over the draws.

Group frames are the largest of a block: one block at a time is read and reduced, so that memory does not grow with
their number by more than a small table each.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from experiments.design import Block
from experiments.store.folder import ResultStore, spelled
from experiments.tables.runs import RUN, spread_table
from experiments.tables.summary import CASE, by_policy
from sim.groups import UNEQUAL, inequality, shares

GROUP_UNITS = {
    "firms": "firms", "output": "m CNY/yr", "coverage": "share", "coverage_output": "share of output",
    "certified_share": "share", "certified_output_share": "share of output", "green_electricity_share": "share",
    "energy_intensity": "tce per 10k CNY (2025 prices)", "carbon_intensity": "tCO2 per 10k CNY (2025 prices)",
    "grants_per_output": "ratio",
}
"""Quantities of groups.csv."""

INEQUALITY_UNITS = {"gini_coverage": "Gini", "gini_grants_per_output": "Gini"}
"""Quantities of inequality.csv."""


def group_tables(store: ResultStore, blocks: Sequence[Block], policies: Sequence[str]) -> dict[str, pd.DataFrame]:
    """Groups at the end of the last year, and inequality by year: the content of groups.csv and inequality.csv.

    Args:
        store: where the blocks are.
        blocks: finished blocks.
        policies: policies of the run in order.
    """
    shown, unequal = [pd.DataFrame()], [pd.DataFrame()]
    for block in blocks:
        table = store.table("groups", block)
        if len(table):  # there is nothing where no year has ended
            last = table.filter(pc.field("year") == pc.max(table["year"]))
            shown.append(wide_groups(last, [*RUN, "year", "dimension", "group"]))
            local = (pc.field("dimension") == "prefecture") & pc.field("indicator").isin(UNEQUAL)
            unequal.append(wide_groups(table.filter(local), [*RUN, "year", "group"]))
    groups, prefectures = pd.concat(shown, ignore_index=True), pd.concat(unequal, ignore_index=True)
    groups = groups.assign(**shares(groups)) if len(groups) else groups
    gini = inequality(prefectures, [*RUN, "year"]) if len(prefectures) else prefectures
    case = ["policy", *CASE, "year"]
    tables = {
        "groups.csv": spread_table(groups, [*case, "dimension", "group"], GROUP_UNITS),
        "inequality.csv": spread_table(gini, case, INEQUALITY_UNITS),
    }
    return {name: by_policy(table, policies) for name, table in tables.items()}


def wide_groups(table: pa.Table, keys: Sequence[str]) -> pd.DataFrame:
    """Groups with a row each and a column an indicator, from rows of a block's file.

    Rows are told apart by the codes of their words, which takes a tenth of the time that comparing the words takes:
    a sweep has thousands of blocks with thousands of rows each.

    Args:
        table: the columns `keys`, indicator and value.
        keys: what tells groups apart.
    """
    row = np.zeros(len(table), dtype=np.int64)
    for key in keys:
        codes, words = _coded(table, key)
        row = row * len(words) + codes
    _, first, place = np.unique(row, return_index=True, return_inverse=True)
    indicator, names = _coded(table, "indicator")
    values = np.full((len(first), len(names)), np.nan)
    values[place, indicator] = table["value"].to_numpy()
    order, there = np.argsort(first), np.unique(indicator)
    labels = spelled(table.select(list(keys)).take(first[order])).to_pandas()
    named = pd.DataFrame(values[np.ix_(order, there)], columns=[names[each] for each in there])
    return pd.concat([labels, named], axis=1)


def _coded(table: pa.Table, column: str) -> tuple[NDArray[np.int64], list[str]]:
    """Codes of a column's rows, and the words they stand for, of which some may be in no row."""
    coded = table[column].combine_chunks().dictionary_encode()
    return coded.indices.to_numpy().astype(np.int64), coded.dictionary.to_pylist()
