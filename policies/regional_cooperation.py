"""Recognition of local certificates abroad through regional cooperation (clause IV-4)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class RegionalCooperation(Instrument):
    """Export customers accept local proof for a larger share of the exports that need one.

    Evidence: mechanism only.
    """

    name = "regional_cooperation"
    clauses = ("IV-4",)
    payer = "none"

    recognition = Setting(
        "share of exposed exports", 0.0, 1.0, doc="exposed exports for which local proof counts", switch=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Recognise the share."""
        terms.certificate_recognition = max(terms.certificate_recognition, self.recognition.at(quarter))
