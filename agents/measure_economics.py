"""What an option costs a firm, what it saves, and the CO2 it avoids, at today's energy use and prices.

All functions work on flat arrays of options, one entry a pair (firm, measure), so the same code serves one firm and
all of them. Money in m CNY. Capex = cost per tce of covered base use, not below a floor; benefit = priced energy
removed minus priced energy added minus operating cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.measures import (
    ELECTRICITY,
    NATURAL_GAS,
    TCE_PER_MWH,
    MeasuresParameters,
    Menu,
)
from agents.terms import FloatArray, IntArray

MILLION = 1e6


@dataclass(frozen=True)
class Economics:
    """What a set of options costs and saves; arrays of length K, money in m CNY (a year for savings)."""

    capex: FloatArray
    saving: FloatArray
    scale: FloatArray
    """Size relative to the menu's full coverage (below one where the roof caps an array)."""
    direct_co2: FloatArray
    """Direct CO2 avoided, t a year, engineering value."""


def base_use(energy: FloatArray, menu: Menu, measure: IntArray) -> FloatArray:
    """Energy of the carriers a measure works on, tce a year.

    Args:
        energy: (K, 6) use by carrier of each option's firm, tce/yr.
        menu: the menu.
        measure: (K,) measure of each option.
    """
    return np.asarray(np.einsum("kc,kc->k", energy, menu.base[measure]))


def roof_scale(
    generation_mwh: FloatArray, revenue: FloatArray, pv_yield: FloatArray, parameters: MeasuresParameters
) -> FloatArray:
    """Share of the wanted on-site generation that fits on the roof, 0..1.

    Args:
        generation_mwh: wanted self-used generation, MWh/yr.
        revenue: m CNY a year; the roof is taken as `roof_cap` kWp per m CNY.
        pv_yield: kWh per kWp and year.
        parameters: roof cap and self-use share.
    """
    cap = parameters.roof_cap * revenue * pv_yield / 1000.0 * parameters.pv_self_use
    return np.where(generation_mwh > cap, cap / np.maximum(generation_mwh, 1e-12), 1.0)


@dataclass(frozen=True)
class Deciders:
    """What the economics of options needs to know of the firms that own them; arrays of length n or (n, 6)."""

    energy: FloatArray
    """(n, 6) use, tce/yr."""
    prices: FloatArray
    """(n, 6) CNY/tce."""
    fuel_co2: FloatArray
    """(n, 6) tCO2 per tce."""
    revenue: FloatArray
    """(n,) m CNY/yr."""
    process_co2: FloatArray
    """(n,) process emissions, t/yr."""
    pv_yield: FloatArray
    """(n,) kWh per kWp."""


def economics(
    menu: Menu, measure: IntArray, owner: IntArray, firms: Deciders, exposure: FloatArray, cost_factor: FloatArray,
    parameters: MeasuresParameters,
) -> Economics:
    """Capex, yearly benefit and avoided direct CO2 of options at today's energy use and prices.

    Args:
        menu: the menu.
        measure: (K,) measure of each option.
        owner: (K,) row of each option's firm in `firms`.
        firms: energy use, prices, emissions, revenue and roof of the firms.
        exposure: (K,) part of the firm's energy the measure can reach.
        cost_factor: (K,) firm-specific factor on capex (with learning already in it).
        parameters: menu-wide numbers.

    Returns:
        Capex (m CNY), yearly benefit before carbon price and support (m CNY; may be negative), scale, avoided CO2.
    """
    pair = owner * len(menu) + measure
    covered = per_measure(firms.energy, menu.covered_share)[pair] * exposure
    removed = per_measure(firms.energy, menu.replaced_share)[pair] * exposure
    benefit = per_measure(firms.energy * firms.prices, menu.priced_share)[pair] * exposure
    avoided = per_measure(firms.energy * firms.fuel_co2, menu.removed)[pair] * exposure
    power_price, gas_price = firms.prices[owner, ELECTRICITY], firms.prices[owner, NATURAL_GAS]
    added_mwh = menu.electricity_per_removed[measure] * removed + menu.electricity_per_covered[measure] * covered
    benefit -= added_mwh * TCE_PER_MWH * power_price
    benefit -= menu.gas_per_removed[measure] * removed * gas_price
    benefit -= menu.opex_per_tce[measure] * covered
    scale = _add_generation(menu, measure, owner, firms, benefit, parameters)
    capex = menu.capex_per_tce[measure] * covered * scale / MILLION
    saving = benefit * scale / MILLION
    _replace_by_output(menu, measure, firms.revenue[owner], capex, saving)
    floor = menu.capex_floor[measure] * parameters.capex_floor_factor / MILLION
    avoided += menu.process_co2[measure] * firms.process_co2[owner]
    avoided -= menu.gas_per_removed[measure] * removed * firms.fuel_co2[owner, NATURAL_GAS]
    avoided -= menu.alternative_fuel_per_removed[measure] * removed * parameters.alternative_fuel_co2
    return Economics(np.maximum(capex * cost_factor, floor), saving, scale, avoided * scale)


def per_measure(firms: FloatArray, shares: FloatArray) -> FloatArray:
    """Sum over carriers of every firm's figure x every measure's share, flat (n * M,).

    Args:
        firms: (n, 6) figures by carrier.
        shares: (M, 6) shares by carrier.

    A single firm is computed as two: a product with one row would take another path through the linear algebra
    library and could differ in the last bit from the same firm among many.
    """
    rows = firms if len(firms) != 1 else np.repeat(firms, 2, axis=0)
    return np.asarray((rows @ shares.T)[: len(firms)].ravel())


def _add_generation(
    menu: Menu, measure: IntArray, owner: IntArray, firms: Deciders, benefit: FloatArray,
    parameters: MeasuresParameters,
) -> FloatArray:
    """Add the value of own generation to the benefit, in place; return the scale the roof allows (K,)."""
    scale = np.ones(len(measure))
    solar = np.flatnonzero(menu.grid_purchase[measure] > 0.0)
    m, i = measure[solar], owner[solar]
    replaced = menu.grid_purchase[m] * firms.energy[i, ELECTRICITY]
    benefit[solar] += replaced * firms.prices[i, ELECTRICITY]
    scale[solar] = roof_scale(replaced / TCE_PER_MWH, firms.revenue[i], firms.pv_yield[i], parameters)
    return scale


def _replace_by_output(
    menu: Menu, measure: IntArray, revenue: FloatArray, capex: FloatArray, saving: FloatArray
) -> None:
    """Set capex and saving of the measures that are sized by revenue, in place."""
    at = np.flatnonzero(menu.base_output[measure])
    m = measure[at]
    capex[at] = np.minimum(menu.capex_share_of_revenue[m] * revenue[at], menu.capex_ceiling[m] / MILLION)
    saving[at] = capex[at] / menu.payback_reference[m]


def learning_multiplier(cumulative: FloatArray, initial: FloatArray, rate: FloatArray) -> FloatArray:
    """Cost multiplier after learning by doing: each doubling of cumulative adoption cuts cost by `rate`.

    Args:
        cumulative: adoptions so far, including the initial stock.
        initial: the stock at the start (at least one).
        rate: share of cost lost per doubling; 0 keeps cost constant.
    """
    doublings = np.log2(np.maximum(cumulative, initial) / initial)
    return np.power(1.0 - rate, doublings)
