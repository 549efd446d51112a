"""The options: which firm could ever take which measure, as flat arrays that all policies of a seed share."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.array_types import FloatArray, IntArray


@dataclass(frozen=True)
class Options:
    """All applicable pairs (firm, measure), sorted by firm then measure: flat arrays of length P.

    `start` has one entry a slot plus one: the options of slot i are `start[i]:start[i + 1]`.
    """

    firm: IntArray
    measure: IntArray
    start: IntArray
    cost_factor: FloatArray
    """Firm-specific log-normal factor on capex, one draw a firm and measure."""

    @cached_property
    def small_measure(self) -> NDArray[np.unsignedinteger[Any]]:
        """`measure` in as few bits as it fits (P,): a pass over scattered options then stays in the cache."""
        return self.measure.astype(np.min_scalar_type(int(self.measure.max(initial=0))))

    @cached_property
    def log_cost_factor(self) -> NDArray[np.float32]:
        """Log of `cost_factor` (P,), in 32 bits for the same reason: for bounds that leave room for the rounding."""
        return np.log(self.cost_factor).astype(np.float32)

    def __len__(self) -> int:
        return len(self.firm)

    @cached_property
    def by_measure(self) -> tuple[IntArray, ...]:
        """Positions of the options of each measure, ascending, up to the last measure that some firm could take."""
        # numpy sorts numbers of 16 bits by radix, many times faster
        order = np.argsort(self.measure.astype(np.uint16), kind="stable")
        return tuple(np.split(order, np.cumsum(np.bincount(self.measure))[:-1]))

    def of(self, rows: IntArray) -> IntArray:
        """Positions of all options of the given firms, grouped by firm in the order given."""
        return self.grouped(rows)[0]

    def grouped(self, rows: IntArray) -> tuple[IntArray, IntArray]:
        """Positions of all options of the given firms as in `of`, and the place in `rows` of each one's firm."""
        first = self.start.take(rows)
        counts = self.start.take(rows + 1) - first
        before = np.cumsum(counts) - counts
        position = np.repeat(first - before, counts)
        position += np.arange(len(position))
        return position, np.repeat(np.arange(len(rows)), counts)
