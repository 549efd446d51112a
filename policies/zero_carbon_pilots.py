"""Zero-carbon parks and factories: the pilots named in 2025, new batches, recognition (clauses III-4, II-14)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ZeroCarbonPilots(Instrument):
    """Pilot parks build for some years, ask their firms for green electricity, and count once they are clean enough.

    Evidence: mechanism only for what pilots ask of their firms, accounting for the number of sites. No public money
    for pilots was seen, so none is booked.
    """

    name = "zero_carbon_pilots"
    clauses = ("III-4", "II-14")
    payer = "none"

    pursued = Setting("0/1", 0.0, 1.0, doc="whether pilots, those named in 2025 included, go on", switch=True)
    new_pilots = Setting("parks/yr", 0.0, 1e4, doc="pilot parks named in a year")
    factories = Setting("factories/yr", 0.0, 1e5, doc="zero-carbon factories recognised in a year")
    green_share = Setting("share", 0.0, 1.0, doc="green share of electricity that pilot parks ask of their firms")

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Open the batches of the year."""
        terms.zero_carbon_pilots = True
        terms.zero_carbon_new_pilots += self.new_pilots.at(quarter)
        terms.zero_carbon_factories += self.factories.at(quarter)
        terms.zero_carbon_green_share = max(terms.zero_carbon_green_share, self.green_share.at(quarter))
