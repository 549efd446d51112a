"""Phase 5: firms with an opportunity weigh their known, applicable, not yet adopted measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import finance as money
from agents import measure_economics
from agents import retrofit as rules
from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import best_within, group_starts, sum_by
from agents.demography import QUARTER, event
from sim.phases.decision import rule_at_hand
from sim.phases.offers import Offers, open_options, promising_options

if TYPE_CHECKING:
    from sim.model import ProvinceModel


@dataclass
class Wishes:
    """What some firms want this quarter. Flat arrays over the options that they weigh."""

    offers: Offers
    capex: FloatArray
    saving: FloatArray
    score: FloatArray
    """(K,) score of the rule of decision, V + taste for the logit; positive means wanted."""
    order: IntArray
    """Wanted options by firm and in descending score, without those that cannot go together."""
    full: rules.Bundle
    """What the firms would do with unlimited money."""

    @property
    def rows(self) -> IntArray:
        """Firms that decide (n,)."""
        return self.offers.rows

    @property
    def position(self) -> IntArray:
        """Option positions (K,)."""
        return self.offers.position

    @property
    def group(self) -> IntArray:
        """Index of each option's firm in `rows` (K,)."""
        return self.offers.group


def choice(model: ProvinceModel) -> None:
    """Informed firms with an opportunity and no project in hand weigh the open options they know."""
    c, parameters = model.columns, model.parameters.retrofit
    uniform = model.draws.uniform("opportunity", model.quarter, remember=True)
    occasion = event(uniform, parameters.opportunity_rate, QUARTER) | model.renewed | model.newly_diagnosed
    occasion |= model.invited
    knows = c["aware"] | c["material_diagnosed"]
    rows = np.flatnonzero(occasion & c["alive"] & knows & (c["stage"] == 0))
    model.wishes = wishes(model, promising_options(model, rows))
    c["last_outcome"][rows] = model.wishes.full.count > 0


def weigh(model: ProvinceModel, rows: IntArray) -> Wishes:
    """What some firms (n,) would want of all their open options if they knew of them, under the terms in force."""
    return wishes(model, open_options(model, rows))


def wishes(model: ProvinceModel, offers: Offers) -> Wishes:
    """Costs, savings and scores of options under the terms in force, and what their firms want of them."""
    parameters, menu, firms = model.parameters.retrofit, model.menu, offers.firms
    rows, group, measure = offers.rows, offers.group, offers.measure
    capex, saving = _cost_and_saving(model, offers)
    before = firms.cost_factor(np.zeros(len(rows)), parameters)
    rule = rule_at_hand(model, offers)
    net = before.take(group)
    granted = model.measure_grants.granted(measure)
    own_grant = model.measure_grants.share(measure[granted], capex[granted])
    net[granted] = rules.with_measure_grant(net[granted], own_grant, parameters)
    score = rule.value(capex * net, saving)
    at = _best_of_each(firms.bonus, group, score)
    if len(at):
        saving[at] += firms.bonus[group[at]]
        score[at] = rule.value(capex[at] * net[at], saving[at], at)
    score += rule.taste
    grant = expected_grant(model, rows, sum_by(group, capex * (score > 0.0), len(rows)))
    after = firms.cost_factor(grant, parameters)
    lift = rule.support(before, after).take(group)
    lift[granted] = rule.support(
        net[granted], rules.with_measure_grant(after[group[granted]], own_grant, parameters)
    )
    score += lift
    in_place = _in_place(model, offers, score)
    order = rules.rank_wanted(score, group, measure, menu.excludes, menu.requires, in_place)
    unlimited = np.full(len(rows), np.inf)
    full = rules.cut_at_budget(order, group, capex, saving, unlimited, parameters.project_scope_factor)
    return Wishes(offers, capex, saving, score, order, full)


def _cost_and_saving(model: ProvinceModel, offers: Offers) -> tuple[FloatArray, FloatArray]:
    """Capex and yearly benefit of options before support (K,), m CNY: what is saved on carbon and substances counts."""
    firms, group = offers.firms, offers.group
    economy = option_economics(model, offers)
    capex = economy.capex * firms.own_part.take(group)
    saving = economy.yearly_benefit(firms.carbon_price.take(group))
    if firms.substance_cost.any():
        at = np.flatnonzero(model.menu.material.take(offers.measure))
        saving[at] += firms.substance_cost[group[at]] * economy.capex[at]
    return capex, saving


def option_economics(model: ProvinceModel, offers: Offers) -> measure_economics.Economics:
    """Economics of options at today's energy, prices and learning."""
    c, block, position = model.columns, model.block, offers.position
    starts = group_starts(offers.group)
    owners = offers.group.take(np.flatnonzero(starts))
    rows = offers.rows.take(owners)
    counted = np.flatnonzero(offers.firms.carbon_price.take(owners) > 0.0)
    asked = rows.take(counted)
    firms = measure_economics.Deciders(
        energy=c["energy"].T.take(rows, axis=1).T, prices=block.prices(model.quarter),
        electricity_price=offers.firms.electricity_price.take(owners),
        fuel_co2=block.fuel_co2[asked] * c["fuel_co2_ratio"][asked][:, None],
        revenue=offers.firms.revenue.take(owners), process_co2=model.process_co2_now[asked],
        pv_yield=model.sites.pv_yield.take(rows), co2_counted=counted,
    )
    return measure_economics.economics(
        model.menu, offers.measure, np.cumsum(starts) - 1, firms, block.option_exposure.take(position),
        model.options.cost_factor.take(position) * offers.firms.learning.take(offers.measure),
        model.parameters.measures,
    )


def _best_of_each(bonus: FloatArray, group: IntArray, value: FloatArray) -> IntArray:
    """Options that carry the bonus of a further round: the best of each firm that has one."""
    near = np.flatnonzero((bonus > 0.0).take(group))
    return near[best_within(group[near], value[near])]


def _in_place(model: ProvinceModel, offers: Offers, score: FloatArray) -> BoolArray:
    """What firms have of the measures (n, M), for those that want one that rules out or needs another."""
    in_place = np.zeros((len(offers.rows), len(model.menu)), dtype=bool)
    owner = offers.group[np.flatnonzero((score > 0.0) & model.menu.contested.take(offers.measure))]
    owner = owner[group_starts(owner)]
    position, group = model.options.grouped(offers.rows[owner])
    has = np.flatnonzero(model.adopted.take(position))
    in_place[owner[group[has]], model.options.measure[position[has]]] = True
    return in_place


def expected_grant(model: ProvinceModel, rows: IntArray, wished_capex: FloatArray) -> FloatArray:
    """Grant share each firm counts on (n,): the rate, if its wished project would qualify, times last year's ratio.

    Args:
        model: the model.
        rows: (n,) firms.
        wished_capex: (n,) capex of the options wanted without a grant, m CNY.
    """
    parameters, terms = model.parameters.retrofit, model.terms
    cost = wished_capex * parameters.project_scope_factor
    share = money.grant_share(terms.grant_rate[rows], cost, terms.grant_cap)
    return share * rules.qualifies(cost, terms.grant_min_added_output, parameters) * model.award_ratio
