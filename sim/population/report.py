"""Does the drawn population look like the tables? One row a quantity: table value, range, drawn value."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from agents.array_types import BoolArray, FloatArray
from agents.carriers import CARRIERS
from sim.inputs.province import Province
from sim.population.arrival import BURN_IN, FIRST_ENTRY
from sim.population.energy import direct_co2, sector_energy
from sim.population.size import SIZE_CLASSES, Heterogeneity, size_table

OWNERS = {"state": (0.065, 0.05, 0.09), "foreign": (0.040, 0.03, 0.055), "private": (0.79, 0.74, 0.84),
          "other_domestic": (0.105, 0.07, 0.14)}
"""Share of firms by owner: estimate and range (derived from profit shares by ownership, S03)."""
OWNER_REVENUE = {"state": (0.26, 0.21, 0.32), "foreign": (0.15, 0.11, 0.19),
                 "private": (0.43, 0.37, 0.49), "other_domestic": (0.16, 0.11, 0.21)}
"""Share of revenue by owner: estimate and range (as above)."""
CLASS_RANGES = {"large": (0.013, 0.022, 0.38, 0.49), "medium": (0.060, 0.095, 0.18, 0.25),
                "small": (0.70, 0.80, 0.29, 0.38), "micro": (0.11, 0.20, 0.01, 0.04)}
"""Ranges of the size classes' shares of firms and of revenue (from Panzhihua's counts, S59, and S03)."""
EPSILON = 1e-9


class Row(NamedTuple):
    """One reproduced quantity."""

    quantity: str
    group: str
    unit: str
    table: float
    low: float
    high: float
    drawn: float


def hill_exponent(revenue: FloatArray, share: float = 0.10) -> float:
    """Hill estimate of the upper tail's Pareto exponent from the largest `share` of firms."""
    ordered = np.sort(revenue)[::-1]
    count = max(int(revenue.size * share), 1)
    return float(1.0 / np.mean(np.log(ordered[:count] / ordered[min(count, revenue.size - 1)])))


def population_report(columns: dict[str, NDArray[Any]], province: Province) -> pd.DataFrame:
    """Compare the firms alive at the end of 2025 with the province's tables.

    Args:
        columns: from `sim.population.build.build_population`.
        province: the pack it was drawn from.

    Returns:
        Columns quantity, group, unit, table, low, high, drawn, inside. Totals by sector and prefecture are
        compared for a full population only: a sample is not blown up.
    """
    alive: BoolArray = columns["arrival"] < FIRST_ENTRY
    firms = {name: values[alive] for name, values in columns.items()}
    rows = [*_sizes(firms, province), *_owners(firms), *_energy_shares(firms, province),
            *_lists(firms, province)]
    if alive.sum() == province.firm_counts.sum():
        rows += _totals(firms, province)
    rows += _certification(firms, province, float(alive.sum() / province.firm_counts.sum()))
    report = pd.DataFrame(rows)
    report["inside"] = report["drawn"].between(report["low"] - EPSILON, report["high"] + EPSILON)
    return report


def _shares(code: NDArray[Any], groups: int, weight: FloatArray | None = None) -> FloatArray:
    """Share of each code in the number of firms, or in a weight."""
    total = np.bincount(code, weight, minlength=groups)
    return np.asarray(total / total.sum())


def _sizes(firms: dict[str, NDArray[Any]], province: Province) -> list[Row]:
    """Size classes and the shape of the distribution."""
    table = size_table(province, Heterogeneity(province.heterogeneity))
    count, revenue = table.count.sum(axis=0), (table.count * table.mean).sum(axis=0)
    turnover = firms["revenue_base"]
    by_firm = _shares(firms["size_class"], len(SIZE_CLASSES))
    by_revenue = _shares(firms["size_class"], len(SIZE_CLASSES), turnover)
    rows = []
    for i, name in enumerate(SIZE_CLASSES):
        low, high, low_revenue, high_revenue = CLASS_RANGES[name]
        rows += [
            Row("share of firms", name, "share", count[i] / count.sum(), low, high, by_firm[i]),
            Row("share of revenue", name, "share", revenue[i] / revenue.sum(), low_revenue, high_revenue,
                by_revenue[i]),
        ]
    return [
        *rows,
        Row("Hill exponent of the top 10 %", "all", "-", 1.15, 1.0, 1.3, hill_exponent(turnover)),
        Row("median revenue", "all", "m CNY/yr", 60.0, 50.0, 70.0, float(np.median(turnover))),
        Row("sd of ln revenue", "all", "ln", 1.13, 1.03, 1.23, float(np.log(turnover).std())),
    ]


def _owners(firms: dict[str, NDArray[Any]]) -> list[Row]:
    """Ownership by number and revenue."""
    by_firm = _shares(firms["ownership"], len(OWNERS))
    by_revenue = _shares(firms["ownership"], len(OWNERS), firms["revenue_base"])
    return [
        Row(quantity, name, "share", *reference[name], float(drawn[i]))
        for quantity, reference, drawn in (("share of firms", OWNERS, by_firm),
                                           ("share of revenue", OWNER_REVENUE, by_revenue))
        for i, name in enumerate(OWNERS)
    ]


def _energy_shares(firms: dict[str, NDArray[Any]], province: Province) -> list[Row]:
    """Energy by size class, against the check rows of the heterogeneity table."""
    table = province.heterogeneity
    check = table[table["parameter"] == "energy.check_share"].set_index("group")
    drawn = _shares(firms["size_class"], len(SIZE_CLASSES), firms["energy_base"].sum(axis=1))
    value, low, high = (check[column].astype(float) for column in ("value", "low", "high"))
    return [Row("share of energy", name, "share", value[name], low[name], high[name], float(drawn[i]))
            for i, name in enumerate(SIZE_CLASSES)]


def _lists(firms: dict[str, NDArray[Any]], province: Province) -> list[Row]:
    """Parks, exports, memberships, age."""
    heterogeneity = Heterogeneity(province.heterogeneity)
    codes, sector, revenue = province.sectors["code"].to_numpy(), firms["sector"], firms["revenue_base"]
    inside = firms["park"] >= 0
    clause = heterogeneity.by_group("clause_II11.member_share", codes, default=0.0)[sector].mean()
    chain = heterogeneity.by_group("chain.member_share", codes, default=0.0)[sector].mean()
    export = province.demand_sectors["export_share"].to_numpy(dtype=np.float64)[sector]
    exports = float(export @ revenue / revenue.sum())
    age = 1.0 / heterogeneity.value("equipment.age_rate")
    old = (firms["arrival"] == BURN_IN) & (firms["ownership"] != 0)
    return [
        Row("share of firms in parks", "all", "share", 0.57, 0.5, 0.7, float(inside.mean())),
        Row("share of revenue in parks", "all", "share", 0.72, 0.68, 0.80,
            float(revenue[inside].sum() / revenue.sum())),
        Row("exports in revenue", "all", "share", exports, 0.95 * exports, 1.05 * exports,
            float(firms["export_share"] @ revenue / revenue.sum())),
        Row("clause II-11 members", "all", "share", clause, 0.9 * clause, 1.1 * clause,
            float(firms["clause_ii11"].mean())),
        Row("key-chain members", "all", "share", chain, 0.95 * chain, 1.05 * chain,
            float(firms["chain_member"].mean())),
        Row("mean equipment age, old firms", "not state", "years", age, 0.9 * age, 1.1 * age,
            float(firms["equipment_age"][old].mean())),
    ]


def _totals(firms: dict[str, NDArray[Any]], province: Province) -> list[Row]:
    """Counts and totals by sector and prefecture: largest deviation from the table, relative."""
    sectors, cities = province.firm_counts.shape
    sector, city, revenue = firms["sector"].astype(np.int64), firms["prefecture"], firms["revenue_base"]
    cells = np.bincount(sector * cities + city, minlength=sectors * cities).reshape(sectors, cities)
    by_sector = np.bincount(sector, revenue, minlength=sectors) / province.sectors["revenue"].to_numpy()
    by_city = np.bincount(city, revenue, minlength=cities) / province.prefectures["revenue"].to_numpy()
    energy = np.stack([np.bincount(sector, firms["energy_base"][:, c], minlength=sectors)
                       for c in range(len(CARRIERS))], axis=1)
    wanted = sector_energy(province)
    emissions = direct_co2(
        firms["energy_base"], firms["process_co2_base"], province.fuel_co2_factors(), sector)
    share = province.prefectures["direct_co2_share"].to_numpy(dtype=np.float64)
    co2 = _shares(city, cities, emissions) / (share / share.sum())
    process = float(province.sectors["process_co2"].sum() / 1e6)
    return [
        Row("cells of sector x prefecture off the table", "all", "cells", 0.0, 0.0, 0.0,
            float((cells != province.firm_counts).sum())),
        Row("sector revenue, largest deviation", "all", "share", 0.0, 0.0, 0.01,
            float(np.abs(by_sector - 1.0).max())),
        Row("prefecture revenue, largest deviation", "all", "share", 0.0, 0.0, 0.10,
            float(np.abs(by_city - 1.0).max())),
        Row("sector energy by carrier, largest deviation", "all", "share", 0.0, 0.0, 0.01,
            float((np.abs(energy - wanted) / np.maximum(wanted, 1.0)).max())),
        Row("process CO2", "all", "Mt/yr", process, 0.99 * process, 1.01 * process,
            float(firms["process_co2_base"].sum() / 1e6)),
        Row("prefecture direct CO2, largest deviation", "all", "share", 0.0, 0.0, 0.20,
            float(np.abs(co2 - 1.0).max())),
        Row("prefectures with direct CO2 within 20 %", "all", "prefectures", float(cities), float(cities),
            float(cities), float((np.abs(co2 - 1.0) <= 0.20).sum())),
    ]


def _certification(firms: dict[str, NDArray[Any]], province: Province, scale: float) -> list[Row]:
    """Green factories at the end of 2025; `scale` is the sample's share of the province's firms."""
    stock = float(province.prefectures["green_factories"].sum())
    certified, revenue = firms["certified_initial"], firms["revenue_base"]
    spread = 0.0 if scale == 1.0 else 0.5 * stock * scale
    ratio = float(revenue[certified].mean() / revenue.mean()) if certified.any() else 0.0
    return [
        Row("green factories", "all", "factories", stock * scale, stock * scale - spread,
            stock * scale + spread, float(certified.sum())),
        Row("mean revenue of green factories to all firms", "all", "ratio", 5.0, 4.0, 6.0, ratio),
        Row("share of green factories in revenue", "all", "share", 0.22, 0.17, 0.27,
            float(revenue[certified].sum() / revenue.sum())),
    ]
