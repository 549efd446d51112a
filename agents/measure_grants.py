"""Grants on single measures: what each is worth to a firm, and what it costs the payer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.arrays import sum_by
from agents.finance import grant_share
from agents.measures import Menu
from agents.terms import MeasureGrant


@dataclass(frozen=True)
class MeasureGrants:
    """The grants in force as arrays of length M (measures)."""

    rate: FloatArray
    """Share of the measure's capex."""
    cap: FloatArray
    """Largest grant for one measure of a firm, m CNY."""
    window: IntArray
    """Index of the instrument that pays."""

    @property
    def offered(self) -> bool:
        """Whether any measure carries a grant."""
        return bool(self.rate.any())

    def granted(self, measure: IntArray) -> IntArray:
        """Which options carry a grant, out of those with these measures (K,)."""
        return np.flatnonzero((self.rate > 0.0).take(measure)) if self.offered else np.zeros(0, dtype=np.int64)

    def share(self, measure: IntArray, capex: FloatArray) -> FloatArray:
        """Grant on options as a share of their capex (K,).

        Args:
            measure: (K,) measure of each option.
            capex: (K,) energy-justified capex, m CNY.
        """
        return grant_share(self.rate[measure], capex, self.cap[measure])

    def by_window(self, measure: IntArray, amount: FloatArray) -> dict[int, float]:
        """Grants on options that are carried out, m CNY, by the window that pays; windows without any are left out.

        Args:
            measure: (K,) measure of each option.
            amount: (K,) grant on each, m CNY.
        """
        totals = sum_by(self.window[measure] + 1, amount, int(self.window.max(initial=-1)) + 2)
        return {index - 1: float(total) for index, total in enumerate(totals) if total > 0.0}


def measure_grants(menu: Menu, offers: Iterable[MeasureGrant]) -> MeasureGrants:
    """Lay the offers over the menu: of several on one measure the first counts, ids that the menu lacks do nothing."""
    rate, cap = np.zeros(len(menu)), np.zeros(len(menu))
    window = np.full(len(menu), -1, dtype=np.int64)
    for offer in offers:
        at = menu.index(offer.measure) if offer.measure in menu.measure_id else -1
        if at >= 0 and window[at] < 0:
            rate[at], cap[at], window[at] = offer.rate, offer.cap, offer.window
    return MeasureGrants(rate, cap, window)
