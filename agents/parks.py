"""The industrial parks, their prefecture governments' accounts, and the zero-carbon sites, as institutions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import sum_by
from agents.institution import Institution
from agents.places import Places

if TYPE_CHECKING:
    from agents.institution import ColumnarModel

NEVER = -1
"""Quarter of what has not happened."""


@dataclass(frozen=True)
class FirstParks:
    """The parks at the end of 2025; arrays have one entry a park (P,)."""

    prefecture: IntArray
    """Row of the park's prefecture."""
    green: BoolArray
    """On the list of green parks."""
    score: FloatArray
    """Score, sd."""
    green_share: FloatArray
    """Green factories over firms."""
    green_share_sd: float
    """Spread of that share among parks with firms."""
    taste: FloatArray
    """Persistent standard-logistic taste for the status."""
    award: FloatArray
    """Award of the prefecture for a green park, m CNY."""
    pilot: BoolArray
    """Zero-carbon pilots named in 2025."""


class Parks(Institution):
    """About 200 industrial parks, columns inside one agent: standing, list of green parks, whole-park retrofits."""

    def __init__(self, model: ColumnarModel, first: FirstParks) -> None:
        super().__init__(model)
        self.first = first
        count = len(first.prefecture)
        self.prefecture = first.prefecture
        self.green: BoolArray = first.green.copy()
        self.latent: FloatArray = first.score.copy()
        self.project_since: IntArray = np.full(count, NEVER, dtype=np.int64)
        self.diagnosed: BoolArray = np.zeros(count, dtype=bool)
        self.applicants = self.approved = self.removed = 0
        self.places, self.project_places = Places(), Places()

    def __len__(self) -> int:
        return len(self.prefecture)

    def sum(self, group: IntArray, values: Any) -> FloatArray:
        """Sum of firms' values by park (P,).

        Args:
            group: (N,) 0 for firms outside parks, else 1 + park.
            values: (N,) values; True counts as one.
        """
        return sum_by(group, values, len(self) + 1)[1:]

    def in_project(self, quarter: int, years: float) -> BoolArray:
        """Parks whose whole-park retrofit is running (P,)."""
        return (self.project_since != NEVER) & (quarter < self.project_since + round(4.0 * years))

    def of_firms(self, state: BoolArray, group: IntArray) -> BoolArray:
        """A state of the parks seen from the firms (N,): false outside parks; `group` as for `sum`."""
        return self.by_group(state).take(group)

    def by_group(self, state: BoolArray) -> BoolArray:
        """A state of the parks by the groups of `sum` (P + 1,): false outside parks."""
        return np.concatenate([[False], state])


class ZeroCarbonSites(Institution):
    """Zero-carbon parks and factories: pilots under construction, sites completed, and this year's electricity."""

    def __init__(self, model: ColumnarModel, first: FirstParks, named: int, slots: int) -> None:
        super().__init__(model)
        self.pilot_since: IntArray = np.where(first.pilot, named, NEVER)
        self.parks: BoolArray = np.zeros(len(first.pilot), dtype=bool)
        self.factories: BoolArray = np.zeros(slots, dtype=bool)
        self.use: FloatArray = np.zeros(slots)
        self.clean: FloatArray = np.zeros(slots)
        self.places = Places()

    def add(self, use: FloatArray, clean: FloatArray) -> None:
        """Add a quarter's electricity of every firm and the clean part of it, MWh (N,)."""
        self.use += use
        self.clean += clean

    def close_year(self) -> None:
        """Start the electricity of a new year."""
        self.use[:] = 0.0
        self.clean[:] = 0.0


class PrefectureGovernments(Institution):
    """The prefectures' governments, columns inside one agent: what each has paid, by instrument, m CNY."""

    def __init__(self, model: ColumnarModel, number: int) -> None:
        super().__init__(model)
        self.number = number
        self.paid: dict[str, FloatArray] = {}
        self.years: dict[int, dict[str, FloatArray]] = {}

    def pay(self, instrument: str, prefecture: IntArray, amounts: FloatArray) -> float:
        """Book amounts, each in its prefecture (K,), m CNY; return their sum."""
        by_prefecture = sum_by(prefecture, amounts, self.number)
        self.paid[instrument] = self.paid.get(instrument, np.zeros(self.number)) + by_prefecture
        return float(by_prefecture.sum())

    @property
    def total(self) -> FloatArray:
        """Paid so far by prefecture, all instruments, m CNY (prefectures,)."""
        return np.asarray(sum(self.paid.values(), np.zeros(self.number)))
