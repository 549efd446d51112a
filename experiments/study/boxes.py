"""Boxes of futures in which something happens: the patient rule induction method, by the EMA workbench.

Sources: Friedman and Fisher (1999), Statistics and Computing 9: 123-143 (peeling and pasting); Bryant and Lempert
(2010), Technological Forecasting and Social Change 77: 34-49 (coverage, density, quasi-p-values: the probability that
a restriction does at least as well if the other restrictions alone decide, one-sided binomial).
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

PEEL = 0.1
"""Part of the box that is peeled away at once: of a hundred futures a smaller one holds too few to tell luck."""
LEAST_MEAN = 1e-9
"""Above zero: cases of interest are ones among zeros, and a box is looked at however few of them it holds."""


@dataclass(frozen=True)
class Limit:
    """One restricted dimension of a box.

    Attributes:
        name: the dimension.
        low: lower limit; None if the box reaches to the lower end.
        high: upper limit; None if it reaches to the upper end.
        values: names inside, for a dimension of names; empty for numbers.
        quasi_p: the larger quasi-p-value of its limits.
    """

    name: str
    low: float | None
    high: float | None
    values: tuple[str, ...]
    quasi_p: float


@dataclass(frozen=True)
class Box:
    """A box of futures.

    Attributes:
        coverage: share of the cases of interest that lie inside.
        density: share of the futures inside that are cases of interest.
        inside: futures inside.
        cases: cases of interest inside.
        limits: its restrictions, the surest first.
        trajectory: coverage, density, mass, res_dim, n, k of every box of the peeling, the largest first.
        chosen: row of the trajectory that the box started from, before unsure restrictions were dropped.
    """

    coverage: float
    density: float
    inside: int
    cases: int
    limits: tuple[Limit, ...]
    trajectory: pd.DataFrame
    chosen: int


def find_box(
    futures: pd.DataFrame, happens: Bools, density: float, least_mass: float, significance: float
) -> Box | None:
    """The box with the largest coverage among those dense enough, without restrictions that may be luck.

    Restrictions that are dropped may leave a box less dense than wanted: the numbers are those of what is left.

    Args:
        futures: (n, dimensions) numbers, or names in columns of text.
        happens: (n,) whether the future is a case of interest.
        density: density that is wanted; where no box reaches it, the densest one is taken.
        least_mass: smallest share of the futures in a box.
        significance: largest quasi-p-value of a restriction; one after the other is dropped, the least sure first.

    Returns:
        The box, or None if nothing is left of it: no restriction tells cases of interest from others.
    """
    with _quiet():
        from ema_workbench.analysis import prim

        search = prim.Prim(futures, happens.astype(int), threshold=LEAST_MEAN, mass_min=least_mass, peel_alpha=PEEL)
        found = search.find_box()
        trajectory = found.peeling_trajectory.copy()
        chosen, place = _settle(found, trajectory, density, significance)
        limits = _limits(found, place, futures)
        if not limits:
            return None
        last = found.peeling_trajectory.iloc[place]
    columns = ["coverage", "density", "mass", "res_dim", "n", "k"]
    return Box(
        float(last["coverage"]), float(last["density"]), int(last["n"]), int(last["k"]),
        limits, trajectory[columns].reset_index(drop=True), chosen,
    )


def _settle(box: Any, trajectory: pd.DataFrame, density: float, significance: float) -> tuple[int, int]:
    """The box to tell: row of the trajectory, and row of what is left of it without restrictions that may be luck.

    Of the boxes that are dense enough, and still are without such restrictions, the one of largest coverage; where
    there is none, the densest of what is left.
    """
    dense = trajectory[trajectory["density"] >= density]
    if dense.empty:
        dense = trajectory.sort_values(["density", "coverage"], kind="stable")[-1:]
    settled: list[tuple[float, int, int]] = []
    for chosen in dense.sort_values(["coverage", "density"], ascending=False, kind="stable").index:
        place = _without_luck(box, int(chosen), significance)
        left = float(box.peeling_trajectory["density"].iloc[place])
        if left >= density:
            return int(chosen), place
        settled.append((left, int(chosen), place))
    _, chosen, place = max(settled, key=lambda each: each[0])
    return chosen, place


def _without_luck(box: Any, place: int, significance: float) -> int:
    """Drop the least sure restriction as long as it may be luck; the row of what is left."""
    while True:
        unsure = {name: max(values) for name, values in box.qp[place].items()}
        worst = max(unsure, key=lambda name: unsure[name], default=None)
        if worst is None or unsure[worst] <= significance:
            return place
        box.drop_restriction(worst, place)
        place = len(box.peeling_trajectory) - 1


def _limits(box: Any, place: int, futures: pd.DataFrame) -> tuple[Limit, ...]:
    """Restrictions of a box of the trajectory."""
    limits = []
    for name, quasi_p in box.qp[place].items():
        bounds, ends = box.box_lims[place][name], box.box_lims[0][name]
        if not pd.api.types.is_numeric_dtype(futures[name]):
            inside = tuple(value for value in futures[name].unique() if value in bounds.iloc[0])
            limits.append(Limit(str(name), None, None, tuple(sorted(inside)), float(max(quasi_p))))
            continue
        low = float(bounds.iloc[0]) if bounds.iloc[0] > ends.iloc[0] else None
        high = float(bounds.iloc[1]) if bounds.iloc[1] < ends.iloc[1] else None
        limits.append(Limit(str(name), low, high, (), float(max(quasi_p))))
    return tuple(sorted(limits, key=lambda limit: limit.quasi_p))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the library's advice on packages for parallel runs and its log; other warnings pass."""
    logger = logging.getLogger("EMA")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*ipyparallel not installed.*")
            warnings.filterwarnings("ignore", message=".*altair based interactive inspection not available.*")
            warnings.filterwarnings("ignore", category=DeprecationWarning, module="ema_workbench")
            warnings.filterwarnings("ignore", category=FutureWarning, module="ema_workbench")
            yield
    finally:
        logger.setLevel(level)
