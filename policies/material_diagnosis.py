"""Diagnoses of raw and auxiliary materials in the six industries of clause II-11."""

from __future__ import annotations

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger, Outlay


class MaterialDiagnosis(Instrument):
    """A yearly number of diagnoses that show firms how to substitute materials, spread evenly over the quarters.

    A diagnosed firm knows the substitution measure and stands better in clean production. Evidence: mechanism only.
    """

    name = "material_diagnosis"
    clauses = ("II-11",)
    payer = "province"

    slots = Setting("firms/yr", 0.0, 1e4, doc="diagnoses carried out in a year", switch=True)
    public_cost = Setting("m CNY per firm", 0.0, 10.0, doc="fee paid from the public purse")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Plan a quarter of the year's diagnoses."""
        terms.material_slots += self.slots.at(quarter) / 4.0

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """Fees of the diagnoses carried out."""
        return (self.charge(flows.material_diagnoses * self.public_cost.at(quarter)),)
