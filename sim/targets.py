"""The plan's commitments measured on a run: every definition its own row."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from agents.array_types import FloatArray

YEARLY_RATIOS: dict[str, tuple[str, str, float]] = {
    "green_power_share": ("green_electricity_hybrid", "electricity", 1.0),
    "green_power_share_physical": ("green_electricity_physical", "electricity", 1.0),
    "green_power_share_contractual": ("green_electricity_contractual", "electricity", 1.0),
    "green_power_share_province": ("province_green_electricity", "province_electricity", 1.0),
    "green_power_share_physical_province": ("province_green_electricity_physical", "province_electricity", 1.0),
    "green_power_share_contractual_province": ("province_green_electricity_contractual", "province_electricity", 1.0),
    "energy_intensity": ("energy", "output", 0.01),
    "carbon_intensity": ("co2", "output", 0.01),
    "solid_waste_utilisation": ("solid_waste_utilised", "solid_waste_generated", 1.0),
    "solid_waste_utilisation_province": ("solid_waste_utilised_province", "solid_waste_generated_province", 1.0),
}
"""Indicators whose yearly value is a ratio of yearly sums: numerator, denominator, unit factor (m CNY to 10k CNY)."""

COLUMNS = (
    "target_id", "definition", "headline", "role", "by", "comparison", "threshold", "value", "gap", "met", "first_met",
)
QUARTERS = 4
"""Quarters of a year: a year that the run does not cover whole is not judged."""

COUNTED = ("factories", "projects per year", "firms per year")
"""Units of thresholds that shrink with a sample of the province."""


def yearly_values(indicators: pd.DataFrame, indicator: str, kind: str, runs: Sequence[str] = ()) -> pd.Series:
    """Value of an indicator by year.

    Args:
        indicators: quarterly results, with a column ``year``.
        indicator: column name.
        kind: ``flow`` sums the year; otherwise a ratio of yearly sums where one is defined, else the year's last value.
        runs: columns that tell one run from another where there are several; they come before the year in the index.
    """
    by_year = indicators.groupby([*runs, "year"], sort=False)
    if kind == "flow":
        return by_year[indicator].sum()
    if indicator in YEARLY_RATIOS:
        numerator, denominator, factor = YEARLY_RATIOS[indicator]
        return by_year[numerator].sum() / by_year[denominator].sum() * factor
    return by_year[indicator].last()


def evaluate(indicators: pd.DataFrame, targets: pd.DataFrame, scale: float) -> pd.DataFrame:
    """Measure every target definition on one run.

    Args:
        indicators: quarterly results of one run (first column ``quarter`` such as ``2026Q1``, then the indicators).
        targets: the target registry of the province.
        scale: firms drawn over firms of the full province; thresholds that are counts shrink with it.

    Returns:
        One row a definition that the run covers: target_id, definition, headline, role, by, comparison, threshold,
        value, gap (value - threshold; for trends the change against 2025 in per cent, negative is a fall, or the
        number itself where 2025 has none), met, first_met (year or empty).
    """
    run = _Years(indicators)
    if not run.years:
        return pd.DataFrame(columns=list(COLUMNS))
    rows = [row for entry in _records(targets) if (row := _evaluate_one(run, entry, scale)) is not None]
    return pd.DataFrame(rows, columns=list(COLUMNS))


class _Years:
    """The whole years of one run, as plain numbers: a run has 22 definitions to judge, and a sweep many runs."""

    def __init__(self, indicators: pd.DataFrame) -> None:
        year = np.array([int(label[:4]) for label in indicators["quarter"]], dtype=np.int64)
        years, quarters = np.unique(year, return_counts=True)
        self.years: list[int] = years[quarters == QUARTERS].tolist()
        numbers = indicators.iloc[:, 1:]
        self._place = {name: place for place, name in enumerate(numbers.columns)}
        self._values = numbers.to_numpy(dtype=np.float64)[np.isin(year, self.years)]

    def values(self, indicator: str, kind: str) -> dict[int, float]:
        """Value of an indicator by year; see `yearly_values`."""
        if kind == "flow":
            return self._by_year(self._table(indicator).sum(axis=1))
        if indicator in YEARLY_RATIOS:
            numerator, denominator, factor = YEARLY_RATIOS[indicator]
            return self._by_year(self._table(numerator).sum(axis=1) / self._table(denominator).sum(axis=1) * factor)
        return self._by_year(self._table(indicator)[:, -1])

    def base(self, indicator: str) -> float:
        """Value of 2025."""
        return float(self._column(f"{indicator}_2025")[0])

    def _table(self, name: str) -> FloatArray:
        return self._column(name).reshape(-1, QUARTERS)

    def _column(self, name: str) -> FloatArray:
        return self._values[:, self._place[name]]

    def _by_year(self, values: FloatArray) -> dict[int, float]:
        return dict(zip(self.years, values.tolist(), strict=True))


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Rows of a table as dictionaries with text keys."""
    names = [str(name) for name in table.columns]
    rows = zip(*(values.tolist() for _, values in table.items()), strict=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def _evaluate_one(run: _Years, entry: dict[str, object], scale: float) -> dict[str, object] | None:
    """One definition; None if the run ends before the end of its year."""
    kind, by = str(entry["kind"]), int(str(entry["by_year"]))
    if by > run.years[-1]:
        return None
    values = run.values(str(entry["indicator"]), kind)
    threshold = float(str(entry["value"])) if entry["value"] is not None else np.nan
    if str(entry["unit"]) in COUNTED:
        threshold *= scale
    if kind == "trend":
        base = run.base(str(entry["indicator"]))
        # a count that starts from nothing has no change in per cent: the number itself is the change
        values = {year: (value / base - 1.0) * 100.0 if base else value for year, value in values.items()}
        sign = -1.0 if entry["comparison"] == "decrease" else 1.0
        reached = [year for year, value in values.items() if sign * value > 0.0]
        value = gap = values[by]
        met = by in reached
    else:
        since = int(float(str(entry["from_year"]))) if kind == "flow" else run.years[0]
        span = {year: value for year, value in values.items() if since <= year and (kind == "level" or year <= by)}
        reached = [year for year, value in span.items() if value >= threshold]
        # a level is judged in its year, a flow in its weakest year
        value = span[by] if kind == "level" else min(span.values())
        gap, met = value - threshold, value >= threshold
    return {
        "target_id": entry["target_id"], "definition": entry["definition_id"], "headline": bool(entry["headline"]),
        "role": entry["role"], "by": by, "comparison": entry["comparison"], "threshold": threshold, "value": value,
        "gap": gap, "met": bool(met), "first_met": str(reached[0]) if reached else "",
    }
