"""Phase 10: yearly demand that asks for the label, and what the label is worth to every firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import demand as rules

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def demand(model: ProvinceModel) -> None:
    """Award government, state-owned and voucher purchases; value the label with this year's rules."""
    if model.quarter % 4 != 0:
        return
    c, parameters, block = model.columns, model.parameters.demand, model.block
    weight = np.where(c["alive"], np.maximum(c["revenue"], 0.0) ** parameters.size_elasticity, 0.0)
    limit = parameters.largest_award_share * c["revenue"]
    certified = c["certified"] & c["alive"]
    gain = np.zeros(len(weight))
    model.buyer.open_year()
    reserved = {
        "government": model.terms.government_reserved,
        "state_owned": model.terms.state_owned_reserved,
        "vouchers": model.terms.voucher_reserved,
    }
    for name, share in reserved.items():
        purchases = block.markets.purchases(name, model.year)
        awards = rules.allocate(purchases, share, weight, block.sector, certified, limit)
        model.buyer.record(name, purchases, awards)
        gain += rules.reserved_gain(purchases * share, weight, block.sector, certified, limit)
    requirement = np.minimum(
        block.markets.export_requirement * (1.0 + parameters.export_requirement_growth) ** (model.year - 2026), 1.0
    )
    gain += rules.export_gain(c["revenue"], c["export_share"], requirement[block.sector], parameters)
    c["label_value"][:] = np.where(c["alive"], gain * parameters.contribution_margin, 0.0)
    model.label_value_median = float(np.median(c["label_value"][c["alive"]]))
    model.flows.procurement_awards = model.buyer.reserved_awards["government"]
    model.flows.procurement_premium = model.flows.procurement_awards * parameters.price_premium
    model.flows.voucher_sales_reserved = model.buyer.reserved_awards["vouchers"]
