"""Phase 5: firms with an opportunity weigh their known, applicable, not yet adopted measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import finance as money
from agents import measure_economics
from agents import retrofit as rules
from agents.arrays import best_within, sum_by
from agents.chains import proof_parts
from agents.demography import QUARTER, event
from agents.measures import ELECTRICITY
from agents.terms import BoolArray, FloatArray, IntArray
from sim.phases.decision import rule_at_hand

if TYPE_CHECKING:
    from sim.model import ProvinceModel


@dataclass(frozen=True)
class Offers:
    """Options that some firms can choose from, as flat arrays, by firm and in the order of the menu."""

    rows: IntArray
    """(n,) firms that decide."""
    position: IntArray
    """(K,) option positions."""
    group: IntArray
    """(K,) index into rows."""
    measure: IntArray
    """(K,) measure of each option."""


@dataclass
class Wishes:
    """What the firms with an opportunity want this quarter. Flat arrays over their open options."""

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
    model.wishes = weigh(model, rows, only_known=True)
    c["last_outcome"][rows] = model.wishes.full.count > 0


def weigh(model: ProvinceModel, rows: IntArray, only_known: bool = False) -> Wishes:
    """Costs, savings and scores of the open options of some firms under the terms in force.

    Args:
        model: the model.
        rows: (n,) firms.
        only_known: leave out what a firm does not know of; by default all firms are taken to be informed.
    """
    parameters, terms, menu = model.parameters.retrofit, model.terms, model.menu
    offers, in_place = open_options(model, rows, only_known)
    group, measure = offers.group, offers.measure
    capex, saving = _cost_and_saving(model, offers)
    tax, interest, hidden = terms.tax_credit_rate[rows], interest_value(model, rows), terms.hidden_cost_factor[rows]
    before = rules.cost_factor(np.zeros(len(rows)), tax, interest, parameters, hidden)
    rule = rule_at_hand(model, offers)
    net = before.take(group)
    granted = model.measure_grants.granted(measure)
    own_grant = model.measure_grants.share(measure[granted], capex[granted])
    net[granted] = rules.with_measure_grant(net[granted], own_grant, parameters)
    score = rule.value(capex * net, saving)
    at, bonus = round_bonus(model, rows, group, score)
    saving[at] += bonus
    score[at] = rule.value(capex[at] * net[at], saving[at], at)
    score += rule.taste
    grant = expected_grant(model, rows, sum_by(group, capex * (score > 0.0), len(rows)))
    after = rules.cost_factor(grant, tax, interest, parameters, hidden)
    lift = rule.support(before, after).take(group)
    lift[granted] = rule.support(
        net[granted], rules.with_measure_grant(after[group[granted]], own_grant, parameters)
    )
    score += lift
    order = rules.rank_wanted(score, group, measure, menu.excludes, menu.requires, in_place)
    unlimited = np.full(len(rows), np.inf)
    full = rules.cut_at_budget(order, group, capex, saving, unlimited, parameters.project_scope_factor)
    return Wishes(offers, capex, saving, score, order, full)


def open_options(model: ProvinceModel, rows: IntArray, only_known: bool) -> tuple[Offers, BoolArray]:
    """What some firms can choose from: what they do not have yet and the market offers this year.

    Args:
        model: the model.
        rows: (n,) firms.
        only_known: leave out what a firm does not know of; uninformed firms with a diagnosis of materials know of the
            substitution of materials alone.

    Returns:
        The options, and (n, M) which of the measures that rule out or need each other the firms have already.
    """
    menu = model.menu
    position, group = model.options.grouped(rows)
    measure = model.options.measure.take(position)
    has = model.adopted.take(position)
    is_open = model.available.take(measure) & ~has
    aware = model.columns["aware"][rows]
    if only_known and not aware.all():
        is_open &= aware.take(group) | menu.material.take(measure)
    in_place = np.zeros((len(rows), len(menu)), dtype=bool)
    tied = np.flatnonzero(has & menu.contested.take(measure))
    in_place[group[tied], measure[tied]] = True
    kept = np.flatnonzero(is_open)
    return Offers(rows, position[kept], group[kept], measure[kept]), in_place


def _cost_and_saving(model: ProvinceModel, offers: Offers) -> tuple[FloatArray, FloatArray]:
    """Capex and yearly benefit of options before support (K,), m CNY: what is saved on carbon and substances counts."""
    rows, group, terms = offers.rows, offers.group, model.terms
    economy = option_economics(model, offers)
    renewal = 1.0 + (model.parameters.retrofit.renewal_incremental_cost - 1.0) * model.renewed[rows]
    capex = economy.capex * (renewal * terms.capex_factor[rows]).take(group)
    saving = economy.yearly_benefit(terms.carbon_price[rows].take(group))
    substance_cost = terms.substance_cost[rows]
    if substance_cost.any():
        at = np.flatnonzero(model.menu.material.take(offers.measure))
        saving[at] += substance_cost[group[at]] * economy.capex[at]
    return capex, saving


def option_economics(model: ProvinceModel, offers: Offers) -> measure_economics.Economics:
    """Economics of options at today's energy, prices and learning."""
    c, block, rows, position = model.columns, model.block, offers.rows, offers.position
    prices = block.prices(model.quarter)
    firms = measure_economics.Deciders(
        energy=c["energy"][rows], prices=prices,
        electricity_price=prices[ELECTRICITY] * model.sites.electricity_price[rows],
        fuel_co2=block.fuel_co2[rows] * c["fuel_co2_ratio"][rows][:, None], revenue=c["revenue"][rows],
        process_co2=model.process_co2_now[rows], pv_yield=model.sites.pv_yield[rows],
        co2_counts=model.terms.carbon_price[rows] > 0.0,
    )
    return measure_economics.economics(
        model.menu, offers.measure, offers.group, firms, block.option_exposure.take(position),
        model.options.cost_factor.take(position) * model.capex_factor().take(offers.measure),
        model.parameters.measures,
    )


def interest_value(model: ProvinceModel, rows: IntArray) -> FloatArray:
    """Present value of the interest subsidy and the cut of the loan rate on offer as a share of cost (n,)."""
    terms, finance, rate = model.terms, model.parameters.finance, model.loan_rate(rows)
    subsidy = money.interest_subsidy_value(
        terms.interest_points[rows], terms.interest_years[rows], rate, finance.loan_to_value
    )
    return subsidy + money.rate_cut_value(terms.loan_rate_cut[rows], rate, finance.loan_to_value, finance.tenor)


def round_bonus(
    model: ProvinceModel, rows: IntArray, group: IntArray, value: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Yearly value that one further round brings beyond its savings, put on each firm's best option, once a firm.

    Firms that would apply for certification but miss the threshold by no more than the points of one round count the
    label's net yearly value. Suppliers whose chain leader asks for proof and that have shown no round since 2021 count
    the part of the orders at stake that a round keeps.

    Returns:
        Options that carry a bonus, and the bonus, m CNY a year.
    """
    c = model.columns
    asked = c["chain_value"][rows] * (c["rounds_since_2021"][rows] == 0)
    reach = model.label_reach[rows] + proof_parts(model.parameters.chains)[0] * asked
    near = np.flatnonzero((reach > 0.0).take(group))
    best = near[best_within(group[near], value[near])]
    return best, reach[group[best]]


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
