"""When firms arrive: those of 2021-2025 among the incumbents, and the entrants of the coming years.

Entrants are drawn at the start, arrival quarter included, so that all policies see the same firms. Their
number follows from the net growth of the stock plus expected exits: it does not depend on the seed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.demography import DemographyParameters, exit_hazard
from sim.draws import Draws
from sim.inputs.province import Province
from sim.population.size import SIZE_CLASSES, SizeTable, location_for_mean, truncated_lognormal

BURN_IN = 2021 * 4
"""First quarter of the burn-in; firms that are older carry it as their arrival."""
FIRST_ENTRY = 2026 * 4
ENTRY_QUARTERS = 20
LARGE, MEDIUM = 0, 1


@dataclass(frozen=True)
class EntrantMix:
    """Shares of the size classes among entrants, and their sizes."""

    greenfield: float
    """Share of medium and large plants."""
    greenfield_large: float
    """Share of large plants among those."""
    micro: float
    """Share of micro firms among the others."""
    median: float
    """Median revenue of the others, m CNY/yr."""
    log_sd: float
    floor: float
    ceiling: float

    def by_class(self) -> FloatArray:
        """(4,) shares by size class."""
        others = 1.0 - self.greenfield
        large = self.greenfield * self.greenfield_large
        return np.array([large, self.greenfield - large, others * (1.0 - self.micro), others * self.micro])


def exit_hazards(demography: DemographyParameters) -> FloatArray:
    """(4,) exit hazard by size class, 1/yr."""
    return exit_hazard(np.arange(len(SIZE_CLASSES)), demography)


def entry_schedule(stock: IntArray, growth: float, hazard: FloatArray, mix: FloatArray) -> IntArray:
    """Entrants by quarter that make the stock grow at a given rate when exits are as expected.

    Args:
        stock: (4,) firms by size class at the start.
        growth: net growth of the number of firms, 1/yr.
        hazard: (4,) exit hazards, 1/yr.
        mix: (4,) shares of the classes among entrants.

    Returns:
        (ENTRY_QUARTERS,) whole numbers; rounding does not accumulate.
    """
    alive, entered = stock.astype(np.float64), 0.0
    whole: list[int] = []
    for quarter in range(1, ENTRY_QUARTERS + 1):
        alive = alive * np.exp(-hazard / 4.0)
        entry = max(float(stock.sum()) * (1.0 + growth) ** (quarter / 4.0) - alive.sum(), 0.0)
        alive = alive + entry * mix
        entered += entry
        whole.append(round(entered) - sum(whole))
    return np.array(whole, dtype=np.int64)


def past_arrivals(
    revenue: FloatArray, size_class: IntArray, subtype: IntArray, turnover: float, greenfield: float,
    slope: float, draws: Draws,
) -> IntArray:
    """Arrival quarter of the incumbents: 2021Q1 for the old, a later quarter for those of 2021-2025.

    With gross entry at the rate `turnover` the survivors' ages are exponential with that rate. Few of the
    arrivals are medium or large; among the others the small ones are more often new. Sub-types are old
    plants.

    Args:
        revenue: (n,) m CNY/yr at the end of 2025.
        size_class: (n,) codes.
        subtype: (n,) codes.
        turnover: past net growth plus the mean exit hazard, 1/yr.
        greenfield: share of medium and large firms among arrivals.
        slope: how the log odds of being new fall with ln revenue.
        draws: streams ``population/new`` and ``population/arrival``.
    """
    years = (FIRST_ENTRY - BURN_IN) / 4.0
    number = round((1.0 - np.exp(-turnover * years)) * revenue.size)
    key = draws.gumbel("population/new")[:revenue.size] - slope * np.log(revenue)
    new = np.zeros(revenue.size, dtype=bool)
    big = size_class <= MEDIUM
    for rows, count in ((big, round(greenfield * number)), (~big, number - round(greenfield * number))):
        candidates = np.flatnonzero(rows & (subtype == 0))
        new[candidates[np.argsort(-key[candidates], kind="stable")[:count]]] = True
    uniform = draws.uniform("population/arrival")[:revenue.size]
    age = -np.log1p(-uniform * -np.expm1(-turnover * years)) / turnover
    return np.where(new, FIRST_ENTRY - 1 - np.floor(age * 4.0).astype(np.int64), BURN_IN)


def entrants(
    province: Province, table: SizeTable, schedule: IntArray, mix: EntrantMix, first: int, draws: Draws
) -> dict[str, NDArray[Any]]:
    """Place, size class, revenue (m CNY/yr) and arrival of the entrants, by arrival; all are generic.

    Sectors weigh by firms x (1 + growth), prefectures by the sector's firms.

    Args:
        province: counts and growth by sector.
        table: size classes, for the greenfield plants.
        schedule: entrants by quarter.
        mix: classes and sizes.
        first: slot of the first entrant.
        draws: streams ``population/sector``, ``/prefecture``, ``/class`` and ``/size``.
    """
    counts = province.firm_counts
    weight = counts.sum(axis=1) * (1.0 + province.growth["value"].to_numpy(dtype=np.float64))
    edges = np.cumsum(weight) / weight.sum()
    sector = np.searchsorted(edges[:-1], draws.uniform("population/sector")[first:], side="right")
    chance = draws.uniform("population/prefecture")[first:]
    prefecture = np.zeros(sector.size, dtype=np.int64)
    for row in range(len(counts)):
        rows = np.flatnonzero(sector == row)
        cities = np.cumsum(counts[row]) / counts[row].sum()
        prefecture[rows] = np.searchsorted(cities[:-1], chance[rows], side="right")
    classes = np.cumsum(mix.by_class())
    size_class = np.searchsorted(classes[:-1], draws.uniform("population/class")[first:], side="right")
    size_class = np.where((size_class == LARGE) & (table.count[sector, LARGE] == 0), MEDIUM, size_class)
    revenue = _entrant_revenue(table, sector, size_class, mix, draws.uniform("population/size")[first:])
    arrival = FIRST_ENTRY + np.repeat(np.arange(schedule.size), schedule)
    return {"sector": sector, "prefecture": prefecture, "subtype": np.zeros_like(sector),
            "plant": np.full_like(sector, -1), "size_class": size_class, "revenue_base": revenue,
            "arrival": arrival}


def _entrant_revenue(
    table: SizeTable, sector: IntArray, size_class: IntArray, mix: EntrantMix, uniform: FloatArray
) -> FloatArray:
    """Revenue of entrants: log-normal between floor and ceiling; new plants as incumbents of their class."""
    location = _location_for_median(mix)
    low, high = (ndtr((np.log(edge) - location) / mix.log_sd) for edge in (mix.floor, mix.ceiling))
    revenue = np.exp(location + mix.log_sd * ndtri(low + uniform * (high - low)))
    big: BoolArray = size_class <= MEDIUM
    if big.any():
        home, kind = sector[big], size_class[big]
        sd, floor = table.log_sd[kind], table.floor[kind]
        centre = location_for_mean(table.mean[home, kind], sd, floor)
        revenue[big] = truncated_lognormal(uniform[big], centre, sd, floor)
    return np.asarray(revenue)


def _location_for_median(mix: EntrantMix) -> float:
    """Log-location at which the log-normal truncated to [floor, ceiling] has the wanted median."""

    def excess(location: float) -> float:
        low, high, middle = (float(ndtr((np.log(edge) - location) / mix.log_sd))
                             for edge in (mix.floor, mix.ceiling, mix.median))
        return (middle - low) - 0.5 * (high - low)

    centre, width = np.log(mix.median), 8.0 * mix.log_sd
    return float(brentq(excess, centre - width, centre + width, xtol=1e-9))
