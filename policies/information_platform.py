"""Technology catalogue, matchmaking and the digital-green service centre (clause II-9)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class InformationPlatform(Instrument):
    """Public information from which firms learn about measures, whatever their peers do."""

    name = "information_platform"
    clauses = ("II-9",)
    payer = "none"

    awareness_rate = Setting("1/yr", 0.0, 10.0, doc="hazard of learning from public information", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Add the hazard."""
        terms.awareness_rate += self.awareness_rate.at(quarter)
