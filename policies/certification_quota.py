"""Yearly places on the green-factory lists, and the cities' awards for those approved (clause III-4)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class CertificationQuota(Instrument):
    """Places a year, and a share of each city's published award (firm column `certification_award_city`)."""

    name = "certification_quota"
    clauses = ("III-4",)
    payer = "city"

    quota = Setting("factories/yr", 0.0, 1e5, doc="green factories approved in a year", switch=True)
    award_share = Setting("share", 0.0, 1.0, doc="part of the city's published award that is paid", scopable=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Open the year's places and promise the award."""
        terms.certification_quota += self.quota.at(quarter)
        paid = self.value("award_share", quarter, firms, context)
        terms.add(certification_award=paid * firms["certification_award_city"])

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Awards to newly approved factories."""
        return (self.charge(flows.certification_awards),)
