"""What switching off a clause of the plan does: paired differences against the plan, with intervals over seeds.

``python -m experiments.clauses.effects [settings]`` runs ``greenmill run experiment=clauses [settings]`` and keeps the
effects with the province pack (`experiments.clauses.stored`), unless more than the seeds differs from the defaults.
Every difference is without the clause less with it, on the same seeds, with Student's 95 % interval.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.labels import is_share, outcome_unit_name, target_name
from experiments.store.whole_files import write_csv
from experiments.tables.ranking import paired_difference
from experiments.tables.terminal import GAP, plain_table, print_text, printed_width
from sim.indicators import INDICATORS
from sim.inputs.clauses import WITHOUT, Clause, Clauses

COLUMNS = (
    "scenario", "behaviour", "clause", "quantity", "name", "unit", "difference", "low", "high", "seeds",
    "includes_zero",
)
INDICATOR, TARGET = "indicator", "target"
"""Kinds of quantity: the clause's own indicator (mean over the quarters of the run), or an outcome target."""

FILE = "clause_effects.csv"
CLAUSE_WIDTH, CELL_WIDTH = 6, 16

TEXT = {
    "en": {
        "indicator": "Without the clause less with it: its own indicator, mean over the quarters",
        "target": "Without the clause less with it: outcome targets (shares in percentage points, trends in points)",
        "legend": "Mean paired difference ± half of its 95 % interval, {seeds} seeds. ° the interval includes zero.",
        "clause": "clause", "title": "title", "name": "indicator", "difference": "difference", "unit": "unit",
    },
    "zh": {
        "indicator": "去掉该条款减去保留该条款：条款自身指标（各季度平均）",
        "target": "去掉该条款减去保留该条款：结果性目标（占比为百分点，趋势为变化百分点）",
        "legend": "{seeds}个种子的配对差异均值±95%区间半宽。°表示区间含零。",
        "clause": "条款", "title": "名称", "name": "指标", "difference": "差异", "unit": "单位",
    },
}


def studied(policies: Iterable[str]) -> bool:
    """Whether the policies of an experiment contain the plan without some clause."""
    return any(policy.startswith(WITHOUT) for policy in policies)


def clause_effects(
    indicators: pd.DataFrame, outcomes: pd.DataFrame, clauses: Clauses, headline_targets: pd.DataFrame
) -> pd.DataFrame:
    """Effect of switching off each clause for which both policies were run.

    Args:
        indicators: one row per (policy, scenario, behaviour, seed, quarter), a column an indicator.
        outcomes: one row per (policy, scenario, behaviour, seed, target_id, definition), with value.
        clauses: the clauses of the plan.
        headline_targets: rows of the target registry; those of role outcome are reported.

    Returns:
        One row a (scenario, behaviour, clause, quantity), columns `COLUMNS`: the mean over the seeds that both runs
        have of without - with, its 95 % interval (missing with one seed), the number of seeds and whether the
        interval includes zero. Targets are in the unit of their value: trends in per cent of the level of 2025.
    """
    names = {clause.indicator for clause in clauses.values() if clause.represented}
    keys = ["scenario", "behaviour", "policy", "seed"]
    means = indicators.groupby(keys)[sorted(names & set(indicators.columns))].mean().reset_index()
    targets = headline_targets[headline_targets["role"] == "outcome"]
    rows = []
    for (scenario, behaviour), case in outcomes.groupby(["scenario", "behaviour"], sort=False):
        own = means[(means["scenario"] == scenario) & (means["behaviour"] == behaviour)]
        ran = set(case["policy"])
        for clause in clauses.values():
            if clause.represented and {clause.with_policy, clause.without_policy} <= ran:
                rows += [
                    (scenario, behaviour, clause.name, *row)
                    for row in (_own_effect(own, clause), *_target_effects(case, clause, targets))
                ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


Effect = tuple[str, str, str, float, float, float, int, bool]
"""Quantity, name, unit, difference, low, high, seeds, includes_zero."""


def _own_effect(means: pd.DataFrame, clause: Clause) -> Effect:
    by_seed = means.pivot(index="seed", columns="policy", values=clause.indicator)
    return _effect(INDICATOR, clause.indicator, INDICATORS[clause.indicator].unit, by_seed, clause)


def _target_effects(outcomes: pd.DataFrame, clause: Clause, targets: pd.DataFrame) -> Iterator[Effect]:
    for _, target in targets.iterrows():
        same = outcomes["target_id"] == target["target_id"]
        own = outcomes[same & (outcomes["definition"] == target["definition_id"])]
        by_seed = own.pivot(index="seed", columns="policy", values="value")
        yield _effect(TARGET, str(target["target_id"]), outcome_unit_name(target), by_seed, clause)


def _effect(quantity: str, name: str, unit: str, by_seed: pd.DataFrame, clause: Clause) -> Effect:
    """The paired difference of one quantity; `by_seed` has a row a seed and a column a policy."""
    without, present = (
        by_seed[policy].to_numpy(dtype=np.float64) for policy in (clause.without_policy, clause.with_policy)
    )
    mean, low, high = paired_difference(without, present)
    seeds = int(np.sum(~np.isnan(without - present)))
    # without an interval nothing excludes zero
    return quantity, name, unit, mean, low, high, seeds, not (low > 0.0 or high < 0.0)


def write_clause_effects(effects: pd.DataFrame, folder: Path) -> Path:
    """Write `clause_effects.csv` into a folder and return its path."""
    return write_csv(folder / FILE, effects)


def show_clause_effects(
    effects: pd.DataFrame, clauses: Clauses, headline_targets: pd.DataFrame, console: Console, lang: str = "en"
) -> None:
    """Print the effects case by case, within 100 columns."""
    cases = effects.groupby(["scenario", "behaviour"], sort=False)
    for case, rows in cases:
        if len(cases) > 1:
            console.print(Text(", ".join(map(str, case)), style="bold reverse"))
        _show_own(rows[rows["quantity"] == INDICATOR], clauses, console, lang)
        show_target_effects(rows[rows["quantity"] == TARGET], headline_targets, console, lang)
        legend = TEXT[lang]["legend"].format(seeds=int(rows["seeds"].max()))
        print_text(console, legend, printed_width(console))


def _show_own(rows: pd.DataFrame, clauses: Clauses, console: Console, lang: str) -> None:
    words = TEXT[lang]
    console.print(Text(words["indicator"], style="bold"), width=printed_width(console))
    table = _table([words["clause"], words["title"], words["name"], words["difference"], words["unit"]])
    for _, row in rows.iterrows():
        clause, entry = clauses[str(row["clause"])], INDICATORS[str(row["name"])]
        title, label = (clause.zh, entry.zh) if lang == "zh" else (clause.en, entry.en)
        table.add_row(clause.name, title, label, effect_text(row, decimals=6), Text(unit_text(str(row["unit"]))))
    console.print(table, width=printed_width(console))
    console.print()


def show_target_effects(rows: pd.DataFrame, targets: pd.DataFrame, console: Console, lang: str) -> None:
    """Print the effects on outcome targets, a row a clause, on as many pages as 100 columns need.

    Args:
        rows: rows of `clause_effects` of one case whose quantity is a target.
        targets: headline rows of the target registry.
        console: where to print.
        lang: en or zh.
    """
    words, width = TEXT[lang], printed_width(console)
    names = list(rows["name"].unique())
    shown = {str(row["target_id"]): row for _, row in targets.iterrows()}
    room = max(1, (width - CLAUSE_WIDTH) // (CELL_WIDTH + GAP))
    console.print(Text(words["target"], style="bold"), width=width)
    for start in range(0, len(names), room):
        page = names[start : start + room]
        heads = [target_name(shown[name], "zh") if lang == "zh" else name.replace("_", " ") for name in page]
        table = _table([words["clause"], *heads], CELL_WIDTH)
        for clause, own in rows.groupby("clause", sort=False):
            by_name = {row["name"]: row for _, row in own.iterrows()}
            table.add_row(str(clause), *(effect_text(by_name[name]) for name in page))
        console.print(table, width=width)
        console.print()


def effect_text(row: pd.Series, decimals: int = 3) -> str:
    """A difference with half of its interval; shares in percentage points; ° where the interval includes zero.

    Both have the decimals that show two digits of the larger one, at most `decimals`; a bare ``0`` is exactly zero.
    """
    factor = 100.0 if is_share(str(row["unit"])) else 1.0
    mean, half = factor * float(row["difference"]), factor * (float(row["high"]) - float(row["low"])) / 2.0
    size = max(abs(mean), 0.0 if math.isnan(half) else half)
    digits = min(decimals, max(0, 1 - math.floor(math.log10(size)))) if size > 0.0 else 0
    spread = "" if math.isnan(half) else f" ±{_number(half, digits)}"
    return f"{'+' if mean > 0.0 else ''}{_number(mean, digits)}{spread}{'°' if row['includes_zero'] else ''}"


def _number(value: float, digits: int) -> str:
    return "0" if value == 0.0 else f"{value:,.{digits}f}"


def unit_text(unit: str) -> str:
    """The unit of a difference: shares differ in percentage points."""
    return "%-points" if is_share(unit) else unit


def _table(heads: Sequence[str], cell: int | None = None) -> Table:
    table = plain_table()
    table.add_column(heads[0], width=CLAUSE_WIDTH, no_wrap=True, vertical="bottom")
    for head in heads[1:]:
        table.add_column(head, width=cell, vertical="bottom", overflow="fold", justify="right" if cell else "left")
    return table


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the experiment on the clauses with settings ``name=value`` and keep its effects.

    Returns:
        The exit code of ``greenmill run``.
    """
    from experiments.clauses.stored import update
    from experiments.cli import OK, run

    words = ["experiment=clauses", *(sys.argv[1:] if arguments is None else arguments)]
    code = run(words)
    if code == OK:
        sys.stdout.write("\n".join(update(words)) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
