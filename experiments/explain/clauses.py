"""The clauses of the plan on the terminal: what stands for each, since when, with which evidence and effect."""

from __future__ import annotations

import math
from collections.abc import Mapping

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.clauses.effects import CLAUSE_WIDTH, INDICATOR, TARGET, effect_text, show_target_effects, unit_text
from experiments.clauses.stored import StoredEffects, load_effects
from experiments.explain.rows import Rows, title_text
from experiments.labels import bracketed, is_share, target_name
from experiments.tables.terminal import GAP, WIDTH, plain_table, print_text, printed_width
from experiments.unit_names import unit_name
from policies.catalogue import PLAN
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter, quarter_label
from sim.indicators import INDICATORS
from sim.inputs.clauses import Clause
from sim.preparation import Inputs

STATUS_ZH = {"represented": "已体现", "partly": "部分体现", "not represented": "未体现"}
EVIDENCE_ZH = {
    "causal evidence": "因果证据", "association": "相关关系", "mechanism only": "仅有机制", "accounting": "核算关系",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "indicator": "moves", "null": "not in the plan, stays {null}", "mix": "policy",
        "effect": "without it {effect} {unit}", "zero": "interval includes zero",
        "origin": "Effects of switching a clause off (without it less with it, mean ± half of the 95 % interval; ° the "
        "interval includes zero), measured on {origin}; python -m experiments.clauses.effects measures them anew.",
        "none": "No effects were measured for this province: python -m experiments.clauses.effects measures them.",
        "heads": "quantity,difference,95 % interval,unit,", "own": "indicator: ",
    },
    "zh": {
        "indicator": "指标", "null": "方案未设，保持{null}", "mix": "政策组合",
        "effect": "去掉该条款 {effect} {unit}", "zero": "区间含零",
        "origin": "去掉条款的效应（去掉减去保留，均值±95%区间半宽；°表示区间含零），测算条件：{origin}；"
        "python -m experiments.clauses.effects 可重新测算。",
        "none": "该省尚无测算的效应：用 python -m experiments.clauses.effects 测算。",
        "heads": "指标或目标,差异,95%区间,单位,", "own": "指标：",
    },
}


def clause_rows(inputs: Inputs, lang: str) -> Rows:
    """One entry a clause: clause, title, status, evidence, indicator, settings (lines) and note, in a language."""
    mix = inputs.catalogue.mix(PLAN)
    return [
        {
            "clause": clause.name,
            "title": clause.zh if lang == "zh" else clause.en,
            "status": STATUS_ZH[clause.status] if lang == "zh" else clause.status,
            "evidence": EVIDENCE_ZH.get(clause.evidence, "") if lang == "zh" else clause.evidence,
            "indicator": _indicator(clause, lang),
            "settings": [
                f"{path}  {_values(mix[path.split('.')[0]].schedules[path.split('.')[1]], lang)}"
                for path in clause.settings
            ] or ([f"{WORDS[lang]['mix']} {clause.mix}"] if clause.mix else []),
            "note": "" if lang == "zh" else clause.note,
        }
        for clause in inputs.clauses.values()
    ]


def show_clauses(rows: Rows, inputs: Inputs, console: Console, lang: str) -> None:
    """Print the entries and their measured effects within 100 columns: a single one in full, several in tables.

    Args:
        rows: entries of `clause_rows`.
        inputs: where the clauses, the targets and the measured effects come from.
        console: where to print.
        lang: en or zh.

    Raises:
        ConfigError: if the stored effects cannot be read.
    """
    stored = load_effects(inputs.province)
    table = plain_table(title=title_text("clauses", rows, lang), title_justify="left", show_header=False)
    table.add_column(width=CLAUSE_WIDTH, no_wrap=True)
    table.add_column(width=WIDTH - CLAUSE_WIDTH - 2 * GAP, overflow="fold")
    for row in rows:
        head = Text.assemble((row["title"], "bold"), f"  {' · '.join(filter(None, (row['status'], row['evidence'])))}")
        lines = [row["indicator"], _own_effect(stored, row["clause"], lang), *row["settings"], row["note"]]
        table.add_row(Text(row["clause"], style="bold"), head)
        for line in filter(None, lines):
            table.add_row("", Text(line))
    width = printed_width(console)
    console.print(table, width=width)
    console.print()
    if stored is None:
        print_text(console, WORDS[lang]["none"], width)
        return
    targets = inputs.province.targets[inputs.province.targets["headline"]]
    shown = stored.effects[stored.effects["clause"].isin([row["clause"] for row in rows])]
    if len(rows) == 1:
        console.print(_full(shown, targets, lang), width=width)
    elif not shown.empty:
        show_target_effects(shown[shown["quantity"] == TARGET], targets, console, lang)
    print_text(console, WORDS[lang]["origin"].format(origin=stored.origin(lang)), width)


def _own_effect(stored: StoredEffects | None, clause: str, lang: str) -> str:
    """The effect on the clause's own indicator, in one line; empty if it was not measured."""
    rows = stored.of(clause) if stored else pd.DataFrame()
    if rows.empty:
        return ""
    own, words = rows.iloc[0], WORDS[lang]
    unit = unit_name(unit_text(str(own["unit"])), lang)
    text = words["effect"].format(effect=effect_text(own, decimals=6), unit=unit)
    return bracketed(text, words["zero"], lang) if own["includes_zero"] else text


def _full(rows: pd.DataFrame, targets: pd.DataFrame, lang: str) -> Table:
    """The effects of one clause, one a line, with both ends of the interval."""
    words, names = WORDS[lang], {str(row["target_id"]): row for _, row in targets.iterrows()}
    table = plain_table()
    for place, head in enumerate(words["heads"].split(",")):
        table.add_column(head, justify="right" if place in (1, 2) else "left", overflow="fold", vertical="bottom")
    for _, row in rows.iterrows():
        name, unit = str(row["name"]), unit_text(str(row["unit"]))
        own, factor = row["quantity"] == INDICATOR, 100.0 if is_share(str(row["unit"])) else 1.0
        label = words["own"] + indicator_label(name, lang) if own else target_name(names[name], lang)
        difference, low, high = (_signed(factor * float(row[end])) for end in ("difference", "low", "high"))
        table.add_row(
            label, difference, "–" if math.isnan(row["low"]) else f"{low} … {high}",
            unit_name(unit, lang), words["zero"] if row["includes_zero"] else "",
        )
    return table


def _signed(value: float) -> str:
    """Three digits with the sign; a bare 0 is exactly zero."""
    return f"{value:+,.0f}" if abs(value) >= 1000.0 else f"{value:+.3g}" if value else "0"


def indicator_label(name: str, lang: str) -> str:
    """The label of an indicator in a language."""
    entry = INDICATORS[name]
    return entry.zh if lang == "zh" else entry.en


def _indicator(clause: Clause, lang: str) -> str:
    """The indicator of a clause, where it is to move, and its label."""
    if not clause.indicator:
        return ""
    entry, words = INDICATORS[clause.indicator], WORDS[lang]
    way = "↑" if clause.direction > 0 else "↓"
    return bracketed(f"{words['indicator']} {entry.name} {way}", indicator_label(entry.name, lang), lang)


def _values(schedule: Schedule, lang: str) -> str:
    """The null value, and the values of the plan with the dates from which they hold."""
    since = parse_quarter(FIRST_QUARTER)
    steps = [step for step in schedule.steps if step[0] <= since][-1:]
    steps += [step for step in schedule.steps if step[0] > since]
    if all(value == schedule.null for _, value in steps):
        return WORDS[lang]["null"].format(null=f"{schedule.null:g}")
    return f"{schedule.null:g} → " + ", ".join(f"{value:g} ({quarter_label(date)})" for date, value in steps)
