"""How names, values and thresholds are written for a reader, in English or Chinese."""

from __future__ import annotations

import math
from collections.abc import Iterable

import pandas as pd

from experiments.unit_names import unit_name

WORDS = {
    "policy": "政策组合",
    "scenario": "情景",
    "behaviour": "决策规则",
    "outcome targets": "结果性目标",
    "delivery targets": "实施性目标",
    "median · draws that meet the target": "中位数 · 达标抽样次数",
    "public cost, bn CNY": "财政成本（亿元）",
    "results": "结果文件",
    "money over the run and what it adds: median of draws": "运行期内的资金及其新增效果：抽样中位数",
    "What a policy adds, and what a unit costs, is told against the policy none, which was not run.": (
        "新增效果和单位成本须与“无政策”（none）相比，本次未运行该组合。"
    ),
    "paid by the centre, bn CNY": "中央承担（亿元）",
    "paid by the province, bn CNY": "省级承担（亿元）",
    "paid by cities, bn CNY": "市州承担（亿元）",
    "guarantees outstanding, bn CNY": "担保余额（亿元）",
    "cost of projects, bn CNY": "技改项目投资（亿元）",
    "private CNY a public CNY": "企业投资与财政资金之比",
    "additional projects": "新增项目（项）",
    "public cost each, m CNY": "每个新增项目财政成本（万元）",
    "public CNY a tce/yr saved": "每节约1吨标准煤/年财政成本（元）",
    "public CNY a t CO2/yr avoided": "每减排1吨二氧化碳/年财政成本（元）",
    "Gini of coverage, prefectures": "市州覆盖率基尼系数",
    "falling": "下降",
    "rising": "上升",
    "target": "目标",
    "median of draws": "抽样中位数",
    "one draw": "单次抽样",
    "25-75 % of draws": "25—75% 抽样区间",
    "5-95 % of draws": "5—95% 抽样区间",
    "due": "目标时点",
    "change against 2025, %": "较2025年变化（%）",
    "draws that meet it": "达标次数",
    "percentage points": "百分点",
    "% of 2025": "2025年的%",
    "difference against current policy": "与现行政策的差异（同一种子配对）",
    "attainable": "可达",
    "conditional": "有条件",
    "not attainable": "不可达",
    "cannot be said": "无法判断",
    "verdict on each target: draws that meet it": "各目标判断：达标抽样次数",
    "public cost and outcome: grey line joins policies that none beats": "财政成本与结果：灰线连接前沿上的政策组合",
    "change against current policy": "相对现行政策的变化",
    "coverage": "技改覆盖率",
    "grants": "2026年以来补助",
    "certified output": "绿色工厂产值",
    "where the firms stand, % of firms in business": "企业所处状态（占存续企业%）",
    "part of each lever in the effect over current policy": "各政策工具对现行政策之上影响的贡献",
    "all together": "全部合计",
    "effect of a later start on the share of draws that meet the target, points": (
        "延后启动对达标抽样占比的影响（百分点）"
    ),
    "mean over the first n seeds with its 95 % interval, by n": "前n个种子的均值及95%区间（横轴为n）",
    "targets by prefecture, an illustration": "各市（州）目标完成情况（示意）",
    "median as part of what the prefecture would have to reach": "中位数占本地份额的比例",
    "certified output share": "绿色工厂产值占比",
    "mean of draws, %": "抽样均值（%）",
    "dots: draws; bar: 25-75 %; line: 5-95 %; stroke: median; red: target": (
        "点：各次抽样；色块：25—75%；横线：5—95%；竖线：中位数；红线：目标"
    ),
}
"""Chinese for the words of tables and figures; English is the key itself."""

SIGNS = {">=": "≥", "<=": "≤"}


def word(text: str, lang: str) -> str:
    """A fixed phrase in the language of the run."""
    return WORDS[text] if lang == "zh" else text


def headed(head: str, text: str, lang: str) -> str:
    """A text after its heading, with the colon of the language."""
    return f"{head}：{text}" if lang == "zh" else f"{head}: {text}"


def bracketed(text: str, more: str, lang: str) -> str:
    """A text and what explains it, in the brackets of the language."""
    return f"{text}（{more}）" if lang == "zh" else f"{text} ({more})"


def joined(parts: Iterable[str], lang: str) -> str:
    """Parts of a sentence or a title, with the comma of the language."""
    return ("，" if lang == "zh" else ", ").join(parts)


def listed(names: Iterable[str], lang: str) -> str:
    """Names one after the other, with the comma of a list of the language."""
    return ("、" if lang == "zh" else ", ").join(names)


def money_text(amount: float, lang: str) -> str:
    """An amount given in m CNY as billion CNY, or as 亿元 (100 m CNY), with two digits."""
    return f"{amount / (100 if lang == 'zh' else 1000):,.2f}"


def is_share(unit: str) -> bool:
    """Whether values of this unit are read as percentages."""
    return unit.split(" ")[0] == "share"


def unit_label(unit: str, lang: str) -> str:
    """The unit on an axis; shares are drawn in percent."""
    if is_share(unit):
        return "%"
    return unit_name(unit, lang)


def value_text(value: float, unit: str) -> str:
    """A value short enough for a table cell: percent for shares, whole counts, three digits otherwise."""
    if math.isnan(value):
        return "–"
    if is_share(unit):
        if 0.9949 < value < 1.0:  # just short of everybody is not everybody
            return f"{math.floor(1000 * value) / 10:.1f}%"
        return f"{100 * value:.1f}%" if 0.0 < abs(value) < 0.0995 else f"{100 * value:.0f}%"
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:.3g}"


def target_name(target: pd.Series, lang: str) -> str:
    """Name of a target in the language of the run."""
    return str(target["name_zh" if lang == "zh" else "name_en"])


COUNTS = ("sites", "parks")
"""Units of trends that start from nothing: their outcome is the number itself, not a change in per cent."""


def is_change(target: pd.Series) -> bool:
    """Whether a target's outcome is a change in per cent."""
    return bool(target["kind"] == "trend" and target["unit"] not in COUNTS)


def outcome_text(value: float, target: pd.Series) -> str:
    """The outcome of a target for a table cell: the change in per cent for a trend, otherwise the value."""
    return f"{value:+.1f}%" if is_change(target) else value_text(value, str(target["unit"]))


CHANGE_UNIT = "% of 2025"
"""Unit of the outcome of a trend."""


def outcome_unit_name(target: pd.Series) -> str:
    """Unit of a target's outcome in a table of numbers."""
    return CHANGE_UNIT if is_change(target) else str(target["unit"])


def outcome_unit(target: pd.Series, lang: str) -> str:
    """Unit of a target's outcome on an axis."""
    if is_change(target):
        return word("change against 2025, %", lang)
    return unit_label(str(target["unit"]), lang)


def axis_factor(target: pd.Series) -> float:
    """What outcomes are multiplied with on an axis: 100 for shares, which are drawn in per cent."""
    return 100.0 if is_share(str(target["unit"])) and target["kind"] != "trend" else 1.0


def goal_level(target: pd.Series) -> float:
    """The outcome at which a target is met: its threshold, or no change for a trend."""
    return 0.0 if target["kind"] == "trend" else float(target["threshold"])


def figure_title(target: pd.Series, lang: str) -> str:
    """Name of a target with the unit of its outcome."""
    return joined((target_name(target, lang), outcome_unit(target, lang)), lang)


def threshold_text(target: pd.Series, lang: str) -> str:
    """What a target asks for: ``≥85% by 2027``, ``falling by 2027``, or of a flow ``≥1,000 each year to 2030``.

    Args:
        target: a row of the headline targets of a run, with `threshold`.
        lang: en or zh.
    """
    year = int(target["by_year"])
    if target["kind"] == "trend":
        wanted = word("falling" if target["comparison"] == "decrease" else "rising", lang)
    else:
        wanted = f"{SIGNS[target['comparison']]}{value_text(float(target['threshold']), str(target['unit']))}"
    if target["kind"] == "flow" and int(target["from_year"]) < year:  # met only if every single year reaches it
        return f"至{year}年各年{wanted}" if lang == "zh" else f"{wanted} each year to {year}"
    return f"{year}年{wanted}" if lang == "zh" else f"{wanted} {'in' if target['kind'] == 'flow' else 'by'} {year}"


def target_heading(target: pd.Series, lang: str) -> str:
    """Column heading of a target: a short name and what it asks for."""
    name = target_name(target, lang) if lang == "zh" else str(target["target_id"]).replace("_", " ")
    return f"{name} {threshold_text(target, lang)}"
