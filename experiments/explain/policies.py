"""Policies on the terminal: what can be named, and how a policy differs from the one in force."""

from __future__ import annotations

from experiments.explain.rows import Rows, text_of
from experiments.unit_names import unit_name
from sim.preparation import Inputs


def policies(inputs: Inputs, lang: str) -> Rows:
    """Mixes and instruments by the name used in settings."""
    mixes = [
        {"policy": name, "name": text_of(mix, lang), "about": text_of(mix, lang, "summary_")}
        for name, mix in inputs.catalogue.mixes.items()
    ]
    about = (
        "单独一项，按行动方案设置，叠加在现行政策上"
        if lang == "zh"
        else "alone at its plan setting, on top of current"
    )
    instruments = [
        {"policy": name, "name": text_of(document, lang), "about": about}
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
