"""How targets change between two experiments, paired over the seeds that both have, and how parts add up to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from experiments.shapley import exact_parts
from experiments.tables.ranking import paired_difference

FACTS = ["policy", "scenario", "behaviour", "target_id", "definition"]
"""What a change is told for."""

KEYS = [*FACTS, "seed"]


def paired_outcomes(a: pd.DataFrame, b: pd.DataFrame, all_definitions: bool = False) -> pd.DataFrame:
    """Outcomes that both have.

    Args:
        a: one row per (policy, scenario, behaviour, seed, target_id, definition).
        b: the same; its order is kept, and its `headline` tells which definition is reported.
        all_definitions: whether the other definitions are kept too.

    Returns:
        The columns `KEYS`, role, by, value_a, value_b, met_a, met_b.
    """
    rows = b if all_definitions else b[b["headline"].astype(bool)]
    left, right = rows[[*KEYS, "role", "by", "value", "met"]], a[[*KEYS, "value", "met"]]
    return left.merge(right, on=KEYS, suffixes=("_b", "_a")).dropna(subset=["value_a", "value_b"])


def target_changes(pairs: pd.DataFrame) -> pd.DataFrame:
    """Change of every target: means, their difference with a 95 % Student interval, and shares of draws that meet it.

    Args:
        pairs: as made by `paired_outcomes`.

    Returns:
        One row per group of `FACTS`: role, by, seeds, mean_a, mean_b, change, low, high, share_met_a, share_met_b;
        low and high are missing with one seed.
    """
    rows = []
    for names, group in pairs.groupby(FACTS, sort=False):
        change = paired_difference(_values(group, "value_b"), _values(group, "value_a"))
        rows.append({
            **dict(zip(FACTS, names, strict=True)), "role": group["role"].iloc[0], "by": group["by"].iloc[0],
            "seeds": len(group), "mean_a": group["value_a"].mean(), "mean_b": group["value_b"].mean(),
            **dict(zip(("change", "low", "high"), change, strict=True)),
            "share_met_a": group["met_a"].astype(float).mean(), "share_met_b": group["met_b"].astype(float).mean(),
        })  # fmt: skip
    return pd.DataFrame(rows)


def part_table(pairs: pd.DataFrame, parts: Mapping[str, pd.Series]) -> pd.DataFrame:
    """Mean of every part of the changes with its 95 % Student interval.

    Args:
        pairs: as made by `paired_outcomes`.
        parts: by name of the part its values, one a row of `pairs`.

    Returns:
        One row per (group of `FACTS`, part): by, part, seeds, mean, low, high. The means of a group add up to its
        change.
    """
    rows = []
    for names, group in pairs.groupby(FACTS, sort=False):
        for part, values in parts.items():
            own = values.loc[group.index].to_numpy(dtype=np.float64)
            found = dict(zip(("mean", "low", "high"), paired_difference(own, np.zeros(len(own))), strict=True))
            rows.append({**dict(zip(FACTS, names, strict=True)), "by": group["by"].iloc[0], "part": part,
                         "seeds": len(own), **found})  # fmt: skip
    return pd.DataFrame(rows, columns=[*FACTS, "by", "part", "seeds", "mean", "low", "high"])


def shapley_parts(corners: Mapping[str, pd.Series], groups: Sequence[str]) -> dict[str, pd.Series]:
    """The part of each group in the change from corner ``a`` to corner ``b``.

    Args:
        corners: outcomes of A (``a``), of B (``b``), and where they are needed of the mixed designs under B's code
            and data, named by whose parameters and whose policies they have: ``aa``, ``ab``, ``ba``.
        groups: what differs; ``parameter`` and ``policy`` by name, anything else is what ``aa`` sets apart.

    Returns:
        By group its part: what code and data change at A's parameters and policies, then the Shapley values of
        parameters and policies, the average over both orders in which they can be changed.
    """
    if len(groups) == 1:
        return {groups[0]: corners["b"] - corners["a"]}
    inner = [group for group in groups if group in ("parameter", "policy")]
    outer = [group for group in groups if group not in inner]
    start = corners["aa"] if outer else corners["a"]
    game = {frozenset[str](): start, frozenset(inner): corners["b"]}
    if len(inner) == 2:
        game |= {frozenset({"parameter"}): corners["ba"], frozenset({"policy"}): corners["ab"]}
    return {**dict.fromkeys(outer, start - corners["a"]), **exact_parts(game, inner)}


def _values(group: pd.DataFrame, column: str) -> FloatArray:
    return group[column].to_numpy(dtype=np.float64)
