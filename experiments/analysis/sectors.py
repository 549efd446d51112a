"""Coverage and green factories' output by sector, policy and year."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import each_case, own_rows, print_notes, shown_policy
from experiments.figures.sector_heat import draw_sectors
from experiments.labels import value_text
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, print_pages, table_width

FILE = "sectors.csv"
QUANTITIES = {"coverage": ("covered_firms", "present_firms"), "certified_output_share": ("certified_output", "output")}
COLUMNS = (
    "policy", "scenario", "behaviour", "year", "sector", "zh", "en", "quantity", "seeds", "mean", "p05", "p50", "p95",
)  # fmt: skip
KEYS = ["policy", "scenario", "behaviour", "year", "group"]
SHOWN = 5
"""Sectors printed from either end."""

TEXT = {
    "en": {
        "title": "Coverage by sector under {policy}, end of {year}: the {count} highest and lowest, mean of draws",
        "sector": "sector", "legend": "All sectors, policies and years with ranges over the draws: sectors.csv.",
    },
    "zh": {
        "title": "{year}年末各行业技改覆盖率，{policy}：最高与最低各{count}个（抽样均值）",
        "sector": "行业", "legend": "全部行业、政策组合和年份及抽样区间见sectors.csv。",
    },
}


def sector_table(results: Results, groups: pd.DataFrame, sectors: pd.DataFrame) -> pd.DataFrame:
    """Two shares by sector over time.

    Args:
        results: the finished experiment.
        groups: the stored frame of groups.
        sectors: the table of the province pack: code, name_zh, name_en.

    Returns:
        One row a (policy, case, year, sector, quantity), columns `COLUMNS`; a sector without firms in a draw does
        not count in it. A single draw has no quantiles beside the median.
    """
    rows = groups[groups["dimension"] == "sector"]
    names = {str(code): (zh, en) for code, zh, en in
             zip(sectors["code"], sectors["name_zh"], sectors["name_en"], strict=True)}  # fmt: skip
    parts = []
    for quantity, (part, whole) in QUANTITIES.items():
        one, other = (
            rows[rows["indicator"] == name].set_index([*KEYS, "seed"])["value"] for name in (part, whole)
        )
        grouped = (one / other.where(other > 0.0)).groupby(level=KEYS, sort=False)
        seeds = grouped.count()
        table = pd.DataFrame({"seeds": seeds, "mean": grouped.mean(), "p50": grouped.median()})
        for level in (5, 95):
            table[f"p{level:02}"] = grouped.quantile(level / 100).where(seeds > 1)
        parts.append(table.reset_index().assign(quantity=quantity))
    found = pd.concat(parts, ignore_index=True).rename(columns={"group": "sector"})
    found["zh"], found["en"] = ([names.get(code, (code, code))[place] for code in found["sector"]] for place in (0, 1))
    rank = {name: place for place, name in enumerate(results.config.policies)}
    order = found["policy"].map(rank).sort_values(kind="stable").index
    return found.loc[order, list(COLUMNS)].reset_index(drop=True)


def show_sectors(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the sectors with the highest and lowest coverage under one policy beside the others, within 100 columns."""
    lang = results.config.lang
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        rows = rows[(rows["quantity"] == "coverage") & (rows["year"] == rows["year"].max())]
        wide = rows.pivot(index="sector", columns="policy", values="mean")
        policy = shown_policy(case)
        order = wide[policy].dropna().sort_values(ascending=False, kind="stable").index
        chosen = list(order) if len(order) <= 2 * SHOWN else [*order[:SHOWN], *order[-SHOWN:]]
        labels = rows.drop_duplicates("sector").set_index("sector")["zh" if lang == "zh" else "en"]
        first = Column(words["sector"], [f"{code} {labels[code]}"[:34] for code in chosen])
        beside = [name for name in ("none", "current", policy) if name in wide]
        columns = [
            Column(case.policy_label(name, lang), [value_text(float(wide.loc[code, name]), "share") for code in chosen])
            for name in dict.fromkeys(beside)
        ]
        title = words["title"].format(policy=case.policy_label(policy, lang), year=rows["year"].max(), count=SHOWN)
        print_pages(title, first, columns, table_width(console), console)
        print_notes([words["legend"]], console)


def answer(finished: Finished) -> None:
    """Write `sectors.csv`, print its ends and draw the heat map."""
    from sim.preparation import load_inputs

    results, config = finished.results, finished.results.config
    province = load_inputs(config.province, config.scenario[0], config.overrides).province
    needed = [name for pair in QUANTITIES.values() for name in pair]
    table = sector_table(results, finished.year_ends(dimension=["sector"], indicator=needed), province.sectors)
    finished.store.write_csv(FILE, table)
    finished.show(show_sectors, table, results)
    if config.figures:
        draw_sectors(results, table, finished.store.folder / "figures")
