"""Part of phase 12: indicators of certificates, supply chains, exports and demand that asks for certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray
from sim.phases.demand import proven, recognition

if TYPE_CHECKING:
    from sim.model import ProvinceModel

BUYERS = ("government", "state_owned", "vouchers")


def markets(model: ProvinceModel) -> dict[str, float]:
    """Green products, chain leaders' requests, exports that need proof, reserved purchases of the year."""
    c, leaders = model.columns, model.leaders
    alive = c["alive"]
    in_business = _count(alive[leaders.network.leader])
    exposed = model.exposed_exports * alive
    demand, awards = model.buyer.reserved_demand, model.buyer.reserved_awards
    return {
        "green_product_firms": _count(c["green_product"] & alive),
        "carbon_footprint_firms": _count(c["carbon_footprint"] & alive),
        "chain_leaders_asking": _count(leaders.asking) / in_business if in_business else 0.0,
        "chain_asked_firms": _count(c["chain_asked"] & alive),
        "chain_platform_firms": _count(leaders.on_platform & alive),
        "exposed_exports": float(exposed.sum()),
        "recognised_exports": float(exposed.take(np.flatnonzero(proven(model))).sum()) * recognition(model),
        "green_demand": sum(demand.values()),
        "procurement_awards": sum(awards.values()),
        **{f"green_demand_{name}": demand[name] for name in BUYERS},
        **{f"procurement_awards_{name}": awards[name] for name in BUYERS},
    }


def _count(flags: BoolArray) -> float:
    """Number of flagged entries."""
    return float(np.count_nonzero(flags))
