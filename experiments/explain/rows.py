"""What tables of `greenmill explain` consist of."""

from __future__ import annotations

from typing import Any

from experiments.labels import bracketed

Rows = list[dict[str, Any]]
"""Rows of one table: cells by English column heading; every row has the same."""

TITLES_ZH = {
    "phases": "阶段",
    "policies": "政策",
    "scenarios": "情景",
    "parameters": "参数",
    "measures": "措施",
    "targets": "目标",
    "indicators": "指标",
    "population": "企业生成",
    "clauses": "条款",
}
"""Chinese titles of the tables, by topic; a policy keeps its name."""


def title_text(topic: str, rows: Rows, lang: str) -> str:
    """Title of a table with the number of its rows."""
    return bracketed(TITLES_ZH.get(topic, topic) if lang == "zh" else topic, str(len(rows)), lang)


def text_of(document: Any, lang: str, prefix: str = "") -> str:
    """The name of a policy or scenario in a language, or with the prefix ``summary_`` what it is."""
    return str(getattr(document, f"{prefix}{lang}"))
