"""The attribution as tables and a figure (see `experiments.analysis.attribution`)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import pandas as pd
from rich.console import Console

from experiments.analysis.attribution import (
    ALONE,
    LOG_ODDS,
    POINTS,
    SHARE,
    VALUE,
    attribution_parts,
    attribution_synergy,
    lever_label,
)
from experiments.analysis.cases import ONE_SEED, each_case, own_rows, print_notes, shown_targets
from experiments.clauses.effects import effect_text
from experiments.figures.attribution import draw_attribution
from experiments.labels import target_heading, word
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, print_pages, table_width

FILES = ("attribution.csv", "synergy.csv")
PAIRS_SHOWN = 6
TEXT = {
    "en": {
        "parts": "Shapley part of each lever in the effect on the outcome: mean ± half of its 95 % interval",
        "draws": "The same for the share of draws that meet the target, in points",
        "synergy": "Synergy of pairs, other levers off: on the outcome in points · on the odds, in log odds",
        "all": "all together",
        "legend": "Shares in percentage points. ° the interval includes zero. {method}, {seeds} seeds.",
        "sampled": "{orders} sampled orders", "exact": "All combinations run",
        "synergy_legend": "Positive: two levers do more together than one by one. Averages over what else is on: "
        "synergy.csv.",
    },
    "zh": {
        "parts": "各政策工具对结果影响的沙普利分解：均值±95%区间半宽",
        "draws": "对达标抽样占比影响的分解（百分点）",
        "synergy": "两两协同（其他工具关闭）：对结果（百分点或目标单位） · 对达标几率（对数几率）",
        "all": "全部合计",
        "legend": "占比及其协同为百分点。°表示区间含零。{method}，{seeds}个种子。",
        "sampled": "抽取{orders}个加入次序", "exact": "全部组合均已运行",
        "synergy_legend": "为正表示两项合力大于各自之和。对其他工具状态取平均的结果见synergy.csv。",
    },
}


def show_attribution(parts: pd.DataFrame, synergy: pd.DataFrame, results: Results, console: Console) -> None:
    """Print parts and synergies of the outcome targets, within 100 columns."""
    lang, levers = results.config.lang, results.config.attribution.levers
    words = TEXT[lang]
    for case in each_case(results, console):
        rows, pairs = own_rows(parts, case), own_rows(synergy, case)
        targets = shown_targets(case)
        first = Column(word("target", lang), [target_heading(target, lang) for target in targets])
        for quantity, title in ((VALUE, "parts"), (SHARE, "draws")):
            own = rows[rows["quantity"] == quantity]
            columns = [Column(lever_label(case, lever, lang), _part_cells(own, targets, lever)) for lever in levers]
            columns.append(Column(words["all"], _total_cells(own, targets)))
            print_pages(words[title], first, columns, table_width(console), console)
        method = words["exact"] if rows["orders"].isna().all() else words["sampled"].format(
            orders=int(rows["orders"].max()))
        seeds = int(rows["seeds"].max())
        notes = [words["legend"].format(method=method, seeds=seeds), *([ONE_SEED[lang]] if seeds < 2 else [])]
        print_notes(notes, console)
        _show_synergy(pairs, targets, first, case, console)


def _part_cells(rows: pd.DataFrame, targets: Sequence[pd.Series], lever: str) -> list[str]:
    own = rows[rows["lever"] == lever].set_index("target_id")
    return [_effect(own.loc[target["target_id"]], "part", "low", "high") for target in targets]


def _total_cells(rows: pd.DataFrame, targets: Sequence[pd.Series]) -> list[str]:
    own = rows.drop_duplicates("target_id").set_index("target_id")
    return [_effect(own.loc[target["target_id"]], "total", "total_low", "total_high") for target in targets]


def _effect(row: pd.Series, name: str, low: str, high: str) -> str:
    ends = {"difference": row[name], "low": row[low], "high": row[high], "unit": row["unit"]}
    return effect_text(pd.Series({**ends, "includes_zero": not (row[low] > 0.0 or row[high] < 0.0)}))


def _show_synergy(
    rows: pd.DataFrame, targets: Sequence[pd.Series], first: Column, case: Results, console: Console
) -> None:
    lang = case.config.lang
    words = TEXT[lang]
    pairs = [pair for pair in combinations(case.config.attribution.levers, 2)
             if ((rows["lever_a"] == pair[0]) & (rows["lever_b"] == pair[1]) & (rows["context"] == ALONE)).any()]
    if not pairs:
        return
    keys = ["lever_a", "lever_b", "target_id", "quantity", "scale"]
    alone = {tuple(row[key] for key in keys): row for _, row in rows[rows["context"] == ALONE].iterrows()}
    columns = []
    for one, other in pairs[:PAIRS_SHOWN]:
        cells = []
        for target in targets:
            key = (one, other, target["target_id"])
            found = (alone[(*key, VALUE, POINTS)], alone[(*key, SHARE, LOG_ODDS)])
            cells.append(" · ".join(_effect(row, "synergy", "low", "high") for row in found))
        columns.append(Column(f"{lever_label(case, one, lang)} × {lever_label(case, other, lang)}", cells))
    print_pages(words["synergy"], first, columns, table_width(console), console)
    print_notes([words["synergy_legend"]], console)


def answer(finished: Finished) -> None:
    """Write `attribution.csv` and `synergy.csv`, print them and draw the parts."""
    results = finished.results
    tables = attribution_parts(results), attribution_synergy(results)
    for name, table in zip(FILES, tables, strict=True):
        finished.store.write_csv(name, table)
    finished.show(show_attribution, *tables, results)
    if results.config.figures:
        draw_attribution(results, tables[0], finished.store.folder / "figures")
