"""Whole places out of yearly numbers, without losing the fractions."""

from __future__ import annotations

import math


def whole_places(places: float, quarter: int) -> int:
    """Whole places this quarter out of a fractional quarterly number, without losing the fractions over time."""
    return math.floor(places * (quarter + 1) + 1e-9) - math.floor(places * quarter + 1e-9)
