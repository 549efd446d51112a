"""Does the ranking of policies hang on how firms decide? Ranks under each rule, and pairs whose order reverses.

Policies are compared within a rule on the same seeds, so a difference is paired: its interval is Student's, over seeds.
A pair of policies is reversed between two rules if the differences have opposite signs and both intervals exclude
zero, in the same order if they have the same sign and both exclude zero, and otherwise cannot be told apart.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pandas as pd
from scipy.special import stdtrit

REVERSED, SAME, OPEN = "reversed", "same order", "cannot be told apart"
"""What is said of a pair of policies under two rules."""

COLUMNS = (
    "scenario", "target_id", "policy_a", "policy_b", "behaviour_1", "behaviour_2", "difference_1", "low_1", "high_1",
    "difference_2", "low_2", "high_2", "verdict",
)
LOWER_IS_BETTER = ("decrease", "<=")


def policy_ranks(outcomes: pd.DataFrame, headline_targets: pd.DataFrame) -> pd.DataFrame:
    """Rank of every policy on every headline target under every rule.

    Args:
        outcomes: one row per (policy, scenario, behaviour, seed, target_id, definition), with value and met.
        headline_targets: rows of the target registry: target_id, definition_id, comparison.

    Returns:
        scenario, target_id, behaviour, policy, mean, share_met, seeds, rank, rank_share_met; rank 1 is best.
    """
    rows = headline_outcomes(outcomes, headline_targets)
    keys = ["scenario", "target_id", "behaviour", "policy"]
    grouped = rows.groupby(keys, sort=False)
    table = grouped.agg(mean=("value", "mean"), share_met=("met", "mean"), seeds=("seed", "nunique")).reset_index()
    lower = headline_targets.set_index("target_id")["comparison"].isin(LOWER_IS_BETTER)
    merit = table["mean"].where(~table["target_id"].map(lower), -table["mean"])
    for name, values in (("rank", merit), ("rank_share_met", table["share_met"])):
        ranks = values.groupby([table[key] for key in keys[:3]]).rank(ascending=False, method="min")
        table[name] = ranks.astype("Int64")
    return table


def rank_reversals(outcomes: pd.DataFrame, headline_targets: pd.DataFrame) -> pd.DataFrame:
    """Every pair of policies under every pair of rules: paired differences (a - b) and whether the order holds.

    Args:
        outcomes: as for `policy_ranks`.
        headline_targets: as for `policy_ranks`.

    Returns:
        One row a (scenario, target, pair of policies, pair of rules), columns `COLUMNS`; differences are means over
        the seeds that both policies have, in the target's unit, with 95 % intervals (missing with one seed).
    """
    rows = headline_outcomes(outcomes, headline_targets)
    return pd.DataFrame(list(_pairs(rows)), columns=list(COLUMNS))


def rank_agreement(outcomes: pd.DataFrame, headline_targets: pd.DataFrame) -> pd.DataFrame:
    """Kendall's tau-b between the policies' mean outcomes under every pair of rules.

    Returns:
        scenario, target_id, behaviour_1, behaviour_2, kendall_tau; missing where a rule does not tell policies apart.
    """
    ranks = policy_ranks(outcomes, headline_targets)
    result = []
    for (scenario, target), group in ranks.groupby(["scenario", "target_id"], sort=False):
        means = group.pivot(index="policy", columns="behaviour", values="mean")
        tau = means.corr(method="kendall")
        result += [
            (scenario, target, one, other, float(tau.loc[one, other]))
            for one, other in combinations(group["behaviour"].unique(), 2)
        ]
    return pd.DataFrame(result, columns=["scenario", "target_id", "behaviour_1", "behaviour_2", "kendall_tau"])


def headline_outcomes(outcomes: pd.DataFrame, headline_targets: pd.DataFrame) -> pd.DataFrame:
    """Outcomes of the reported definition of each target, in the registry's order of targets."""
    wanted = dict(zip(headline_targets["target_id"], headline_targets["definition_id"], strict=True))
    reported = outcomes["target_id"].map(wanted)
    rows = outcomes[reported.notna() & (outcomes["definition"] == reported)]
    place = {target: number for number, target in enumerate(wanted)}
    order = np.argsort(rows["target_id"].map(place).to_numpy(dtype=np.int64), kind="stable")
    return rows.iloc[order]


def _pairs(rows: pd.DataFrame) -> Iterator[tuple[object, ...]]:
    for (scenario, target), group in rows.groupby(["scenario", "target_id"], sort=False):
        policies, behaviours = list(group["policy"].unique()), list(group["behaviour"].unique())
        values = group.set_index(["behaviour", "policy", "seed"])["value"].unstack("seed")
        missing = np.full(values.shape[1], np.nan)
        draws = dict(zip(values.index, values.to_numpy(dtype=np.float64), strict=True))
        for a, b in combinations(policies, 2):
            found = {
                name: paired_difference(draws.get((name, a), missing), draws.get((name, b), missing))
                for name in behaviours
            }
            for one, other in combinations(behaviours, 2):
                yield scenario, target, a, b, one, other, *found[one], *found[other], _verdict(found[one], found[other])


def paired_difference(one: np.ndarray, other: np.ndarray) -> tuple[float, float, float]:
    """Mean of one - other over the seeds that both have, and its 95 % Student interval.

    Args:
        one: (S,) values by seed, missing ones NaN.
        other: (S,) the same.

    Returns:
        Mean, lower and upper end; the ends are NaN with fewer than two seeds, the mean too without any.
    """
    known = one - other
    known = known[~np.isnan(known)].astype(np.float64)
    if len(known) == 0:
        return math.nan, math.nan, math.nan
    mean = float(known.mean())
    if len(known) == 1:
        return mean, math.nan, math.nan
    half = float(stdtrit(len(known) - 1, 0.975)) * float(known.std(ddof=1)) / math.sqrt(len(known))
    return mean, mean - half, mean + half


def _verdict(one: tuple[float, float, float], other: tuple[float, float, float]) -> str:
    signs = [1 if low > 0.0 else -1 if high < 0.0 else 0 for _, low, high in (one, other)]
    return {-1: REVERSED, 1: SAME}.get(signs[0] * signs[1], OPEN)
