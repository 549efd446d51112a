"""The menu of retrofit measures as arrays.

Energy in tce a year (calorific; electricity at `TCE_PER_MWH`), electricity in MWh a year. How it is read is in
`agents.measure_table`, what an option costs and saves in `agents.measure_economics`, what a completed measure does to
a firm in `agents.measure_effects`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.carriers import ELECTRICITY, NATURAL_GAS, PROCESS_GAS, TCE_PER_MWH
from agents.parameter import number


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
    """The measure table as arrays of length M (measures), or (M, 6) by carrier."""

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
    fuel_co2_captured: FloatArray
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
    """(M,): what a mill with blast furnaces chooses among at a reline: routes (`plant_decision`) and more scrap."""
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
    def capex_terms(self) -> FloatArray:
        """(M, 6): capex per tce of each carrier in use, CNY: cost per tce of covered base use x coverage."""
        return self.base * (self.coverage * self.capex_per_tce)[:, None]

    @cached_property
    def replaced_share(self) -> FloatArray:
        """(M, 6): part of each base carrier that a measure removes, the base for what it adds instead."""
        return np.maximum(self.removed, 0.0) * (self.base > 0.0)

    @cached_property
    def _priced_shares(self) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Tce per tce of each carrier in use (M, 6): removed at its own price, electricity and gas saved; cost."""
        own = self.removed.copy()
        own[:, PROCESS_GAS] *= self.process_gas_priced
        covered = self.base * self.coverage[:, None]
        added = self.electricity_per_removed[:, None] * self.replaced_share
        electricity = -TCE_PER_MWH * (added + self.electricity_per_covered[:, None] * covered)
        electricity[:, ELECTRICITY] += self.grid_purchase + own[:, ELECTRICITY]
        own[:, ELECTRICITY] = 0.0
        gas = -self.gas_per_removed[:, None] * self.replaced_share
        return own, electricity, gas, -self.opex_per_tce[:, None] * covered

    @cached_property
    def _benefit_terms(self) -> dict[bytes, FloatArray]:
        return {}

    def benefit_terms(self, prices: FloatArray) -> FloatArray:
        """(M, 12): yearly benefit per tce of each carrier in use, CNY, in two blocks of six; once a set of prices.

        To be multiplied by use (fuels removed, gas added, operating cost) and by use x the firm's electricity price
        (electricity removed, own generation less electricity added).

        Args:
            prices: (6,) CNY/tce; that of electricity does not count.
        """
        key = prices.tobytes()
        if key not in self._benefit_terms:
            own, electricity, gas, running = self._priced_shares
            fuels = own * prices + gas * prices[NATURAL_GAS] + running
            self._benefit_terms[key] = np.hstack([fuels, electricity])
        return self._benefit_terms[key]

    @cached_property
    def _co2_terms(self) -> dict[float, FloatArray]:
        return {}

    def co2_terms(self, alternative_fuel_co2: float) -> FloatArray:
        """(M, 19): direct CO2 avoided per tce of each carrier in use, t; worked out once for a factor.

        Captured fuel CO2 counts on what is burnt after the measure: 1 - (1 - removed)(1 - captured) is avoided. To be
        multiplied by use x own factor, use x factor of gas (gas added), use (alternative fuel added, t per tce
        given) and process emissions.
        """
        if alternative_fuel_co2 not in self._co2_terms:
            own = self.removed + self.fuel_co2_captured[:, None] * (1.0 - self.removed)
            gas = -self.gas_per_removed[:, None] * self.replaced_share
            alternative = -alternative_fuel_co2 * self.alternative_fuel_per_removed[:, None] * self.replaced_share
            terms = np.hstack([own, gas, alternative, self.process_co2[:, None]])
            self._co2_terms[alternative_fuel_co2] = terms
        return self._co2_terms[alternative_fuel_co2]

    @cached_property
    def generates(self) -> BoolArray:
        """(M,): measures with own generation, which has to fit on the roof."""
        return self.grid_purchase > 0.0

    @cached_property
    def needed(self) -> IntArray:
        """Measures that others require, ascending."""
        return np.unique(self.requires[self.requires >= 0])

    @cached_property
    def feedstock(self) -> BoolArray:
        """(M,): substitutions of feedstock."""
        return self.of_classes("feedstock")

    @cached_property
    def digital(self) -> BoolArray:
        """(M,): digital measures."""
        return self.of_classes("digital")

    @cached_property
    def equipment(self) -> BoolArray:
        """(M,): measures that consist of equipment; clause II-17 wants it made locally: boilers, motors, treatment."""
        return self.of_classes("efficiency", "electrification", "fuel_switch", "waste_heat")

    def of_classes(self, *classes: str) -> BoolArray:
        """Measures of some classes (M,)."""
        return np.isin(self.measure_class, classes)

    @cached_property
    def remanufacturing(self) -> BoolArray:
        """(M,): remanufacturing."""
        return np.array([each == "M37" for each in self.measure_id])

    @cached_property
    def material(self) -> BoolArray:
        """(M,): substitutions of raw and auxiliary materials, known from a diagnosis of materials."""
        return self.of_classes("material")

    @cached_property
    def contested(self) -> BoolArray:
        """(M,): measures that rule out, are ruled out by, require or are required by another."""
        tied = self.excludes.any(axis=0) | self.excludes.any(axis=1) | (self.requires >= 0)
        tied[self.needed] = True
        return np.asarray(tied)

    def __len__(self) -> int:
        return len(self.measure_id)

    def by_measure(self, values: Iterable[tuple[str, float]]) -> FloatArray:
        """Values given by measure id as an array (M,): zero elsewhere; ids that the menu lacks do nothing."""
        array = np.zeros(len(self))
        for name, value in values:
            if name in self.measure_id:
                array[self.index(name)] += value
        return array

    def index(self, measure_id: str) -> int:
        """Row of a measure id; ValueError if the menu has none of that name."""
        return self.measure_id.index(measure_id)
