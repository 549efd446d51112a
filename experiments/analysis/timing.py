"""Until when is it not too late: the last start at which a lever still moves a target by ten points.

A policy such as ``plan@2028Q1`` is `current` until its start. Its effect is the paired difference against `current`:
of the share of draws that meet the target, and for targets in per cent of the outcome itself, both in percentage
points. The last start is the latest one of an unbroken row from the first whose effect, in the direction the target
asks for, is ten points or more. Starts between those that were run are not known: the answer is as fine as the grid.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from experiments.analysis.cases import REFERENCE, TargetDraws, draws_of, merit_sign, target_draws
from experiments.labels import is_change, is_share
from experiments.paired_shares import paired_share_difference
from experiments.results import Results
from experiments.tables.ranking import paired_difference
from policies.delayed import SIGN, split_start

POINTS = 10.0
"""Effect that counts as moving a target, percentage points."""

SHARE, VALUE = "share of draws", "value"
EFFECT_COLUMNS = (
    "lever", "start", "policy", "scenario", "behaviour", "target_id", "by", "quantity", "seeds", "effect", "low",
    "high",
)  # fmt: skip
LAST_COLUMNS = (
    "lever", "scenario", "behaviour", "target_id", "by", "quantity", "points", "last_start", "effect", "low", "high",
    "next_start", "largest_effect", "first_start", "starts", "seeds",
)  # fmt: skip

def started_policies(policies: Sequence[str]) -> dict[str, dict[str, str]]:
    """By lever its policies by start, the earliest first; policies of several parts do not count."""
    found: dict[str, dict[str, str]] = {}
    for policy in policies:
        lever, start = split_start(policy)
        if start and "+" not in policy:
            found.setdefault(lever, {})[start] = policy
    return {lever: dict(sorted(starts.items())) for lever, starts in found.items()}


def lever_labels(results: Results, lang: str) -> dict[str, str]:
    """Labels of the levers: those of their policies without the start."""
    levers = started_policies(results.config.policies)
    return {
        lever: results.policy_label(next(iter(starts.values())), lang).split("（")[0].split(SIGN)[0]
        for lever, starts in levers.items()
    }


def timing_effects(results: Results) -> pd.DataFrame:
    """Effect of every lever at every start on every headline target.

    Returns:
        One row a (lever, start, case, target, quantity), columns `EFFECT_COLUMNS`, in percentage points, positive
        where the target asks for it; outcomes that are no percentages have no row of quantity `value`.
    """
    levers = started_policies(results.config.policies)
    rows = [
        {"lever": lever, "start": start, "policy": policy, **row}
        for draws in target_draws(results) for lever, starts in levers.items() for start, policy in starts.items()
        for row in _effects(draws, policy)
    ]
    return pd.DataFrame(rows, columns=list(EFFECT_COLUMNS))


def _effects(draws: TargetDraws, policy: str) -> list[dict[str, Any]]:
    target = draws.target
    facts = {"scenario": draws.scenario, "behaviour": draws.behaviour, "target_id": target["target_id"],
             "by": int(target["by_year"])}  # fmt: skip
    own, other = draws_of(draws.met, policy), draws_of(draws.met, REFERENCE)
    both = ~np.isnan(own - other)
    found = {SHARE: [100.0 * each for each in paired_share_difference(own[both] > 0.0, other[both] > 0.0)]}
    if is_share(str(target["unit"])) or is_change(target):
        factor = merit_sign(target) * (1.0 if is_change(target) else 100.0)
        values = factor * draws_of(draws.values, policy), factor * draws_of(draws.values, REFERENCE)
        found[VALUE] = list(paired_difference(*values))
    facts["seeds"] = int(both.sum())
    return [
        {**facts, "quantity": quantity, **dict(zip(("effect", "low", "high"), each, strict=True))}
        for quantity, each in found.items()
    ]


def last_starts(effects: pd.DataFrame) -> pd.DataFrame:
    """The last start that still counts, for every lever, case, target and quantity.

    Args:
        effects: as made by `timing_effects`.

    Returns:
        Columns `LAST_COLUMNS`; `last_start` is empty where even the first start does not reach `POINTS`, `next_start`
        is the first start that was run and no longer does, empty if all do.
    """
    rows = []
    for key, group in effects.groupby(["lever", "scenario", "behaviour", "target_id", "by", "quantity"], sort=False):
        ordered = group.sort_values("start", kind="stable")
        enough = ordered["effect"].to_numpy(dtype=float) >= POINTS
        count = len(enough) if enough.all() else int(np.argmin(enough))
        last = ordered.iloc[count - 1] if count else None
        ends = [math.nan] * 3 if last is None else [float(last[name]) for name in ("effect", "low", "high")]
        rows.append((
            *key, POINTS, "" if last is None else last["start"], *ends,
            "" if count == len(ordered) else ordered["start"].iloc[count], float(ordered["effect"].max()),
            ordered["start"].iloc[0], len(ordered), int(ordered["seeds"].max()),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(LAST_COLUMNS))
