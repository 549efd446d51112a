"""Dual control of carbon: a mandate on the largest energy users (clause II-16)."""

from __future__ import annotations

import numpy as np

from agents.array_types import BoolArray, IntArray
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


def first_alive(order: IntArray, alive: BoolArray, places: int) -> IntArray:
    """The first slots in an order whose firms are alive, as many as there are places, or all."""
    # most of the first are alive: hardly ever does one have to look through all slots
    for length in (2 * places, len(order)):
        found = order[np.flatnonzero(alive.take(order[:length]))[:places]]
        if len(found) == places:
            break
    return found


class DualControlMandate(Instrument):
    """The largest energy users among the firms alive weigh every measure as if it were worth more.

    The best study of quotas on energy use found no effect on efficiency (chen-2025-quota), so the prior of the shift
    includes zero. Evidence: mechanism only.
    """

    name = "dual_control_mandate"
    clauses = ("II-16",)
    payer = "none"

    shift = Setting("logit", 0.0, 5.0, doc="shift of the retrofit utility of covered firms", switch=True, scopable=True)
    covered_firms = Setting("firms", 0.0, 17600.0, doc="firms covered, the largest energy users first", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Shift the utility of the covered firms."""
        order = context.energy_order
        if order is None:
            order = np.argsort(-firms["energy_base"].sum(axis=1), kind="stable")
        places = round(self.covered_firms.at(quarter) * context.province_share)
        covered = first_alive(order, firms["alive"], places)
        shift = np.broadcast_to(self.value("shift", quarter, firms, context), terms.slots)[covered]
        terms.mandated[covered] = shift != 0.0
        terms.utility_shift[covered] += shift
