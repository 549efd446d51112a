"""Publicly paid green diagnoses of firms (clauses III-2, III-6)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class Diagnosis(Instrument):
    """A yearly number of diagnoses, spread evenly over the quarters, at a public fee each."""

    name = "diagnosis"
    clauses = ("III-2", "III-6", "III-4")
    payer = "province"

    slots = Setting("firms/yr", 0.0, 1e5, doc="diagnoses offered in a year", switch=True)
    public_cost = Setting("m CNY per firm", 0.0, 10.0, doc="fee paid from the public purse")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer a quarter of the year's diagnoses."""
        terms.diagnosis_slots += self.slots.at(quarter) / 4.0

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Fees of the diagnoses carried out."""
        return (self.charge(flows.diagnoses * self.public_cost.at(quarter)),)
