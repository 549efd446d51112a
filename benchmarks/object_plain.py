"""The plain firm of the object models: its rules written down a second time, in scalar Python, on purpose.

Two programmes written differently that give the same trajectory on the same draws are evidence that both do what is
meant (docking: Axtell, Axelrod, Epstein and Cohen 1996). Tuned by hand: numbers are Python's own, and what is the same
for all firms is worked out once a quarter.
"""

from __future__ import annotations

import math

from agents.carriers import ELECTRICITY
from benchmarks.object_firm import Project
from benchmarks.object_menu import Measure, Offer, PlainProject, added_output, cost_factor, utility
from benchmarks.object_plain_energy import EnergyUser
from sim.options import GOLDEN_STEP


class PlainFirm(EnergyUser):
    """A firm that decides in scalar Python."""

    def take_revenue(self) -> None:
        """Set this quarter's revenue, and activity relative to the base year."""
        self.revenue = self.model.revenue[self.slot]
        self.activity = self.revenue / self.revenue_base

    def equipment_fails(self) -> bool:
        """Whether the main equipment reaches the end of its life this quarter."""
        model = self.model
        chance = model.over_age_chance if self.over_age else model.renewal_chance
        return bool(model.renewal_draw[self.slot] < chance)

    def reopen_options(self) -> None:
        """Take the tastes of a new equipment generation; some adopted measures come up for choice again."""
        model = self.model
        tastes = model.tastes(self.generation)
        draw, share = model.reopening_draw[self.slot], model.parameters.retrofit.reopening_share
        for option in self.options:
            if not option.in_project:
                option.taste = tastes[option.position]
                if (draw + GOLDEN_STEP * option.measure.index) % 1.0 < share:
                    option.adopted = False

    def hears(self) -> bool:
        """Whether public information or peers make the firm aware this quarter."""
        model = self.model
        hazard = model.terms.awareness_rate + model.terms.awareness_extra.item(self.slot)
        hazard += model.parameters.information.peer_hazard * model.outreach.peer_share(self)
        return bool(model.awareness_draw[self.slot] < -math.expm1(-0.25 * hazard))

    def diagnosis_priority(self) -> float:
        """Place in the order of diagnosis: large users and key firms first, with chance."""
        model, information = self.model, self.model.parameters.information
        bonus = information.diagnosis_key_bonus if self.key_firm else 0.0
        use = math.log(max(sum(self.energy), 1e-3))
        return float(information.diagnosis_energy_weight * use + bonus + model.outreach.diagnosis_luck[self.slot])

    def diagnosis_effect(self) -> float:
        """Probability that a diagnosis makes the firm aware, falling from small to large."""
        information = self.model.parameters.information
        small, large = information.diagnosis_effect, information.diagnosis_effect_large
        return float((large, 0.5 * (small + large), small, small)[self.size_class])

    def has_opportunity(self) -> bool:
        """Whether a budget round comes up this quarter."""
        return bool(self.model.opportunity_draw[self.slot] < self.model.opportunity_chance)

    def wish(self) -> PlainProject | None:
        """The project the firm would carry out if money were no object, if any."""
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

    def grant(self, cost: float) -> float:
        """Grant on an approved project, m CNY."""
        terms = self.model.terms
        if added_output(cost, self.model.parameters.retrofit) < terms.grant_min_added_output:
            return 0.0
        return float(min(terms.grant_rate.item(self.slot) * cost, terms.grant_cap))

    def combine(self, offers: list[Offer]) -> PlainProject | None:
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
        if not kept:
            return None
        return PlainProject(sum(offer.capex for offer in kept), sum(offer.saving for offer in kept), kept)

    def cash(self) -> float:
        """Own means for a project, m CNY."""
        return float(self.model.parameters.finance.usable_cash * self.cash_share * self.revenue)

    def carry_out(self, project: Project, budget: float) -> float:
        """Start what the budget (m CNY) pays for, best first, and take the grants on measures; cost, m CNY."""
        assert isinstance(project, PlainProject)
        model, scope, cost, picked = self.model, self.model.parameters.retrofit.project_scope_factor, 0.0, []
        for offer in project.offers:
            if cost + offer.capex * scope > budget * (1.0 + 1e-12):
                break
            picked.append(offer)
            cost += offer.capex * scope
        for offer in picked:
            offer.option.in_project = True
            amount = self.measure_grant(offer.option.measure, offer.capex) * offer.capex
            if amount > 0.0:
                model.treasury.pay_measures(self, {model.measure_grants[offer.option.measure.name].window: amount})
        if picked:
            self.start_project(cost)
        return cost
