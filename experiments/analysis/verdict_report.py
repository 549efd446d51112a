"""The verdicts as a table and a figure (see `experiments.analysis.verdicts`)."""

from __future__ import annotations

import pandas as pd
from rich.console import Console

from experiments.analysis.cases import each_case, own_rows, print_notes, short_name, shown_targets
from experiments.analysis.parameter_draws import ParameterDraws, parameter_draws
from experiments.analysis.verdicts import TOO_FEW, UNKNOWN, verdict_table
from experiments.figures.verdicts import draw_verdicts
from experiments.labels import listed, target_heading, word
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.result import Column, policy_column, print_pages, table_width

FILE = "verdicts.csv"
FLIPS_SHOWN = 12

TEXT = {
    "en": {
        "title": "Verdict on each target: draws that meet it out of all",
        "rule": "Rule (judgement, grade D): attainable if the 95 % interval of the share of draws lies at {high:.0%} "
        "or above, not attainable if at {low:.0%} or below, otherwise conditional if some draws meet it and some do "
        "not. Delivery targets are in verdicts.csv.",
        "unknown": "Cannot be said where all draws agree but are too few, or where a grade-D parameter decides.",
        "line": "{target}, {policies}: {parameter}: met in {met_below}/{draws_below} draws below {split_at:.3g}, in "
        "{met_above}/{draws_above} above",
        "more": "... and {count} more in verdicts.csv",
        "certain": "No parameter is drawn here (uncertainty=none): the verdicts hold for central values only.",
        "tested": "{count} drawn parameters of grade D were tested; with few draws only strong ones can be seen.",
    },
    "zh": {
        "title": "各目标判断：达标抽样次数/全部抽样",
        "rule": "规则（判断，D级）：达标抽样占比的95%区间不低于{high:.0%}为可达，不高于{low:.0%}为不可达，"
        "其余有达标也有未达标者为有条件。实施性目标见verdicts.csv。",
        "unknown": "无法判断：抽样一致但数量太少，或结论由D级参数决定。",
        "line": "{target}，{policies}：{parameter}：低于{split_at:.3g}时{met_below}/{draws_below}次达标，"
        "高于时{met_above}/{draws_above}次",
        "more": "……另有{count}项，见verdicts.csv",
        "certain": "此处没有参数抽样（uncertainty=none）：判断仅对中心值成立。",
        "tested": "检验了{count}个抽样的D级参数；抽样少时只能看出影响强的参数。",
    },
}


def show_verdicts(table: pd.DataFrame, results: Results, draws: ParameterDraws, console: Console) -> None:
    """Print the verdicts, the rule, and which parameters take verdicts back, within 100 columns."""
    lang, rule = results.config.lang, results.config.verdict
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        columns = []
        for target in shown_targets(case):
            own = rows[rows["target_id"] == target["target_id"]].set_index("policy")
            cells = [_cell(own.loc[name], lang) if name in own.index else "–" for name in case.config.policies]
            columns.append(Column(target_heading(target, lang), cells))
        names = policy_column(case, case.config.policies)
        print_pages(words["title"], names, columns, table_width(console), console)
        notes = [words["rule"].format(high=rule.attainable, low=rule.not_attainable)]
        tested = int(rows["parameters_tested"].max())
        notes += [words["tested"].format(count=tested) if tested else words["certain"]]
        print_notes([*notes, *_unknown_lines(rows, case, draws)], console)


def _cell(row: pd.Series, lang: str) -> str:
    return f"{word(str(row['verdict']), lang)} {row['met']}/{row['seeds']}"


def _unknown_lines(rows: pd.DataFrame, case: Results, draws: ParameterDraws) -> list[str]:
    """Which parameter takes which verdict back; policies with the same split share a line."""
    lang = case.config.lang
    words = TEXT[lang]
    unknown = rows[rows["verdict"] == UNKNOWN]
    if unknown.empty:
        return []
    lines = []
    by_id = {target["target_id"]: target for _, target in case.headline_targets.iterrows()}
    turned = unknown[unknown["reason"] != TOO_FEW]
    keys = ["target_id", "parameter", "split_at", "met_below", "draws_below", "met_above", "draws_above"]
    for _, group in turned.groupby(keys, sort=False):
        first = group.iloc[0].to_dict()
        counts = {name: int(first[name]) for name in keys[3:]}
        lines.append("  " + words["line"].format(
            target=short_name(by_id[first["target_id"]], lang), parameter=draws.label(first["parameter"], lang),
            policies=listed((case.policy_label(name, lang) for name in group["policy"]), lang),
            split_at=first["split_at"], **counts,
        ))  # fmt: skip
    more = [words["more"].format(count=len(lines) - FLIPS_SHOWN)] if len(lines) > FLIPS_SHOWN else []
    return [words["unknown"], *lines[:FLIPS_SHOWN], *more]


def answer(finished: Finished) -> None:
    """Write `verdicts.csv`, print it and draw it."""
    results = finished.results
    draws = parameter_draws(results.config)
    table = verdict_table(results, draws)
    finished.store.write_csv(FILE, table)
    finished.show(show_verdicts, table, results, draws)
    if results.config.figures:
        draw_verdicts(results, table, finished.store.folder / "figures")
