"""What completed measures do to a firm's energy: savings stack multiplicatively on what is left."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.arrays import rank_within
from agents.carriers import CARRIERS, ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.measure_economics import base_use, roof_scale
from agents.measures import MeasuresParameters, Menu


@dataclass
class EnergyState:
    """How a set of firms uses energy per unit of activity; arrays of length N or (N, 6). Changed by `apply_measure`."""

    ratio: FloatArray
    """(N, 6): use per activity relative to the base year, by carrier."""
    added_mwh: FloatArray
    """(N,): electricity added by electrification, MWh/yr at base activity."""
    added_gas: FloatArray
    """(N,): gas added by fuel switching, tce/yr at base activity."""
    alternative_fuel: FloatArray
    """(N,): alternative fuel, tce/yr at base activity."""
    process_ratio: FloatArray
    """(N,): process CO2 per activity relative to the base year."""
    fuel_co2_ratio: FloatArray
    """(N,): CO2 of burnt fuel that is emitted and not captured, share."""
    generation_mwh: FloatArray
    """(N,): self-used on-site generation, MWh/yr."""


def realised_factor(menu: Menu, measure: IntArray, parameters: MeasuresParameters) -> FloatArray:
    """Share of the engineering saving that is realised net of rebound: below one for efficiency classes only."""
    part = parameters.realised_share * (1.0 - parameters.direct_rebound)
    return np.where(menu.realisation[measure], part, 1.0)


def apply_savings(
    state: EnergyState, rows: IntArray, measure: IntArray, menu: Menu, exposure: FloatArray,
    parameters: MeasuresParameters,
) -> None:
    """Let completed measures cut their firms' energy: savings stack multiplicatively, in any order.

    Args:
        state: changed in place.
        rows: (K,) firms; a firm may appear several times.
        measure: (K,) the measure completed in each.
        menu: the menu.
        exposure: (K,) part of the firm's energy the measure can reach.
        parameters: menu-wide numbers.
    """
    share = menu.removed[measure] * exposure[:, None]
    left = 1.0 - np.where(share > 0.0, share * realised_factor(menu, measure, parameters)[:, None], share)
    for carrier in range(len(CARRIERS)):
        np.multiply.at(state.ratio[:, carrier], rows, left[:, carrier])
    np.multiply.at(state.added_mwh, rows, left[:, ELECTRICITY])
    np.multiply.at(state.added_gas, rows, left[:, NATURAL_GAS])
    np.multiply.at(state.process_ratio, rows, 1.0 - menu.process_co2[measure])
    np.multiply.at(state.fuel_co2_ratio, rows, 1.0 - menu.fuel_co2_captured[measure])


def apply_additions(
    state: EnergyState, rows: IntArray, measure: IntArray, menu: Menu, energy_base: FloatArray, revenue: FloatArray,
    pv_yield: FloatArray, parameters: MeasuresParameters,
) -> None:
    """Let one completed measure per firm add what replaces the energy it removes: electricity, gas, own generation.

    To be called before `apply_savings` for the same measures: what is added depends on the energy still there.

    Args:
        state: changed in place.
        rows: (K,) firms, each at most once.
        measure: (K,) the measure completed in each.
        menu: the menu.
        energy_base: (N, 6) base-year use, tce/yr.
        revenue: (N,) m CNY/yr, sizes the roof.
        pv_yield: (N,) kWh per kWp.
        parameters: menu-wide numbers.
    """
    use = energy_base[rows] * state.ratio[rows]
    use[:, ELECTRICITY] += state.added_mwh[rows] * TCE_PER_MWH
    use[:, NATURAL_GAS] += state.added_gas[rows]
    covered = base_use(use, menu, measure) * menu.coverage[measure]
    fuel_removed = (menu.replaced_share[measure] * use).sum(axis=1)
    # an array that is chosen again at its end of life shares the roof with what is there
    present = state.generation_mwh[rows]
    array = present + menu.grid_purchase[measure] * use[:, ELECTRICITY] / TCE_PER_MWH
    array *= roof_scale(array, revenue[rows], pv_yield[rows], parameters)
    state.generation_mwh[rows] = np.maximum(array, present)
    state.added_mwh[rows] += menu.electricity_per_removed[measure] * fuel_removed
    state.added_mwh[rows] += menu.electricity_per_covered[measure] * covered
    state.added_gas[rows] += menu.gas_per_removed[measure] * fuel_removed
    state.alternative_fuel[rows] += menu.alternative_fuel_per_removed[measure] * fuel_removed


def apply_measures(
    state: EnergyState, rows: IntArray, measure: IntArray, menu: Menu, energy_base: FloatArray, revenue: FloatArray,
    pv_yield: FloatArray, exposure: FloatArray, parameters: MeasuresParameters,
) -> None:
    """Let completed measures take effect: first those that only save, then, in menu order, those that also add.

    Args:
        state: changed in place.
        rows: (K,) firms; a firm may appear several times.
        measure: (K,) the measure completed in each, a pair at most once.
        menu: the menu.
        energy_base: (N, 6) base-year use, tce/yr.
        revenue: (N,) m CNY/yr, sizes the roof.
        pv_yield: (N,) kWh per kWp.
        exposure: (K,) part of the firm's energy the measure can reach.
        parameters: menu-wide numbers.
    """
    adds = menu.adds[measure]
    apply_savings(state, rows[~adds], measure[~adds], menu, exposure[~adds], parameters)
    order = np.flatnonzero(adds)[np.lexsort((measure[adds], rows[adds]))]
    rank = rank_within(rows[order])
    for level in range(int(rank.max()) + 1 if len(rank) else 0):
        at = order[rank == level]
        apply_additions(state, rows[at], measure[at], menu, energy_base, revenue, pv_yield, parameters)
        apply_savings(state, rows[at], measure[at], menu, exposure[at], parameters)
