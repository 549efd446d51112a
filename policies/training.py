"""Training of managers in green manufacturing (clause III-7)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class Training(Instrument):
    """How many managers are trained a year; the management quality of their firms rises and the gain fades.

    Evidence: association. Involvement of operations managers goes with more adoption (Blass et al. 2014); the range of
    what training adds includes zero.
    """

    name = "training"
    clauses = ("III-7",)
    payer = "none"

    managers = Setting("managers/yr", 0.0, 1e6, doc="managers trained a year", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the places."""
        terms.training_places += self.managers.at(quarter)
