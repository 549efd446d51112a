"""How much energy each firm uses: sector totals by carrier split over firms, and what entrants bring.

A sub-type (clinker, mills, smelters ...) holds a fixed share of each carrier of its sector. Within a sub-type
energy follows revenue with noise; the mills' follows their capacity shares, so that no mill's energy is a
lottery. The other firms' energy intensity rises with revenue. Every sector's total is exact for every
carrier.
"""

from __future__ import annotations

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.carriers import CARRIERS
from sim.inputs.province import Province
from sim.population.place import Cells
from sim.population.size import Heterogeneity

CLINKER_SMALLEST, CLINKER_LARGEST = 0.1, 2.5
"""Bounds of a prefecture's average clinker firm to the province's, when output moves between prefectures."""
PREFECTURE_FACTOR = 5.0
"""Largest factor, up or down, on the energy intensity of a prefecture's other firms (2 sd of their noise)."""
PREFECTURE_BAND = 0.10
"""A prefecture whose direct CO2 is this close to the table is left alone; the table is an estimate itself."""
RAKING_STEPS = 20
"""Steps of the fixed point that brings emissions by prefecture close to the table."""


def sector_energy(province: Province) -> FloatArray:
    """(sectors, 6) energy by carrier, tce/yr calorific."""
    return province.sectors[[f"energy_{name}" for name in CARRIERS]].to_numpy(dtype=np.float64)


def subtype_shares(province: Province) -> FloatArray:
    """(1 + sub-types, 7) share of the sector's carriers and process CO2; row 0 (generic firms) is unused."""
    names = [*(f"share_{name}" for name in CARRIERS), "share_process_co2"]
    shares = province.subtypes[names].to_numpy(dtype=np.float64)
    return np.vstack([np.zeros(shares.shape[1]), shares])


def direct_co2(
    energy: FloatArray, process_co2: FloatArray, factors: FloatArray, sector: IntArray
) -> FloatArray:
    """Direct emissions of firms, t/yr: fuels times the factors of their sector, plus process emissions.

    Args:
        energy: (n, 6) tce/yr.
        process_co2: (n,) t/yr.
        factors: (sectors, 6) tCO2/tce, zero for electricity.
        sector: (n,) row of the sector.
    """
    return np.asarray(np.einsum("nc,nc->n", energy, factors[sector]) + process_co2)


def firm_energy(
    province: Province, heterogeneity: Heterogeneity, cells: Cells, revenue: FloatArray, noise: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Energy and process CO2 of the incumbents.

    Args:
        province: sector totals, sub-type shares, mills, prefectures' shares of direct CO2.
        heterogeneity: elasticity of intensity to size, noise.
        cells: places.
        revenue: (n,) m CNY/yr.
        noise: (n,) standard normal.

    Returns:
        Energy (n, 6) tce/yr and process CO2 (n,) t/yr; sector totals by carrier are exact.
    """
    weight = _weights(province, heterogeneity, cells, revenue, noise)
    totals = np.column_stack([
        sector_energy(province), province.sectors["process_co2"].to_numpy(dtype=np.float64)
    ])
    shares = subtype_shares(province)
    energy, process = _split(cells, weight, totals, shares)
    emissions = direct_co2(energy, process, province.fuel_co2_factors(), cells.sector)
    return _split(cells, weight * _prefecture_factors(province, cells, emissions), totals, shares)


def entrant_energy(
    province: Province, incumbents: tuple[IntArray, IntArray, FloatArray, FloatArray, FloatArray],
    sector: IntArray, revenue: FloatArray, relative: float, noise: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Energy and process CO2 of entrants: the median intensity of their sector's generic firms, scaled.

    Args:
        province: for the number of sectors.
        incumbents: sector, sub-type, revenue (m CNY), energy (tce/yr) and process CO2 (t/yr) of the
            incumbents.
        sector: (m,) sector of each entrant.
        revenue: (m,) m CNY/yr on arrival.
        relative: intensity relative to the sector's median.
        noise: (m,) factor on intensity with median one.

    Returns:
        Energy (m, 6) tce/yr in the generic firms' mix of carriers, process CO2 (m,) t/yr.
    """
    home, subtype, turnover, energy, process = incumbents
    count = len(province.sectors)
    median = np.zeros(count)
    mix = np.zeros((count, energy.shape[1] + 1))
    for row in range(count):
        generic = np.flatnonzero((home == row) & (subtype == 0))
        if not len(generic):
            continue
        use_by_carrier = energy[generic]
        total = use_by_carrier.sum(axis=1)
        median[row] = np.median(total / turnover.take(generic))
        mix[row, :-1] = use_by_carrier.sum(axis=0) / total.sum()
        mix[row, -1] = process.take(generic).sum() / total.sum()
    use = (relative * median[sector] * revenue * noise)[:, None] * mix[sector]
    return use[:, :-1], use[:, -1]


def _subtype_row(province: Province, name: str) -> IntArray:
    """Codes (1 + row) of the sub-types of that name: one, or none."""
    return np.flatnonzero((province.subtypes["name"] == name).to_numpy()) + 1


def _weights(
    province: Province, heterogeneity: Heterogeneity, cells: Cells, revenue: FloatArray, noise: FloatArray
) -> FloatArray:
    """(n,) weight with which a firm shares in its sector's generic energy or in its sub-type's."""
    elasticity = heterogeneity.value("energy.size_elasticity", "generic firms")
    generic_sd = heterogeneity.value("energy.intensity_log_sd", "generic firms")
    subtype_sd = heterogeneity.value("energy.intensity_log_sd", "sub-types")
    generic = cells.subtype == 0
    log_weight = np.log(revenue) * np.where(generic, 1.0 + elasticity, 1.0)
    log_weight += noise * np.where(generic, generic_sd, subtype_sd)
    weight = np.exp(log_weight)
    mills = cells.plant >= 0
    weight[mills] = province.plants["share"].to_numpy(dtype=np.float64)[cells.plant[mills]]
    return np.asarray(weight)


def _split(
    cells: Cells, weight: FloatArray, totals: FloatArray, shares: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Split every sector's carriers and process CO2 over its groups and then over firms by weight.

    Args:
        cells: places.
        weight: (n,) weight of each firm in its group.
        totals: (sectors, 7) carriers, tce/yr, and process CO2, t/yr.
        shares: (1 + sub-types, 7) shares of the sub-types in them.
    """
    kinds, sectors = len(shares), len(totals)
    group = cells.subtype * sectors + cells.sector
    weight_sum = np.bincount(group, weight, minlength=sectors * kinds).reshape(kinds, sectors)
    held = shares[:, None, :] * totals[None, :, :] * (weight_sum > 0.0)[:, :, None]
    held[0] = totals - held[1:].sum(axis=0)
    per_weight = held / np.where(weight_sum > 0.0, weight_sum, 1.0)[:, :, None]
    use = per_weight.reshape(kinds * sectors, -1)[group] * weight[:, None]
    return use[:, :-1], use[:, -1]


def _prefecture_factors(province: Province, cells: Cells, emissions: FloatArray) -> FloatArray:
    """(n,) factors on the firms' weights that bring direct CO2 by prefecture close to the table.

    Works on the table of emissions by group (sector and sub-type) and prefecture. Mills stay as they are;
    clinker output moves between prefectures first; what is left falls on the intensity of all other firms.
    Both have bounds, so a prefecture whose share cannot be had stays apart from it. Group totals do not
    change.
    """
    sectors, cities = len(province.sectors), len(province.prefectures)
    group = cells.subtype * sectors + cells.sector
    shape = ((len(province.subtypes) + 1) * sectors, cities)
    cell = group * cities + cells.prefecture
    drawn = np.bincount(cell, emissions, minlength=shape[0] * cities).reshape(shape)
    lines = np.bincount(cell, minlength=shape[0] * cities).reshape(shape)
    clinker = np.isin(np.arange(shape[0]) // sectors, _subtype_row(province, "clinker"))
    lines = (lines * clinker[:, None]).sum(axis=0)
    mills = np.isin(np.arange(shape[0]), group[cells.plant >= 0])
    share = province.prefectures["direct_co2_share"].to_numpy(dtype=np.float64)
    target = share / share.sum() * emissions.sum()
    raked, pull = drawn.copy(), np.ones(cities)
    other = ~clinker & ~mills
    for _ in range(RAKING_STEPS):
        own, rest = raked[clinker].sum(axis=0), raked[~clinker].sum(axis=0)
        wanted = np.clip(own + rest, (1.0 - PREFECTURE_BAND) * target, (1.0 + PREFECTURE_BAND) * target)
        raked[clinker] = raked[clinker] * _clinker_factor(own, wanted - rest, lines)
        total = raked.sum(axis=0)
        wanted = np.clip(total, (1.0 - PREFECTURE_BAND) * target, (1.0 + PREFECTURE_BAND) * target)
        pull = np.clip(pull * (wanted / total) ** 0.5, 1.0 / PREFECTURE_FACTOR, PREFECTURE_FACTOR)
        pulled = drawn[other] * pull
        held = pulled.sum(axis=1, keepdims=True)
        raked[other] = pulled * drawn[other].sum(axis=1, keepdims=True) / np.where(held > 0.0, held, 1.0)
    factor = np.divide(raked, drawn, out=np.ones(shape), where=drawn > 0.0)
    return np.asarray(factor.ravel()[cell])


def _clinker_factor(own: FloatArray, wanted: FloatArray, lines: IntArray) -> FloatArray:
    """(prefectures,) factors that move clinker emissions to what is wanted, within bounds; same total."""
    average = own.sum() / max(int(lines.sum()), 1)
    low, high = CLINKER_SMALLEST * average * lines, CLINKER_LARGEST * average * lines
    moved = np.clip(wanted, low, high)
    for _ in range(10):
        moved = np.clip(moved + (own.sum() - moved.sum()) * lines / max(int(lines.sum()), 1), low, high)
    return np.divide(moved, own, out=np.ones(own.size), where=own > 0.0)
