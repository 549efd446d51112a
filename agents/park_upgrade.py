"""Green industrial parks: score, application, approval within a quota, removal, and the start of whole-park retrofits.

Six groups of indicators make the score (energy, resources, infrastructure, industry, environment, management). Energy,
resources and industry follow from what the park's firms do; the other groups keep a latent standing that drifts. Scores
are in sd of the parks at the end of 2025, when those on the list lie above zero and the others below.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import rank_within
from agents.demography import event
from agents.parameter import number


@dataclass(frozen=True)
class ParksParameters:
    """Numbers of park upgrading, whole-park retrofits and zero-carbon pilots."""

    weight_energy: float = number("share", "weight of energy use")
    weight_resources: float = number("share", "weight of resource use")
    weight_infrastructure: float = number("share", "weight of infrastructure")
    weight_industry: float = number("share", "weight of industry: share of green factories and high technology")
    weight_environment: float = number("share", "weight of the environment")
    weight_management: float = number("share", "weight of management")
    threshold: float = number("sd", "score needed for the list of green parks, above that of the end of 2025")
    drift: float = number("sd/yr", "rise of the latent score without support")
    least_green_factories: float = number("factories", "green factories a park needs before it may apply")
    removal_hazard: float = number("1/yr", "removal from the list")
    status_value: float = number("m CNY", "what the status is worth to a park beyond the award")
    cost: float = number("m CNY", "planning, platform and report of an application")
    taste_scale: float = number("m CNY", "scale of a park's persistent taste")
    project_years: float = number("years", "duration of a whole-park retrofit")
    build_years: float = number("years", "building time of a zero-carbon park")
    zero_carbon_output: float = number("m CNY/yr", "output a park needs to become a zero-carbon pilot")
    zero_carbon_clean_share: float = number("share", "clean share of electricity at which a site counts as zero-carbon")


def weights(parameters: ParksParameters) -> FloatArray:
    """Weights of energy, resources, industry and the three other groups together (4,); they sum to one."""
    p = parameters
    rest = p.weight_infrastructure + p.weight_environment + p.weight_management
    raw = np.array([p.weight_energy, p.weight_resources, p.weight_industry, rest])
    return raw / raw.sum()


def group_spread(parameters: ParksParameters) -> float:
    """Standard deviation of the weighted sum of six independent groups of unit variance."""
    p = parameters
    raw = np.array([p.weight_energy, p.weight_resources, p.weight_infrastructure, p.weight_industry,
                    p.weight_environment, p.weight_management])
    return float(np.sqrt((raw**2).sum()) / raw.sum())


def listed_first(key: FloatArray, prefecture: IntArray, number_listed: IntArray) -> BoolArray:
    """Which parks are on the list at the start: in each prefecture those with the highest keys.

    Args:
        key: (P,) standing of a park.
        prefecture: (P,) row of its prefecture.
        number_listed: (prefectures,) parks on the list.
    """
    order = np.lexsort((-key, prefecture))
    listed = np.zeros(len(key), dtype=bool)
    listed[order] = rank_within(prefecture[order]) < number_listed[prefecture[order]]
    return listed


def first_score(uniform: FloatArray, listed: BoolArray) -> FloatArray:
    """Score at the end of 2025 (P,), sd: half-normal above zero for listed parks, below it for the others.

    Args:
        uniform: (P,) uniform draws; within each half a higher draw is a higher score.
        listed: (P,) on the list.
    """
    return np.asarray(ndtri(0.5 * (uniform + listed)))


def score(
    latent: FloatArray, energy: FloatArray, resources: FloatArray, industry: FloatArray, parameters: ParksParameters
) -> FloatArray:
    """Score today (P,), sd: the latent standing plus the weighted progress of the groups that firms decide.

    Args:
        latent: (P,) first score with drift and support.
        energy: (P,) progress of the energy group since 2025, sd of the group.
        resources: (P,) the same for resources.
        industry: (P,) the same for industry.
        parameters: weights.
    """
    weight = weights(parameters)
    progress = weight[0] * energy + weight[1] * resources + weight[2] * industry
    return np.asarray(latent + progress / group_spread(parameters))


def yearly_drift(support: float, parameters: ParksParameters) -> float:
    """Rise of the latent score in a year, sd: the drift of the groups not computed, and the programme's support.

    The drift holds for the whole score; only the weight of the groups that firms do not decide is left to it.
    """
    return parameters.drift * float(weights(parameters)[3]) + support


def applies(
    points: FloatArray, green_factories: FloatArray, award: FloatArray, taste: FloatArray, least: float,
    parameters: ParksParameters,
) -> BoolArray:
    """Parks that are good enough, hold enough green factories and find the status worth its cost (P,).

    Args:
        points: (P,) score, sd.
        green_factories: (P,) in the park.
        award: (P,) award of the prefecture, m CNY.
        taste: (P,) persistent standard-logistic taste.
        least: green factories needed.
        parameters: threshold, value, cost, scale of the taste.
    """
    value = award + parameters.status_value - parameters.cost + parameters.taste_scale * taste
    return (points >= parameters.threshold) & (green_factories >= least) & (value > 0.0)


def best(candidates: BoolArray, priority: FloatArray, places: int) -> IntArray:
    """Rows of the candidates with the highest priority, at most `places`, ascending; ties go to the lower row."""
    rows = np.flatnonzero(candidates)
    order = np.lexsort((rows, -priority[rows]))
    return np.sort(rows[order[: max(places, 0)]])


def removed(uniform: FloatArray, parameters: ParksParameters) -> BoolArray:
    """Whether a listed park loses its status this year (P,), given a uniform draw."""
    return event(uniform, parameters.removal_hazard, 1.0)
