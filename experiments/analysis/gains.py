"""Who gains: what changes against `current` by sector, prefecture, size class and ownership.

Three things are followed, at the end of the last whole year: grants received since 2026 (m CNY), output of
certified green factories in the year (m CNY), and coverage (share of firms present for a year that completed a round).
Differences are paired over seeds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from experiments.analysis.cases import REFERENCE
from experiments.results import Results
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import known_mean
from sim.groups import DIMENSIONS

COLUMNS = (
    "policy", "scenario", "behaviour", "year", "dimension", "group", "zh", "en", "quantity", "unit", "reference",
    "seeds", "mean", "reference_mean", "difference", "low", "high", "share_of_change",
)  # fmt: skip

UNITS = {"grants": "m CNY", "certified_output": "m CNY/yr", "coverage": "share"}
"""What is followed and its unit; the first two add up over the groups of a dimension."""

SUMS = ("grants", "certified_output")
NEEDED = (*SUMS, "covered_firms", "present_firms")
KEYS = ["scenario", "behaviour", "dimension"]


def group_names(results: Results) -> dict[tuple[str, str], tuple[str, str]]:
    """Chinese and English name of every group by (dimension, group)."""
    from sim.codes import SIZE_CLASSES_ZH
    from sim.preparation import load_inputs

    province = load_inputs(results.config.province, results.config.scenario[0], results.config.overrides).province
    sectors, prefectures = province.sectors, province.prefectures
    sizes = dict(zip(("large", "medium", "small", "micro"), SIZE_CLASSES_ZH, strict=True))
    owners = {"state": ("国有及国有控股", "state-owned"), "foreign": ("外商及港澳台", "foreign"),
              "private": ("私营", "private"), "other_domestic": ("其他内资", "other domestic")}
    return {
        **{("sector", str(code)): (str(zh), str(en)) for code, zh, en in
           zip(sectors["code"], sectors["name_zh"], sectors["name_en"], strict=True)},
        **{("prefecture", str(en)): (str(zh), str(en)) for zh, en in
           zip(prefectures["name_zh"], prefectures["name_en"], strict=True)},
        **{("size_class", name): (zh, name) for name, zh in sizes.items()},
        **{("ownership", name): labels for name, labels in owners.items()},
    }  # fmt: skip


def group_gains(
    groups: pd.DataFrame, policies: tuple[str, ...], names: Mapping[tuple[str, str], tuple[str, str]]
) -> pd.DataFrame:
    """Change of every group against `current`.

    Args:
        groups: policy, scenario, behaviour, seed, year, dimension, group, indicator, value.
        policies: policies in order.
        names: Chinese and English name by (dimension, group).

    Returns:
        One row a (policy other than `current`, scenario, behaviour, dimension, group, quantity), columns `COLUMNS`.
        `share_of_change` is the group's part of the whole change, missing where groups change in opposite directions.
        Differences are missing where `current` was not run.
    """
    rows = groups[groups["indicator"].isin(NEEDED) & groups["dimension"].isin(DIMENSIONS)]
    rows = rows[rows["year"] == rows["year"].max()]
    parts = [
        _dimension(part, dict(zip(KEYS, map(str, key), strict=True)), policies, names)
        for key, part in rows.groupby(KEYS, sort=False)
    ]
    return pd.DataFrame([row for part in parts for row in part], columns=list(COLUMNS))


def _dimension(
    rows: pd.DataFrame, facts: Mapping[str, str], policies: tuple[str, ...],
    names: Mapping[tuple[str, str], tuple[str, str]],
) -> list[dict[str, object]]:
    """All groups of one dimension in one case."""
    wide = rows.pivot(index=["group", "policy"], columns=["indicator", "seed"], values="value")
    present = wide["present_firms"]
    tables = {**{name: wide[name] for name in SUMS}, "coverage": wide["covered_firms"] / present.where(present > 0.0)}
    found: list[dict[str, object]] = []
    there, groups = set(rows["policy"].unique()) - {REFERENCE}, list(map(str, rows["group"].unique()))
    dimension, year = facts["dimension"], int(rows["year"].iloc[0])
    for quantity, table in tables.items():
        draws = dict(zip(table.index, table.to_numpy(dtype=np.float64), strict=True))
        for policy in (name for name in policies if name in there):
            own = [_group(draws, group, policy, quantity, dimension, names) for group in groups]
            changes = np.array([each["difference"] for each in own], dtype=float)
            one_way = quantity in SUMS and bool(np.all(changes >= 0.0) or np.all(changes <= 0.0))
            whole = float(changes.sum())
            for each, change in zip(own, changes, strict=True):
                share = change / whole if one_way and whole else np.nan
                found.append({**facts, "year": year, **each, "share_of_change": share})
    return found


def _group(
    draws: Mapping[Any, FloatArray], group: str, policy: str, quantity: str, dimension: str,
    names: Mapping[tuple[str, str], tuple[str, str]],
) -> dict[str, object]:
    """One group under one policy against `current`; `draws` has the values by seed of every (group, policy)."""
    missing = np.full(len(next(iter(draws.values()))), np.nan)
    own, other = (draws.get((group, name), missing) for name in (policy, REFERENCE))
    zh, en = names.get((dimension, group), (group, group))
    mean, low, high = paired_difference(own, other)
    return {
        "policy": policy, "group": group, "zh": zh, "en": en, "quantity": quantity, "unit": UNITS[quantity],
        "reference": REFERENCE if (group, REFERENCE) in draws else "", "seeds": int(np.sum(~np.isnan(own))),
        "mean": known_mean(own), "reference_mean": known_mean(other), "difference": mean, "low": low, "high": high,
    }  # fmt: skip
