"""The last starts as a table and a figure (see `experiments.analysis.timing`)."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import (
    MISSING_REFERENCE,
    ONE_SEED,
    REFERENCE,
    each_case,
    own_rows,
    print_notes,
    shown_targets,
)
from experiments.analysis.timing import last_starts, lever_labels, started_policies, timing_effects
from experiments.figures.timing import draw_timing
from experiments.labels import listed, target_heading, word
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, print_pages, table_width

FILES = ("timing.csv", "last_start.csv")
TEXT = {
    "en": {
        "title": "Last start that moves the share of draws meeting a target · the outcome, by ten points",
        "legend": "Effect against `current` in percentage points; – not even at the first start. Starts that were run: "
        "{starts}. ° the interval of the effect at that start includes zero.",
        "none": "No policy with a start, such as plan@2028Q1, was run: nothing can be said about timing.",
        "what": "effects of later starts",
    },
    "zh": {
        "title": "政策工具最迟启动时间：达标抽样占比 · 结果本身仍变动十个百分点",
        "legend": "与现行政策的差异（百分点）；–表示最早启动也达不到。已运行的启动时间：{starts}。"
        "°表示该时点效果区间含零。",
        "none": "没有运行带启动时间的政策（如plan@2028Q1）：无法回答时机问题。",
        "what": "延后启动的效果",
    },
}


def show_timing(last: pd.DataFrame, results: Results, console: Console) -> None:
    """Print the last starts on the outcome targets, within 100 columns."""
    lang = results.config.lang
    words, levers = TEXT[lang], started_policies(results.config.policies)
    starts = sorted({start for each in levers.values() for start in each})
    for case in each_case(results, console):
        rows = own_rows(last, case)
        targets = [target for target in shown_targets(case) if target["target_id"] in set(rows["target_id"])]
        first = Column(word("target", lang), [target_heading(target, lang) for target in targets])
        columns, labels = [], lever_labels(case, lang)
        for lever in levers:
            own = rows[rows["lever"] == lever]
            cells = [_cell(own[own["target_id"] == target["target_id"]]) for target in targets]
            columns.append(Column(labels[lever], cells))
        print_pages(words["title"], first, columns, table_width(console), console)
        one_seed = [ONE_SEED[lang]] if rows["seeds"].max() < 2 else []
        print_notes([words["legend"].format(starts=listed(starts, lang)), *one_seed], console)


def _cell(rows: pd.DataFrame) -> str:
    parts = []
    for _, row in rows.iterrows():
        doubt = "" if row["low"] > 0.0 else "°"
        parts.append(f"{row['last_start']}{doubt}" if row["last_start"] else "–")
    return " · ".join(parts)


def answer(finished: Finished) -> None:
    """Write `timing.csv` and `last_start.csv`, print the last starts and draw the effects."""
    results = finished.results
    words, lang = TEXT[results.config.lang], results.config.lang
    if not started_policies(results.config.policies):
        print_notes([words["none"]], finished.out)
        return
    if REFERENCE not in results.config.policies:
        print_notes([MISSING_REFERENCE[lang].format(what=words["what"])], finished.out)
        return
    effects = timing_effects(results)
    last = last_starts(effects)
    for name, table in zip(FILES, (effects, last), strict=True):
        finished.store.write_csv(name, table)
    finished.show(show_timing, last, results)
    if results.config.figures:
        draw_timing(results, effects, finished.store.folder / "figures")
