"""Indicators by group: sector, prefecture, size class and ownership, at the end of every year.

The sums over the groups of a dimension are the province's indicators: counts of firms at the end of the year, rounds
and grants since 2026, and flows over the year. Shares, weighted by firms or by output, and the inequality among
prefectures are derived from them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from agents.firm import OWNERSHIPS, SIZE_CLASSES
from sim.codes import code_names
from sim.counted_firms import counted_firms
from sim.phases.record import present

if TYPE_CHECKING:
    from sim.model import ProvinceModel

DIMENSIONS = ("sector", "prefecture", "size_class", "ownership")
FLOWS = ("output", "certified_output", "covered_output", "energy", "co2", "electricity", "green_electricity")
STATES = ("firms", "present_firms", "covered_firms", "rounds", "certified_firms", "green_product_firms", "grants")
"""Firms in business; those present for a year; those of them with a round since 2026; rounds and grants (m CNY) since
2026, firms that left included; green factories; firms with a certified green product."""

UNEQUAL = ("covered_firms", "present_firms", "grants", "output")
"""What inequality among prefectures is told of: firms with a round over firms present, grants over output."""

COLUMNS = ("year", "dimension", "group", "indicator", "value")


class GroupBooks:
    """Flows of every firm over the year so far, and the tables of the years closed."""

    def __init__(self, slots: int) -> None:
        self.flows = {name: np.zeros(slots) for name in FLOWS}
        self.years: list[dict[str, Any]] = []
        """By year closed: the year, and by dimension the sums (indicators, groups)."""

    def add(self, model: ProvinceModel, output: FloatArray, energy: FloatArray, co2: FloatArray) -> None:
        """Add a quarter; close the year in its last quarter.

        Args:
            model: at the record of a quarter.
            output: (N,) gross output, m CNY/yr.
            energy: (N,) energy use, all carriers, tce/yr.
            co2: (N,) direct and indirect CO2, t/yr.
        """
        c, weight = model.columns, model.season_weight
        if model.quarter % 4 == 0:
            for values in self.flows.values():
                values[:] = 0.0
        electricity, green = c["electricity_mwh"], c["green_share"]  # zero for firms that are not there, as is output
        for name, rate in {"output": output, "energy": energy, "co2": co2, "electricity": electricity}.items():
            self.flows[name] += rate * weight
        for name, counts in {"certified_output": c["certified"], "covered_output": c["rounds"] > 0}.items():
            rows = np.flatnonzero(counts)
            self.flows[name][rows] += output.take(rows) * weight
        rows = np.flatnonzero(green > 0.0)
        self.flows["green_electricity"][rows] += electricity.take(rows) * weight * green.take(rows)
        if model.quarter % 4 == 3:
            self._close(model)

    def _close(self, model: ProvinceModel) -> None:
        """Sum the year by place (sector and prefecture) and by kind (size and ownership), then along each of them.

        Newcomers that the siting programme sent elsewhere count where they settled.
        """
        c, counted = model.columns, counted_firms(model.columns, present(model, model.quarter))
        states = (counted.here, counted.present, counted.covered, c["rounds"], counted.certified,
                  c["green_product"] & counted.here, c["grants_received"])
        block = model.block
        shapes = (len(block.province.sectors), len(block.province.prefectures)), (len(SIZE_CLASSES), len(OWNERSHIPS))
        by_place, by_kind = model.sites.by_place, block.by_kind
        sums = [(by_place.sum(each), by_kind.sum(each)) for each in (*states, *self.flows.values())]
        places, kinds = (
            np.stack(each).reshape(-1, *shape) for each, shape in zip(zip(*sums, strict=True), shapes, strict=True)
        )
        tables = (places.sum(axis=2), places.sum(axis=1), kinds.sum(axis=2), kinds.sum(axis=1))
        self.years.append({"year": model.year, **dict(zip(DIMENSIONS, tables, strict=True))})


def group_frame(model: ProvinceModel) -> pd.DataFrame:
    """Indicators by group of a model's years so far, long: year, dimension, group, indicator, value."""
    province, names = model.block.province, (*STATES, *FLOWS)
    words = code_names(province)
    books = model.group_books.years
    if not books:
        return pd.DataFrame(columns=list(COLUMNS))
    # text by code: a few words are made, not thousands
    groups = [str(word) for dimension in DIMENSIONS for word in words[dimension]]
    sizes = np.array([len(words[dimension]) for dimension in DIMENSIONS])
    first = np.cumsum(sizes) - sizes
    codes = {
        "dimension": (DIMENSIONS, np.repeat(np.arange(len(DIMENSIONS)), sizes * len(names))),
        "group": (groups, np.concatenate([
            np.tile(start + np.arange(size), len(names)) for start, size in zip(first, sizes, strict=True)
        ])),
        "indicator": (names, np.concatenate([np.repeat(np.arange(len(names)), size) for size in sizes])),
    }
    return pd.DataFrame({
        "year": np.repeat([book["year"] for book in books], sizes.sum() * len(names)),
        **{name: pd.Series(text).take(np.tile(code, len(books))).array for name, (text, code) in codes.items()},
        "value": np.concatenate([book[dimension].ravel() for book in books for dimension in DIMENSIONS]),
    })


def group_shares(groups: pd.DataFrame) -> pd.DataFrame:
    """Shares by group derived from a frame of groups: one row a group, weighted by firms or by output.

    Args:
        groups: rows of `group_frame`, with any further label columns (policy, seed and the like).

    Returns:
        The label columns and those of `shares`.
    """
    keys = [name for name in groups.columns if name not in ("indicator", "value")]
    wide = groups.pivot_table(index=keys, columns="indicator", values="value", sort=False)
    return shares(wide).reset_index()


def shares(wide: pd.DataFrame) -> pd.DataFrame:
    """Shares of groups that have a row each and a column an indicator.

    Returns:
        coverage, coverage_output, certified_share, certified_output_share, energy_intensity and carbon_intensity
        (tce and t per 10k CNY), green_electricity_share, grants_per_output; NaN where a group has no firm.
    """
    output = wide["output"].where(wide["output"] > 0.0)
    return pd.DataFrame({
        "coverage": wide["covered_firms"] / wide["present_firms"].where(wide["present_firms"] > 0.0),
        "coverage_output": wide["covered_output"] / output,
        "certified_share": wide["certified_firms"] / wide["firms"].where(wide["firms"] > 0.0),
        "certified_output_share": wide["certified_output"] / output,
        "energy_intensity": wide["energy"] / output / 100.0,
        "carbon_intensity": wide["co2"] / output / 100.0,
        "green_electricity_share": wide["green_electricity"] / wide["electricity"].where(wide["electricity"] > 0.0),
        "grants_per_output": wide["grants"] / output,
    })


def gini(values: FloatArray, weights: FloatArray | None = None) -> float:
    """Gini coefficient of values among groups of some weight: half the mean absolute difference over the mean.

    Args:
        values: (K,) non-negative values of the groups, such as coverage.
        weights: (K,) size of each group; all alike by default. A group without weight does not count.

    Returns:
        0 for equal values up to almost 1; NaN if the mean is zero or there is no weight.
    """
    weight = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=np.float64)
    kept = weight > 0.0
    value, weight = np.asarray(values, dtype=np.float64)[kept], weight[kept]
    total = float(weight @ value) * float(weight.sum())
    if total <= 0.0:
        return float("nan")
    return float(weight @ np.abs(value[:, None] - value[None, :]) @ weight / (2.0 * total))


def prefecture_inequality(groups: pd.DataFrame) -> pd.DataFrame:
    """Gini coefficients among prefectures by year: of coverage, weighted by firms, and of grants per output, by output.

    Args:
        groups: rows of `group_frame`, with any further label columns.
    """
    local = groups[(groups["dimension"] == "prefecture") & groups["indicator"].isin(UNEQUAL)]
    labels = [name for name in local.columns if name not in ("dimension", "group", "indicator", "value")]
    wide = local.pivot_table(index=[*labels, "group"], columns="indicator", values="value", sort=False)
    return inequality(wide.rename_axis(columns=None).reset_index(), labels)


def inequality(wide: pd.DataFrame, labels: Sequence[str]) -> pd.DataFrame:
    """Gini coefficients of groups that have a row each and a column an indicator of `UNEQUAL`.

    Args:
        wide: the groups, with label columns.
        labels: columns that tell one set of groups from another.

    Returns:
        The label columns, gini_coverage and gini_grants_per_output, a row a set.
    """
    amounts = {name: wide[name].to_numpy() for name in UNEQUAL}
    sets = wide.groupby(list(labels), sort=False).indices
    first = np.array([rows[0] for rows in sets.values()], dtype=np.int64)
    values = {
        "gini_coverage": [_gini_of_ratios(amounts["covered_firms"][rows], amounts["present_firms"][rows])
                          for rows in sets.values()],
        "gini_grants_per_output": [_gini_of_ratios(amounts["grants"][rows], amounts["output"][rows])
                                   for rows in sets.values()],
    }  # fmt: skip
    return wide[list(labels)].iloc[first].reset_index(drop=True).assign(**values)


def _gini_of_ratios(part: FloatArray, whole: FloatArray) -> float:
    """Gini coefficient of part over whole, weighted by the whole; a group without a whole does not count."""
    return gini(np.divide(part, whole, out=np.zeros(len(whole)), where=whole > 0.0), whole)
