"""The firm that calls the rules of `agents` for itself, on arrays of one row and on arrays of its own options."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import finance, information, retrofit
from agents.array_types import FloatArray, IntArray
from agents.carriers import ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.demography import QUARTER, event, renewal
from agents.measure_economics import Deciders, Economics, economics
from agents.measure_effects import EnergyState, apply_measures
from benchmarks.object_firm import Firm, Project
from sim.options import reopened

if TYPE_CHECKING:
    from benchmarks.object_rule_model import RuleModel

ONE_ROW = (
    "key_firm", "revenue_base", "energy_base", "process_co2_base", "management", "tariff", "pv_yield", "energy_ratio",
    "added_electricity", "added_gas", "alternative_fuel", "process_co2_ratio", "onsite_generation",
)
"""Attributes that the rules ask for, kept as arrays of one row."""
NOTHING = np.zeros(1)
NOBODY = np.zeros(0, dtype=np.int64)


@dataclass(slots=True)
class RuleProject(Project):
    """Options a firm wants to carry out together, best first; arrays of length k."""

    options: IntArray
    """Places in the firm's own options."""
    costs: FloatArray
    """Energy-justified capex, m CNY."""
    savings: FloatArray
    """m CNY a year."""


class RuleFirm(Firm):
    """A firm that decides by the rules of `agents`. Its options are arrays of length K: 5 to 16."""

    def __init__(self, model: RuleModel, slot: int, record: dict[str, list[Any]]) -> None:
        """Take the state and the options of one slot at the end of the burn-in."""
        super().__init__(model, slot, record)
        block = model.block
        assert block.snapshot is not None
        self.at = slice(slot, slot + 1)
        for name in ONE_ROW:
            setattr(self, name, np.array([getattr(self, name)]))
        self.fuel_co2_ratio = np.array([record["fuel_co2_ratio"][slot]])
        self.fuel_co2 = block.fuel_co2[self.at]
        self.own = slice(int(block.options.start[slot]), int(block.options.start[slot + 1]))
        self.measure = block.options.measure[self.own]
        self.cost_factor = block.options.cost_factor[self.own]
        self.exposure = block.option_exposure[self.own]
        self.taste, self.adopted, self.in_project = (
            block.snapshot.options[name][self.own].copy() for name in ("taste", "adopted", "in_project")
        )
        self.in_place = np.zeros((1, len(block.menu)), dtype=bool)
        self.in_place[0, self.measure] = self.adopted

    def take_revenue(self) -> None:
        """Set this quarter's revenue, and activity relative to the base year."""
        self.revenue = self.model.revenue[self.at]
        self.activity = self.revenue / self.revenue_base

    def use_energy(self) -> None:
        """Set energy use and process emissions from base use, measures and activity."""
        energy = self.energy_base * self.energy_ratio * (self.activity * self.model.trend)
        if self.added_electricity > 0.0:
            energy[:, ELECTRICITY] += self.added_electricity * TCE_PER_MWH * self.activity
        if self.added_gas > 0.0:
            energy[:, NATURAL_GAS] += self.added_gas * self.activity
        self.energy = energy
        self.process_co2 = self.process_co2_base * self.process_co2_ratio * self.activity

    def equipment_fails(self) -> bool:
        """Whether the main equipment reaches the end of its life this quarter."""
        model, hazard = self.model, self.model.parameters.retrofit.renewal_hazard
        over_age = np.array([self.over_age])
        return bool(renewal(model.renewal_draw[self.at], over_age, hazard, model.terms.renewal_multiplier))

    def reopen_options(self) -> None:
        """Take the tastes of a new equipment generation; some adopted measures come up for choice again."""
        model, free = self.model, ~self.in_project
        self.taste[free] = model.tastes(self.generation)[self.own][free]
        share = model.parameters.retrofit.reopening_share
        self.adopted &= ~(free & reopened(model.reopening_draw[self.at], self.measure, share))
        self.in_place[0, self.measure] = self.adopted

    def hears(self) -> bool:
        """Whether public information or peers make the firm aware this quarter."""
        model, terms = self.model, self.model.terms
        chance = information.awareness_probability(
            terms.awareness_rate + terms.awareness_extra[self.at], model.outreach.peer_share(self),
            model.parameters.information.peer_hazard, QUARTER,
        )
        return bool(model.awareness_draw[self.at] < chance)

    def diagnosis_priority(self) -> float:
        """Place in the order of diagnosis: large users and key firms first, with chance."""
        model = self.model
        luck = model.outreach.diagnosis_luck[self.at]
        use = self.energy.sum(axis=1)
        return information.diagnosis_priority(use, self.key_firm, luck, model.parameters.information).item()

    def diagnosis_effect(self) -> float:
        """Probability that a diagnosis makes the firm aware, falling from small to large."""
        size = np.array([self.size_class])
        return information.diagnosis_effect(size, self.model.parameters.information).item()

    def has_opportunity(self) -> bool:
        """Whether a budget round comes up this quarter."""
        model = self.model
        return bool(event(model.opportunity_draw[self.at], model.parameters.retrofit.opportunity_rate, QUARTER))

    def wish(self) -> Project | None:
        """The project the firm would carry out if money were no object, if any."""
        model, terms, parameters = self.model, self.model.terms, self.model.parameters.retrofit
        known = self.known_options()
        if len(known) == 0:
            return None
        measure = self.measure[known]
        capex, saving = self.cost_and_saving(known, measure)
        support = terms.tax_credit_rate[self.at], self.interest_value(), parameters, terms.hidden_cost_factor[self.at]
        before = retrofit.cost_factor(NOTHING, *support)
        grants = model.measure_grants
        own_grant = grants.share(measure, capex) if grants.offered else NOTHING
        net = retrofit.with_measure_grant(before, own_grant, parameters)
        shift = terms.utility_shift[self.at] + model.measure_shift[measure]
        score = retrofit.utility(capex * net, saving, self.revenue, self.management, shift, parameters)
        score += self.taste[known]
        grant = self.expected_grant(capex[score > 0.0].sum())
        if grant > 0.0:
            after = retrofit.with_measure_grant(retrofit.cost_factor(grant, *support), own_grant, parameters)
            score += retrofit.support_utility(net, after, parameters)
        if score.max() <= 0.0:
            return None
        menu, group = model.menu, np.zeros(len(known), dtype=np.int64)
        order = retrofit.rank_wanted(score, group, measure, menu.excludes, menu.requires, self.in_place)
        if len(order) == 0:
            return None
        costs, savings = capex[order], saving[order]
        return RuleProject(costs.sum().item(), savings.sum().item(), known[order], costs, savings)

    def known_options(self) -> IntArray:
        """Options that the firm knows of and does not have, and that the market offers; places in its own options."""
        model = self.model
        still_open = model.available[self.measure] & ~self.adopted
        if not self.aware:
            still_open &= model.menu.material[self.measure]
        return np.flatnonzero(still_open)

    def cost_and_saving(self, known: IntArray, measure: IntArray) -> tuple[FloatArray, FloatArray]:
        """Capex and yearly benefit of options before support (k,), m CNY; carbon and substances saved count."""
        model, terms = self.model, self.model.terms
        carbon_price, substance_cost = terms.carbon_price[self.at], terms.substance_cost[self.at]
        economy = self.assess(known, measure, carbon_price)
        saving = economy.yearly_benefit(carbon_price)
        if substance_cost > 0.0:
            saving += substance_cost * economy.capex * model.menu.material[measure]
        renewal_part = model.parameters.retrofit.renewal_incremental_cost if self.renewed else 1.0
        return economy.capex * renewal_part, saving

    def assess(self, known: IntArray, measure: IntArray, carbon_price: FloatArray) -> Economics:
        """Economics of options at today's energy use, prices and learning; CO2 only where it has a price."""
        model = self.model
        asked, rows = (None, slice(1)) if carbon_price > 0.0 else (NOBODY, slice(0))
        firm = Deciders(
            energy=self.energy, prices=model.prices, electricity_price=model.prices[ELECTRICITY] * self.tariff,
            fuel_co2=self.fuel_co2[rows] * self.fuel_co2_ratio[rows, None], revenue=self.revenue,
            process_co2=self.process_co2[rows], pv_yield=self.pv_yield, co2_counted=asked,
        )
        return economics(
            model.menu, measure, np.zeros(len(known), dtype=np.int64), firm, self.exposure[known],
            self.cost_factor[known] * model.learning[measure], model.parameters.measures,
        )

    def interest_value(self) -> FloatArray:
        """Present value of the interest subsidy and the cut of the loan rate on offer, share of the cost (1,)."""
        terms, parameters, rate = self.model.terms, self.model.parameters.finance, np.array([self.loan_rate()])
        subsidy = finance.interest_subsidy_value(
            terms.interest_points[self.at], terms.interest_years[self.at], rate, parameters.loan_to_value
        )
        cut = terms.loan_rate_cut[self.at]
        return subsidy + finance.rate_cut_value(cut, rate, parameters.loan_to_value, parameters.tenor)

    def expected_grant(self, capex: float) -> FloatArray:
        """Grant the firm counts on for a wished project, share of its cost (1,)."""
        model, terms, parameters = self.model, self.model.terms, self.model.parameters.retrofit
        cost = np.array([capex * parameters.project_scope_factor])
        share = finance.grant_share(terms.grant_rate[self.at], cost, terms.grant_cap)
        return share * retrofit.qualifies(cost, terms.grant_min_added_output, parameters) * model.treasury.award_ratio

    def cash(self) -> float:
        """Own means for a project, m CNY."""
        return (self.model.parameters.finance.usable_cash * self.cash_share * self.revenue).item()

    def grant(self, cost: float) -> float:
        """Grant on an approved project of a cost, both m CNY."""
        terms, whole = self.model.terms, np.array([cost])
        amount = finance.grant(terms.grant_rate[self.at], whole, terms.grant_cap)
        qualifies = retrofit.qualifies(whole, terms.grant_min_added_output, self.model.parameters.retrofit)
        return (amount * qualifies).item()

    def carry_out(self, project: Project, budget: float) -> float:
        """Start what the budget (m CNY) pays for, best first, and take the grants on measures; cost, m CNY."""
        assert isinstance(project, RuleProject)
        model, scope, wanted = self.model, self.model.parameters.retrofit.project_scope_factor, len(project.options)
        paid = retrofit.cut_at_budget(
            np.arange(wanted), np.zeros(wanted, dtype=np.int64), project.costs, project.savings, np.array([budget]),
            scope,
        )
        if not paid.picked.any():
            return 0.0
        chosen = project.options[paid.picked]
        self.in_project[chosen] = True
        grants = model.measure_grants
        if grants.offered:
            measure, costs = self.measure[chosen], project.costs[paid.picked]
            model.treasury.pay_measures(self, grants.by_window(measure, grants.share(measure, costs) * costs))
        cost = paid.capex.item() * scope
        self.start_project(cost)
        return cost

    def install(self) -> list[int]:
        """Adopt the measures in hand and let them change energy use; their rows in the menu."""
        model, done = self.model, np.flatnonzero(self.in_project)
        self.in_project[done], self.adopted[done] = False, True
        measure = self.measure[done]
        self.in_place[0, measure] = True
        energy = EnergyState(
            ratio=self.energy_ratio, added_mwh=self.added_electricity, added_gas=self.added_gas,
            alternative_fuel=self.alternative_fuel, process_ratio=self.process_co2_ratio,
            fuel_co2_ratio=self.fuel_co2_ratio, generation_mwh=self.onsite_generation,
        )
        apply_measures(
            energy, np.zeros(len(done), dtype=np.int64), measure, model.menu, self.energy_base, self.revenue,
            self.pv_yield, self.exposure[done], model.parameters.measures,
        )
        return list(measure.tolist())
