"""The province's own programmes: design benchmarks, training of managers, expert teams, environmental equipment.

What they deliver are counts, drawn by keyed chance at the pace a programme sets. Design benchmarks raise the hazard of
learning in their division; training raises the management quality that enters the retrofit choice and fades; a visit
of an expert team makes an unaware firm aware with some probability.

Evidence: benchmarks, expert teams: mechanism only; training: association (a manager's involvement goes with more
adoption, Blass et al. 2014); equipment makers and clusters: accounting, they act on no firm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import lowest
from agents.parameter import number

COUNTS = 64
"""Largest number of events a quarter that `poisson` tells apart."""


@dataclass(frozen=True)
class ProgrammesParameters:
    """Numbers of the programmes."""

    key_industries: float = number("divisions", "key industries in which design benchmarks are named")
    benchmarks_2025: float = number("firms per industry", "design benchmark firms in each key industry at the start")
    benchmark_effect: float = number("1/yr per firm", "hazard of learning from a new benchmark firm of one's division")
    training_gain: float = number("sd", "management quality gained by a firm whose manager is trained")
    training_fade: float = number("1/yr", "rate at which the gain fades")
    clinic_visits: float = number("firms/quarter per team", "visits of an expert team")
    clinic_effect: float = number("share", "probability that a visit makes an unaware firm aware")
    equipment_makers: float = number("firms", "makers that meet the environmental-equipment conditions in 2025")
    equipment_clusters: float = number("clusters", "provincial clusters for environmental equipment in 2025")
    cluster_sites: float = number("clusters", "bases that can become a cluster")


def poisson(uniform: FloatArray, mean: float) -> IntArray:
    """Poisson numbers by inversion (K,): never fewer at a larger mean for the same uniforms.

    Args:
        uniform: (K,) uniforms on (0, 1).
        mean: expected number, at least zero.
    """
    return np.searchsorted(_poisson_distribution(float(mean)), uniform, side="left").astype(np.int64)


@lru_cache(maxsize=1024)
def _poisson_distribution(mean: float) -> FloatArray:
    """Probability of at most 0, 1, 2, ... events (COUNTS,)."""
    steps = np.arange(1, COUNTS)
    return np.cumsum(np.exp(-mean) * np.cumprod(np.concatenate([[1.0], mean / steps])))


def left_after(rate: float, years: float) -> float:
    """Share that is left of the management quality gained in training."""
    return float(np.exp(-rate * years))


def first_ranked(rank: FloatArray, candidates: IntArray, places: int) -> IntArray:
    """The candidates with the lowest ranks, ascending by slot.

    Args:
        rank: (N,) a draw for every slot.
        candidates: (K,) slots, ascending.
        places: how many are taken.
    """
    return candidates[lowest(rank[candidates], places)]


def first_ranked_of(rank: FloatArray, eligible: BoolArray, places: int) -> IntArray:
    """`first_ranked` of many firms, given as flags (N,)."""
    number = int(np.count_nonzero(eligible))
    if 0 < places < number:
        # for uniform ranks the places end near this limit: the others need not be looked at
        near = np.flatnonzero(rank < 2.0 * places / number)
        near = near[eligible[near]]
        if len(near) >= places:
            return first_ranked(rank, near, places)
    return first_ranked(rank, np.flatnonzero(eligible), places)
