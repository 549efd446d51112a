"""How much of the spread of an outcome is chance, and how much is ignorance of parameters.

The law of total variance: Var Y = E[Var(Y | parameters)] + Var(E[Y | parameters]). The first part is what seeds do at
given parameters (chance); more knowledge does not remove it. The second is what parameters do to the expected outcome
(ignorance). Both are estimated from points of the parameter space with several seeds each, by the method of moments of
the one-way layout with random effects (Searle, Casella and McCulloch, Variance Components, 1992, chapter 3).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SEED = 20251231
RESAMPLES = 2000


class VarianceParts(NamedTuple):
    """Variance of one outcome by where it comes from, in the outcome's unit squared.

    Attributes:
        chance: mean over parameters of the variance over seeds.
        ignorance: variance over parameters of the mean over seeds; zero where its estimate is negative.
        share: ignorance over the sum of both; NaN if the outcome does not vary.
        share_low: lower end of its 95 % interval (bootstrap over points of the parameter space).
        share_high: upper end.
    """

    chance: float
    ignorance: float
    share: float
    share_low: float
    share_high: float


def variance_parts(values: Array) -> VarianceParts:
    """Split the variance of an outcome.

    Args:
        values: (points, seeds) outcomes; the seeds of a point are its own. At least two of each.

    Raises:
        ValueError: with fewer points or seeds, which say nothing of one of the parts.
    """
    if values.ndim != 2 or min(values.shape) < 2:
        raise ValueError(f"at least two points with two seeds each are needed, not {values.shape}")
    chance, ignorance = _parts(values[None])
    draws = np.random.default_rng(SEED).integers(len(values), size=(RESAMPLES, len(values)))
    within, between = _parts(values[draws])
    total = within + between
    shares = (between / np.where(total > 0.0, total, 1.0))[total > 0.0]
    low, high = np.quantile(shares, [0.025, 0.975]) if len(shares) else (math.nan, math.nan)
    sum_ = float(chance[0] + ignorance[0])
    share = float(ignorance[0]) / sum_ if sum_ > 0.0 else math.nan
    return VarianceParts(float(chance[0]), float(ignorance[0]), share, float(low), float(high))


def _parts(values: Array) -> tuple[Array, Array]:
    """Chance and ignorance of each of (samples, points, seeds)."""
    within = values.var(axis=2, ddof=1).mean(axis=1)
    between = values.mean(axis=2).var(axis=1, ddof=1) - within / values.shape[2]
    return within, np.maximum(between, 0.0)
