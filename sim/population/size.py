"""How large firms are: class-conditional truncated log-normals with exact class means in every sector."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from agents.array_types import FloatArray, IntArray
from sim.inputs.province import Province

SIZE_CLASSES = ("large", "medium", "small", "micro")


@dataclass(frozen=True)
class SizeTable:
    """The size-class table as arrays, (sectors, 4), and the shape within a class, (4,)."""

    count: IntArray
    mean: FloatArray
    log_sd: FloatArray
    floor: FloatArray


class Heterogeneity:
    """Look-up in the long table of population parameters by name and group."""

    def __init__(self, table: pd.DataFrame) -> None:
        names = zip(table["parameter"], table["group"].astype(str), strict=True)
        self.values = dict(zip(names, table["value"].astype(float), strict=True))

    def value(self, parameter: str, group: str = "all") -> float:
        """The value of one parameter for one group.

        Raises:
            KeyError: if the table has no such row.
        """
        return self.values[parameter, group]

    def by_group(self, parameter: str, groups: Iterable[object], default: float | None = None) -> FloatArray:
        """Values for several groups in order; a missing group takes the default, if one is given."""
        if default is None:
            return np.array([self.value(parameter, str(group)) for group in groups])
        return np.array([self.values.get((parameter, str(group)), default) for group in groups])


def size_table(province: Province, heterogeneity: Heterogeneity) -> SizeTable:
    """Counts, mean revenues (m CNY) and shape of the size classes, rows as in `province.sectors`."""
    table, codes = province.size_classes, province.sectors["code"].to_numpy()
    row = np.searchsorted(codes, table["sector_code"].to_numpy())
    column = table["size_class"].map({name: i for i, name in enumerate(SIZE_CLASSES)}).to_numpy()
    count = np.zeros((codes.size, len(SIZE_CLASSES)), dtype=np.int64)
    mean = np.zeros(count.shape)
    count[row, column] = table["count"].to_numpy()
    mean[row, column] = table["mean_revenue"].to_numpy()
    return SizeTable(count, mean, heterogeneity.by_group("size.log_sd", SIZE_CLASSES),
                     heterogeneity.by_group("size.truncation", SIZE_CLASSES))


def truncated_lognormal(
    uniform: FloatArray, location: FloatArray, log_sd: FloatArray, floor: FloatArray
) -> FloatArray:
    """Quantiles of a log-normal truncated from below, by inversion.

    Args:
        uniform: (K,) in (0, 1).
        location: (K,) or scalar mean of the log before truncation.
        log_sd: (K,) sd of the log before truncation.
        floor: (K,) lower bound.
    """
    below = ndtr((np.log(floor) - location) / log_sd)
    return np.asarray(np.exp(location + log_sd * ndtri(below + uniform * (1.0 - below))))


def location_for_mean(mean: FloatArray, log_sd: FloatArray, floor: FloatArray) -> FloatArray:
    """Log-location at which a log-normal truncated from below has the given mean (bisection, vectorised).

    Args:
        mean: wanted means, each above its floor.
        log_sd: sd of the log before truncation.
        floor: lower bound.
    """
    low, high = np.log(floor) - 12.0 * log_sd, np.log(mean)
    for _ in range(50):
        middle = 0.5 * (low + high)
        edge = (np.log(floor) - middle) / log_sd
        tail = np.maximum(ndtr(-edge), 1e-300)
        too_large = np.exp(middle + 0.5 * log_sd**2) * ndtr(log_sd - edge) / tail > mean
        high, low = np.where(too_large, middle, high), np.where(too_large, low, middle)
    return np.asarray(0.5 * (low + high))


def draw_sizes(sector: IntArray, table: SizeTable, uniform: FloatArray) -> tuple[IntArray, FloatArray]:
    """Size class and revenue of a sector-sorted list of firms; class counts and class means are exact.

    Args:
        sector: (n,) sector of each slot, ascending; its counts equal the table's.
        table: size classes.
        uniform: (n,) one draw a slot.

    Returns:
        Size class (n,) and revenue (n,), m CNY. The excess over the class floor is scaled to the class mean.
    """
    group = np.repeat(np.arange(table.count.size), table.count.ravel())
    size_class = group % table.count.shape[1]
    known = table.count.ravel() > 0
    log_sd, floor = np.tile(table.log_sd, len(table.count)), np.tile(table.floor, len(table.count))
    mean = table.mean.ravel()
    location = np.zeros(known.size)
    location[known] = location_for_mean(mean[known], log_sd[known], floor[known])
    raw = truncated_lognormal(uniform, location[group], log_sd[group], floor[group])
    drawn = np.bincount(group, raw, minlength=known.size) / np.maximum(table.count.ravel(), 1)
    scale = np.ones(known.size)
    scale[known] = (mean - floor)[known] / (drawn - floor)[known]
    return size_class, floor[group] + (raw - floor[group]) * scale[group]
