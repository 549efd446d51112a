"""The targets that a study aims at, and how far a run falls short of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.errors import Problem, nearest_name


def find_aim(registry: pd.DataFrame, target: str, definition: str, end: str, group: str) -> list[Problem] | pd.Series:
    """The registry row of one definition of a target, or why there is none.

    Args:
        registry: the target registry of the province.
        target: target_id.
        definition: definition_id; empty for the headline one.
        end: last quarter of the run.
        group: the settings in which both are named, for messages, such as ``solve``.
    """
    own = registry[registry["target_id"] == target]
    if own.empty:
        return [_unknown(f"{group}.target", target, list(registry["target_id"].unique()))]
    names = own["definition_id"].astype(str)
    wanted = own[names == definition] if definition else own[own["headline"].astype(bool)]
    if wanted.empty:
        return [_unknown(f"{group}.definition", definition, list(names))]
    row: pd.Series = wanted.iloc[0]
    return _late_problems(row, end, f"{group}.target") or row


def find_aims(
    registry: pd.DataFrame, targets: tuple[str, ...], end: str, key: str
) -> tuple[pd.DataFrame, list[Problem]]:
    """Registry rows of the headline definitions of some targets, and what is wrong with their names.

    Args:
        registry: the target registry of the province.
        targets: target_ids; none for every target of role outcome that the run reaches in time.
        end: last quarter of the run.
        key: the setting in which they are named, for messages.
    """
    headline = registry[registry["headline"].astype(bool)]
    if not targets:
        due = headline[(headline["role"] == "outcome") & (headline["by_year"].astype(int) <= last_year(end))]
        none = [Problem("", "end", end, "no target is judged by then")]
        return due, none if due.empty else []
    known = list(headline["target_id"])
    problems = [_unknown(key, target, known) for target in targets if target not in known]
    problems += [Problem("", key, each, "named more than once") for each in dict.fromkeys(targets)
                 if targets.count(each) > 1]
    chosen = headline[headline["target_id"].isin(targets)]
    for _, row in chosen.iterrows():
        problems += _late_problems(row, end, key)
    return chosen, problems


def last_year(end: str) -> int:
    """The last whole year of a run that ends with that quarter."""
    return int(end[:4]) - (not end.endswith("Q4"))


def _unknown(key: str, name: str, known: list[str]) -> Problem:
    if not name:
        return Problem("", key, None, f"has to be given; there are {', '.join(known)}")
    return Problem("", key, name, f"there are {', '.join(known)}", nearest_name(name, known))


def _late_problems(row: pd.Series, end: str, key: str) -> list[Problem]:
    year = int(row["by_year"])
    if year <= last_year(end):
        return []
    return [Problem("", key, row["target_id"], f"is judged at the end of {year}, after the run (end={end})")]


def shortfall(rows: pd.DataFrame) -> pd.Series:
    """How far each outcome falls short of what is asked for, as a share of it; 0 where the target is met.

    Args:
        rows: outcomes with comparison, threshold, gap and met.

    Returns:
        (threshold - value) / threshold for targets with a threshold. For trends, which ask for a direction only, the
        change in the wrong direction as a share of the level of 2025, and 1 where nothing has changed at all.
    """
    gap = rows["gap"].to_numpy(dtype=np.float64)
    threshold = rows["threshold"].to_numpy(dtype=np.float64)
    missed = ~rows["met"].to_numpy(dtype=bool)
    trend = rows["comparison"].isin(("decrease", "increase")).to_numpy()
    level = np.abs(gap) / np.where(trend, 1.0, np.abs(threshold))
    change = np.where(gap == 0.0, 1.0, np.abs(gap) / 100.0)
    return pd.Series(np.where(missed, np.where(trend, change, level), 0.0), index=rows.index)
