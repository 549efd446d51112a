"""Appendices: the definitions of every target, every parameter with grade and source, the sources."""

from __future__ import annotations

import csv

from experiments.labels import outcome_text, target_name, threshold_text
from experiments.report.document import Cell, Column, Section, Table, cell, number
from experiments.report.material import Material
from experiments.unit_names import unit_name
from sim.inputs.sources import split_sources

GRADES = {
    "A": ("A official", "A 官方"), "B": ("B secondary", "B 二手"), "C": ("C background", "C 背景知识"),
    "D": ("D estimate", "D 估计"),
}


def definition_section(material: Material) -> Section:
    """Every definition of every target, with what the foremost policy reaches under it."""
    say, lang = material.say, material.lang
    case, policy = material.first, material.foremost
    registry = case.registry.set_index(["target_id", "definition_id"], drop=False)
    rows = []
    for _, facts in case.targets[case.targets["policy"] == policy].iterrows():
        target = registry.loc[(facts["target_id"], facts["definition"])].copy()
        target["threshold"] = facts["threshold"]
        mark = f"{facts['definition']}{' ★' if facts['headline'] else ''}"
        met = round(float(facts["share_met"]) * int(facts["seeds"]))
        meaning = target.get(f"definition_{lang}", "")
        rows.append((
            cell(target_name(target, lang)), cell(mark), cell(meaning), cell(threshold_text(target, lang)),
            number(float(facts["p50"]), outcome_text(float(facts["p50"]), target)),
            cell(f"{met}/{int(facts['seeds'])}"),
        ))
    columns = (
        Column(say("target", "目标")), Column(say("definition", "口径")), Column(say("meaning", "含义")),
        Column(say("asks for", "要求")), Column(say("median", "中位数"), numeric=True),
        Column(say("draws that meet it", "达标次数")),
    )
    caption = say(f"Definitions of the targets, ★ headline; values under {material.label(policy)}",
                  f"各目标的口径，★为首要口径；数值为“{material.label(policy)}”下的结果")
    text = say("The plan leaves several words open. Every reading that the model can measure is reported.",
               "行动方案的若干用语未作界定。凡模型可以度量的口径，均予列示。")
    return Section("definitions", say("Definitions", "指标口径"), (text,),
                   (Table("definitions", caption, columns, tuple(rows), group=1),))


def parameter_section(material: Material) -> Section:
    """Every parameter as it was in the run, with range, grade and source; estimates are named so."""
    say = material.say
    nodes = material.inputs.parameters.nodes
    used = material.manifest.get("content", {}).get("parameters", {})
    drawn = set(material.manifest.get("content", {}).get("uncertainty", {}).get("draws", {}))
    rows = tuple(
        (cell(path), cell(node.zh if material.lang == "zh" else node.en), _plain(float(used.get(path, node.value))),
         cell(unit_name(node.unit, material.lang)), _plain(node.low), _plain(node.high),
         cell(say("drawn", "抽取") if path in drawn else ""), cell(say(*GRADES[node.grade])), cell(node.source))
        for path, node in sorted(nodes.items())
    )
    estimates = sum(node.grade == "D" for node in nodes.values())
    text = say(
        f"{estimates} of {len(nodes)} parameters are estimates of grade D. “Drawn” means that every draw has a value "
        "of its own "
        "from the parameter's distribution; the value shown is then the central one.",
        f"{len(nodes)}个参数中{estimates}个为D级估计。标“抽取”者每次抽样各取一值，表中为中心值。",
    )
    columns = (
        Column(say("parameter", "参数")), Column(say("meaning", "含义")), Column(say("value", "取值"), numeric=True),
        Column(say("unit", "单位")), Column(say("low", "下限"), numeric=True),
        Column(say("high", "上限"), numeric=True), Column(say("drawn", "抽取")),
        Column(say("grade", "等级")), Column(say("source", "来源")),
    )
    caption = say("Parameters of the model", "模型参数")
    return Section("parameters", say("Parameters, grades and sources", "参数、等级与来源"), (text,),
                   (Table("parameters", caption, columns, rows), source_table(material)))


def source_table(material: Material) -> Table:
    """The sources that the parameters and targets refer to."""
    say = material.say
    path = material.inputs.province.folder / "sources.csv"
    named = {part for node in material.inputs.parameters.nodes.values() for part in split_sources(node.source)}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = [each for each in csv.DictReader(lines) if each["id"] in named]
    keys = ("id", "title", "publisher", "date", "address")
    heads = (("source", "来源"), ("title", "标题"), ("publisher", "发布者"), ("date", "日期"), ("address", "网址"))
    body = tuple(tuple(cell(each.get(key) or "–") for key in keys) for each in rows)
    return Table("sources", say("Sources", "来源"), tuple(Column(say(*head)) for head in heads), body)


def _plain(value: float) -> Cell:
    return number(value, f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:.6g}", "General")
