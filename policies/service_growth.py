"""Selection and training of green-manufacturing service providers, and new business models (clauses III-3, III-6)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ServiceGrowth(Instrument):
    """Growth of the number of service providers beyond what their queue itself attracts, the list, digital tools.

    Evidence: mechanism only for growth and tools; accounting for the list, which acts on no firm.
    """

    name = "service_growth"
    clauses = ("III-3", "III-6")
    payer = "none"

    growth = Setting("1/yr", -1.0, 5.0, doc="growth of the number of providers")
    digital_productivity = Setting("1/yr", 0.0, 1.0, doc="growth of the projects a provider can start by digital tools")
    listed = Setting("providers", 0.0, 1e5, doc="places on the published list of providers")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Add the growth rates and the places on the list."""
        terms.provider_growth += self.growth.at(quarter)
        terms.provider_productivity += self.digital_productivity.at(quarter)
        terms.provider_list += self.listed.at(quarter)
