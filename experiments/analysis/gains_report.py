"""Who gains, as tables and a figure (see `experiments.analysis.gains`)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import (
    MISSING_REFERENCE,
    ONE_SEED,
    REFERENCE,
    each_case,
    own_rows,
    print_notes,
)
from experiments.analysis.gains import NEEDED, group_gains, group_names
from experiments.figures.gains import draw_gains
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, policy_column, print_pages, table_width
from sim.groups import DIMENSIONS

FILE = "gains.csv"
HEADS_ZH = {"sector": "行业", "prefecture": "市（州）", "size_class": "规模", "ownership": "所有制"}
NAME_WIDTH = 16
"""Letters of a group's English name that a cell shows."""

TEXT = {
    "en": {
        "grants": "Who gains most against `current`: grants received since 2026, change in m CNY (part of all change)",
        "certified_output": "Who gains most: output of certified green factories, change in m CNY a year (part)",
        "coverage": "Who gains most: coverage by a retrofit round, change in percentage points",
        "legend": "The group with the largest mean change; all groups with intervals are in gains.csv. ° its interval "
        "includes zero.",
        "what": "who gains against it",
    },
    "zh": {
        "grants": "相对现行政策受益最多者：2026年以来获得补助，变化（百万元，占全部变化）",
        "certified_output": "受益最多者：绿色工厂产值，变化（百万元/年，占全部变化）",
        "coverage": "受益最多者：技改覆盖率，变化（百分点）",
        "legend": "各维度平均变化最大的组；全部组及区间见gains.csv。°表示其区间含零。",
        "what": "谁相对其受益",
    },
}


def show_gains(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the group of each dimension that gains most under each policy, within 100 columns."""
    lang = results.config.lang
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        others = [name for name in case.config.policies if name in set(rows["policy"])]
        if not others:
            continue
        if not rows["reference"].all():
            print_notes([MISSING_REFERENCE[lang].format(what=words["what"])], console)
            continue
        for quantity, own in rows.groupby("quantity", sort=False):
            columns = [
                Column(HEADS_ZH[name] if lang == "zh" else name.replace("_", " "), _cells(own, name, others, lang))
                for name in DIMENSIONS
            ]
            print_pages(words[str(quantity)], policy_column(case, others), columns, table_width(console), console)
        print_notes([words["legend"], *([ONE_SEED[lang]] if rows["seeds"].max() < 2 else [])], console)


def _cells(rows: pd.DataFrame, dimension: str, policies: Sequence[str], lang: str) -> list[str]:
    cells = []
    for policy in policies:
        own = rows[(rows["dimension"] == dimension) & (rows["policy"] == policy)].dropna(subset=["difference"])
        best = own.sort_values("difference", ascending=False, kind="stable")[:1]
        none = best.empty or not float(best["difference"].iloc[0]) > 0.0
        cells.append("–" if none else _cell(best.iloc[0], lang))
    return cells


def _cell(row: pd.Series, lang: str) -> str:
    points = row["unit"] == "share"
    change = f"{100 * row['difference']:+.1f}" if points else f"{row['difference']:+,.0f}"
    part = "" if points or pd.isna(row["share_of_change"]) else f" ({row['share_of_change']:.0%})"
    name = str(row["zh"]) if lang == "zh" else str(row["en"])
    short = name if len(name) <= NAME_WIDTH else name[:NAME_WIDTH - 1].rstrip() + "…"
    return f"{short} {change}{'' if row['low'] > 0.0 else '°'}{part}"


def answer(finished: Finished) -> None:
    """Write `gains.csv`, print it and draw it."""
    results, config = finished.results, finished.results.config
    groups = finished.year_ends(indicator=NEEDED, year=[config.last_year])
    table = group_gains(groups, config.policies, group_names(results))
    finished.store.write_csv(FILE, table)
    finished.show(show_gains, table, results)
    if config.figures and REFERENCE in config.policies:
        draw_gains(results, table, finished.store.folder / "figures")
