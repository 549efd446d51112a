"""Green-design benchmark firms that show their industry what can be done (clause II-3)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class Demonstration(Instrument):
    """How many benchmark firms each key industry gains a year.

    Evidence: mechanism only; the range of the effect of a benchmark includes zero.
    """

    name = "demonstration"
    clauses = ("II-3",)
    payer = "none"

    benchmarks = Setting("firms/yr per industry", 0.0, 100.0, doc="benchmark firms added in an industry", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the pace."""
        terms.benchmarks += self.benchmarks.at(quarter)
