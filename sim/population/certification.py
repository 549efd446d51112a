"""Who is a certified green factory at the end of 2025, and how good every firm is on the five dimensions.

The stock of each prefecture is exact. Within a prefecture the factories are drawn with a propensity
revenue^eta; one eta for the province makes the certified factories' expected mean revenue a given multiple of
all firms' mean. Their share of output is therefore not fixed: it varies from seed to seed, as what is known
about it does.
"""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.certification import CertificationParameters, score
from sim.draws import Draws

DIMENSIONS = 5
LARGEST_EXPONENT = 3.0
"""Upper end of the search for eta; beyond it the largest firms are all certified."""
BISECTIONS = 40


def inclusion_probability(log_weight: FloatArray, prefecture: IntArray, stock: IntArray) -> FloatArray:
    """Probability of being among a prefecture's `stock` highest values of log weight plus Gumbel.

    The highest keys are the first arrivals of exponential clocks with the weights as rates, so the
    probability is about 1 - exp(-weight x t) with t such that the expected number is the stock (Newton steps
    on ln t).

    Args:
        log_weight: (n,) log propensity.
        prefecture: (n,) row of the prefecture.
        stock: (prefectures,) number to be drawn, at least one and less than the number of firms.

    Returns:
        (n,) probabilities; they sum to the stock in each prefecture.
    """
    weight = np.exp(log_weight)
    log_time = np.log(stock / np.bincount(prefecture, weight, minlength=stock.size))
    for _ in range(40):
        hazard = weight * np.exp(log_time)[prefecture]
        missed = np.exp(-hazard)
        excess = np.bincount(prefecture, 1.0 - missed, minlength=stock.size) - stock
        if np.abs(excess).max() < 1e-6 * stock.sum():
            break
        slope = np.bincount(prefecture, hazard * missed, minlength=stock.size)
        log_time -= np.clip(excess / np.maximum(slope, 1e-12), -1.0, 1.0)
    return np.asarray(1.0 - missed)


def propensity_exponent(revenue: FloatArray, prefecture: IntArray, stock: IntArray, ratio: float) -> float:
    """The eta at which certified factories' expected mean revenue is `ratio` times the mean of all firms.

    Args:
        revenue: (n,) incumbents' revenue, m CNY.
        prefecture: (n,) row of the prefecture.
        stock: (prefectures,) certified factories.
        ratio: wanted ratio; larger than what drawing at random gives.

    Raises:
        ValueError: if no eta between 0 and its upper bound gives the ratio.
    """
    centred = np.log(revenue) - np.log(revenue).max()
    wanted = ratio * revenue.mean() * stock.sum()

    def excess(exponent: float) -> float:
        return float(inclusion_probability(exponent * centred, prefecture, stock) @ revenue - wanted)

    return float(brentq(excess, 0.0, LARGEST_EXPONENT, xtol=1e-3))


def initial_certification(
    revenue: FloatArray, prefecture: IntArray, incumbents: int, stock: IntArray, national: int, ratio: float,
    draws: Draws,
) -> tuple[BoolArray, BoolArray]:
    """Certified factories at the end of 2025, and those of them on the national list.

    Args:
        revenue: (N,) m CNY.
        prefecture: (N,) row of the prefecture.
        incumbents: the first rows; entrants are not certified.
        stock: (prefectures,) certified factories.
        national: how many are on the national list: those with the highest keys.
        ratio: mean revenue of certified factories relative to all firms, in expectation.
        draws: stream ``population/certified``.

    Returns:
        Two boolean columns of length N.
    """
    rows = np.arange(incumbents)
    eta = propensity_exponent(revenue[rows], prefecture[rows], stock, ratio)
    key = eta * np.log(revenue) + draws.gumbel("population/certified")
    order = np.lexsort((-key[rows], prefecture[rows]))
    first = np.searchsorted(prefecture[order], np.arange(stock.size))
    certified = np.zeros(revenue.size, dtype=bool)
    certified[order] = np.arange(incumbents) - first[prefecture[order]] < stock[prefecture[order]]
    chosen = np.flatnonzero(certified)
    listed = np.zeros(revenue.size, dtype=bool)
    listed[chosen[np.argsort(-key[chosen], kind="stable")[:national]]] = True
    return certified, listed


def latent_dimensions(
    size_score: FloatArray, management: FloatArray, certified: BoolArray, loadings: tuple[float, float],
    margin: float, parameters: CertificationParameters, draws: Draws,
) -> FloatArray:
    """Position of each firm on the five dimensions, (N, 5), sd within its sector.

    Each is size loading x size score + management loading x management + a normal rest, with unit variance. A
    certified factory has passed before: all its dimensions are lifted alike until its score reaches the
    threshold plus an exponential margin.

    Args:
        size_score: (N,) z of ln revenue in the sector.
        management: (N,) standard normal.
        certified: (N,) certified at the start.
        loadings: on size and on management.
        margin: mean of the exponential margin, points.
        parameters: weights, points and threshold of the score.
        draws: streams ``population/dimension`` by index, ``population/margin``.
    """
    size, quality = loadings
    common = size * size_score + quality * management
    rest = np.sqrt(1.0 - size**2 - quality**2)
    own = [draws.normal("population/dimension", dimension) for dimension in range(DIMENSIONS)]
    latent = common[:, None] + rest * np.stack(own, axis=1)
    rows = np.flatnonzero(certified)
    points = parameters.threshold - margin * np.log(draws.uniform("population/margin")[rows])
    latent[rows] += _lift(latent[rows], np.minimum(points, parameters.points_at_leading), parameters)[:, None]
    return np.asarray(latent)


def _lift(latent: FloatArray, points: FloatArray, parameters: CertificationParameters) -> FloatArray:
    """(K,) smallest common addition, at least zero, with which the score reaches the points (bisection)."""
    low, high = np.zeros(len(latent)), np.full(len(latent), 10.0)
    high[score(latent.T, parameters) >= points] = 0.0
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        enough = score((latent + middle[:, None]).T, parameters) >= points
        high, low = np.where(enough, middle, high), np.where(enough, low, middle)
    return high
