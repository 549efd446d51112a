"""Certification of green factories: score, application, approval within a quota, review and removal.

Five dimensions after GB/T 36132-2025 (energy and low carbon, resource efficiency, clean production, green product,
land use). Its exact scoring could not be verified, so every weight and threshold is a node of grade D.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.demography import event
from agents.parameter import number


@dataclass(frozen=True)
class CertificationParameters:
    """Numbers of scoring, application and approval."""

    weight_energy: float = number("share", "weight of energy and low carbon")
    weight_resource: float = number("share", "weight of resource efficiency")
    weight_clean: float = number("share", "weight of clean production")
    weight_product: float = number("share", "weight of green products")
    weight_land: float = number("share", "weight of intensive land use")
    points_at_baseline: float = number("points", "score at the sector's baseline value")
    points_at_leading: float = number("points", "score at the sector's leading value")
    baseline_place: float = number("share of firms", "firms of the sector below the baseline value in 2025")
    leading_place: float = number("share of firms", "firms of the sector below the leading value in 2025")
    gain_retrofit_energy: float = number("sd", "gain of dimension one per completed round")
    gain_retrofit_resource: float = number("sd", "gain of dimension two per completed round")
    gain_green_power: float = number("sd", "gain of dimension one per unit of green share")
    gain_material_diagnosis: float = number("sd", "gain of dimension three by a diagnosis of materials")
    gain_product_certificate: float = number("sd", "gain of dimension four by a certified green product")
    threshold: float = number("points", "score needed for the provincial list")
    score_noise: float = number("points", "sd of the expert review")
    veto_share: float = number("share", "firms with a compliance veto in a year")
    awareness_2018: float = number("share", "firms of mean size that considered applying in 2018")
    awareness_growth: float = number("1/yr", "relative growth of that share")
    awareness_size: float = number("share per sd", "how it rises with the size score")
    horizon: float = number("years", "years of benefit a firm counts")
    taste_scale: float = number("m CNY", "scale of the persistent taste")
    cost_first: float = number("m CNY", "consulting, metering and third-party report")
    cost_upkeep: float = number("m CNY/yr", "yearly report and indicators")
    cost_size_elasticity: float = number("elasticity", "how cost rises with revenue")
    cost_size_reference: float = number("m CNY/yr", "revenue at which the cost holds")
    label_margin: float = number("share", "private value of the label beyond demand, share of revenue a year")
    size_priority: float = number("points per sd", "priority of large firms in the approval")
    removal_hazard: float = number("1/yr", "removal without review")
    review_cycle: float = number("years", "years between reviews")
    review_margin: float = number("points", "points below the threshold that a review tolerates")
    own_effect: float = number("ln", "change of energy intensity caused by the label itself over two years")


def weights(parameters: CertificationParameters) -> FloatArray:
    """The five weights as an array; they are normalised to sum to one."""
    raw = np.array([
        parameters.weight_energy, parameters.weight_resource, parameters.weight_clean, parameters.weight_product,
        parameters.weight_land,
    ])
    return raw / raw.sum()


def score(dimensions: Sequence[FloatArray] | FloatArray, parameters: CertificationParameters) -> FloatArray:
    """Total score of firms, 0..100 points.

    Args:
        dimensions: position within the sector, sd from its median: (K,) in each of the five dimensions.
        parameters: weights; points and places of the baseline and the leading value.

    Returns:
        (K,) weighted sum of clip(points on the line through the baseline and the leading value, 0, 100).
    """
    span = parameters.points_at_leading - parameters.points_at_baseline
    baseline, leading = reference_positions(parameters)
    at_median = parameters.points_at_baseline - span * baseline / (leading - baseline)
    total = np.zeros(len(dimensions[0]))
    for position, weight in zip(dimensions, weights(parameters).tolist(), strict=True):
        points = span * position
        points /= leading - baseline
        points += at_median
        total += weight * points.clip(0.0, 100.0, out=points)
    return total


def current_dimensions(
    latent: Sequence[FloatArray], rounds: IntArray, green_share: FloatArray, material_diagnosed: BoolArray,
    parameters: CertificationParameters, green_product: BoolArray | float = 0.0,
) -> tuple[FloatArray, ...]:
    """The five dimensions today, (K,) each: the initial ones plus what has been added since.

    Rounds, green power, material diagnoses and new green products each raise a dimension of their own.
    """
    energy, resource, clean, product, land = latent
    return (
        energy + (parameters.gain_retrofit_energy * rounds + parameters.gain_green_power * green_share),
        resource + parameters.gain_retrofit_resource * rounds,
        clean + parameters.gain_material_diagnosis * material_diagnosed,
        product + parameters.gain_product_certificate * green_product,
        land,
    )


def round_gain(parameters: CertificationParameters) -> float:
    """Points that one completed round adds to the score of a firm whose dimensions are not at their limits."""
    energy, resource = weights(parameters)[:2]
    gain = energy * parameters.gain_retrofit_energy + resource * parameters.gain_retrofit_resource
    return float(points_per_sd(parameters) * gain)


def considers(rank: FloatArray, size_score: FloatArray, year: int, parameters: CertificationParameters) -> BoolArray:
    """Whether a firm considers applying at all: its fixed rank (0..1) lies below the share aware in that year.

    The share at mean size grows at a constant rate from 2018 on; larger firms are ahead of smaller ones.
    """
    share = parameters.awareness_2018 * (1.0 + parameters.awareness_growth) ** (year - 2018)
    return rank < np.clip(share + parameters.awareness_size * size_score, 0.0, 1.0)


def green_power_decides(
    points: FloatArray, green_share: FloatArray, wanted_share: float, certified: BoolArray,
    parameters: CertificationParameters,
) -> BoolArray:
    """Firms for which buying green power decides about the label.

    Either the wanted green share would lift an uncertified firm over the threshold, or a certified firm would fail
    its next review without the green power it has.

    Args:
        points: (K,) score with the green share at hand.
        green_share: (K,) green share at hand.
        wanted_share: share a firm buys for its certification.
        certified: (K,) on the list.
        parameters: gain, weights, thresholds.
    """
    per_share = points_per_sd(parameters) * float(weights(parameters)[0]) * parameters.gain_green_power
    without = points - per_share * green_share
    lifted = without + per_share * wanted_share
    enters = ~certified & (without < parameters.threshold) & (lifted >= parameters.threshold)
    limit = parameters.threshold - parameters.review_margin
    return enters | (certified & (without < limit) & (lifted >= limit))


def points_per_sd(parameters: CertificationParameters) -> float:
    """Points of a dimension per sd, between baseline and leading value."""
    baseline, leading = reference_positions(parameters)
    return (parameters.points_at_leading - parameters.points_at_baseline) / (leading - baseline)


def reference_positions(parameters: CertificationParameters) -> tuple[float, float]:
    """Where the baseline and the leading value lie in a sector whose firms are normally spread, sd from its median."""
    return float(ndtri(parameters.baseline_place)), float(ndtri(parameters.leading_place))


def application_value(
    revenue: FloatArray, label_value: FloatArray, award: FloatArray, taste: FloatArray,
    parameters: CertificationParameters, cost_factor: FloatArray | float = 1.0,
) -> FloatArray:
    """Net benefit of being certified over the horizon, m CNY; a firm applies only if it is positive.

    Args:
        revenue: (K,) m CNY/yr.
        label_value: (K,) yearly profit from demand that asks for the label, m CNY/yr.
        award: (K,) one-off award, m CNY.
        taste: (K,) persistent standard-logistic taste.
        parameters: costs, margin, horizon, scale of the taste.
        cost_factor: (K,) multiplies the cost of the first certificate.
    """
    yearly = parameters.label_margin * revenue + label_value - parameters.cost_upkeep
    size = (np.maximum(revenue, 1.0) / parameters.cost_size_reference) ** parameters.cost_size_elasticity
    first = parameters.cost_first * cost_factor * size
    return award + parameters.horizon * yearly - first + parameters.taste_scale * taste


def approve(
    applicants: IntArray, points: FloatArray, noise: FloatArray, size_score: FloatArray, quota: int,
    parameters: CertificationParameters,
) -> IntArray:
    """Applicants approved this year: the best by reviewed score (plus any priority for size) within the quota.

    Args:
        applicants: (K,) rows.
        points: (K,) score.
        noise: (K,) standard-normal review noise.
        size_score: (K,) sd of ln revenue in the sector.
        quota: places.
        parameters: noise and priority.
    """
    reviewed = points + parameters.score_noise * noise + parameters.size_priority * size_score
    order = np.lexsort((applicants, -reviewed))
    return np.sort(applicants[order[:max(quota, 0)]])


def removed(
    certified: BoolArray, points: FloatArray, years_held: FloatArray, uniform: FloatArray,
    parameters: CertificationParameters,
) -> BoolArray:
    """Certified firms that lose the label this year: by the hazard, or by a due review with too low a score."""
    by_chance = event(uniform, parameters.removal_hazard, 1.0)
    cycle = max(round(parameters.review_cycle), 1)
    due = (years_held > 0) & (np.mod(np.rint(years_held), cycle) == 0)
    failed = due & (points < parameters.threshold - parameters.review_margin)
    return certified & (by_chance | failed)
