"""Results by sector, prefecture, size class and ownership, and inequality among prefectures, over the draws.

Group frames are the largest of a block: one block at a time is read and reduced, so that memory does not grow with
their number by more than a small table each.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.design import Block
from experiments.run_tables import spread_table
from experiments.store import ResultStore
from experiments.summary import CASE, by_policy
from sim.groups import group_shares, prefecture_inequality

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
    shares, unequal = [pd.DataFrame()], [pd.DataFrame()]
    for block in blocks:
        frame = store.read("groups", [block], policies)
        if not frame.empty:  # as it is where no year has ended
            shares.append(_last_year(frame))
            unequal.append(prefecture_inequality(frame))
    groups, inequality = pd.concat(shares, ignore_index=True), pd.concat(unequal, ignore_index=True)
    case = ["policy", *CASE, "year"]
    tables = {
        "groups.csv": spread_table(groups, [*case, "dimension", "group"], GROUP_UNITS),
        "inequality.csv": spread_table(inequality, case, INEQUALITY_UNITS),
    }
    return {name: by_policy(table, policies) for name, table in tables.items()}


def _last_year(frame: pd.DataFrame) -> pd.DataFrame:
    """Shares, firms and output by group in the last year of a block."""
    last = frame[frame["year"] == frame["year"].max()]
    shares = group_shares(last)
    keys = [name for name in last.columns if name not in ("indicator", "value")]
    for name in ("firms", "output"):
        own = last.loc[last["indicator"] == name, [*keys, "value"]].rename(columns={"value": name})
        shares = shares.merge(own, on=keys)
    return shares

