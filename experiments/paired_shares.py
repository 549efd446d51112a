"""Shares of draws of two policies on the same seeds: their difference and its interval."""

from __future__ import annotations

import math

import numpy as np

from agents.array_types import BoolArray
from experiments.tables.summary import wilson_interval


def paired_share_difference(one: BoolArray, other: BoolArray) -> tuple[float, float, float]:
    """Share of seeds on which `one` holds less the share on which `other` does, and a 95 % interval.

    Unlike Student's interval of the differences it has a width where all seeds agree.

    Args:
        one: (S,) whether a target is met, by seed.
        other: (S,) the same for the other policy, on the same seeds.

    Returns:
        Difference, lower and upper end in -1..1; the ends are NaN with fewer than two seeds, all without any.

    Source: Newcombe, R. G. (1998), "Improved confidence intervals for the difference between binomial proportions
    based on paired data", Statistics in Medicine 17: 2635-2650, method 10 (Wilson intervals, correlation allowed for).
    """
    draws = len(one)
    if draws == 0:
        return math.nan, math.nan, math.nan
    first, second = int(np.count_nonzero(one)), int(np.count_nonzero(other))
    difference = (first - second) / draws
    if draws == 1:
        return difference, math.nan, math.nan
    correlation = _correlation(one, other)
    (low_1, high_1), (low_2, high_2) = (wilson_interval(met, draws) for met in (first, second))
    share_1, share_2 = first / draws, second / draws
    below = _distance(share_1 - low_1, high_2 - share_2, correlation)
    above = _distance(high_1 - share_1, share_2 - low_2, correlation)
    return difference, difference - below, difference + above


def _correlation(one: BoolArray, other: BoolArray) -> float:
    """Phi coefficient of the two, its numerator shrunk by half the number of draws where it is positive."""
    both, neither = (int(np.count_nonzero(each)) for each in (one & other, ~one & ~other))
    first, second = (int(np.count_nonzero(each)) for each in (one & ~other, ~one & other))
    margins = (both + first) * (second + neither) * (both + second) * (first + neither)
    if margins == 0:
        return 0.0
    numerator = float(both * neither - first * second)
    shrunk = max(numerator - len(one) / 2.0, 0.0) if numerator > 0.0 else numerator
    return shrunk / math.sqrt(margins)


def _distance(one: float, other: float, correlation: float) -> float:
    return math.sqrt(max(one * one - 2.0 * correlation * one * other + other * other, 0.0))
