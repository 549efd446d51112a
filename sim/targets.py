"""The plan's commitments measured on a run: every definition its own row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

YEARLY_RATIOS: dict[str, tuple[str, str, float]] = {
    "green_power_share": ("green_electricity_hybrid", "electricity", 1.0),
    "green_power_share_physical": ("green_electricity_physical", "electricity", 1.0),
    "green_power_share_contractual": ("green_electricity_contractual", "electricity", 1.0),
    "green_power_share_province": ("province_green_electricity", "province_electricity", 1.0),
    "energy_intensity": ("energy", "output", 0.01),
    "carbon_intensity": ("co2", "output", 0.01),
}
"""Indicators whose yearly value is a ratio of yearly sums: numerator, denominator, unit factor (m CNY to 10k CNY)."""

COLUMNS = (
    "target_id", "definition", "headline", "role", "by", "comparison", "threshold", "value", "gap", "met", "first_met",
)
QUARTERS = 4
"""Quarters of a year: a year that the run does not cover whole is not judged."""

COUNTED = ("factories", "projects per year")
"""Units of thresholds that shrink with a sample of the province."""


def yearly_values(indicators: pd.DataFrame, indicator: str, kind: str) -> pd.Series:
    """Value of an indicator by year.

    Args:
        indicators: quarterly results of one run, with a column ``year``.
        indicator: column name.
        kind: ``flow`` sums the year; otherwise a ratio of yearly sums where one is defined, else the year's last value.
    """
    by_year = indicators.groupby("year")
    if kind == "flow":
        return by_year[indicator].sum()
    if indicator in YEARLY_RATIOS:
        numerator, denominator, factor = YEARLY_RATIOS[indicator]
        return by_year[numerator].sum() / by_year[denominator].sum() * factor
    return by_year[indicator].last()


def evaluate(indicators: pd.DataFrame, targets: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Measure every target definition on one run.

    Args:
        indicators: quarterly results of one run (column ``quarter`` such as ``2026Q1``, then the indicators).
        targets: the target registry of the province.
        scale: firms drawn over firms of the full province; thresholds that are counts shrink with it.

    Returns:
        One row a definition that the run covers: target_id, definition, headline, role, by, comparison, threshold,
        value, gap (value - threshold; for trends the change against 2025 in per cent, negative is a fall), met,
        first_met (year or empty).
    """
    frame = indicators.assign(year=indicators["quarter"].str[:4].astype(int))
    frame = frame[frame.groupby("year")["quarter"].transform("size") == QUARTERS]
    if frame.empty:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [row for entry in _records(targets) if (row := _evaluate_one(frame, entry, scale)) is not None]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of a table as dictionaries with text keys."""
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]


def _evaluate_one(frame: pd.DataFrame, entry: dict[str, object], scale: float) -> dict[str, object] | None:
    """One definition; None if the run ends before the end of its year."""
    kind, by = str(entry["kind"]), int(str(entry["by_year"]))
    if f"{by}Q4" > frame["quarter"].max():
        return None
    indicator = str(entry["indicator"])
    values = yearly_values(frame, indicator, kind)
    measure: Callable[..., tuple[float, float, bool, str]] = {
        "flow": _flow, "level": _level, "trend": _trend
    }[kind]
    threshold = float(str(entry["value"])) if entry["value"] is not None else np.nan
    if str(entry["unit"]) in COUNTED:
        threshold *= scale
    value, gap, met, first = measure(values, threshold, entry, frame, indicator)
    return {
        "target_id": entry["target_id"], "definition": entry["definition_id"], "headline": bool(entry["headline"]),
        "role": entry["role"], "by": by, "comparison": entry["comparison"], "threshold": threshold, "value": value,
        "gap": gap, "met": met, "first_met": first,
    }


def _level(
    values: pd.Series, threshold: float, entry: dict[str, object], frame: pd.DataFrame, indicator: str
) -> tuple[float, float, bool, str]:
    """A level that has to be reached by a year."""
    by = int(str(entry["by_year"]))
    value = float(values.loc[by])
    reached = values[values >= threshold]
    first = str(reached.index[0]) if len(reached) else ""
    return value, value - threshold, bool(value >= threshold), first


def _flow(
    values: pd.Series, threshold: float, entry: dict[str, object], frame: pd.DataFrame, indicator: str
) -> tuple[float, float, bool, str]:
    """A yearly number that has to be reached in every year of the span; the value is the weakest year."""
    span = values.loc[int(float(str(entry["from_year"]))):int(str(entry["by_year"]))]
    value = float(span.min())
    reached = span[span >= threshold]
    first = str(reached.index[0]) if len(reached) else ""
    return value, value - threshold, bool((span >= threshold).all()), first


def _trend(
    values: pd.Series, threshold: float, entry: dict[str, object], frame: pd.DataFrame, indicator: str
) -> tuple[float, float, bool, str]:
    """A direction without a figure: the value is the change against 2025 in per cent."""
    base = float(frame[f"{indicator}_2025"].iloc[0])
    change = (values / base - 1.0) * 100.0
    value = float(change.loc[int(str(entry["by_year"]))])
    wanted = change < 0.0 if entry["comparison"] == "decrease" else change > 0.0
    first = str(change[wanted].index[0]) if wanted.any() else ""
    return value, value, bool(wanted.loc[int(str(entry["by_year"]))]), first
