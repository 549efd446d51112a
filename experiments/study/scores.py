"""What candidates are judged by: public cost, shortfall and targets missed, draw by draw."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import stdtrit

from experiments.settings.config import ExperimentConfig
from experiments.study.aims import shortfall
from experiments.study.evolution import Settings
from experiments.study.points import Point

Evaluate = Callable[[Sequence[Point]], pd.DataFrame]
"""Rows of points, see `experiments.study.points.PointStore.evaluate`."""

QUANTITIES = ("public_cost", "redirected", "shortfall", "missed", "all_met")
COLUMNS = ("candidate", "scenario", "seed", *QUANTITIES)


def points_of(
    config: ExperimentConfig, settings: Settings, policy: str, seeds: Sequence[int], scenarios: Sequence[str]
) -> list[Point]:
    """A policy with some settings turned, on all seeds and scenarios."""
    return [
        Point(dict(settings), (policy,), seed, scenario, config.behaviour[0], config.uncertainty)
        for scenario in scenarios for seed in seeds
    ]


def scores(
    evaluate: Evaluate, config: ExperimentConfig, candidates: Sequence[tuple[Settings, str]], seeds: Sequence[int],
    aims: pd.DataFrame,
) -> pd.DataFrame:
    """Judge candidates on the same seeds.

    Args:
        evaluate: gives the rows of points.
        config: settings of the run; its scenarios all count.
        candidates: settings turned, and the policy whose settings they are.
        seeds: the seeds.
        aims: registry rows of the targets that count.

    Returns:
        One row a (candidate, scenario, seed), `COLUMNS`: the candidate's place, public_cost and redirected purchases
        (m CNY over the run), shortfall (mean over the targets, see `experiments.study.aims.shortfall`), missed (share
        of the targets) and all_met.
    """
    points = [points_of(config, settings, policy, seeds, config.scenario) for settings, policy in candidates]
    rows = evaluate([point for own in points for point in own])
    wanted = pd.MultiIndex.from_frame(aims[["target_id", "definition_id"]])
    rows = rows[pd.MultiIndex.from_frame(rows[["target_id", "definition"]]).isin(wanted)]
    rows = rows.assign(shortfall=shortfall(rows), missed=~rows["met"].astype(bool))
    runs = rows.groupby(["key", "policy"]).agg(
        scenario=("scenario", "first"), seed=("seed", "first"), public_cost=("public_cost", "first"),
        redirected=("redirected", "first"), shortfall=("shortfall", "mean"), missed=("missed", "mean"),
    )
    places = [
        (place, (point.key, policy))
        for place, (own, (_, policy)) in enumerate(zip(points, candidates, strict=True)) for point in own
    ]
    table = runs.loc[[key for _, key in places]].reset_index(drop=True)
    return table.assign(candidate=[place for place, _ in places], all_met=table["missed"] == 0.0)[list(COLUMNS)]


def difference_of_means(one: NDArray[np.float64], other: NDArray[np.float64]) -> tuple[float, float, float]:
    """Difference of the means of two independent samples, one - other, with its 95 % interval.

    Returns:
        Difference, lower and upper end; the ends are NaN if either sample has fewer than two values.

    Source: Welch, B. L. (1947), Biometrika 34, 28-35.
    """
    gap = float(one.mean() - other.mean())
    if min(len(one), len(other)) < 2:
        return gap, math.nan, math.nan
    parts = np.array([sample.var(ddof=1) / len(sample) for sample in (one, other)])
    total = float(parts.sum())
    if total == 0.0:
        return gap, gap, gap
    freedom = total**2 / float((parts**2 / [len(one) - 1, len(other) - 1]).sum())
    half = float(stdtrit(freedom, 0.975)) * math.sqrt(total)
    return gap, gap - half, gap + half
