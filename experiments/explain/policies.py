"""Policies on the terminal: what can be named, and how a policy differs from the one in force."""

from __future__ import annotations

from typing import Any

from experiments.explain.rows import Rows
from experiments.unit_names import unit_name
from sim.preparation import Inputs


def policies(inputs: Inputs, lang: str) -> Rows:
    """Mixes and instruments by the name used in settings."""
    mixes = [
        {"policy": name, "name": _pick(mix, "", lang), "about": _pick(mix, "summary_", lang)}
        for name, mix in inputs.catalogue.mixes.items()
    ]
    about = (
        "单独一项，按行动方案设置，叠加在现行政策上"
        if lang == "zh"
        else "alone at its plan setting, on top of current"
    )
    instruments = [
        {"policy": name, "name": _pick(document, "", lang), "about": about}
        for name, document in inputs.catalogue.instruments.items()
    ]
    return mixes + instruments


def policy_differences(inputs: Inputs, name: str, lang: str) -> Rows:
    """How a policy differs from the one in force, setting by setting and date by date.

    Raises:
        ConfigError: if there is no such policy.
    """
    inputs.compose(name)
    return [
        {
            "setting": f"{row.instrument}.{row.setting}{_scope_lines(row.where)}",
            "label": row.zh if lang == "zh" else row.en,
            "from": row.quarter,
            "in force": f"{row.current:g}",
            "here": f"{row.value:g}",
            "unit": unit_name(row.unit, lang),
            "clause": row.clause,
            "source": row.source,
            "grade": row.grade,
        }
        for row in inputs.catalogue.describe(name)
    ]


def _scope_lines(where: str) -> str:
    """The firms meant, a line a condition: the column of names is never wrapped."""
    return "\n@" + where.replace(",", ",\n ") if where else ""


def _pick(document: Any, prefix: str, lang: str) -> str:
    """The text of a policy document in a language."""
    return str(getattr(document, f"{prefix}{lang}"))
