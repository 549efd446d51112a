"""Selection and training of green-manufacturing service providers (clauses III-3, III-6)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ServiceGrowth(Instrument):
    """Growth of the number of service providers beyond what their queue itself attracts."""

    name = "service_growth"
    clauses = ("III-3", "III-6")
    payer = "none"

    growth = Setting("1/yr", -1.0, 5.0, doc="growth of the number of providers", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Add the growth rate."""
        terms.provider_growth += self.growth.at(quarter)
