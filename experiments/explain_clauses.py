"""The clauses of the plan on the terminal: what stands for each, since when, with which evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from policies.catalogue import PLAN
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter, quarter_label
from sim.clauses import Clause
from sim.indicators import INDICATORS
from sim.preparation import Inputs

WIDTH, CLAUSE_WIDTH, GAP = 100, 6, 2

STATUS_ZH = {"represented": "已体现", "partly": "部分体现", "not represented": "未体现"}
EVIDENCE_ZH = {
    "causal evidence": "因果证据", "association": "相关关系", "mechanism only": "仅有机制", "accounting": "核算关系",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"indicator": "moves", "null": "not in the plan, stays {null}", "mix": "policy"},
    "zh": {"indicator": "指标", "null": "方案未设，保持{null}", "mix": "政策组合"},
}


def clause_rows(inputs: Inputs, lang: str) -> list[dict[str, Any]]:
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


def show_clauses(rows: list[dict[str, Any]], console: Console, lang: str) -> None:
    """Print the entries within 100 columns."""
    table = Table(
        title=f"clauses ({len(rows)})", title_justify="left", box=None, pad_edge=False, padding=(0, GAP, 0, 0),
        show_header=False,
    )
    table.add_column(width=CLAUSE_WIDTH, no_wrap=True)
    table.add_column(width=WIDTH - CLAUSE_WIDTH - 2 * GAP, overflow="fold")
    for row in rows:
        head = Text.assemble((row["title"], "bold"), f"  {' · '.join(filter(None, (row['status'], row['evidence'])))}")
        lines = [row["indicator"], *row["settings"], row["note"]]
        table.add_row(Text(row["clause"], style="bold"), head)
        for line in filter(None, lines):
            table.add_row("", Text(line))
    console.print(table, width=min(console.width, WIDTH))


def _indicator(clause: Clause, lang: str) -> str:
    """The indicator of a clause, where it is to move, and its label."""
    if not clause.indicator:
        return ""
    entry, words = INDICATORS[clause.indicator], WORDS[lang]
    way = "↑" if clause.direction > 0 else "↓"
    return f"{words['indicator']} {entry.name} {way} ({entry.zh if lang == 'zh' else entry.en})"


def _values(schedule: Schedule, lang: str) -> str:
    """The null value, and the values of the plan with the dates from which they hold."""
    since = parse_quarter(FIRST_QUARTER)
    steps = [step for step in schedule.steps if step[0] <= since][-1:]
    steps += [step for step in schedule.steps if step[0] > since]
    if all(value == schedule.null for _, value in steps):
        return WORDS[lang]["null"].format(null=f"{schedule.null:g}")
    return f"{schedule.null:g} → " + ", ".join(f"{value:g} ({quarter_label(date)})" for date, value in steps)
