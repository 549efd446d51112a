"""What an option costs a firm, what it saves, and the CO2 it avoids, at today's energy use and prices.

All functions work on flat arrays of options, one entry a pair (firm, measure), so the same code serves one firm and
all of them. Money in m CNY. Capex = cost per tce of covered base use, not below a floor; benefit = priced energy
removed minus priced energy added minus operating cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.carriers import ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.measures import MeasuresParameters, Menu

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

    def yearly_benefit(self, carbon_price: FloatArray) -> FloatArray:
        """Saving and the carbon cost avoided at a price of CNY/t for each option's firm, m CNY a year (K,)."""
        return self.saving + carbon_price * self.direct_co2 / MILLION


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
    """(6,) CNY/tce, the same for all; that of electricity is the firm's own."""
    electricity_price: FloatArray
    """(n,) CNY/tce."""
    fuel_co2: FloatArray
    """(a, 6) tCO2 per tce of the firms in `co2_counted`."""
    revenue: FloatArray
    """(n,) m CNY/yr."""
    process_co2: FloatArray
    """(a,) process emissions of the firms in `co2_counted`, t/yr."""
    pv_yield: FloatArray
    """(n,) kWh per kWp."""
    co2_counted: IntArray | None = None
    """(a,) rows of the firms whose avoided CO2 is asked for, by default all."""


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
    energy = firms.energy
    pair = owner * len(menu) + measure
    valued = np.concatenate([energy.T, energy.T * firms.electricity_price]).T
    reach = exposure / MILLION
    benefit = per_measure(valued, menu.benefit_terms(firms.prices)).take(pair) * reach
    capex = per_measure(energy, menu.capex_terms).take(pair) * reach
    avoided = _avoided_co2(menu, measure, owner, firms, parameters) * exposure
    scale = _fit_on_roofs(menu, measure, owner, firms, (benefit, capex, avoided), parameters)
    _replace_by_output(menu, measure, owner, firms.revenue, capex, benefit)
    capex *= cost_factor
    np.maximum(capex, capex_floor(menu, parameters).take(measure), out=capex)
    return Economics(capex, benefit, scale, avoided)


def capex_floor(menu: Menu, parameters: MeasuresParameters) -> FloatArray:
    """Least capex of each measure, m CNY (M,)."""
    return menu.capex_floor * (parameters.capex_floor_factor / MILLION)


def per_measure(firms: FloatArray, shares: FloatArray) -> FloatArray:
    """Sum over terms of every firm's figure x every measure's share, flat (n * M,).

    Args:
        firms: (n, T) figures by term, such as use by carrier.
        shares: (M, T) shares by term.

    A single firm is computed as two: a product with one row would take another path through the linear algebra
    library and could differ in the last bit from the same firm among many.
    """
    rows = firms if len(firms) != 1 else np.repeat(firms, 2, axis=0)
    return np.asarray((rows @ shares.T)[: len(firms)].ravel())


def _avoided_co2(
    menu: Menu, measure: IntArray, owner: IntArray, firms: Deciders, parameters: MeasuresParameters
) -> FloatArray:
    """Direct CO2 an option avoids at full exposure, t/yr (K,); zero for firms that are not asked."""
    asked = np.arange(len(firms.energy)) if firms.co2_counted is None else firms.co2_counted
    avoided = np.zeros(len(measure))
    if len(asked) == 0:
        return avoided
    place = np.full(len(firms.energy), -1)
    place[asked] = np.arange(len(asked))
    place = place.take(owner)
    at = np.flatnonzero(place >= 0)
    energy, co2 = firms.energy[asked], firms.fuel_co2
    figures = (energy * co2, energy * co2[:, [NATURAL_GAS]], energy, firms.process_co2[:, None])
    shares = menu.co2_terms(parameters.alternative_fuel_co2)
    avoided[at] = per_measure(np.hstack(figures), shares)[place[at] * len(menu) + measure[at]]
    return avoided


def _fit_on_roofs(
    menu: Menu, measure: IntArray, owner: IntArray, firms: Deciders, amounts: tuple[FloatArray, ...],
    parameters: MeasuresParameters,
) -> FloatArray:
    """Shrink the amounts of options with own generation to what fits on the roof, in place; return the scale (K,)."""
    scale = np.ones(len(measure))
    solar = np.flatnonzero(menu.generates.take(measure))
    i = owner[solar]
    electricity = firms.energy[:, ELECTRICITY] / TCE_PER_MWH
    wanted = menu.grid_purchase[measure[solar]] * electricity[i]
    scale[solar] = roof_scale(wanted, firms.revenue[i], firms.pv_yield[i], parameters)
    for amount in amounts:
        amount[solar] *= scale[solar]
    return scale


def _replace_by_output(
    menu: Menu, measure: IntArray, owner: IntArray, revenue: FloatArray, capex: FloatArray, saving: FloatArray
) -> None:
    """Set capex and saving of the measures that are sized by revenue, in place."""
    at = np.flatnonzero(menu.base_output.take(measure))
    m = measure[at]
    capex[at] = np.minimum(menu.capex_share_of_revenue[m] * revenue[owner[at]], menu.capex_ceiling[m] / MILLION)
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
