"""Sums by group, the one array operation that every rule needs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.terms import FloatArray


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
