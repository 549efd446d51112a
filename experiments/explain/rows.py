"""What tables of `greenmill explain` consist of."""

from __future__ import annotations

from typing import Any

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
    return f"{TITLES_ZH.get(topic, topic)}（{len(rows)}）" if lang == "zh" else f"{topic} ({len(rows)})"
