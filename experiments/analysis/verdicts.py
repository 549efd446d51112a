"""A verdict on every target under every policy: attainable, conditional, not attainable, or cannot be said.

Rule (thresholds: settings ``verdict.*``, judgement, grade D), from the 95 % Wilson interval of the share of draws:

- attainable: its lower end reaches `attainable`;
- not attainable: its upper end does not exceed `not_attainable`;
- conditional: neither, and some draws meet the target while others miss it;
- cannot be said: neither, and all draws agree, which are then too few to tell; or one draw only.

A verdict that rests on a number nobody knows is taken back. For every drawn parameter of grade D the draws are split at
its median. If the two halves come to different verdicts by their shares (at least `attainable`, at most
`not_attainable`, or between) and Fisher's exact test with Holm's correction over all parameters tells the halves
apart, the verdict is "cannot be said" and the parameter is named.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import pandas as pd

from agents.array_types import BoolArray, FloatArray
from experiments.analysis.cases import TargetDraws, draws_of, target_draws
from experiments.analysis.parameter_draws import ParameterDraws
from experiments.results import Results
from experiments.settings.verdict import GRADE, SOURCE, VerdictConfig
from experiments.tables.summary import wilson_interval

ATTAINABLE, CONDITIONAL, NOT_ATTAINABLE, UNKNOWN = "attainable", "conditional", "not attainable", "cannot be said"

UNCERTAIN_GRADE = "D"
"""Grade of the parameters that can take a verdict back."""

TOO_FEW = "too few draws"
COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "definition", "role", "by", "met", "seeds", "share_met",
    "share_low", "share_high", "verdict", "verdict_by_interval", "reason", "parameter", "split_at", "met_below",
    "draws_below", "met_above", "draws_above", "p_value", "parameters_tested", "attainable_from", "not_attainable_to",
    "significance", "source", "grade",
)  # fmt: skip


class Split(NamedTuple):
    """The draws halved at the median of one parameter: draws that meet the target, of how many, on both sides."""

    parameter: str
    at: float
    met_below: int
    below: int
    met_above: int
    above: int
    p_value: float


def interval_verdict(met: int, draws: int, rule: VerdictConfig) -> str:
    """The verdict by the interval alone; see the top of this module."""
    low, high = wilson_interval(met, draws)
    if low >= rule.attainable:
        return ATTAINABLE
    if high <= rule.not_attainable:
        return NOT_ATTAINABLE
    return CONDITIONAL if 0 < met < draws else UNKNOWN


def share_zone(met: int, draws: int, rule: VerdictConfig) -> str:
    """The verdict of a half of the draws by its share alone."""
    share = met / draws
    if share >= rule.attainable:
        return ATTAINABLE
    return NOT_ATTAINABLE if share <= rule.not_attainable else CONDITIONAL


def split(met: BoolArray, values: FloatArray, parameter: str) -> Split | None:
    """Halve the draws at the median of a parameter; None where the halves would hold fewer than two draws.

    Args:
        met: (S,) whether the target is met.
        values: (S,) the parameter.
        parameter: its path.
    """
    middle = float(np.median(values))
    below, above = met[values < middle], met[values > middle]
    if min(len(below), len(above)) < 2:
        return None
    sides = int(below.sum()), len(below), int(above.sum()), len(above)
    return Split(parameter, middle, *sides, fisher_p_value(*sides))


@lru_cache(maxsize=4096)
def fisher_p_value(met_a: int, draws_a: int, met_b: int, draws_b: int) -> float:
    """Two-sided p-value of Fisher's exact test that two shares are equal.

    Source: Fisher, R. A. (1934), Statistical Methods for Research Workers, 5th ed., section 21.02.
    """
    met = met_a + met_b
    least, most = max(0, met - draws_b), min(draws_a, met)
    # Ways to spread all that is met over the two sides: whole numbers, so that equally likely tables are equal.
    ways = [math.comb(draws_a, number) * math.comb(draws_b, met - number) for number in range(least, most + 1)]
    own = ways[met_a - least]
    return sum(each for each in ways if each <= own) / sum(ways)


def flips(splits: Sequence[Split], rule: VerdictConfig) -> list[Split]:
    """The splits whose halves come to different verdicts and can be told apart, the clearest first.

    Source of the correction: Holm, S. (1979), Scandinavian Journal of Statistics 6: 65-70.
    """
    found = []
    for place, each in enumerate(sorted(splits, key=lambda each: each.p_value)):
        if each.p_value > rule.significance / (len(splits) - place):
            break
        zones = share_zone(each.met_below, each.below, rule), share_zone(each.met_above, each.above, rule)
        found += [each] if zones[0] != zones[1] else []
    return found


def verdict_table(results: Results, draws: ParameterDraws) -> pd.DataFrame:
    """The verdict on every headline target under every policy in every case.

    Args:
        results: the finished experiment.
        draws: the parameters drawn for its seeds.

    Returns:
        One row a (policy, scenario, behaviour, target), columns `COLUMNS`; `reason` says why nothing can be said,
        `parameter` and the columns behind it describe the clearest split that flips the verdict.
    """
    uncertain = [path for path in map(str, draws.values.columns) if draws.grades[path] == UNCERTAIN_GRADE]
    values = dict(zip(draws.values.index, draws.values[uncertain].to_numpy(), strict=True))
    rows = [
        _row(each, policy, uncertain, values, results.config.verdict)
        for each in target_draws(results) for policy in each.values.index
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    draws: TargetDraws, policy: str, uncertain: Sequence[str], values: Mapping[int, FloatArray], rule: VerdictConfig
) -> dict[str, object]:
    own = draws_of(draws.met, policy)
    known = ~np.isnan(own)
    met = own[known] > 0.0
    count, number = int(met.sum()), int(known.sum())
    seeds = [int(seed) for seed, there in zip(draws.met.columns, known, strict=True) if there]
    parameters = np.array([values[seed] for seed in seeds]).reshape(number, len(uncertain))
    # where all draws agree no half can differ
    tested = list(enumerate(uncertain)) if 0 < count < number else []
    splits = [found for place, path in tested if (found := split(met, parameters[:, place], path))]
    turned = flips(splits, rule)
    plain = interval_verdict(count, number, rule)
    low, high = wilson_interval(count, number)
    target = draws.target
    return {
        "policy": policy, "scenario": draws.scenario, "behaviour": draws.behaviour, "target_id": target["target_id"],
        "definition": target["definition_id"], "role": target["role"], "by": int(target["by_year"]), "met": count,
        "seeds": number, "share_met": count / number, "share_low": low, "share_high": high,
        "verdict": UNKNOWN if turned else plain, "verdict_by_interval": plain,
        "reason": "grade-D parameter" if turned else TOO_FEW if plain == UNKNOWN else "", **_decisive(turned),
        "parameters_tested": len(uncertain), "attainable_from": rule.attainable,
        "not_attainable_to": rule.not_attainable, "significance": rule.significance, "source": SOURCE, "grade": GRADE,
    }  # fmt: skip


def _decisive(turned: Sequence[Split]) -> dict[str, object]:
    """The clearest split that flips a verdict; empty cells where none does."""
    names = ("parameter", "split_at", "met_below", "draws_below", "met_above", "draws_above", "p_value")
    return dict(zip(names, turned[0] if turned else ("", *[math.nan] * 6), strict=True))
