"""Phase 13: loans are repaid, some default, the risk pool pays its claims, and the instruments book their outlays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.ledger import KINDS

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def settlement(model: ProvinceModel) -> None:
    """Close the quarter's money: loan service, defaults and exits, claims, and every instrument's outlays."""
    claims = model.bank.settle(model)
    model.flows.pool_claims = model.pool.pay(claims)
    before = booked(model)
    model.mix.settle(model.quarter, model.terms, model.flows, model.ledger)
    after = booked(model)
    model.booked = {kind: after[kind] - before[kind] for kind in KINDS}


def booked(model: ProvinceModel) -> dict[str, float]:
    """Amounts booked so far by kind, m CNY."""
    totals = dict.fromkeys(KINDS, 0.0)
    for row in model.ledger.rows():
        totals[row.kind] += row.amount
    return totals
