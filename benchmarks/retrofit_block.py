"""The retrofit part of the vectorised model: the phases that the object model has too, and what both report."""

from __future__ import annotations

import numpy as np

from benchmarks.trajectory import QuarterRow
from sim.model import ProvinceModel

RETROFIT_PHASES = (
    "environment", "policy", "demography", "information", "retrofit_choice", "finance", "service", "settlement",
)
"""Without certification no label is within reach of anybody, so no option has a bonus; nor do chain leaders ask."""


def retrofit_block(model: ProvinceModel) -> list[QuarterRow]:
    """Run a model to its last quarter with the retrofit phases only.

    Args:
        model: at its first quarter; changed in place.

    Returns:
        One row a quarter.
    """
    model.phases = RETROFIT_PHASES
    model.columns["chain_value"][:] = 0.0
    model.leaders.awareness[:] = 0.0
    rows = []
    while not model.finished:
        quarter, lent = model.quarter, model.bank.principal
        model.step()
        rows.append(_row(model, quarter, lent))
    return rows


def _row(model: ProvinceModel, quarter: int, lent_before: float) -> QuarterRow:
    """What happened in the quarter just run."""
    c, flows = model.columns, model.flows
    alive = c["alive"]
    deciding = 0 if model.wishes is None else len(model.wishes.rows)
    return QuarterRow(
        quarter=quarter,
        firms=int(np.count_nonzero(alive)),
        aware=int(np.count_nonzero(c["aware"] & alive)),
        deciding=deciding,
        diagnoses=flows.diagnoses,
        queue=int(np.count_nonzero((c["stage"] == 1) & alive)),
        in_progress=int(np.count_nonzero((c["stage"] == 2) & alive)),
        completed=model.completed,
        completed_above_floor=model.completed_above_floor,
        invested=model.invested,
        grants=flows.grants,
        interest_subsidies=sum(flows.interest_subsidies.values()),
        tax_credits=flows.tax_credits,
        guarantees=flows.guarantees_issued,
        claims=flows.pool_claims,
        lent=model.bank.principal - lent_before,
        providers=model.providers.number,
    )
