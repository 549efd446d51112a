"""How many seeds are enough, for every target, the public cost and every indicator.

Rules, each for a 95 % interval of half-width w:

- mean, paired difference: the smallest n with t(n-1) s / sqrt(n) <= w, s the standard deviation over the seeds that are
  there (Law, A. M., 2015, Simulation Modeling and Analysis, 5th ed., chapter 9);
- share of draws: the smallest n whose Wilson interval at the share found is no wider than 2 w;
- median: the distribution-free interval between order statistics (Conover, W. J., 1999, Practical Nonparametric
  Statistics, 3rd ed., section 3.2) shrinks with the square root of n: n = S (h / w)^2 if it is h at S seeds.

What is called enough rests on an s that is itself estimated: with few seeds it is a first guess, to be asked again with
more. On choosing the number of runs of agent-based models see Secchi, D. and Seri, R. (2017), "Controlling for false
negatives in agent-based models", Computational and Mathematical Organization Theory 23: 94-121.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
from scipy.special import bdtr, stdtrit

from agents.array_types import FloatArray
from experiments.analysis.cases import REFERENCE, TargetDraws, draws_of, target_draws
from experiments.analysis.cost import public_costs
from experiments.labels import outcome_unit_name
from experiments.results import Results
from experiments.settings.replicates import ReplicatesConfig
from experiments.tables.summary import Z_95
from sim.indicators import INDICATORS

MEAN, MEDIAN, SHARE, PAIRED = "mean", "median", "share of draws", "paired difference"
TARGET, COST, INDICATOR = "target", "public cost", "indicator"
MOST = 1_000_000
"""Numbers of seeds looked at; more are reported as missing."""

COLUMNS = (
    "policy", "scenario", "behaviour", "kind", "name", "unit", "statistic", "seeds", "estimate", "half_width",
    "wanted_half_width", "seeds_needed", "enough",
)  # fmt: skip
COURSE_COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "unit", "statistic", "seeds", "estimate", "half_width",
)  # fmt: skip
CONFIDENCE = 0.95


def mean_half_width(deviation: float, seeds: int) -> float:
    """Half-width of Student's interval of a mean; NaN with one seed."""
    return float(stdtrit(seeds - 1, 0.5 + CONFIDENCE / 2)) * deviation / math.sqrt(seeds) if seeds > 1 else math.nan


def share_half_width(share: float, seeds: int) -> float:
    """Half of the width of Wilson's interval at a share (see `wilson_interval`); NaN with one seed."""
    if seeds < 2:
        return math.nan
    spread = share * (1.0 - share) / seeds + Z_95 * Z_95 / (4.0 * seeds * seeds)
    return Z_95 / (1.0 + Z_95 * Z_95 / seeds) * math.sqrt(spread)


def median_half_width(values: FloatArray) -> float:
    """Half of the width of the distribution-free interval of a median (S,); NaN with fewer than six values."""
    number = len(values)
    rank = 0
    # the interval between the r-th smallest and the r-th largest misses the median with probability 2 P(B <= r - 1)
    while rank < number // 2 and 2.0 * float(bdtr(rank, number, 0.5)) <= 1.0 - CONFIDENCE:
        rank += 1
    if rank == 0:
        return math.nan
    ordered = np.sort(values)
    return float(ordered[number - rank] - ordered[rank - 1]) / 2.0


def seeds_for_mean(deviation: float, wanted: float) -> float:
    """Smallest number of seeds whose interval of a mean has the wanted half-width; NaN beyond `MOST` or unknown."""
    return _smallest(lambda seeds: mean_half_width(deviation, seeds), wanted)


def seeds_for_share(share: float, wanted: float) -> float:
    """Smallest number of seeds whose interval of a share has the wanted half-width; NaN beyond `MOST`."""
    return _smallest(lambda seeds: share_half_width(share, seeds), wanted)


def _smallest(half_width: Callable[[int], float], wanted: float) -> float:
    """Bisection over numbers of seeds: half-widths fall as seeds are added."""
    if not wanted > 0.0 or not half_width(MOST) <= wanted:
        return math.nan
    low, high = 1, MOST
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if half_width(middle) <= wanted else (middle, high)
    return float(high)


def replicates_table(results: Results) -> pd.DataFrame:
    """Half-widths that the seeds give, and the number of seeds for those that are wanted.

    Returns:
        One row a (policy, case, quantity, statistic), columns `COLUMNS`: headline targets with all four statistics,
        the public cost and every indicator at the end of the run with their means. `seeds_needed` is missing where
        nothing can be said: with one seed, too few for a median, or at a level of zero.
    """
    wanted = results.config.replicates
    rows = [row for draws in target_draws(results) for row in _target_rows(draws, wanted)]
    rows += [row for kind, unit, table in _other_quantities(results) for row in _mean_rows(kind, unit, table, wanted)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _target_rows(draws: TargetDraws, wanted: ReplicatesConfig) -> Iterator[tuple[object, ...]]:
    unit = outcome_unit_name(draws.target)
    for policy in draws.values.index:
        values = _known(draws_of(draws.values, policy))
        level = wanted.relative * abs(float(values.mean()))
        met = _known(draws_of(draws.met, policy))
        share = float(met.mean())
        statistics = [
            (MEAN, unit, *_mean(values, level)), (MEDIAN, unit, *_median(values, level)),
            (SHARE, "share", share, share_half_width(share, len(met)), wanted.share,
             seeds_for_share(share, wanted.share) if len(met) > 1 else math.nan),
        ]  # fmt: skip
        if policy != REFERENCE and REFERENCE in draws.values.index:
            reference = draws_of(draws.values, REFERENCE)
            difference = _known(draws_of(draws.values, policy) - reference)
            statistics.append((PAIRED, unit, *_mean(difference, wanted.relative * abs(float(np.nanmean(reference))))))
        for name, own_unit, *found in statistics:
            facts = (policy, draws.scenario, draws.behaviour, TARGET, draws.target["target_id"], own_unit, name)
            yield (*facts, len(values), *found, _enough(found[1], found[2]))


def _enough(half_width: float, wanted: float) -> bool:
    return bool(half_width <= wanted)


def _known(values: FloatArray) -> FloatArray:
    return values[~np.isnan(values)]


def _mean(values: FloatArray, wanted: float) -> tuple[float, float, float, float]:
    """Mean, half-width, the one wanted, seeds needed for it."""
    deviation = float(values.std(ddof=1)) if len(values) > 1 else math.nan
    return float(values.mean()), mean_half_width(deviation, len(values)), wanted, seeds_for_mean(deviation, wanted)


def _median(values: FloatArray, wanted: float) -> tuple[float, float, float, float]:
    half = median_half_width(values)
    needed = float(math.ceil(len(values) * (half / wanted) ** 2)) if half > 0.0 and wanted > 0.0 else math.nan
    return float(np.median(values)), half, wanted, needed


def _other_quantities(results: Results) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Kind, unit and, indexed by policy, scenario, behaviour and name, values by seed."""
    costs = public_costs(results).assign(name="public_cost")
    keys = ["policy", "scenario", "behaviour", "name"]
    yield COST, "m CNY", costs.pivot(index=keys, columns="seed", values="cost")
    indicators = results.indicators
    last = indicators[indicators["quarter"] == indicators["quarter"].max()]
    names = [name for name in INDICATORS if name in last.columns]
    long = last.melt(["policy", "scenario", "behaviour", "seed"], names, var_name="name")
    for name, own in long.groupby("name", sort=False):
        yield INDICATOR, INDICATORS[str(name)].unit, own.pivot(index=keys, columns="seed", values="value")


def _mean_rows(kind: str, unit: str, table: pd.DataFrame, wanted: ReplicatesConfig) -> Iterator[tuple[object, ...]]:
    for (policy, scenario, behaviour, name), row in zip(table.index, table.to_numpy(dtype=np.float64), strict=True):
        values = _known(row)
        mean, half, width, needed = _mean(values, wanted.relative * abs(float(values.mean())))
        yield (policy, scenario, behaviour, kind, name, unit, MEAN, len(values), mean, half, width, needed,
               _enough(half, width))  # fmt: skip


def convergence(results: Results) -> pd.DataFrame:
    """Estimates and half-widths over the first n seeds, for n from 2 on in growing steps.

    Returns:
        One row a (policy, case, headline target, statistic, n), columns `COURSE_COLUMNS`.
    """
    rows: list[tuple[object, ...]] = []
    for draws in target_draws(results):
        for policy in draws.values.index:
            values, met = _known(draws_of(draws.values, policy)), _known(draws_of(draws.met, policy))
            for seeds in _grid(len(values)):
                facts = (policy, draws.scenario, draws.behaviour, draws.target["target_id"])
                share, unit = float(met[:seeds].mean()), outcome_unit_name(draws.target)
                rows += [
                    (*facts, unit, MEAN, seeds, *_mean(values[:seeds], 0.0)[:2]),
                    (*facts, unit, MEDIAN, seeds, *_median(values[:seeds], 0.0)[:2]),
                    (*facts, "share", SHARE, seeds, share, share_half_width(share, seeds)),
                ]
    return pd.DataFrame(rows, columns=list(COURSE_COLUMNS))


def _grid(seeds: int) -> list[int]:
    """Numbers of seeds looked at: every one up to 20, then in steps of a tenth, and the last."""
    grid, step = list(range(2, min(seeds, 20) + 1)), 20
    while step < seeds:
        step = min(seeds, math.ceil(1.1 * step))
        grid.append(step)
    return grid
