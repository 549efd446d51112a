"""The menu of retrofit measures: what a measure costs a firm, what it saves, and what it does to the firm's energy.

All functions work on flat arrays of *options*, one entry a pair (firm, measure), so the same code serves one firm
and all of them. Energy in tce a year (calorific; electricity at `TCE_PER_MWH`), electricity in MWh a year, money in
m CNY. Formulas: capex = cost per tce of covered base use, not below a floor; benefit = priced energy removed minus
priced energy added minus operating cost; savings of the efficiency classes are realised in part only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from agents.parameter import number
from agents.terms import BoolArray, FloatArray, IntArray

CARRIERS = ("coal", "coke", "process_gas", "oil", "natural_gas", "electricity")
ELECTRICITY = CARRIERS.index("electricity")
PROCESS_GAS = CARRIERS.index("process_gas")
NATURAL_GAS = CARRIERS.index("natural_gas")
TCE_PER_MWH = 0.1229
MILLION = 1e6


@dataclass(frozen=True)
class MeasuresParameters:
    """Numbers that hold for the whole menu."""

    realised_share: float = number("share", "realised over engineering savings of efficiency measures")
    direct_rebound: float = number("share", "share of realised savings taken back by more use")
    payback_spread_factor: float = number("ratio", "multiplies the menu's log sd of firm-specific capex")
    capex_floor_factor: float = number("ratio", "multiplies the menu's capex floors")
    roof_cap: float = number("kWp/m CNY", "largest rooftop array per revenue")
    pv_self_use: float = number("share", "share of rooftop output used on site")
    alternative_fuel_co2: float = number("tCO2/tce", "fossil part of alternative fuel")


@dataclass(frozen=True)
class Menu:
    """The measure table as arrays of length M (measures), or (M, 6) by carrier. Built by `menu_from_columns`."""

    measure_id: tuple[str, ...]
    name_en: tuple[str, ...]
    name_zh: tuple[str, ...]
    measure_class: tuple[str, ...]
    base: FloatArray
    base_output: BoolArray
    coverage: FloatArray
    removed: FloatArray
    grid_purchase: FloatArray
    process_co2: FloatArray
    electricity_per_removed: FloatArray
    electricity_per_covered: FloatArray
    gas_per_removed: FloatArray
    alternative_fuel_per_removed: FloatArray
    capex_per_tce: FloatArray
    capex_share_of_revenue: FloatArray
    capex_floor: FloatArray
    capex_ceiling: FloatArray
    opex_per_tce: FloatArray
    payback_reference: FloatArray
    payback_log_sd: FloatArray
    lifetime: FloatArray
    learning_rate: FloatArray
    adopted_share: FloatArray
    available_from: FloatArray
    pilot_gated: BoolArray
    plant_decision: BoolArray
    ironmaking: BoolArray
    """(M,): routes that a mill with blast furnaces chooses at a reline."""
    realisation: BoolArray
    process_gas_priced: BoolArray
    skips_process: BoolArray
    """(M,): acts on general power only, not on the electricity of the core process."""
    excludes: BoolArray
    """(M, M): adopting the row rules out the column."""
    requires: IntArray
    """(M,): index of the measure that has to be adopted or bundled first, -1 for none."""

    @cached_property
    def adds(self) -> BoolArray:
        """(M,): measures that add electricity, gas, alternative fuel or own generation."""
        added = (
            self.electricity_per_removed, self.electricity_per_covered, self.gas_per_removed,
            self.alternative_fuel_per_removed, self.grid_purchase,
        )
        return np.any(np.stack(added) != 0.0, axis=0)

    @cached_property
    def touches(self) -> BoolArray:
        """(6, M): measures whose cost or benefit depends on a carrier of the firm."""
        return ((self.base > 0.0) | (self.removed != 0.0)).T.copy()

    def __len__(self) -> int:
        return len(self.measure_id)

    def index(self, measure_id: str) -> int:
        """Row of a measure id; ValueError if the menu has none of that name."""
        return self.measure_id.index(measure_id)


@dataclass(frozen=True)
class Options:
    """All applicable pairs (firm, measure), sorted by firm then measure: flat arrays of length P.

    `start` has one entry a slot plus one: the options of slot i are `start[i]:start[i + 1]`.
    """

    firm: IntArray
    measure: IntArray
    start: IntArray
    cost_factor: FloatArray
    """Firm-specific log-normal factor on capex, one draw a firm and measure."""

    def __len__(self) -> int:
        return len(self.firm)

    def of(self, rows: IntArray) -> IntArray:
        """Positions of all options of the given firms, grouped by firm in the order given."""
        counts = self.start[rows + 1] - self.start[rows]
        total = int(counts.sum())
        if total == 0:
            return np.zeros(0, dtype=np.int64)
        ends = np.cumsum(counts)
        offsets = np.repeat(self.start[rows] - (ends - counts), counts)
        return np.arange(total, dtype=np.int64) + offsets


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
    size = len(measure)
    covered, removed, benefit, avoided = (np.zeros(size) for _ in range(4))
    for carrier in range(len(CARRIERS)):
        touched = np.flatnonzero(menu.touches[carrier][measure])
        m, i = measure[touched], owner[touched]
        use = firms.energy[i, carrier] * exposure[touched]
        cut = menu.removed[m, carrier] * use
        price = firms.prices[i, carrier]
        covered[touched] += menu.base[m, carrier] * use
        removed[touched] += np.where(menu.base[m, carrier] > 0.0, np.maximum(cut, 0.0), 0.0)
        benefit[touched] += cut * (price * menu.process_gas_priced[m] if carrier == PROCESS_GAS else price)
        avoided[touched] += cut * firms.fuel_co2[i, carrier]
    covered *= menu.coverage[measure]
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
    np.multiply.at(state.ratio, rows, left)
    np.multiply.at(state.added_mwh, rows, left[:, ELECTRICITY])
    np.multiply.at(state.added_gas, rows, left[:, NATURAL_GAS])
    np.multiply.at(state.process_ratio, rows, 1.0 - menu.process_co2[measure])


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
    fuel_removed = (np.maximum(menu.removed[measure] * use, 0.0) * (menu.base[measure] > 0.0)).sum(axis=1)
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
    firm = rows[order]
    first = np.flatnonzero(np.r_[True, firm[1:] != firm[:-1]]) if len(firm) else np.zeros(0, dtype=np.int64)
    rank = np.arange(len(firm)) - np.repeat(first, np.diff(np.r_[first, len(firm)]))
    for level in range(int(rank.max()) + 1 if len(rank) else 0):
        at = order[rank == level]
        apply_additions(state, rows[at], measure[at], menu, energy_base, revenue, pv_yield, parameters)
        apply_savings(state, rows[at], measure[at], menu, exposure[at], parameters)


def menu_from_columns(columns: Mapping[str, NDArray[np.generic] | list[object]]) -> Menu:
    """Turn the columns of the measure table into a `Menu`.

    Args:
        columns: the table of the province pack, one sequence a column, M entries each.

    Returns:
        The menu; measures without a private payback get an infinite reference payback (no saving).
    """
    def floats(name: str, missing: float = 0.0) -> FloatArray:
        values = np.asarray(columns[name], dtype=np.float64)
        return np.where(np.isnan(values), missing, values)

    def text(name: str) -> tuple[str, ...]:
        return tuple("" if isinstance(v, float) else str(v) for v in columns[name])

    ids = text("measure_id")
    excludes = np.zeros((len(ids), len(ids)), dtype=bool)
    for row, names in enumerate(text("excludes")):
        for name in filter(None, names.split(";")):
            excludes[row, ids.index(name)] = True
    requires = np.array([ids.index(name) if name else -1 for name in text("requires")], dtype=np.int64)
    return Menu(
        measure_id=ids, name_en=text("name_en"), name_zh=text("name_zh"), measure_class=text("class"),
        base=np.stack([floats(f"base_{c}") for c in CARRIERS], axis=1), base_output=floats("base_output") > 0,
        coverage=floats("coverage_share"), removed=np.stack([floats(f"d_{c}") for c in CARRIERS], axis=1),
        grid_purchase=floats("d_grid_purchase"), process_co2=floats("d_process_co2"),
        electricity_per_removed=floats("electricity_mwh_per_tce_removed"),
        electricity_per_covered=floats("electricity_mwh_per_tce_covered"),
        gas_per_removed=floats("natural_gas_tce_per_tce_removed"),
        alternative_fuel_per_removed=floats("alternative_fuel_tce_per_tce_removed"),
        capex_per_tce=floats("capex_per_tce"), capex_share_of_revenue=floats("capex_share_of_revenue"),
        capex_floor=floats("capex_floor"), capex_ceiling=floats("capex_ceiling", np.inf),
        opex_per_tce=floats("opex_per_tce"), payback_reference=floats("payback_reference_years", np.inf),
        payback_log_sd=floats("payback_log_sd"), lifetime=floats("lifetime_years"),
        learning_rate=floats("learning_rate"), adopted_share=floats("adopted_share_2025"),
        available_from=floats("available_from"), pilot_gated=floats("pilot_gated") > 0,
        plant_decision=floats("plant_decision") > 0,
        ironmaking=np.array([group == "ironmaking" for group in text("exclusive_group")]), realisation=floats("realisation") > 0,
        process_gas_priced=floats("process_gas_priced") > 0, skips_process=floats("skips_process_electricity") > 0,
        excludes=excludes, requires=requires,
    )
