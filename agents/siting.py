"""Where new energy-intensive plants go: review of projects on entry, and siting where clean power is at hand.

Both act on firms at their arrival, with fixed draws: who is refused or moved at one setting is so at any stricter one.
"""

from __future__ import annotations

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray


def move_probability(wanted: float, base: float) -> float:
    """Probability that a newcomer drawn outside the clean-energy zone settles in it.

    Args:
        wanted: share of newcomers that should settle in the zone.
        base: share that does without steering.

    Returns:
        The p for which base + p (1 - base) is the wanted share; 0 if the base share is larger already.
    """
    return max(0.0, (wanted - base) / (1.0 - base)) if base < 1.0 else 0.0


def refused(uniform: FloatArray, share: float) -> BoolArray:
    """Newcomers whose project fails the energy review (K,)."""
    return uniform < share


def pick(uniform: FloatArray, places: IntArray, weight: FloatArray) -> IntArray:
    """One of some places for each newcomer (K,), drawn with given weights.

    Args:
        uniform: (K,) uniform draws.
        places: (Z,) places to choose from.
        weight: (Z,) non-negative weights, at least one positive.
    """
    edges = np.cumsum(weight) / weight.sum()
    return np.asarray(places[np.searchsorted(edges[:-1], uniform, side="right")])
