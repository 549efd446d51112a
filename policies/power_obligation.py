"""Green-power consumption obligation of energy-intensive industries (clause II-14)."""

from __future__ import annotations

import numpy as np

from agents.array_types import FloatArray
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
        terms.raise_to(power_obligation=context.from_traits(
            self.key(quarter), firms, ("subtype",), lambda traits: self._obligation(quarter, traits, context)
        ))

    def _obligation(self, quarter: int, firms: FirmColumns, context: Context) -> FloatArray:
        """Share that each firm has to prove (N,)."""
        obliged = np.zeros(len(firms["subtype"]))
        for industry, subtypes in SUBTYPES.items():
            share = self.value(industry, quarter, firms, context)
            if np.any(np.greater(share, 0.0)):
                covered = np.isin(firms["subtype"], [context.subtype(name) for name in subtypes])
                np.maximum(obliged, share * covered, out=obliged)
        return obliged
