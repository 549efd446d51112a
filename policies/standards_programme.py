"""Standards for green manufacturing and green design (clauses III-5, II-1)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class StandardsProgramme(Instrument):
    """How many standards are drafted or revised a year, and how many of them are design standards.

    Evidence: mechanism only; the ranges of what a standard does include zero.
    """

    name = "standards_programme"
    clauses = ("III-5", "II-1")
    payer = "none"

    standards = Setting("standards/yr", 0.0, 1000.0, doc="standards issued a year", switch=True)
    design_standards = Setting("standards/yr", 0.0, 1000.0, doc="design standards among them")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the pace."""
        terms.standards += self.standards.at(quarter)
        terms.design_standards += self.design_standards.at(quarter)
