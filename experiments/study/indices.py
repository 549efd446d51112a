"""Elementary effects and variance-based indices, by SALib: designs in the unit cube, and what outcomes say on them.

Sources: Morris (1991), Technometrics 33: 161-174; Campolongo, Cariboni and Saltelli (2007), Environmental Modelling &
Software 22: 1509-1518 (mu*, groups); Saltelli et al. (2010), Computer Physics Communications 181: 259-270 (estimators
of first and total order); Owen's scrambling of the Sobol' sequence as in scipy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Array = NDArray[np.float64]

SEED = 20251231
"""Seed of designs and resampling: the same settings ask for the same points."""
RESAMPLES = 300
CONFIDENCE = 0.95


def morris_design(groups: Mapping[str, Sequence[str]], trajectories: int, levels: int) -> Array:
    """Trajectories in which one group after the other is moved.

    Args:
        groups: factors by group; all factors of a group move at once.
        trajectories: number of trajectories.
        levels: levels of the grid in the unit cube, an even number.

    Returns:
        (trajectories * (groups + 1), factors) points of the unit cube, factors in the order of the groups.
    """
    from SALib.sample import morris

    return np.asarray(morris.sample(_problem(groups), trajectories, num_levels=levels, seed=SEED), dtype=np.float64)


def morris_effects(groups: Mapping[str, Sequence[str]], design: Array, values: Array, levels: int) -> pd.DataFrame:
    """Elementary effects of every group on one outcome, over the whole range of the group's factors.

    Args:
        groups: as for `morris_design`.
        design: as made by `morris_design`.
        values: (points,) outcomes.
        levels: as for `morris_design`.

    Returns:
        One row a group: factor, mu_star (mean absolute effect, in the outcome's unit), mu_star_low, mu_star_high (95 %,
        bootstrapped over trajectories), mu, sigma (NaN for a group of several factors, whose effects have no sign).
    """
    from SALib.analyze import morris

    found = morris.analyze(
        _problem(groups), design, values, num_resamples=RESAMPLES, conf_level=CONFIDENCE, num_levels=levels, seed=SEED
    )
    by_name = {str(name): place for place, name in enumerate(found["names"])}
    rows = []
    for name, members in groups.items():
        place = by_name[name]
        star, half = float(found["mu_star"][place]), float(found["mu_star_conf"][place])
        single = len(members) == 1
        rows.append({
            "factor": name, "mu_star": star, "mu_star_low": max(0.0, star - half), "mu_star_high": star + half,
            "mu": float(found["mu"][place]) if single else math.nan,
            "sigma": float(found["sigma"][place]) if single else math.nan,
        })
    return pd.DataFrame(rows)


def sobol_design(names: Sequence[str], samples: int) -> Array:
    """Saltelli's design of first and total order.

    A larger number of samples only adds points at the end: finished ones are used again.

    Args:
        names: parameters.
        samples: base samples, a power of two.

    Returns:
        (samples * (len(names) + 2), len(names)) points of the unit cube.
    """
    from SALib.sample import sobol

    problem = _problem({name: (name,) for name in names})
    return np.asarray(sobol.sample(problem, samples, calc_second_order=False, seed=SEED), dtype=np.float64)


def sobol_indices(names: Sequence[str], values: Array, samples: int) -> pd.DataFrame:
    """First- and total-order indices of one outcome at a quarter, a half and all of the samples.

    Args:
        names: parameters.
        values: (samples * (len(names) + 2),) outcomes on `sobol_design`.
        samples: base samples.

    Returns:
        One row a parameter and number of samples: parameter, samples, first, first_low, first_high, total, total_low,
        total_high (95 %, bootstrapped; estimates are not forced into 0..1). NaN where the outcome does not vary.
    """
    rows = []
    for count in (samples // 4, samples // 2, samples):
        part = values[: count * (len(names) + 2)]
        found = _analysed(names, part)
        for place, name in enumerate(names):
            first, total, first_half, total_half = (float(found[key][place]) for key in ("S1", "ST", *HALVES))
            rows.append({
                "parameter": name, "samples": count,
                "first": first, "first_low": first - first_half, "first_high": first + first_half,
                "total": total, "total_low": total - total_half, "total_high": total + total_half,
            })
    return pd.DataFrame(rows)


HALVES = ("S1_conf", "ST_conf")


def _analysed(names: Sequence[str], values: Array) -> Mapping[str, Any]:
    """SALib's indices; NaN if the outcome does not vary, which it would divide by."""
    from SALib.analyze import sobol

    if np.ptp(values) <= 1e-12 * max(1.0, float(np.abs(values).max())):
        return {key: np.full(len(names), math.nan) for key in ("S1", "ST", *HALVES)}
    problem = _problem({name: (name,) for name in names})
    with np.errstate(divide="ignore", invalid="ignore"):  # resamples of few points may not vary
        found: Mapping[str, Any] = sobol.analyze(
            problem, values, calc_second_order=False, num_resamples=RESAMPLES, conf_level=CONFIDENCE, seed=SEED
        )
    return found


def _problem(groups: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """SALib's description of factors in the unit cube."""
    names = [path for members in groups.values() for path in members]
    problem: dict[str, Any] = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    if any(len(members) > 1 for members in groups.values()):
        problem["groups"] = [group for group, members in groups.items() for _ in members]
    return problem
