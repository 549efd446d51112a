"""How many seeds are enough, as tables and a figure (see `experiments.analysis.replicates`)."""

from __future__ import annotations

import math

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import ONE_SEED, each_case, own_rows, print_notes, shown_targets
from experiments.analysis.replicates import (
    COST,
    INDICATOR,
    MEAN,
    MEDIAN,
    PAIRED,
    SHARE,
    TARGET,
    convergence,
    replicates_table,
)
from experiments.figures.replicates import draw_replicates
from experiments.labels import target_heading, word
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, print_pages, table_width

FILES = ("replicates.csv", "convergence.csv")
TEXT = {
    "en": {
        "title": "Seeds needed, the largest number over the policies ({seeds} seeds are there)",
        MEAN: "mean ±{relative:.0%}", MEDIAN: "median ±{relative:.0%}", SHARE: "share of draws ±{points:.0f} points",
        PAIRED: "difference to current ±{relative:.0%} of its level",
        "legend": "95 % intervals. * more than are there. – cannot be said: no spread to judge from, a level of zero. "
        "The number for a mean rests on the spread of the seeds that are there.",
        "cost": "Public cost, mean ±{relative:.0%}: {needed} seeds. Of {count} indicators {enough} are known that "
        "closely under every policy.",
    },
    "zh": {
        "title": "所需种子数，取各政策组合中最大者（现有{seeds}个种子）",
        MEAN: "均值±{relative:.0%}", MEDIAN: "中位数±{relative:.0%}", SHARE: "达标占比±{points:.0f}个百分点",
        PAIRED: "与现行政策差异±其水平的{relative:.0%}",
        "legend": "95%区间。*表示多于现有种子。–表示无法判断：没有离散度，或水平为零。"
        "均值所需数量以现有种子的离散度估计。",
        "cost": "财政成本均值±{relative:.0%}：{needed}个种子。{count}个指标中有{enough}个在各组合下已达到该精度。",
    },
}


def show_replicates(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the seeds needed by outcome target and statistic, within 100 columns."""
    lang, wanted = results.config.lang, results.config.replicates
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        there = int(rows["seeds"].max())
        own, targets = rows[rows["kind"] == TARGET], shown_targets(case)
        first = Column(word("target", lang), [target_heading(target, lang) for target in targets])
        columns = []
        for statistic in (MEAN, MEDIAN, SHARE, PAIRED):
            of = own[own["statistic"] == statistic]
            if len(of):
                cells = [_needed(of[of["name"] == target["target_id"]], there) for target in targets]
                head = words[statistic].format(relative=wanted.relative, points=100 * wanted.share)
                columns.append(Column(head, cells))
        print_pages(words["title"].format(seeds=there), first, columns, table_width(console), console)
        one_seed = [ONE_SEED[lang]] if there < 2 else []
        print_notes([words["legend"], *one_seed, _others(rows, there, case)], console)


def _needed(rows: pd.DataFrame, there: int) -> str:
    """The largest number of seeds that any policy needs."""
    needed = rows["seeds_needed"].max()
    if math.isnan(needed):
        return "–"
    return f"{int(needed):,}{'*' if needed > there else ''}"


def _others(rows: pd.DataFrame, there: int, case: Results) -> str:
    """What is said of the public cost and the indicators."""
    indicators = rows[rows["kind"] == INDICATOR]
    enough = indicators.groupby("name")["enough"].all()
    return TEXT[case.config.lang]["cost"].format(
        relative=case.config.replicates.relative, needed=_needed(rows[rows["kind"] == COST], there),
        count=len(enough), enough=int(enough.sum()),
    )


def answer(finished: Finished) -> None:
    """Write `replicates.csv` and `convergence.csv`, print the seeds needed and draw the convergence."""
    results = finished.results
    tables = replicates_table(results), convergence(results)
    for name, table in zip(FILES, tables, strict=True):
        finished.store.write_csv(name, table)
    finished.show(show_replicates, tables[0], results)
    if results.config.figures and len(tables[1]):
        draw_replicates(results, tables[1], finished.store.folder / "figures")
