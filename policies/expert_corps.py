"""The provincial expert corps: teams that hold clinics in firms (clause III-6)."""

from __future__ import annotations

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class ExpertCorps(Instrument):
    """How many teams visit firms that have had no diagnosis. Evidence: mechanism only."""

    name = "expert_corps"
    clauses = ("III-6",)
    payer = "none"

    teams = Setting("teams", 0.0, 1e4, doc="teams of the corps", switch=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Send the teams out."""
        terms.expert_teams += self.teams.at(quarter)
