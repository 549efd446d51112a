"""How a plain firm uses energy, what a measure would save it, and what a completed one does: in scalar Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from agents.carriers import ELECTRICITY, NATURAL_GAS, PROCESS_GAS, TCE_PER_MWH
from benchmarks.object_firm import Firm
from benchmarks.object_menu import Measure, Option, roof_scale

if TYPE_CHECKING:
    from benchmarks.object_plain_model import PlainModel


class EnergyUser(Firm):
    """The energy of a firm that computes in scalar Python."""

    def __init__(self, model: PlainModel, slot: int, record: dict[str, list[Any]]) -> None:
        """Take the state and the options of one slot at the end of the burn-in."""
        super().__init__(model, slot, record)
        self.options = model.options_of(slot)
        self.fuel_co2 = model.fuel_co2[self.sector]
        self.exposure = 1.0 - model.process_shares[record["subtype"][slot]]

    def use_energy(self) -> None:
        """Set energy use and process emissions from base use, measures and activity."""
        level = self.activity * self.model.trend
        energy = [base * ratio * level for base, ratio in zip(self.energy_base, self.energy_ratio, strict=True)]
        energy[ELECTRICITY] += self.added_electricity * TCE_PER_MWH * self.activity
        energy[NATURAL_GAS] += self.added_gas * self.activity
        self.energy = energy
        self.process_co2 = self.process_co2_base * self.process_co2_ratio * self.activity

    def assess(self, option: Option, prices: list[float]) -> tuple[float, float, float]:
        """Capex (m CNY), yearly saving (m CNY) and direct CO2 avoided (t) of an option at today's use and prices."""
        measure, model = option.measure, self.model
        exposure = self.exposure if measure.skips_process else 1.0
        covered = removed = benefit = avoided = 0.0
        for carrier, base, share in measure.carriers:
            use = self.energy[carrier] * exposure
            cut = share * use
            covered += base * use
            if base > 0.0 and cut > 0.0:
                removed += cut
            if carrier != PROCESS_GAS or measure.process_gas_priced:
                benefit += cut * prices[carrier]
            avoided += cut * self.fuel_co2[carrier]
        covered *= measure.coverage
        added = measure.electricity_per_removed * removed + measure.electricity_per_covered * covered
        benefit -= added * TCE_PER_MWH * prices[ELECTRICITY]
        benefit -= measure.gas_per_removed * removed * prices[NATURAL_GAS]
        benefit -= measure.opex_per_tce * covered
        scale = 1.0
        if measure.grid_purchase > 0.0:
            replaced = measure.grid_purchase * self.energy[ELECTRICITY]
            benefit += replaced * prices[ELECTRICITY]
            scale = roof_scale(replaced / TCE_PER_MWH, self.revenue, self.pv_yield, model.parameters.measures)
        if measure.sized_by_revenue:
            capex = min(measure.capex_share_of_revenue * self.revenue, measure.capex_ceiling)
            saving = capex / measure.payback_reference
        else:
            capex, saving = measure.capex_per_tce * covered * scale, benefit * scale / 1e6
        avoided += measure.process_co2 * self.process_co2
        avoided -= measure.gas_per_removed * removed * self.fuel_co2[NATURAL_GAS]
        avoided -= measure.alternative_fuel_per_removed * removed * model.parameters.measures.alternative_fuel_co2
        capex *= option.cost_factor * model.learning[measure.index]
        return max(capex, measure.capex_floor), saving, avoided * scale

    def install(self) -> list[int]:
        """Adopt the measures in hand and let them change energy use, what only saves first; their rows in the menu."""
        done = [option for option in self.options if option.in_project]
        for option in done:
            option.in_project, option.adopted = False, True
        measures = sorted((option.measure for option in done), key=lambda measure: (measure.adds, measure.index))
        for measure in measures:
            self.take_effect(measure)
        return [measure.index for measure in measures]

    def take_effect(self, measure: Measure) -> None:
        """Change energy use for good: savings act on what is left."""
        exposure = self.exposure if measure.skips_process else 1.0
        if measure.adds:
            self.add_energy(measure)
        for carrier, _, share in measure.carriers:
            cut = share * exposure * (measure.realised if share > 0.0 else 1.0)
            self.energy_ratio[carrier] *= 1.0 - cut
            if carrier == ELECTRICITY:
                self.added_electricity *= 1.0 - cut
            elif carrier == NATURAL_GAS:
                self.added_gas *= 1.0 - cut
        self.process_co2_ratio *= 1.0 - measure.process_co2

    def add_energy(self, measure: Measure) -> None:
        """Add the electricity, gas, alternative fuel or own generation that comes with a measure."""
        covered = removed = 0.0
        use = [base * ratio for base, ratio in zip(self.energy_base, self.energy_ratio, strict=True)]
        use[ELECTRICITY] += self.added_electricity * TCE_PER_MWH
        use[NATURAL_GAS] += self.added_gas
        for carrier, base, share in measure.carriers:
            covered += base * use[carrier]
            if base > 0.0 and share > 0.0:
                removed += share * use[carrier]
        covered *= measure.coverage
        if measure.grid_purchase > 0.0:
            # an array that is chosen again shares the roof with what is there
            wanted = self.onsite_generation + measure.grid_purchase * use[ELECTRICITY] / TCE_PER_MWH
            scale = roof_scale(wanted, self.revenue, self.pv_yield, self.model.parameters.measures)
            self.onsite_generation = max(wanted * scale, self.onsite_generation)
        self.added_electricity += measure.electricity_per_removed * removed
        self.added_electricity += measure.electricity_per_covered * covered
        self.added_gas += measure.gas_per_removed * removed
        self.alternative_fuel += measure.alternative_fuel_per_removed * removed
