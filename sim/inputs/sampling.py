"""Designs of the parameter draws: which point of the unit cube a seed gets.

A seed has the same point however many seeds are asked for, so more seeds extend a store; and every policy, scenario and
rule of decision on one seed shares it. Three designs:

`latin_hypercube` (default)
    Every parameter alone is stratified: the first 2^m seeds put exactly one point into each of 2^m equal intervals, for
    every m, and which seed gets which interval is a keyed lottery. A parameter's column depends on its own name only.
    After McKay, Beckman and Conover (1979, Technometrics 21: 239-245), nested by halving so that it can be extended.
`sobol`
    A scrambled Sobol' sequence (scipy, Joe and Kuo's direction numbers). Better for large designs of few parameters.
    With more parameters than half the seeds it cannot tell some of them apart: of 22 parameters at 20 seeds about 11
    pairs correlate above 0.6 in absolute value (independent draws: fewer than 2). A parameter's column depends on its
    place in the file and on the number of parameters.
`independent`
    Every draw by itself, keyed by seed and name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from agents.array_types import FloatArray
from sim.draws import Draws

SAMPLING = ("latin_hypercube", "sobol", "independent")
POINTS = 2**14
"""Points of a design; seeds beyond start again at the first, with other luck in everything else."""

KEY = 110
"""Seed of the lotteries inside a design, one for all runs: of 200 tried, the one with the smallest largest correlation
among the parameters of `core` at 20 and at 64 seeds (0.66 and 0.30). Chosen by the design alone, before any result."""


def uniforms(sampling: str, seed: int, names: Sequence[str]) -> Mapping[str, float]:
    """Point of a seed, in (0, 1) for every name.

    Args:
        sampling: one of `SAMPLING`.
        seed: any integer; seed 1 has the first point.
        names: what is drawn; the order matters for `sobol` alone.
    """
    if sampling == "independent":
        draws = Draws(seed, 1)
        return {name: draws.scalar(f"uncertainty/{name}") for name in names}
    place = (seed - 1) % POINTS
    if sampling == "sobol":
        return dict(zip(names, sobol_point(len(names), place).tolist(), strict=True))
    return {name: float(nested_strata(name, place + 1)[place]) for name in names}


def nested_strata(name: str, count: int) -> FloatArray:
    """First points of one parameter's column (count,): one in each of 2^m equal intervals for every 2^m <= count.

    Every interval that holds a point is halved, and the empty halves are handed to the next points by a keyed lottery.

    Args:
        name: the parameter; nothing else decides where its points lie.
        count: number of points, at least one; does not change the first ones.
    """
    draws = Draws(KEY, 1)
    points = draws.province(f"stratum/{name}", 1, 0)
    level = 0
    while len(points) < count:
        level += 1
        halves = 2 * len(points)
        empty = np.floor(points * halves).astype(np.int64) ^ 1
        order = np.argsort(draws.province(f"stratum order/{name}", len(points), level), kind="stable")
        inside = draws.province(f"stratum/{name}", len(points), level)
        # the last bits of a sum are rounded: stay clear of the interval's upper end
        points = np.concatenate([points, (empty[order] + inside * (1.0 - 2.0**-30)) / halves])
    return points[:count]


def sobol_point(dimensions: int, index: int) -> FloatArray:
    """One point of the scrambled Sobol' sequence (dimensions,), in the open unit cube.

    Args:
        dimensions: number of parameters.
        index: which point, from 0.
    """
    from scipy.stats import qmc  # slow to import

    if dimensions == 0:
        return np.zeros(0)
    sequence = qmc.Sobol(dimensions, scramble=True, rng=KEY)
    if index > 0:
        sequence.fast_forward(index)
    return np.clip(np.asarray(sequence.random(1)[0], dtype=np.float64), 2.0**-31, 1.0 - 2.0**-31)
