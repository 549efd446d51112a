"""The sections of the analyses: verdicts, differences, cost front, who gains, attribution; and what else lies there."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import pandas as pd

from experiments.labels import WORDS, bracketed, headed
from experiments.report.analysis_tables import (
    Field,
    analysis_table,
    chosen_rows,
    outcome_rows,
    whole_table,
)
from experiments.report.charts import picture
from experiments.report.column_words import BACKGROUND
from experiments.report.document import Cell, Column, Missing, Picture, Section, Table, cell
from experiments.report.material import Material
from experiments.report.vector import drawn_title

POLICY, TARGET = Field("policy", "policy", "政策组合", "policy"), Field("target_id", "target", "目标", "target")
DIFFERENCE_FIELDS = (
    TARGET, POLICY, Field("unit", "unit", "单位", "unit"),
    Field("difference", "difference", "差异", "change"), Field("difference_low", "from", "下限", "change"),
    Field("difference_high", "to", "上限", "change"),
    Field("share_difference", "share of draws", "达标占比差异", "points"), Field("pairs", "pairs", "配对数", "count"),
    Field("missed", "draws that miss", "未达标次数", "count"),
    Field("shortfall_p50", "median shortfall", "缺口中位数", "outcome"),
)
COST_FIELDS = (
    TARGET, POLICY, Field("cost_p50", "public cost", "财政成本", "money"), Field("unit", "unit", "单位", "unit"),
    Field("value_p50", "median outcome", "结果中位数", "outcome"),
    Field("share_met", "share of draws", "达标占比", "share"),
    Field("on_value_front", "no policy is cheaper and better", "处于前沿", "yes"),
)
EQUAL_FIELDS = (
    TARGET, POLICY, Field("extra_cost", "extra public cost", "新增财政成本", "money"),
    Field("unit", "unit", "单位", "unit"), Field("effect", "effect", "效果", "change"),
    Field("effect_at_equal_cost", "at equal cost", "同等财政成本下", "change"),
    Field("equal_low", "from", "下限", "change"), Field("equal_high", "to", "上限", "change"),
)
GAIN_FIELDS = (
    Field("dimension", "by", "分组", "word"), Field("en", "group", "组别", "text"),
    Field("zh", "group", "组别", "text"),
    Field("quantity", "quantity", "项目", "word"), Field("unit", "unit", "单位", "unit"),
    Field("mean", "mean", "均值", "outcome"), Field("difference", "change", "变化", "change"),
    Field("low", "from", "下限", "change"), Field("high", "to", "上限", "change"),
)

CLAIMED = (
    "targets", "summary", "definitions", "verdicts", "comparison", "pareto", "equal_cost", "gains", "bottlenecks",
    "attribution", "shapley", "synerg", "prefecture", "sector", "fan_", "distribution_", "costs", "payers", "groups",
)
"""Beginnings of the names of tables and figures that have a place of their own."""


def verdict_section(material: Material) -> Section:
    """Attainable, conditional, not attainable, or cannot be said."""
    say = material.say
    text = say(
        "A verdict on every target by a fixed rule on the interval of the share of draws. It cannot be said where "
        "the draws "
        "are too few or where an estimate of grade D flips it.",
        "按固定规则依据达标占比的区间对每个目标作出判断。抽样过少，或D级估计会左右结论时，判断为“无法判断”。",
    )
    title, caption = say("Verdicts", "判断：可达、有条件、不可达"), say("Verdicts on the targets", "各目标的判断")
    figure = picture(material, "verdicts", title, caption, "verdicts")
    frame = material.table("verdicts")
    if frame is None:
        return _assembled(material, "verdicts", title, text, (), [_not_asked(material, title, "verdicts"), figure])
    table = verdict_table(material, chosen_rows(material, frame, material.shown_policies), caption)
    return _assembled(material, "verdicts", title, text, (table,), [figure])


def verdict_table(material: Material, frame: pd.DataFrame, caption: str) -> Table:
    """Targets down, policies across; a verdict that an estimate flips names the estimate."""
    policies = (Column(material.label(name)) for name in material.shown_policies)
    columns = (Column(material.say("target", "目标")), *policies)
    names = material.target_names
    rows = []
    for target, own in frame.groupby("target_id", sort=False):
        facts = own.set_index("policy").to_dict("index")
        cells = [_verdict(material, facts[name]) if name in facts else cell("–") for name in material.shown_policies]
        rows.append((cell(names.get(str(target), str(target))), *cells))
    return Table("verdicts", caption, columns, tuple(rows))


def _verdict(material: Material, facts: Mapping[Hashable, Any]) -> Cell:
    """The verdict in the report's language, with the estimate that it hangs on."""
    verdict, parameter = str(facts["verdict"]), facts.get("parameter")
    text = WORDS.get(verdict, verdict) if material.lang == "zh" else verdict
    if not isinstance(parameter, str) or not parameter:
        return cell(text)
    named = material.say(parameter, material.inputs.parameters.nodes[parameter].zh)
    return cell(bracketed(str(text), named, material.lang))


def difference_section(material: Material) -> Section:
    """Paired differences against what is in force."""
    say = material.say
    text = say(
        "Differences against current policy on the same seeds, with 95 % intervals: caused by the policy alone.",
        "与现行政策在同一种子上的配对差异及95%区间：差异只由政策引起。",
    )
    return _told(material, "differences", (say("Differences between policies", "政策之间的差异"), text), "comparison",
                 DIFFERENCE_FIELDS, say("Paired differences against current policy", "与现行政策的配对差异"))


def front_section(material: Material) -> Section:
    """Public cost against every target, and mixes at equal cost."""
    say = material.say
    text = say(
        "What each policy reaches for its public cost; at equal cost its effect is rescaled to what is in force costs.",
        "各政策组合以多少财政成本达到何种结果；“同等财政成本”把效果折算到现行政策的成本水平。",
    )
    section = _told(material, "front", (say("Cost and attainment", "成本与目标实现"), text), "pareto", COST_FIELDS,
                    say("Public cost and outcome", "财政成本与结果"))
    equal = material.table("equal_cost")
    if equal is None:
        return section
    rows = outcome_rows(material, chosen_rows(material, equal, material.shown_policies))
    base = str(rows["base"].iloc[0]) if len(rows) else ""
    rows = rows[rows["base"] == base]
    caption = say(f"Effects against {base} at equal public cost", f"同等财政成本下的效果（相对{material.label(base)}）")
    return replace(section, tables=(
        *section.tables, analysis_table(material, "equal_cost", caption, rows, EQUAL_FIELDS, 1)))


def gain_section(material: Material) -> Section:
    """Which groups of firms gain."""
    say = material.say
    title = say("Who gains", "谁受益")
    found = material.table("gains")
    shown = say("Change against current policy by group.", "各组相对现行政策的变化。")
    figure = picture(material, "gains", title, shown, "gains")
    text = say("Change against current policy in the last year, by size and ownership; sectors and prefectures follow.",
               "末年相对现行政策的变化，按规模和所有制；行业和市州见后。")
    if found is None:
        return _assembled(material, "gains", title, text, (), [_not_asked(material, title, "gains"), figure])
    rows = chosen_rows(material, found, [material.foremost])
    rows = rows[rows["dimension"].isin(["size_class", "ownership"])]
    fields = [field for field in GAIN_FIELDS if field.column != ("en" if material.lang == "zh" else "zh")]
    caption = headed(title, material.label(material.foremost), material.lang)
    table = analysis_table(material, "gains", caption, rows, fields, 2)
    return _assembled(material, "gains", title, text, (table,), [figure])


def attribution_section(material: Material) -> Section:
    """Shapley shares and synergies, where the folder has them."""
    say = material.say
    title = say("Which lever does how much", "各项政策各起多大作用")
    names = [name for name in material.tables if name.startswith(("attribution", "shapley", "synerg"))]
    stems = [stem for stem in material.drawn or {} if stem.startswith(("attribution", "shapley", "synerg"))]
    text = say("Shares of the effect by lever and pairwise synergies, over all orders in which levers can be added.",
               "各政策工具对效果的贡献份额及两两协同，按所有可能的叠加次序平均。")
    tables = tuple(whole_table(material, name, chosen_rows(material, frame)) for name in names
                   if (frame := material.table(name)) is not None)
    if not tables and not stems:
        command = "greenmill run experiment=attribution" + ("" if material.results.config.province == "sichuan" else
                                                            f" province={material.results.config.province}")
        return Section("attribution", title, missing=(Missing(say("attribution to levers", "政策归因"), command),))
    return _assembled(material, "attribution", title, text, tables,
                      [picture(material, stem, drawn_title(material.drawn[stem]), title, "attribution")
                       for stem in stems if material.drawn])


def other_section(material: Material) -> Section | None:
    """Tables and figures in the folder that no other section shows; None if there is none."""
    names = [name for name in material.tables if not name.startswith(CLAIMED)]
    frames = {name: material.table(name) for name in sorted(names, key=lambda name: (name in BACKGROUND, name))}
    tables = [whole_table(material, name, chosen_rows(material, frame, material.shown_policies))
              for name, frame in frames.items() if frame is not None]
    figures = [picture(material, stem, drawn_title(path), stem.replace("_", " "))
               for stem, path in (material.drawn or {}).items() if not stem.startswith(CLAIMED)]
    if not tables and not figures:
        return None
    say = material.say
    text = say("Results of further analyses of this folder.", "该文件夹中其他分析的结果。")
    return _assembled(material, "others", say("Further analyses", "其他分析"), text, tuple(tables), figures)


def _told(
    material: Material, key: str, words: tuple[str, str], name: str, fields: tuple[Field, ...], caption: str
) -> Section:
    """A section of one table, its figure and a text, or what is missing."""
    (title, text), question = words, {"pareto": "cost"}.get(name, name)
    frame = material.table(name)
    figure = picture(material, name, title, caption, question)
    if frame is None:
        return _assembled(material, key, title, text, (), [_not_asked(material, title, question), figure])
    rows = chosen_rows(material, frame, material.shown_policies)
    rows = outcome_rows(material, rows)
    rows = rows[rows["policy"] != rows["reference"]] if "reference" in rows else rows
    return _assembled(material, key, title, text, (analysis_table(material, key, caption, rows, fields, 1),), [figure])


def _not_asked(material: Material, title: str, question: str) -> Missing:
    """An analysis without an answer: why, and the command that asks it."""
    reason = material.unanswered.get(question, "")
    return Missing(f"{title} ({reason})" if reason else title, material.analysis_command(question))


def _assembled(
    material: Material, key: str, title: str, text: str, tables: tuple[Table, ...],
    found: list[Picture | Missing | None]
) -> Section:
    gone = {each.what: each for each in found if isinstance(each, Missing)}
    shown = tuple(table for table in tables if table.rows)
    pictures = tuple(each for each in found if isinstance(each, Picture))
    return Section(key, title, (text,), shown, pictures, tuple(gone.values()))
