"""What an optimum rests on: the settings turned, the policy's other settings, and the parameters, with their grades.

A search finds what the model's assumptions reward. Which of them are estimates (grade D) is therefore part of the
answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.study.levers import Lever
from policies.schedule import FIRST_QUARTER, parse_quarter

if TYPE_CHECKING:
    from sim.preparation import Inputs

TURNED, POLICY, DRAWN, FIXED = "turned", "policy", "drawn", "fixed"
"""Roles: a setting that the study turns, another setting of the policy, a parameter drawn for every seed, one at its
central value."""
ESTIMATE = "D"
"""Grade of figures that are derived or estimated."""
COLUMNS = ("role", "path", "value", "low", "high", "unit", "grade", "source", "zh", "en")


def assumption_table(inputs: Inputs, levers: Sequence[Lever], policy: str, uncertainty: str) -> pd.DataFrame:
    """Everything that the result of a study rests on.

    Args:
        inputs: what the run reads.
        levers: the settings that the study turns.
        policy: the policy whose settings they are.
        uncertainty: name of the uncertainty, whose parameters are drawn.

    Returns:
        `COLUMNS`: first the settings turned (with the range searched, graded as the range is), then the policy's other
        settings in force in 2026, the parameters drawn and those that are not; value is empty where there are several.
    """
    from sim.inputs.uncertainty import load_uncertainty

    nodes = inputs.parameters.nodes
    spread = load_uncertainty(uncertainty, nodes)
    drawn = {*spread.draws, *spread.ridges}
    rows: list[dict[str, Any]] = [
        {"role": TURNED, "path": lever.path, "value": None, **_facts(lever.node)} for lever in levers
    ]
    turned = {lever.path for lever in levers}
    rows += [row for row in _policy_rows(inputs, policy) if row["path"] not in turned]
    for role in (DRAWN, FIXED):
        rows += [
            {"role": role, "path": path, "value": node.value if role == FIXED else None, **_facts(node)}
            for path, node in sorted(nodes.items()) if (path in drawn) == (role == DRAWN)
        ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _facts(node: Any) -> dict[str, Any]:
    """What settings and parameters say of themselves alike."""
    return {name: getattr(node, name) for name in ("low", "high", "unit", "grade", "source", "zh", "en")}


def _policy_rows(inputs: Inputs, policy: str) -> list[dict[str, Any]]:
    """The settings that a policy has in force in 2026, each with the grade of its value."""
    mix, first, settings = inputs.compose(policy), parse_quarter(FIRST_QUARTER), inputs.catalogue.settings()
    # of several values laid over each other the last is in force
    grades = {f"{node.instrument}.{node.setting}": node for node in inputs.catalogue.values(policy)}
    rows = []
    for instrument in mix.instruments:
        for name, schedule in instrument.schedules.items():
            path = f"{instrument.name}.{name}"
            if schedule.at(first) != schedule.null:
                node = settings[path]
                own = grades.get(path)
                evidence = {"grade": own.grade, "source": own.source} if own else {}
                rows.append({"role": POLICY, "path": path, "value": schedule.at(first), **_facts(node), **evidence})
    return rows


def estimates(table: pd.DataFrame, role: str) -> tuple[int, int]:
    """How many of one role are estimates, and how many there are."""
    own = table[table["role"] == role]
    return int((own["grade"] == ESTIMATE).sum()), len(own)
