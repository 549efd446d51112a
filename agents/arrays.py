"""Sums and ranks by group, the array operations that the rules share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from agents.array_types import BoolArray, FloatArray, IntArray


def sum_by(group: NDArray[np.integer[Any]], values: NDArray[Any], groups: int) -> FloatArray:
    """Sum of values by group.

    Args:
        group: (K,) group of each value, 0..groups - 1.
        values: (K,) values; True counts as one.
        groups: number of groups.

    Returns:
        (groups,) sums, zero for empty groups.
    """
    if values.dtype == np.bool_:  # counting the true ones is quicker than adding zeros and ones
        return np.bincount(group[np.flatnonzero(values)], minlength=groups).astype(np.float64)
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


class Grouping:
    """Groups that stay the same over many sums: each takes a third of the time of `sum_by` and has the same bits."""

    def __init__(self, group: NDArray[np.integer[Any]], groups: int) -> None:
        """Sort the entries by group once.

        Args:
            group: (K,) group of each entry, 0..groups - 1.
            groups: number of groups.
        """
        members = group, np.arange(len(group))
        self._members = csr_array((np.ones(len(group)), members), shape=(groups, len(group)))

    def sum(self, values: NDArray[Any]) -> FloatArray:
        """Sum of values (K,) by group (groups,); True counts as one."""
        return np.asarray(self._members @ values)


def stable_order(values: FloatArray) -> IntArray:
    """Order of values from the smallest, equals by place (K,): as numpy's stable sort, several times faster.

    Args:
        values: (K,) values, none of them nan.
    """
    order = np.argsort(values)
    ranked = values.take(order)
    return np.argsort(values, kind="stable") if (ranked[1:] == ranked[:-1]).any() else order


def group_starts(group: NDArray[Any]) -> BoolArray:
    """Whether an entry is the first of its group (K,), given the groups side by side.

    Args:
        group: (K,) group of each entry, or any values; equals stand next to each other.
    """
    starts = np.ones(len(group), dtype=bool)
    np.not_equal(group[1:], group[:-1], out=starts[1:])
    return starts


def lowest(values: NDArray[Any], places: int) -> IntArray:
    """Positions of the `places` lowest values, ascending; among equals the earlier ones.

    Args:
        values: (K,) values, none of them nan.
        places: positions asked for; below one none, beyond K all.
    """
    if places >= len(values):
        return np.arange(len(values))
    if places <= 0:
        return np.zeros(0, dtype=np.int64)
    last = np.partition(values, places - 1)[places - 1]
    below = np.flatnonzero(values < last)
    equal = np.flatnonzero(values == last)
    return np.sort(np.concatenate([below, equal[: places - len(below)]]))


def rank_within(group: NDArray[np.integer[Any]]) -> IntArray:
    """Place of each entry in its group, 0 for the first (K,), given the groups side by side.

    Args:
        group: (K,) group of each entry; equal groups stand next to each other.
    """
    starts = group_starts(group)
    return np.arange(len(group)) - np.flatnonzero(starts)[np.cumsum(starts) - 1]


def best_within(group: NDArray[np.integer[Any]], values: FloatArray) -> IntArray:
    """Place of the largest value of each group, the first of equals, given the groups side by side.

    Args:
        group: (K,) group of each entry; equal groups stand next to each other.
        values: (K,) values, none of them nan.
    """
    if len(group) == 0:
        return np.zeros(0, dtype=np.int64)
    starts = group_starts(group)
    largest = np.maximum.reduceat(values, np.flatnonzero(starts))
    best = np.flatnonzero(values == largest[np.cumsum(starts) - 1])
    return best[group_starts(group[best])]
