"""Bottlenecks over time: where the firms stand on the way to a retrofit, and why the rest has not done one.

Every firm in business falls in exactly one class each quarter (`agents.bottleneck`), so the shares of a policy and
quarter add up to one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from rich.console import Console

from agents.firm import BOTTLENECKS
from experiments.analysis.cases import each_case, own_rows, print_notes
from experiments.figures.bottlenecks import draw_bottlenecks
from experiments.labels import value_text
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, policy_column, print_pages, table_width
from sim.indicators import INDICATORS

FILE = "bottlenecks.csv"
DONE, IN_PROGRESS = "done", "in_progress"
COLUMNS = (
    "policy", "scenario", "behaviour", "quarter", "bottleneck", "zh", "en", "seeds", "firms_mean", "share_mean",
    "share_p05", "share_p50", "share_p95", "share_of_remaining",
)  # fmt: skip
KEYS = ["policy", "scenario", "behaviour", "quarter"]

TEXT = {
    "en": {
        "title": "Where the firms stand at the end of {quarter}: mean share of firms in business",
        "rest": "largest among the rest",
        "legend": "The classes add up to all firms; unaware to unfinanced is why no project is under way. "
        "All quarters with ranges over the draws: bottlenecks.csv.",
    },
    "zh": {
        "title": "{quarter}末企业所处状态：占存续企业比重均值",
        "rest": "其余中最主要",
        "legend": "各类合计为全部存续企业；未知晓至融资不足说明尚未改造的原因。各季度及抽样区间见bottlenecks.csv。",
    },
}


def bottleneck_label(name: str, lang: str) -> str:
    """Name of a class without the word that all of them share."""
    entry = INDICATORS[f"bottleneck_{name}"]
    return entry.zh.split("：")[-1] if lang == "zh" else entry.en.split(": ")[-1].lower()


def bottleneck_shares(indicators: pd.DataFrame) -> pd.DataFrame:
    """Firms by class over time.

    Args:
        indicators: one row a (policy, scenario, behaviour, seed, quarter), with the columns ``bottleneck_*``.

    Returns:
        One row a (policy, scenario, behaviour, quarter, class), columns `COLUMNS`: mean number of firms, mean and
        quantiles over the draws of the share of firms in business, and the mean share of the firms that are neither
        done nor at it (`share_of_remaining`, missing for those two). A single draw has no quantiles beside the median.
    """
    names = [f"bottleneck_{name}" for name in BOTTLENECKS]
    counts = indicators[names].to_numpy(dtype=np.float64)
    waiting = np.array([name not in (DONE, IN_PROGRESS) for name in BOTTLENECKS])
    rest = counts[:, waiting].sum(axis=1, keepdims=True)
    remaining = np.divide(counts, rest, out=np.full_like(counts, np.nan), where=(rest > 0.0) & waiting)
    shares = counts / counts.sum(axis=1, keepdims=True)
    parts = []
    for place, name in enumerate(BOTTLENECKS):
        columns = {"firms": counts[:, place], "share": shares[:, place], "rest": remaining[:, place]}
        grouped = indicators[KEYS].assign(**columns).groupby(KEYS, sort=False)
        seeds = grouped.size()
        spread = {level: grouped["share"].quantile(level / 100) for level in (5, 50, 95)}
        parts.append(pd.DataFrame({
            "bottleneck": name, "zh": bottleneck_label(name, "zh"), "en": bottleneck_label(name, "en"), "seeds": seeds,
            "firms_mean": grouped["firms"].mean(), "share_mean": grouped["share"].mean(),
            "share_p05": spread[5].where(seeds > 1), "share_p50": spread[50], "share_p95": spread[95].where(seeds > 1),
            "share_of_remaining": grouped["rest"].mean(),
        }).reset_index().assign(place=place))  # fmt: skip
    whole = pd.concat(parts, ignore_index=True)
    order = {name: place for place, name in enumerate(dict.fromkeys(indicators["policy"]))}
    whole = whole.assign(rank=whole["policy"].map(order))
    ordered = whole.sort_values(["rank", "scenario", "behaviour", "quarter", "place"], kind="stable")
    return ordered[list(COLUMNS)].reset_index(drop=True)


def show_bottlenecks(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the classes at the end of the run, within 100 columns."""
    lang = results.config.lang
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        last = rows[rows["quarter"] == rows["quarter"].max()]
        policies = [name for name in case.config.policies if name in set(last["policy"])]
        shares = last.pivot(index="policy", columns="bottleneck", values="share_mean").loc[policies]
        columns = [
            Column(bottleneck_label(name, lang), [value_text(float(each), "share") for each in shares[name]])
            for name in BOTTLENECKS
        ]
        waiting = shares[[name for name in BOTTLENECKS if name not in (DONE, IN_PROGRESS)]]
        columns.append(Column(words["rest"], [bottleneck_label(str(name), lang) for name in waiting.idxmax(axis=1)]))
        title = words["title"].format(quarter=last["quarter"].iloc[0])
        print_pages(title, policy_column(case, policies), columns, table_width(console), console)
        print_notes([words["legend"]], console)


def answer(finished: Finished) -> None:
    """Write `bottlenecks.csv`, print the last quarter and draw all of them."""
    results = finished.results
    table = bottleneck_shares(results.indicators)
    finished.store.write_csv(FILE, table)
    finished.show(show_bottlenecks, table, results)
    if results.config.figures:
        draw_bottlenecks(results, table, finished.store.folder / "figures")
