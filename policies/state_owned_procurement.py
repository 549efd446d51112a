"""State-owned enterprises' purchases tilted to certified suppliers (clause II-6)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class StateOwnedProcurement(Instrument):
    """A share of the enterprises' purchases that only certified factories can win, at no public cost."""

    name = "state_owned_procurement"
    clauses = ("II-6",)
    payer = "none"

    tilt = Setting(
        "share of purchases", 0.0, 1.0, doc="purchases reserved for certified factories", switch=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Reserve the share."""
        terms.state_owned_reserved = max(terms.state_owned_reserved, self.tilt.at(quarter))
