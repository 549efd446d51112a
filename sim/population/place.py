"""Where firms are: cells, sub-types and mills, and which of a sector's revenues goes to which prefecture.

The counts by sector and prefecture are exact. Which firm of a sector gets which revenue is a ranking with a
common pull for each prefecture, chosen so that the prefectures' revenues come out, followed by a few
exchanges of revenues inside a sector and size class. No sector's class means change.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.arrays import stable_order
from sim.inputs.province import Province

PULL_STEPS = 12
"""Steps of the fixed point for the prefectures' pulls; the exchanges do the rest."""
PULL_SHARE = 0.7
"""Share of the log gap that one step closes."""
EXCHANGES = 80
"""At most this many exchanges; about thirty are used."""
PREFECTURE_TOLERANCE = 0.02
"""The exchanges stop when every prefecture's revenue is this close to its table value, relative."""


@dataclass(frozen=True)
class Cells:
    """The incumbents' fixed places, a slot a firm: by sector, then prefecture, sub-types first in a cell."""

    sector: IntArray
    prefecture: IntArray
    subtype: IntArray
    """0 generic, else 1 + row in `Province.subtypes`."""
    plant: IntArray
    """Row in `Province.plants` for the dated plants (ironmaking mills), else -1."""


def apportion(weights: FloatArray | IntArray, total: int, capacity: IntArray) -> IntArray:
    """Whole numbers in proportion to weights by largest remainder, none above its capacity.

    Args:
        weights: (K,) non-negative.
        total: sum of the result, as far as the capacities of the weighted places allow.
        capacity: (K,) largest number in each place.

    Returns:
        (K,) counts; what does not fit goes to places with room by the size of their shortfall.
    """
    if total == 0 or weights.sum() <= 0.0:
        return np.zeros(weights.size, dtype=np.int64)
    exact: FloatArray = weights / weights.sum() * total
    result = np.minimum(np.floor(exact).astype(np.int64), capacity)
    while result.sum() < total:
        room = (result < capacity) & (weights > 0.0)
        if not room.any():
            break
        result[np.argmax(np.where(room, exact - result, -np.inf))] += 1
    return np.asarray(result)


def place(province: Province) -> Cells:
    """Lay the incumbents out cell by cell and place sub-types and mills.

    Sub-types named in the plant table follow its shares by prefecture; each mill stands in its prefecture;
    the others follow the number of firms of their sector. Counts by sector and prefecture stay as in the
    table.
    """
    counts = province.firm_counts
    cells = counts.size
    sector = np.repeat(np.arange(cells) // counts.shape[1], counts.ravel())
    prefecture = np.repeat(np.arange(cells) % counts.shape[1], counts.ravel())
    start = np.concatenate([[0], np.cumsum(counts.ravel())[:-1]]).reshape(counts.shape)
    subtype = np.zeros(sector.size, dtype=np.int64)
    plant = np.full(sector.size, -1, dtype=np.int64)
    free = counts.copy()
    named = province.subtypes["name"].isin(province.plants["subtype"]).to_numpy()
    codes = province.sectors["code"].to_numpy()
    for row in np.argsort(~named, kind="stable"):
        home = int(np.searchsorted(codes, province.subtypes["sector_code"].iloc[row]))
        number, mills = _by_prefecture(province, int(row), free[home])
        for city in np.flatnonzero(number):
            first = start[home, city] + counts[home, city] - free[home, city]
            slots = slice(first, first + number[city])
            subtype[slots] = row + 1
            plant[slots] = mills.get(int(city), -1)
        free[home] -= number
    return Cells(sector, prefecture, subtype, plant)


def _by_prefecture(province: Province, row: int, free: IntArray) -> tuple[IntArray, dict[int, IntArray]]:
    """How many firms of a sub-type stand in each prefecture, and for mills the rows of their plants.

    Args:
        province: sub-types and plants.
        row: row of the sub-type.
        free: (prefectures,) firms of its sector that have no sub-type yet.
    """
    plants, kind = province.plants, province.subtypes["name"].iloc[row]
    count = int(province.subtypes["count"].iloc[row])
    rows = np.flatnonzero(np.asarray(plants["subtype"].to_numpy(dtype=object) == kind))
    if rows.size == 0:
        return apportion(free, count, free), {}
    cities = {code: i for i, code in enumerate(province.prefectures["code"])}
    at = np.array([cities[code] for code in plants["prefecture_code"].to_numpy()[rows]])
    if all(plants["decision_quarter"].to_numpy()[rows]):
        return np.bincount(at, minlength=free.size), {int(city): rows[at == city] for city in np.unique(at)}
    weights = np.bincount(at, plants["share"].to_numpy(dtype=np.float64)[rows], minlength=free.size)
    return apportion(weights, count, free), {}


def size_mills_by_capacity(
    cells: Cells, size_class: IntArray, revenue: FloatArray, capacity: FloatArray
) -> FloatArray:
    """Let the largest revenues of the mills' sector follow the mills' capacity shares; their sum stays.

    Args:
        cells: places; `plant` says which slots are mills.
        size_class: (n,) classes as drawn, sector by sector.
        revenue: (n,) revenues as drawn, m CNY.
        capacity: (plants,) capacity share by row of `Province.plants`.

    Returns:
        A copy of `revenue` in which the sector's largest large firms, as many as mills, are sized by
        capacity.
    """
    revenue, mills = revenue.copy(), cells.plant >= 0
    for sector in np.unique(cells.sector[mills]):
        shares = capacity[cells.plant[mills & (cells.sector == sector)]]
        large = np.flatnonzero((cells.sector == sector) & (size_class == 0))
        top = large[np.argsort(-revenue[large], kind="stable")][:shares.size]
        shares = np.sort(shares)[::-1][:top.size]
        revenue[top] = revenue[top].sum() * shares / shares.sum()
    return revenue


def rank_into_places(
    cells: Cells, size_class: IntArray, revenue: FloatArray, rank: FloatArray, target: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Give each sector's revenues to its firms by a score with a pull for each prefecture.

    Args:
        cells: places; sector ascending.
        size_class: (n,) classes as drawn, sector by sector.
        revenue: (n,) revenues as drawn, m CNY.
        rank: (n,) standard-normal part of the score, with the lead of sub-types in it.
        target: (prefectures,) revenue that each prefecture should have, m CNY.

    Returns:
        Size class and revenue by slot. Large firms go to the highest scores, then medium, then the others.
    """
    block = np.minimum(size_class, 2)
    values = np.lexsort((-revenue, block, cells.sector))
    sorted_class, sorted_revenue = size_class[values], revenue[values]
    spacing = 1e4 * cells.sector
    pull = np.zeros(target.size)
    for _ in range(PULL_STEPS):
        slots = stable_order(spacing - rank - pull.take(cells.prefecture))
        total = np.bincount(cells.prefecture[slots], sorted_revenue, minlength=target.size)
        pull += PULL_SHARE * np.clip(np.log(target / total), -1.0, 1.0)
    slots = stable_order(spacing - rank - pull.take(cells.prefecture))
    placed_class, placed_revenue = np.empty_like(size_class), np.empty_like(revenue)
    placed_class[slots], placed_revenue[slots] = sorted_class, sorted_revenue
    return placed_class, placed_revenue


def exchange(
    revenue: FloatArray, group: IntArray, prefecture: IntArray, target: FloatArray
) -> FloatArray:
    """Exchange revenues between two firms of a group until the prefectures' totals are close to the targets.

    Args:
        revenue: (n,) m CNY.
        group: (n,) only firms of one group may exchange; negative never exchanges.
        prefecture: (n,) place.
        target: (prefectures,) m CNY.

    Returns:
        A copy of `revenue` in which each group holds the same values as before.
    """
    revenue = revenue.copy()
    movable = [np.flatnonzero((prefecture == p) & (group >= 0)) for p in range(target.size)]
    for _ in range(EXCHANGES):
        gap = target - np.bincount(prefecture, revenue, minlength=target.size)
        worst = int(np.argmax(np.abs(gap) / target))
        if abs(gap[worst]) <= PREFECTURE_TOLERANCE * target[worst]:
            break
        opposite = -gap * np.sign(gap[worst])
        partner = int(np.argmax(opposite))
        pair = _closest_pair(revenue, group, movable[worst], movable[partner],
                             np.sign(gap[worst]) * min(abs(gap[worst]), opposite[partner]))
        if pair is None:
            largest = int(np.argmax(np.where(np.arange(target.size) == worst, 0.0, target)))
            pair = _closest_pair(revenue, group, movable[worst], movable[largest], gap[worst])
        if pair is None:
            break
        revenue[list(pair)] = revenue[list(pair[::-1])]
    return revenue


def _closest_pair(
    revenue: FloatArray, group: IntArray, here: IntArray, there: IntArray, gain: float
) -> tuple[int, int] | None:
    """The pair of one group whose exchange changes the first place's revenue by nearly `gain`, if one helps.

    Args:
        revenue: (n,) m CNY.
        group: (n,) group of each firm.
        here: firms of the place that should gain (or lose, if `gain` is negative).
        there: firms of the other place.
        gain: wanted change, m CNY.
    """
    spread = 4.0 * float(revenue.max())
    order = there[np.argsort(group[there] * spread + revenue[there], kind="stable")]
    at = np.searchsorted(group[order] * spread + revenue[order], group[here] * spread + revenue[here] + gain)
    best, pair = abs(gain), None
    for neighbour in (np.maximum(at - 1, 0), np.minimum(at, order.size - 1)):
        other = order[neighbour]
        miss = np.abs(revenue[other] - revenue[here] - gain)
        miss[group[other] != group[here]] = np.inf
        k = int(np.argmin(miss))
        if miss[k] < best:
            best, pair = float(miss[k]), (int(here[k]), int(other[k]))
    return pair
