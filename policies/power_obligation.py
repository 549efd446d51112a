"""Green-power consumption obligation of energy-intensive industries (clause II-14)."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from agents.terms import FloatArray, IntArray, Terms
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


def obligation(shares: Mapping[str, float | FloatArray], subtype: IntArray, context: Context) -> FloatArray:
    """Share that each firm has to prove (N,), from the shares by industry."""
    covered = {
        industry: np.isin(subtype, [context.subtype(name) for name in SUBTYPES[industry]])
        for industry, share in shares.items() if np.any(np.greater(share, 0.0))
    }
    return np.asarray(np.maximum.reduce([shares[industry] * firms for industry, firms in covered.items()]))


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
        shares = {industry: self.value(industry, quarter, firms, context) for industry in SUBTYPES}
        if any(np.any(np.greater(share, 0.0)) for share in shares.values()):
            terms.raise_to(power_obligation=context.from_traits(
                self.key(quarter), firms, ("subtype",), lambda traits: obligation(shares, traits["subtype"], context)
            ))
