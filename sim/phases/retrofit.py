"""Phase 5: firms with an opportunity weigh their known, applicable, not yet adopted measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import finance as money
from agents import measure_economics
from agents import retrofit as rules
from agents.arrays import group_starts, sum_by
from agents.chains import proof_parts
from agents.demography import QUARTER, event
from agents.terms import FloatArray, IntArray
from sim.phases.decision import rule_at_hand

if TYPE_CHECKING:
    from sim.model import ProvinceModel


@dataclass
class Wishes:
    """What the firms with an opportunity want this quarter. Flat arrays over their open options."""

    rows: IntArray
    """(n,) firms that decide."""
    position: IntArray
    """(K,) option positions."""
    group: IntArray
    """(K,) index into rows."""
    capex: FloatArray
    saving: FloatArray
    score: FloatArray
    """(K,) score of the rule of decision, V + taste for the logit; positive means wanted."""
    order: IntArray
    """Wanted options by firm and in descending score, without those that cannot go together."""
    full: rules.Bundle
    """What the firms would do with unlimited money."""


def choice(model: ProvinceModel) -> None:
    """Informed firms with an opportunity and no project in hand weigh the open options they know."""
    c, parameters = model.columns, model.parameters.retrofit
    uniform = model.draws.uniform("opportunity", model.quarter, remember=True)
    occasion = event(uniform, parameters.opportunity_rate, QUARTER) | model.renewed | model.newly_diagnosed
    occasion |= model.invited
    knows = c["aware"] | c["material_diagnosed"]
    rows = np.flatnonzero(occasion & c["alive"] & knows & (c["stage"] == 0))
    model.wishes = weigh(model, rows, only_known=True)
    c["last_outcome"][rows] = np.where(model.wishes.full.count > 0, 1, 0)


def weigh(model: ProvinceModel, rows: IntArray, only_known: bool = False) -> Wishes:
    """Costs, savings and scores of the open options of some firms under the terms in force.

    Open are the options a firm does not have yet and that the market offers this year.

    Args:
        model: the model.
        rows: (n,) firms.
        only_known: leave out what a firm does not know of; by default all firms are taken to be informed.
    """
    parameters, terms = model.parameters.retrofit, model.terms
    own = model.options.of(rows)
    position = own[(model.options_on_offer & ~model.adopted)[own]]
    if only_known:
        position = known(model, rows, position)
    measure = model.options.measure[position]
    index = np.zeros(model.block.slots, dtype=np.int64)
    index[rows] = np.arange(len(rows))
    group = index[model.options.firm[position]]
    in_place = np.zeros((len(rows), len(model.menu)), dtype=bool)
    tied = own[(model.adopted & model.block.contested_options)[own]]
    in_place[index[model.options.firm[tied]], model.options.measure[tied]] = True
    economy = option_economics(model, rows, position, group)
    renewal = np.where(model.renewed[rows], parameters.renewal_incremental_cost, 1.0)
    capex = economy.capex * (renewal * terms.capex_factor[rows])[group]
    saving = economy.yearly_benefit(terms.carbon_price[rows][group])
    if terms.substance_cost.any():
        at = np.flatnonzero(model.menu.material[measure])
        saving[at] += terms.substance_cost[rows[group[at]]] * economy.capex[at]
    tax, interest, hidden = terms.tax_credit_rate[rows], interest_value(model, rows), terms.hidden_cost_factor[rows]
    before = rules.cost_factor(np.zeros(len(rows)), tax, interest, parameters, hidden)
    rule = rule_at_hand(model, rows, position, group)
    net = before[group]
    granted = np.flatnonzero(model.measure_grants.rate[measure]) if model.measure_grants.offered else group[:0]
    own_grant = model.measure_grants.share(measure[granted], capex[granted])
    net[granted] = rules.with_measure_grant(net[granted], own_grant, parameters)
    score = rule.value(capex * net, saving)
    at, bonus = round_bonus(model, rows, group, score)
    saving[at] += bonus
    score[at] = rule.value(capex[at] * net[at], saving[at], at)
    score += rule.taste
    grant = expected_grant(model, rows, sum_by(group, capex * (score > 0.0), len(rows)))
    after = rules.cost_factor(grant, tax, interest, parameters, hidden)
    lift = rule.support(before, after)[group]
    lift[granted] = rule.support(
        net[granted], rules.with_measure_grant(after[group[granted]], own_grant, parameters)
    )
    score += lift
    order = rules.rank_wanted(score, group, measure, model.menu.excludes, model.menu.requires, in_place)
    unlimited = np.full(len(rows), np.inf)
    full = rules.cut_at_budget(order, group, capex, saving, unlimited, parameters.project_scope_factor)
    return Wishes(rows, position, group, capex, saving, score, order, full)


def known(model: ProvinceModel, rows: IntArray, position: IntArray) -> IntArray:
    """The options among `position` that their firms know of: all, or the substitution of materials alone."""
    aware = model.columns["aware"]
    if aware[rows].all():
        return position
    return position[aware[model.options.firm[position]] | model.menu.material[model.options.measure[position]]]


def option_economics(
    model: ProvinceModel, rows: IntArray, position: IntArray, group: IntArray
) -> measure_economics.Economics:
    """Economics of options at today's energy, prices and learning."""
    c, block = model.columns, model.block
    measure = model.options.measure[position]
    firms = measure_economics.Deciders(
        energy=c["energy"][rows], prices=block.firm_prices(model.quarter, rows, model.sites.electricity_price),
        fuel_co2=block.fuel_co2[rows] * c["fuel_co2_ratio"][rows][:, None], revenue=c["revenue"][rows],
        process_co2=model.process_co2_now[rows], pv_yield=model.sites.pv_yield[rows],
        co2_counts=model.terms.carbon_price[rows] > 0.0,
    )
    return measure_economics.economics(
        model.menu, measure, group, firms, block.exposure(rows[group], measure),
        model.options.cost_factor[position] * model.capex_factor()[measure], model.parameters.measures,
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
    asked = np.where(c["rounds_since_2021"][rows] == 0, c["chain_value"][rows], 0.0)
    reach = model.label_reach[rows] + proof_parts(model.parameters.chains)[0] * asked
    near = np.flatnonzero(reach[group] > 0.0)
    if len(near) == 0:
        return near, np.zeros(0)
    order = near[np.lexsort((near, -value[near], group[near]))]
    first = order[group_starts(group[order])]
    return first, reach[group[first]]


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
