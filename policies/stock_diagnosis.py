"""Diagnosis of the green factories and parks that were on the lists at the end of 2025 (clause III-4)."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class StockDiagnosis(Instrument):
    """A stream of diagnoses beside the general one; what a diagnosis does to a firm is the same in both.

    Evidence: causal for diagnoses of small firms abroad, association for those already certified.
    """

    name = "stock_diagnosis"
    clauses = ("III-4",)
    payer = "province"

    factories = Setting("firms/yr", 0.0, 1e5, doc="green factories of the 2025 list diagnosed in a year")
    parks = Setting("parks/yr", 0.0, 1e4, doc="green parks of the 2025 list diagnosed in a year")
    public_cost = Setting("m CNY per unit", 0.0, 10.0, doc="fee paid from the public purse")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Offer a quarter of the year's diagnoses."""
        terms.stock_diagnosis_factories += self.factories.at(quarter) / 4.0
        terms.stock_diagnosis_parks += self.parks.at(quarter) / 4.0

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Fees of the diagnoses carried out."""
        return (self.charge(flows.stock_diagnoses * self.public_cost.at(quarter)),)
