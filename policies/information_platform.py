"""Technology catalogue, matchmaking, and the chain leaders' design platforms (clauses II-9, II-2)."""

from __future__ import annotations

import numpy as np

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger


class InformationPlatform(Instrument):
    """Public information from which firms learn about measures, whatever their peers do, and lower search cost.

    The catalogue is taken to hold every measure on the market, so its cut of hidden cost holds for all of them.
    Evidence: mechanism only.
    """

    name = "information_platform"
    clauses = ("II-9", "II-2")
    payer = "none"

    awareness_rate = Setting("1/yr", 0.0, 10.0, doc="hazard of learning from public information")
    hidden_cost_cut = Setting(
        "share", 0.0, 1.0, doc="cut of the hidden cost of retrofits by the catalogue", scopable=True
    )
    chain_awareness_rate = Setting(
        "1/yr", 0.0, 10.0, doc="further hazard of suppliers by their leader's platform", scopable=True
    )

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Add the hazards and lower the hidden cost."""
        terms.awareness_rate += self.awareness_rate.at(quarter)
        terms.scale(hidden_cost_factor=1.0 - self.value("hidden_cost_cut", quarter, firms, context))
        chain = self.value("chain_awareness_rate", quarter, firms, context)
        if np.any(chain):
            terms.add(awareness_extra=context.from_traits(
                self.key(quarter), firms, ("chain_member",), lambda traits: chain * traits["chain_member"]
            ))
