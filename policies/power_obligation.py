"""Green-power consumption obligation of energy-intensive industries (clause II-14)."""

from __future__ import annotations

from functools import partial

import numpy as np

from agents.terms import Terms
from policies.instrument import Context, FirmColumns, Instrument, Setting
from policies.ledger import Ledger

SUBTYPES = {
    "aluminium": ("aluminium_smelter",),
    "steel": ("bfbof", "eaf"),
    "cement": ("clinker",),
    "polysilicon": ("polysilicon_lithium",),
}
"""The sub-types that each setting covers."""

_UNIT = "share of consumption"


class PowerObligation(Instrument):
    """Share of consumption to be proved green, by industry; at the null value it is only monitored."""

    name = "power_obligation"
    clauses = ("II-14",)
    payer = "none"

    aluminium = Setting(_UNIT, 0.0, 1.0, doc="obligation of aluminium smelters", scopable=True)
    steel = Setting(_UNIT, 0.0, 1.0, doc="obligation of steel mills", scopable=True)
    cement = Setting(_UNIT, 0.0, 1.0, doc="obligation of cement works with kilns", scopable=True)
    polysilicon = Setting(_UNIT, 0.0, 1.0, doc="obligation of polysilicon makers", scopable=True)

    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Oblige the firms of the industries whose share is not null."""
        for industry, subtypes in SUBTYPES.items():
            share = self.value(industry, quarter, firms, context)
            if np.any(np.greater(share, 0.0)):
                codes = tuple(context.subtype(name) for name in subtypes)
                covered = context.once(("subtype", codes), partial(np.isin, firms["subtype"], codes))
                np.maximum(terms.power_obligation, share * covered, out=terms.power_obligation)
