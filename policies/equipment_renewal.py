"""Renewal of over-age equipment, retirement orders and support for first sets (clause II-18)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import MeasureGrant, Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay

FIRST_SETS = ("M15", "M20", "M21", "M22", "M31", "M41")
"""Measures whose equipment is built for the first time: oxy-fuel kilns, hydrogen routes, carbon capture."""


class EquipmentRenewal(Instrument):
    """Over-age main equipment is renewed sooner, part of it by order; first sets get a grant on their price.

    A renewal opens the choice of all measures at incremental cost. The grant on renewed equipment itself is that of
    the provincial fund (`retrofit_subsidy`). Evidence: mechanism only.
    """

    name = "equipment_renewal"
    clauses = ("II-18",)
    payer = "province"

    hazard_multiplier = Setting(
        "ratio", 1.0, 10.0, null=1.0, doc="renewal of over-age equipment against that of other equipment"
    )
    retirement_orders = Setting("share of over-age stock a year", 0.0, 1.0, doc="over-age equipment retired by order")
    first_set_rate = Setting("share of price", 0.0, 1.0, doc="grant on the price of a first set")
    first_set_cap = Setting("m CNY", 0.0, 1e3, doc="largest grant for one first set")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set hazard and orders, and offer the grant on first sets."""
        terms.renewal_multiplier = max(terms.renewal_multiplier, self.hazard_multiplier.at(quarter))
        terms.retirement_orders += self.retirement_orders.at(quarter) / 4.0
        rate, cap = self.first_set_rate.at(quarter), self.first_set_cap.at(quarter)
        if rate > 0.0 and cap > 0.0:
            terms.measure_grants += tuple(MeasureGrant(each, rate, cap, self.position) for each in FIRST_SETS)

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Grants on first sets."""
        return (self.charge(flows.measure_grants.get(self.position, 0.0)),)
