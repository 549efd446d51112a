"""The national carbon market as a price signal for the firms it covers (clause IV-2)."""

from __future__ import annotations

import numpy as np

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger

COVERAGE = {"first_sectors": "ets_covered_2024", "further_sectors": "ets_covered_2027"}
"""The boolean firm column that each setting switches on."""


class CarbonMarket(Instrument):
    """Covered firms save the market price for every tonne of direct CO2 they avoid."""

    name = "carbon_market"
    clauses = ("IV-2",)
    payer = "none"

    first_sectors = Setting("0/1", 0.0, 1.0, doc="steel, cement and aluminium are covered", scopable=True)
    further_sectors = Setting("0/1", 0.0, 1.0, doc="the sectors of the expansion are covered", scopable=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Show the price to the firms covered."""
        for setting, column in COVERAGE.items():
            switched_on = np.greater(self.value(setting, quarter, firms, context), 0.0)
            if switched_on.any():
                covered = firms[column] & switched_on
                np.maximum(terms.carbon_price, context.carbon_price * covered, out=terms.carbon_price)
