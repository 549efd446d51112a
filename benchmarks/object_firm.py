"""The firm of the object model: an ordinary Mesa agent with its state in attributes and its rules in methods."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mesa import Agent  # type: ignore[import-untyped]

from agents.measures import ELECTRICITY, NATURAL_GAS, PROCESS_GAS, TCE_PER_MWH
from benchmarks.object_menu import Measure, Offer, Option, Project, added_output, cost_factor, roof_scale, utility
from sim.options import GOLDEN_STEP

if TYPE_CHECKING:
    from benchmarks.object_model import ObjectModel

IDLE, QUEUED, IN_PROGRESS = range(3)


class Firm(Agent):  # type: ignore[misc]
    """One firm in business. Units as in `agents.firm`."""

    def __init__(self, model: ObjectModel, slot: int, record: dict[str, list[Any]], options: list[Option]) -> None:
        """Take the state of one slot at the end of the burn-in."""
        super().__init__(model)
        self.slot = slot
        self.options = options
        self.in_business = True
        self.sector = record["sector"][slot]
        self.size_class = record["size_class"][slot]
        self.neighbours = (self.sector, record["prefecture"][slot])
        self.park = record["park"][slot]
        self.key_firm = record["key_firm"][slot]
        self.revenue_base = record["revenue_base"][slot]
        self.energy_base = record["energy_base"][slot]
        self.process_co2_base = record["process_co2_base"][slot]
        self.cash_share = record["cash_share"][slot]
        self.default_probability = record["default_probability"][slot]
        self.management = record["management"][slot]
        self.profit_margin = model.profit_margins[self.sector]
        self.fuel_co2 = model.fuel_co2[self.sector]
        self.tariff = model.tariffs[slot]
        self.pv_yield = model.pv_yields[slot]
        self.exposure = 1.0 - model.process_shares[record["subtype"][slot]]
        self.aware = record["aware"][slot]
        self.diagnosed = record["diagnosed"][slot]
        self.clause_ii11 = record["clause_ii11"][slot]
        self.material_diagnosed = record["material_diagnosed"][slot]
        self.newly_diagnosed = False
        self.renewed = self.was_over_age = False
        self.age_at_first = record["equipment_age"][slot]
        self.first_known = max(record["arrival"][slot], model.block.burn_in)
        self.equipment_renewed = record["equipment_renewed"][slot]
        self.age = 0.0
        self.generation = record["generation"][slot]
        self.rounds = record["rounds"][slot]
        self.rounds_since_2021 = record["rounds_since_2021"][slot]
        self.stage = record["stage"][slot]
        self.stage_since = record["stage_since"][slot]
        self.project_cost = record["project_cost"][slot]
        self.project_ends = record["project_ends"][slot]
        self.last_outcome = record["last_outcome"][slot]
        self.grants_received = record["grants_received"][slot]
        self.energy_ratio = record["energy_intensity_ratio"][slot]
        self.added_electricity = record["added_electricity"][slot]
        self.added_gas = record["added_gas"][slot]
        self.alternative_fuel = record["alternative_fuel"][slot]
        self.process_co2_ratio = record["process_co2_ratio"][slot]
        self.onsite_generation = record["onsite_generation"][slot]
        self.loan = record["loan"][slot]
        self.loan_guaranteed = record["loan_guaranteed"][slot]
        self.loan_installment = record["loan_installment"][slot]
        self.revenue = self.activity = self.process_co2 = 0.0
        self.energy: list[float] = [0.0] * len(self.energy_base)

    def open_quarter(self) -> None:
        """Take this quarter's revenue; equipment may reach its end of life."""
        model = self.model
        self.revenue = model.revenue[self.slot]
        self.activity = self.revenue / self.revenue_base
        self.use_energy()
        self.newly_diagnosed = False
        if self.equipment_renewed < 0:
            self.age = self.age_at_first + 0.25 * (model.quarter - self.first_known)
        else:
            self.age = 0.25 * (model.quarter - self.equipment_renewed)
        self.was_over_age = self.age > model.parameters.retrofit.over_age_years
        chance = model.over_age_chance if self.was_over_age else model.renewal_chance
        self.renewed = model.renewal_draw[self.slot] < chance
        if self.renewed:
            self.renew_equipment()

    def use_energy(self) -> None:
        """Set energy use and process emissions from base use, measures and activity."""
        level = self.activity * self.model.trend
        energy = [base * ratio * level for base, ratio in zip(self.energy_base, self.energy_ratio, strict=True)]
        energy[ELECTRICITY] += self.added_electricity * TCE_PER_MWH * self.activity
        energy[NATURAL_GAS] += self.added_gas * self.activity
        self.energy = energy
        self.process_co2 = self.process_co2_base * self.process_co2_ratio * self.activity

    def renew_equipment(self) -> None:
        """Start a new generation: new tastes, and some adopted measures come up for choice again."""
        model = self.model
        self.equipment_renewed = model.quarter
        self.generation += 1
        tastes = model.tastes(self.generation)
        draw, share = model.reopening_draw[self.slot], model.parameters.retrofit.reopening_share
        for option in self.options:
            if not option.in_project:
                option.taste = tastes[option.position]
                if (draw + GOLDEN_STEP * option.measure.index) % 1.0 < share:
                    option.adopted = False

    def learn(self) -> None:
        """Hear of the measures from public information or from peers."""
        if not self.aware:
            model = self.model
            hazard = model.terms.awareness_rate + model.terms.awareness_extra.item(self.slot)
            hazard += model.parameters.information.peer_hazard * model.peer_share(self)
            self.aware = model.awareness_draw[self.slot] < -math.expm1(-0.25 * hazard)

    def consider(self) -> None:
        """If there is an occasion to decide, weigh the open options and hand a wish to the model."""
        if not (self.aware or self.material_diagnosed) or self.stage != IDLE:
            return
        model = self.model
        if not (self.renewed or self.newly_diagnosed or model.opportunity_draw[self.slot] < model.opportunity_chance):
            return
        model.deciding += 1
        project = self.wish()
        self.last_outcome = 1 if project.offers else 0
        if project.offers:
            model.wishes.append((self, project))

    def wish(self) -> Project:
        """The project the firm would carry out if money were no object."""
        model, terms, slot = self.model, self.model.terms, self.slot
        parameters = model.parameters.retrofit
        tax_credit, shift = terms.tax_credit_rate.item(slot), terms.utility_shift.item(slot)
        carbon_price = terms.carbon_price.item(slot) / 1e6
        substance_cost = terms.substance_cost.item(slot)
        interest = self.interest_value()
        hidden = parameters.hidden_cost * terms.hidden_cost_factor.item(slot)
        before = cost_factor(0.0, tax_credit, interest, hidden, parameters)
        renewal = parameters.renewal_incremental_cost if self.renewed else 1.0
        prices = list(model.prices)
        prices[ELECTRICITY] *= self.tariff
        offers = []
        for option in self.options:
            measure = option.measure
            if option.adopted or not model.offered[measure.index] or not (self.aware or measure.material):
                continue
            capex, saving, avoided = self.assess(option, prices)
            saving += carbon_price * avoided + (substance_cost * capex if measure.material else 0.0)
            capex *= renewal
            if saving > 0.0:
                net = max(before - self.measure_grant(measure, capex) * parameters.subsidy_pass_through, 0.01)
                push = shift + model.measure_shift.get(measure.name, 0.0)
                value = utility(capex * net, saving, self.revenue, self.management, push, parameters)
                offers.append(Offer(option, capex, saving, value + option.taste))
        grant = self.expected_grant(sum(offer.capex for offer in offers if offer.score > 0.0))
        after = cost_factor(grant, tax_credit, interest, hidden, parameters)
        weight = parameters.payback_slope * (1.0 + parameters.relative_cost_slope)
        gain = weight * (math.log(before) - math.log(after))
        for offer in offers:
            own = self.measure_grant(offer.option.measure, offer.capex) * parameters.subsidy_pass_through
            if own > 0.0:
                offer.score += weight * (math.log(max(before - own, 0.01)) - math.log(max(after - own, 0.01)))
            else:
                offer.score += gain
        return self.combine([offer for offer in offers if offer.score > 0.0])

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

    def loan_rate(self) -> float:
        """Interest rate of a new loan, 1/yr."""
        finance = self.model.parameters.finance
        spread = finance.small_firm_spread if self.size_class >= 2 else 0.0
        return float(finance.loan_rate + spread - self.model.terms.loan_rate_cut.item(self.slot))

    def interest_value(self) -> float:
        """Present value of the interest subsidy and the cut of the loan rate on offer, share of the cost."""
        terms, finance = self.model.terms, self.model.parameters.finance
        point_years = terms.interest_points.item(self.slot) * terms.interest_years.item(self.slot)
        point_years += terms.loan_rate_cut.item(self.slot) * finance.tenor / 2.0
        return float(finance.loan_to_value * point_years / (1.0 + self.loan_rate())) if point_years else 0.0

    def measure_grant(self, measure: Measure, capex: float) -> float:
        """Grant on offer for one measure, share of its capex."""
        offer = self.model.measure_grants.get(measure.name)
        if offer is None:
            return 0.0
        return float(min(offer.rate * capex, offer.cap) / capex)

    def expected_grant(self, capex: float) -> float:
        """Grant the firm counts on for a wished project, share of its cost."""
        model, terms, parameters = self.model, self.model.terms, self.model.parameters.retrofit
        cost = capex * parameters.project_scope_factor
        if added_output(cost, parameters) < terms.grant_min_added_output:
            return 0.0
        rate = terms.grant_rate.item(self.slot)
        wanted = rate * cost
        within = terms.grant_cap / wanted if wanted > terms.grant_cap else 1.0
        return float(rate * within * model.treasury.award_ratio)

    def combine(self, offers: list[Offer]) -> Project:
        """Put offers (in menu order) into one project, best first, without those that the others rule out."""
        taken = {option.measure.index for option in self.options if option.adopted}
        ranks: dict[int, float] = {}
        for offer in offers:
            need = offer.option.measure.requires
            if need >= 0 and need not in taken:
                offer.score = min(offer.score, ranks.get(need, -math.inf))
            ranks[offer.option.measure.index] = offer.score
        kept = []
        for offer in sorted(offers, key=lambda offer: (-offer.score, offer.option.measure.index)):
            measure = offer.option.measure
            possible = measure.requires < 0 or measure.requires in taken
            if offer.score > 0.0 and possible and taken.isdisjoint(measure.excludes):
                taken.add(measure.index)
                kept.append(offer)
        return Project(kept, sum(offer.capex for offer in kept), sum(offer.saving for offer in kept))

    def cash(self) -> float:
        """Own means for a project, m CNY."""
        return float(self.model.parameters.finance.usable_cash * self.cash_share * self.revenue)

    def start_project(self, offers: list[Offer], cost: float) -> None:
        """Hand an approved project to the service providers' queue."""
        for offer in offers:
            offer.option.in_project = True
        self.last_outcome = 2
        self.stage, self.stage_since, self.project_cost = QUEUED, self.model.quarter, cost

    def complete_project(self) -> list[Measure]:
        """Let the project's measures take effect, what only saves first; returns them."""
        done = [option for option in self.options if option.in_project]
        for option in done:
            option.in_project, option.adopted = False, True
        measures = sorted((option.measure for option in done), key=lambda measure: (measure.adds, measure.index))
        for measure in measures:
            self.install(measure)
        self.use_energy()
        self.stage = IDLE
        self.rounds += 1
        self.rounds_since_2021 += 1
        return measures

    def install(self, measure: Measure) -> None:
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
