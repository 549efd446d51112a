"""Sums and ranks by group, the array operations that the rules share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.terms import BoolArray, FloatArray, IntArray


def sum_by(group: NDArray[np.integer[Any]], values: NDArray[Any], groups: int) -> FloatArray:
    """Sum of values by group.

    Args:
        group: (K,) group of each value, 0..groups - 1.
        values: (K,) values; True counts as one.
        groups: number of groups.

    Returns:
        (groups,) sums, zero for empty groups.
    """
    return np.asarray(np.bincount(group, values, minlength=groups), dtype=np.float64)


def group_starts(group: NDArray[np.integer[Any]]) -> BoolArray:
    """Whether an entry is the first of its group (K,), given the groups side by side.

    Args:
        group: (K,) group of each entry; equal groups stand next to each other.
    """
    return np.r_[np.ones(min(len(group), 1), dtype=bool), group[1:] != group[:-1]]


def rank_within(group: NDArray[np.integer[Any]]) -> IntArray:
    """Place of each entry in its group, 0 for the first (K,), given the groups side by side.

    Args:
        group: (K,) group of each entry; equal groups stand next to each other.
    """
    first = np.flatnonzero(group_starts(group))
    return np.arange(len(group)) - np.repeat(first, np.diff(np.r_[first, len(group)]))
