"""Phase 13: loans are repaid, some default, the risk pool pays its claims, and the instruments book their outlays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def settlement(model: ProvinceModel) -> None:
    """Close the quarter's money: loan service, defaults and exits, claims, and every instrument's outlays."""
    claims = model.bank.settle(model)
    model.flows.pool_claims = model.pool.pay(claims)
    model.booked = model.mix.settle(model.quarter, model.terms, model.flows, model.ledger)
