"""Attainment of the targets: the table everything else hangs on, readable without colour, and an overview of it."""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from experiments.labels import is_change, is_share, outcome_text, target_name, threshold_text, unit_label, word
from experiments.report.document import (
    ONE_DIGIT,
    PERCENT,
    THREE_DIGITS,
    WHOLE,
    Cell,
    Column,
    Section,
    Table,
    cell,
    number,
)
from experiments.report.material import Material
from experiments.results import Results

NO_BREAK, JOINER = "\u00a0", "\u2060"

ROLES = {"outcome": ("Outcome targets: firms' behaviour decides", "结果性目标：取决于企业行为"),
         "delivery": ("Delivery targets: the state's own programme decides", "实施性目标：取决于政府自身工作")}
MEETS = {"en": ("meets", "misses"), "zh": ("达到", "未达到")}


def targets_section(material: Material) -> Section:
    """What the main policies reach, case by case; every policy stands in the appendix."""
    say = material.say
    tables = [overview(material, case, f"overview{_numbered(place)}") for place, case in enumerate(material.cases)]
    paragraphs = [say(
        "A cell holds the median over the draws, in how many draws the target is met and, in brackets, the 95 % Wilson "
        "interval of that share. A share of draws is no probability: the model is not calibrated to data that do not "
        "exist yet. Outcome and delivery targets are never averaged. All policies, with ranges and dates, stand in the "
        "appendix; the definitions of the targets too.",
        "单元格依次为抽样中位数、达标抽样次数，方括号内为达标占比的95%威尔逊区间。抽样比例不是概率："
        "校准所需的数据尚不存在。"
        "结果性目标与实施性目标分列，从不平均。全部政策组合的区间和时点见附表，各目标的口径也在附表中。",
    )]
    if len(material.seeds) < 2:
        paragraphs.append(say(
            "One draw only: no interval and no quantile is given, because a single draw has none. More seeds extend "
            "the "
            "run.",
            "仅有一次抽样：单次抽样没有区间和分位数，故不列出。增加seeds可在现有结果上续算。",
        ))
    return Section("targets", say("Targets", "目标实现情况"), tuple(paragraphs), tuple(t for t in tables if t.rows))


def attainment_section(material: Material) -> Section:
    """The full table of every case and role."""
    say = material.say
    tables = [
        full_table(material, case, role, f"{role}_targets{_numbered(place)}")
        for place, case in enumerate(material.cases) for role in ROLES
    ]
    text = say(
        "Every row holds for one policy: the median over the draws, the range from the 5 % to the 95 % quantile, in "
        "how "
        "many draws the target is met, and the 95 % Wilson interval of that share. Shown is the headline definition "
        "of each "
        "target (★).",
        "每行对应一种政策组合：抽样中位数、5%—95%分位区间、达标抽样次数，以及达标占比的95%威尔逊区间。"
        "所列为各目标的首要口径（★）。",
    )
    title = say("Appendix: all policies on all targets", "附表：全部政策组合与全部目标")
    return Section("attainment", title, (text,), tuple(t for t in tables if t.rows))


def _numbered(place: int) -> str:
    """Ending of a table's name in a further case."""
    return f"_{place + 1}" if place else ""


def overview(material: Material, case: Results, name: str) -> Table:
    """Headline targets down, the foremost policies across; a cell holds the median and the draws that meet it."""
    say, lang = material.say, material.lang
    policies = material.shown_policies
    columns = (
        Column(say("kind", "类别")), Column(say("target", "目标")), Column(say("asks for", "要求")),
        *(Column(material.label(policy), numeric=True) for policy in policies),
    )
    rows = []
    attained = attainment(case)
    for role in ROLES:
        targets = case.headline_targets
        for _, target in targets[targets["role"] == role].iterrows():
            cells = [overview_cell(target, attained[target["target_id"], policy]) for policy in policies]
            rows.append((cell(word(f"{role} targets", lang)), cell(target_name(target, lang)),
                         cell(threshold_text(target, lang)), *cells))
    caption = say("Median over the draws · draws that meet the target [95 % interval of the share]",
                  "抽样中位数 · 达标抽样次数［达标占比的95%区间］")
    return Table(name, caption + case_suffix(material, case), columns, tuple(rows), group=1)


def attainment(case: Results) -> dict[Hashable, dict[Hashable, Any]]:
    """Rows of the targets' table on headline definitions, by target and policy."""
    return case.targets[case.targets["headline"]].set_index(["target_id", "policy"]).to_dict("index")


def overview_cell(target: pd.Series, facts: Mapping[Hashable, Any]) -> Cell:
    """Median, draws met and interval of one policy; no interval for a single draw."""
    draws, low, high = int(facts["seeds"]), float(facts["share_low"]), float(facts["share_high"])
    interval = "" if math.isnan(low) else f" [{100 * low:.0f}{JOINER}–{JOINER}{percent(high)}]"
    median, met = outcome_text(float(facts["p50"]), target), round(float(facts["share_met"]) * draws)
    # the line breaks before the interval or not at all
    text = f"{median} · {met}/{draws}".replace(" ", NO_BREAK) + interval
    return number(float(facts["p50"]), text, spreadsheet_style(target))


def full_table(material: Material, case: Results, role: str, name: str) -> Table:
    """Every headline target of a role under every policy."""
    say = material.say
    columns = (
        Column(say("target", "目标")), Column(say("asks for", "要求")), Column(say("unit", "单位")),
        Column(say("policy", "政策组合")), Column(say("median", "中位数"), numeric=True),
        Column(say("5 %", "5%分位"), numeric=True), Column(say("95 %", "95%分位"), numeric=True),
        Column(say("median", "中位数") + say(" against target", "是否达标")),
        Column(say("draws that meet it", "达标次数"), numeric=True),
        Column(say("draws", "抽样次数"), numeric=True), Column(say("share of draws", "达标占比"), numeric=True),
        Column(say("interval from", "区间下限"), numeric=True), Column(say("to", "区间上限"), numeric=True),
        Column(say("first met (median)", "首次达标（中位）")),
    )
    attained, targets = attainment(case), case.headline_targets
    rows = [
        row(material, target, policy, attained[target["target_id"], policy])
        for _, target in targets[targets["role"] == role].iterrows() for policy in case.config.policies
    ]
    return Table(name, say(*ROLES[role]) + case_suffix(material, case), columns, tuple(rows), group=3)


def row(material: Material, target: pd.Series, policy: str, facts: Mapping[Hashable, Any]) -> tuple[Cell, ...]:
    """One policy's attainment of one target."""
    style, lang = spreadsheet_style(target), material.lang
    middle, low, high = (
        number(float(facts[name]), outcome_text(float(facts[name]), target), style) for name in ("p50", "p05", "p95")
    )
    draws = int(facts["seeds"])
    met = round(float(facts["share_met"]) * draws)
    unit = unit_label(str(target["unit"]), lang)
    return (
        cell(f"{target_name(target, lang)} ★"), cell(threshold_text(target, lang)),
        cell(word("change against 2025, %", lang) if is_change(target) else unit),
        cell(material.label(policy)), middle, low, high, cell(median_verdict(target, float(facts["p50"]), lang)),
        number(met, str(met), WHOLE), number(draws, str(draws), WHOLE),
        *(number(float(facts[name]), percent(float(facts[name])), PERCENT)
          for name in ("share_met", "share_low", "share_high")),
        cell(str(facts["first_met_median"]) or "–"),
    )


def median_verdict(target: pd.Series, median: float, lang: str) -> str:
    """Whether the median reaches what the target asks for, in a word."""
    good, bad = MEETS[lang]
    goal = 0.0 if target["kind"] == "trend" else float(target["threshold"])
    if math.isnan(median):
        return "–"
    met = {">=": median >= goal, "<=": median <= goal, "decrease": median < goal, "increase": median > goal}
    return good if met[str(target["comparison"])] else bad


def percent(value: float) -> str:
    """A share as a whole per cent."""
    return "–" if math.isnan(value) else f"{100 * value:.0f}%"


def spreadsheet_style(target: pd.Series) -> str:
    """Number format of a target's outcome in a spreadsheet."""
    if is_change(target):
        return ONE_DIGIT
    if is_share(str(target["unit"])):
        return PERCENT
    return WHOLE if float(target["threshold"] if target["kind"] != "trend" else 1.0) >= 1.0 else THREE_DIGITS


def case_suffix(material: Material, case: Results) -> str:
    """The case in brackets where there are several."""
    if len(material.cases) < 2:
        return ""
    scenario, behaviour = case.config.design.cases[0]
    return material.say(
        f" ({scenario}, {behaviour})", f"（{material.scenario_label(scenario)}，{material.rule_label(behaviour)}）")
