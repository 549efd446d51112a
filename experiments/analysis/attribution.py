"""Which lever does what: Shapley parts of the levers' joint effect over `current`, and which levers work together.

Every part is computed seed by seed on the same firms and luck; its interval is Student's over the seeds. Levers come
from ``attribution.levers``; with ``attribution.permutations`` orders are sampled (`experiments.shapley`), and the part
of the error that comes from sampling orders is told apart.

Synergy of two levers is what both add beyond what each adds alone: with all other levers off (`alone`), and on average
over what else is on (`average`, the Shapley interaction index). For values and shares of draws it is measured in
points, for shares also in log odds, where half a draw is added to both sides so that 0 and all draws stay finite
(Haldane 1956, Annals of Human Genetics 20: 309-311). Intervals of log odds treat the policies' draws as independent.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from experiments.analysis.cases import TargetDraws, draws_of, target_draws
from experiments.labels import outcome_unit_name
from experiments.results import Results
from experiments.settings.attribution import AttributionConfig
from experiments.shapley import Coalition, exact_parts, interaction_index, pair_synergy, sampled_parts
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import Z_95, wilson_interval

VALUE, SHARE = "value", "share of draws"
POINTS, LOG_ODDS = "points", "log odds"
ALONE, AVERAGE = "alone", "average"
HALF_A_DRAW = 0.5

PART_COLUMNS = (
    "scenario", "behaviour", "target_id", "by", "quantity", "unit", "lever", "part", "low", "high", "share_of_total",
    "total", "total_low", "total_high", "seeds", "method", "orders", "order_error",
)  # fmt: skip
SYNERGY_COLUMNS = (
    "scenario", "behaviour", "target_id", "by", "quantity", "scale", "unit", "lever_a", "lever_b", "context", "synergy",
    "low", "high", "seeds",
)  # fmt: skip

def lever_label(results: Results, lever: str, lang: str) -> str:
    """A lever's label: that of the policy with it alone, without `current`."""
    policy = results.config.attribution.policy(frozenset({lever}))
    return results.policy_label(policy, lang).split("+", 1)[-1]


Draws = dict[Coalition, FloatArray]
"""Values by seed (S,) of every combination of levers that was run, on the seeds that all of them have."""


def attribution_parts(results: Results) -> pd.DataFrame:
    """The part of every lever in the joint effect on every headline target.

    Returns:
        One row a (case, target, quantity, lever), columns `PART_COLUMNS`. For the quantity `value` parts are in the
        target's unit, for `share of draws` they are shares. They add up to `total`, the effect of all levers.
        `share_of_total` is missing where the interval of the total includes zero. `order_error` is half of the 95 %
        interval that comes from sampling orders. Intervals are missing with one seed.
    """
    config = results.config.attribution
    rows = [
        row for draws in target_draws(results) for quantity, game in games(draws, config)
        for row in _parts(draws, quantity, game, config)
    ]
    return pd.DataFrame(rows, columns=list(PART_COLUMNS))


def games(draws: TargetDraws, config: AttributionConfig) -> Iterator[tuple[str, Draws]]:
    """The outcome, and whether the target is met, by combination of levers and seed."""
    names = {each: config.policy(each) for each in config.coalitions}
    for quantity, table in ((VALUE, draws.values), (SHARE, draws.met)):
        found = {each: draws_of(table, name) for each, name in names.items()}
        there = ~np.isnan(np.array(list(found.values()))).any(axis=0)
        yield quantity, {each: values[there] for each, values in found.items()}


def _parts(draws: TargetDraws, quantity: str, game: Draws, config: AttributionConfig) -> Iterator[dict[str, Any]]:
    levers, orders = config.levers, config.orders
    errors = dict.fromkeys(levers, math.nan)
    if orders:
        by_order = {lever: np.array(each) for lever, each in sampled_parts(game, orders).items()}
        parts = {lever: each.mean(axis=0) for lever, each in by_order.items()}
        errors = {lever: order_error(each) for lever, each in by_order.items()}
    else:
        parts = exact_parts(game, levers)
    total = seed_interval(game[frozenset(levers)] - game[frozenset()], quantity)
    clear = total[1] > 0.0 or total[2] < 0.0
    for lever in levers:
        part = seed_interval(parts[lever], quantity)
        yield {
            **_facts(draws, quantity), "lever": lever, **dict(zip(("part", "low", "high"), part, strict=True)),
            "share_of_total": part[0] / total[0] if clear else math.nan,
            **dict(zip(("total", "total_low", "total_high"), total, strict=True)), "seeds": len(parts[lever]),
            "method": "sampled orders" if orders else "all combinations", "orders": len(orders) or math.nan,
            "order_error": errors[lever],
        }  # fmt: skip


def _facts(draws: TargetDraws, quantity: str) -> dict[str, Any]:
    unit = outcome_unit_name(draws.target) if quantity == VALUE else "share of draws"
    return {
        "scenario": draws.scenario, "behaviour": draws.behaviour, "target_id": draws.target["target_id"],
        "by": int(draws.target["by_year"]), "quantity": quantity, "unit": unit,
    }  # fmt: skip


def seed_interval(values: FloatArray, quantity: str) -> tuple[float, float, float]:
    """Mean over the seeds (S,) and its 95 % interval.

    Student's; where no seed differs from another, which would give a share of draws an interval without width, that of
    Wilson for no draw out of S on both sides.
    """
    mean, low, high = paired_difference(values, np.zeros(len(values)))
    if quantity == SHARE and len(values) > 1 and np.ptp(values) == 0.0:
        width = wilson_interval(0, len(values))[1]
        return mean, max(mean - width, -1.0), min(mean + width, 1.0)
    return mean, low, high


def order_error(by_order: FloatArray) -> float:
    """Half of the 95 % interval of a part, mean over seeds, over the pairs of an order and its reverse.

    Args:
        by_order: (P, S) parts by order and seed, orders in pairs.

    Returns:
        NaN with a single pair.
    """
    pairs = by_order.mean(axis=1).reshape(-1, 2).mean(axis=1)
    mean, low, _ = paired_difference(pairs, np.zeros(len(pairs)))
    return mean - low


def attribution_synergy(results: Results) -> pd.DataFrame:
    """Synergy of every pair of levers on every headline target, where the combinations it takes were run.

    Returns:
        One row a (case, target, quantity, scale, pair, context), columns `SYNERGY_COLUMNS`; positive: together they
        do more. With sampled orders the pairs whose combinations came up.
    """
    config = results.config.attribution
    rows = [
        row for draws in target_draws(results) for quantity, game in games(draws, config)
        for pair in combinations(config.levers, 2)
        for row in _synergies(draws, quantity, game, config.levers, *pair)
    ]
    return pd.DataFrame(rows, columns=list(SYNERGY_COLUMNS))


def _synergies(
    draws: TargetDraws, quantity: str, game: Draws, levers: tuple[str, ...], one: str, other: str
) -> Iterator[dict[str, Any]]:
    measures: dict[str, Callable[[Any], Any]] = {
        ALONE: lambda values: pair_synergy(values, one, other),
        AVERAGE: lambda values: interaction_index(values, levers, one, other),
    }
    facts = {**_facts(draws, quantity), "lever_a": one, "lever_b": other}
    for context, measure in measures.items():
        try:
            by_seed = measure(game)
        except KeyError:
            continue
        scales = {POINTS: seed_interval(by_seed, quantity)}
        if quantity == SHARE:
            scales[LOG_ODDS] = log_odds_interval(game, measure)
        for scale, found in scales.items():
            unit = {"unit": scale} if scale == LOG_ODDS else {}
            yield {**facts, **unit, "scale": scale, "context": context, "seeds": len(by_seed),
                   **dict(zip(("synergy", "low", "high"), found, strict=True))}  # fmt: skip


def log_odds_interval(game: Draws, measure: Callable[[Any], Any]) -> tuple[float, float, float]:
    """A linear measure of the log odds of meeting a target, with its 95 % interval (missing with one seed).

    Args:
        game: whether the target is met, as 0 and 1, by combination and seed.
        measure: takes a game and adds up its values with weights.
    """
    number = len(next(iter(game.values())))
    met = np.array([each.sum() for each in game.values()])
    odds = (met + HALF_A_DRAW) / (number - met + HALF_A_DRAW)
    variance = 1.0 / (met + HALF_A_DRAW) + 1.0 / (number - met + HALF_A_DRAW)
    # the measure of unit vectors gives its weights
    weights = measure(dict(zip(game, np.eye(len(game)), strict=True)))
    estimate, half = float(weights @ np.log(odds)), Z_95 * math.sqrt(float(weights**2 @ variance))
    return (estimate, estimate - half, estimate + half) if number > 1 else (estimate, math.nan, math.nan)
