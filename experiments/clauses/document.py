"""The measured effects of the clauses as tables of docs/clauses.md, between two marks of the page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from experiments.clauses.effects import INDICATOR, TARGET, effect_text, unit_text
from experiments.clauses.stored import StoredEffects
from experiments.store.whole_files import write_whole
from sim.indicators import INDICATORS
from sim.inputs.clauses import Clauses

BEGIN, END = "<!-- measured effects: written by python -m experiments.clauses.effects -->", "<!-- end -->"

TARGETS_A_TABLE = 6


def write_document(page: Path, stored: StoredEffects, clauses: Clauses) -> Path:
    """Replace what stands between the marks of a page; returns the page.

    Raises:
        ValueError: if the page has not exactly one pair of marks.
    """
    before, begun, rest = page.read_text(encoding="utf-8").partition(f"{BEGIN}\n")
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"{page} does not hold {BEGIN} and {END}")
    text = f"{before}{BEGIN}\n{document_tables(stored, clauses)}{END}{after}"
    write_whole(page, lambda path: path.write_text(text, encoding="utf-8"))
    return page


def document_tables(stored: StoredEffects, clauses: Clauses) -> str:
    """The tables in Markdown: own indicators, outcome targets, and the clauses that move no target.

    Args:
        stored: the effects and where they come from.
        clauses: the clauses of the plan.
    """
    own = stored.effects[stored.effects["quantity"] == INDICATOR]
    rows = [
        [str(row["clause"]), INDICATORS[str(row["name"])].en, effect_text(row, decimals=6), unit_text(str(row["unit"]))]
        for _, row in own.iterrows()
    ]
    parts = [f"Measured: {stored.origin('en')}.\n", _table(["clause", "indicator", "difference", "unit"], rows)]
    parts.append("Outcome targets: shares in percentage points, intensities and solid waste in per cent of 2025.\n")
    outcome = stored.effects[stored.effects["quantity"] == TARGET]
    names = list(dict.fromkeys(outcome["name"]))
    for start in range(0, len(names), TARGETS_A_TABLE):
        page = names[start : start + TARGETS_A_TABLE]
        parts.append(_table(["clause", *(name.replace("_", " ") for name in page)], _effects(outcome, page)))
    idle = [name for name, rows in outcome.groupby("clause", sort=False) if rows["includes_zero"].all()]
    count = f"Of {len(clauses)} clauses {len(idle)} move no outcome target beyond their interval"
    return "\n".join([*parts, f"{count}: {', '.join(map(str, idle))}.\n" if idle else f"{count}.\n"])


def _effects(outcome: pd.DataFrame, names: Sequence[str]) -> list[list[str]]:
    """A row a clause, a cell a target."""
    table = []
    for clause, rows in outcome.groupby("clause", sort=False):
        texts = {str(row["name"]): effect_text(row) for _, row in rows.iterrows()}
        table.append([str(clause), *(texts[name] for name in names)])
    return table


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)

