"""Figures of a province pack on the terminal: parameters, measures and targets, with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from experiments.explain.rows import Rows
from experiments.labels import SIGNS, is_share, word
from experiments.unit_names import unit_name
from sim.preparation import Inputs

CLASSES_ZH = {
    "efficiency": "节能",
    "digital": "数字化",
    "pv": "光伏",
    "storage": "储能",
    "electrification": "电气化",
    "fuel_switch": "燃料替代",
    "waste_heat": "余热利用",
    "process": "工艺",
    "feedstock": "原料替代",
    "ironmaking": "炼铁",
    "hydrogen": "氢能",
    "waste": "固废利用",
    "material": "有害物质替代",
    "ccus": "碳捕集",
}
"""Chinese names of the classes of measures."""


def parameters(inputs: Inputs, lang: str) -> Rows:
    """Every parameter with its path, value, range and evidence."""
    return [
        {
            "parameter": path,
            "value": f"{node.value:g}",
            "range": f"{node.low:g} – {node.high:g}",
            "unit": unit_name(node.unit, lang),
            "grade": node.grade,
            "source": node.source,
            "label": node.zh if lang == "zh" else node.en,
        }
        for path, node in inputs.parameters.nodes.items()
    ]


def measures(inputs: Inputs, lang: str) -> Rows:
    """The menu of retrofit measures."""
    return [
        {
            "measure": row["measure_id"],
            "name": row[f"name_{lang}"],
            "class": CLASSES_ZH.get(row["class"], row["class"]) if lang == "zh" else row["class"].replace("_", " "),
            "sectors": _sectors(row["sectors"], lang),
            "payback, years": "–"
            if pd.isna(row["payback_reference_years"])
            else f"{row['payback_reference_years']:g}",
            "adopted 2025": f"{100 * row['adopted_share_2025']:.0f}%",
            "grade": row["grade"],
            "source": row["source"],
        }
        for row in inputs.province.measures.to_dict("records")
    ]


def _sectors(codes: str, lang: str) -> str:
    """The divisions a measure is for, as listed in the menu."""
    return {"zh": "全部", "en": "all"}[lang] if codes == "ALL" else codes.replace(";", " ")


def targets(inputs: Inputs, lang: str) -> Rows:
    """The commitments of the plan and how each is counted; the headline definition is marked."""
    return [
        {
            "target": row["target_id"] + (" *" if row["headline"] else ""),
            "name": row[f"name_{lang}"],
            "definition": f"{row['definition_id']}: {row[f'definition_{lang}']}",
            "asks for": _demand(row, lang),
            "by": str(row["by_year"]),
            "clause": row["clause"],
        }
        for row in inputs.province.targets.to_dict("records")
    ]


def _demand(row: Mapping[Any, Any], lang: str) -> str:
    """What a target asks for, in short."""
    if row["kind"] == "trend":
        return word({"decrease": "falling", "increase": "rising"}[row["comparison"]], lang)
    plain = f"{row['value']:,.0f}{'' if lang == 'zh' else ' '}{unit_name(row['unit'], lang)}"
    value = f"{100 * row['value']:g}%" if is_share(row["unit"]) else plain
    return f"{SIGNS[row['comparison']]} {value}"
