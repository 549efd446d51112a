"""Growth of the environmental-equipment industry: conforming makers, clusters, skills contests (clause II-19)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class EquipmentIndustry(Instrument):
    """Makers that come to meet the industry conditions, clusters, and what skills contests add to service capacity.

    Evidence: accounting for makers and clusters, which act on no firm; mechanism only for skills.
    """

    name = "equipment_industry"
    clauses = ("II-19",)
    payer = "none"

    makers = Setting("firms/yr", 0.0, 1000.0, doc="makers that come to meet the conditions in a year")
    cluster_hazard = Setting("1/yr", 0.0, 100.0, doc="hazard that another base is approved as a provincial cluster")
    skills_gain = Setting("1/yr", 0.0, 1.0, doc="growth of the projects a service provider can start")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the pace."""
        terms.equipment_makers += self.makers.at(quarter)
        terms.cluster_hazard += self.cluster_hazard.at(quarter)
        terms.provider_productivity += self.skills_gain.at(quarter)
