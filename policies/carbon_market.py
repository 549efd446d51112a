"""The national carbon market as a price signal for the firms it covers (clause IV-2)."""

from __future__ import annotations

import numpy as np

from agents.array_types import BoolArray
from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger

COVERAGE = {"first_sectors": "ets_covered_2024", "further_sectors": "ets_covered_2027"}
"""By setting the boolean firm column of those covered once it is on; the second holds those of the first as well."""


class CarbonMarket(Instrument):
    """Covered firms save the market price for every tonne of direct CO2 they avoid."""

    name = "carbon_market"
    clauses = ("IV-2",)
    payer = "none"

    first_sectors = Setting("0/1", 0.0, 1.0, doc="steel, cement and aluminium are covered", scopable=True)
    further_sectors = Setting("0/1", 0.0, 1.0, doc="the sectors of the expansion are covered", scopable=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Show the price to the firms covered."""
        terms.raise_to(carbon_price=context.from_traits(
            self.key(quarter, context.carbon_price), firms, tuple(COVERAGE.values()),
            lambda traits: context.carbon_price * self._covered(quarter, traits, context),
        ))

    def _covered(self, quarter: int, firms: FirmColumns, context: Context) -> BoolArray:
        """Firms of the sectors that are switched on (N,)."""
        first, extended = (firms[column] for column in COVERAGE.values())
        own = {"first_sectors": first, "further_sectors": extended & ~first}
        on = {name: np.greater(self.value(name, quarter, firms, context), 0.0) for name in own}
        return np.asarray(np.logical_or.reduce([own[name] & on[name] for name in own]))
