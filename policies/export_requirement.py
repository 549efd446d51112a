"""Supply-chain carbon footprints in the export chains (clause III-4)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ExportRequirement(Instrument):
    """Leaders of the battery, vehicle and photovoltaic chains take stock of their supply chains' footprints.

    What export customers ask for grows by itself; the programme makes more leaders pass it on. Evidence: mechanism
    only.
    """

    name = "export_requirement"
    clauses = ("III-4",)
    payer = "none"

    chain_footprints = Setting(
        "1/yr", 0.0, 10.0, doc="added hazard that a leader of an export chain asks for proof", switch=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Add the hazard."""
        terms.chain_footprints += self.chain_footprints.at(quarter)
