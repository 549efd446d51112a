"""Phases 1 and 2: the world moves on, and the instruments set the terms every firm faces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents.flows import Flows
from agents.measure_grants import measure_grants
from policies.instrument import Context

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def environment(model: ProvinceModel) -> None:
    """Open the quarter: nothing has flowed yet. Prices, hydrology and growth are read from the drawn paths."""
    model.flows = Flows()
    model.completed = model.completed_above_floor = 0
    model.invested = 0.0


def policy(model: ProvinceModel) -> None:
    """Turn the mix's dated settings into this quarter's terms; adaptive governance adjusts them once a year."""
    if model.governance is not None:
        model.mix = model.governance.adjust(model.quarter, model.mix)
    paths = model.block.environment
    context = Context(
        subtype_index=model.block.subtype_index,
        carbon_price=float(paths.carbon_price[paths.at(model.quarter)]),
        province_share=model.block.scale,
        energy_order=model.block.energy_order,
        codes=model.block.scope_codes,
        drawn=model.block.columns,
        known=model.block.eligible,
    )
    model.terms = model.mix.terms(model.quarter, model.columns, model.block.slots, model.ledger, context)
    model.measure_shift = model.menu.by_measure(model.terms.measure_shift)
    model.measure_grants = measure_grants(model.menu, model.terms.measure_grants)
    model.pool.open(model.terms.pool_slice)

