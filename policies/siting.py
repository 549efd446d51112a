"""Where energy-intensive newcomers may settle, and which are kept out (clauses II-14, II-16)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class Siting(Instrument):
    """Energy-intensive newcomers are steered to the clean-energy prefectures; some fail the energy review.

    Evidence: mechanism only. A firm that moves gets the tariff, the sun, the neighbours and the awards of its new
    place; a firm that is refused never enters.
    """

    name = "siting"
    clauses = ("II-14", "II-16")
    payer = "none"

    clean_zone_share = Setting("share", 0.0, 1.0, doc="energy-intensive newcomers in the clean-energy prefectures")
    entry_refusal = Setting("share", 0.0, 1.0, doc="energy-intensive newcomers refused by the energy review")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Set the share wanted in the zone and the share refused."""
        terms.clean_zone_share = max(terms.clean_zone_share, self.clean_zone_share.at(quarter))
        terms.entry_refusal = max(terms.entry_refusal, self.entry_refusal.at(quarter))
