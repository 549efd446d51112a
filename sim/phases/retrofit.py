"""Phases 5 to 7: the retrofit choice, its finance, and the work of the service providers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import finance as money
from agents import measures as menu_rules
from agents import retrofit as rules
from agents import service
from agents.demography import event
from agents.terms import BoolArray, FloatArray, IntArray
from sim.environment import QUARTER

if TYPE_CHECKING:
    from sim.model import ProvinceModel

NO_GROUP = np.zeros(0, dtype=np.int64)


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
    """(K,) V + taste."""
    adopted: BoolArray
    """(n, M) measures in place."""
    full: rules.Bundle
    """What the firms would do with unlimited money."""


def choice(model: ProvinceModel) -> None:
    """Aware firms with an opportunity and no project in hand weigh their open options."""
    c, parameters = model.columns, model.parameters.retrofit
    uniform = model.draws.uniform("opportunity", model.quarter, remember=True)
    occasion = event(uniform, parameters.opportunity_rate, QUARTER) | model.renewed | model.newly_diagnosed
    rows = np.flatnonzero(occasion & c["alive"] & c["aware"] & (c["stage"] == 0))
    model.wishes = weigh(model, rows)
    c["last_outcome"][rows] = np.where(model.wishes.full.count > 0, 1, 0)


def open_options(model: ProvinceModel, rows: IntArray) -> IntArray:
    """Positions of the options that firms do not have yet and that the market offers this year."""
    positions = model.options.of(rows)
    return positions[~model.adopted[positions] & model.available[model.options.measure[positions]]]


def weigh(model: ProvinceModel, rows: IntArray) -> Wishes:
    """Costs, savings and utility of the open options of some firms under the terms in force."""
    parameters, terms, c = model.parameters.retrofit, model.terms, model.columns
    position = open_options(model, rows)
    firm, measure = model.options.firm[position], model.options.measure[position]
    index = np.full(len(c["revenue"]), -1, dtype=np.int64)
    index[rows] = np.arange(len(rows))
    group = index[firm]
    economy = option_economics(model, position)
    at_renewal = model.renewed[firm]
    capex = economy.capex * np.where(at_renewal, parameters.renewal_incremental_cost, 1.0)
    saving = economy.saving + terms.carbon_price[firm] * economy.direct_co2 / menu_rules.MILLION
    adopted = np.zeros((len(rows), len(model.menu)), dtype=bool)
    own = model.options.of(rows)
    adopted[index[model.options.firm[own]], model.options.measure[own]] = model.adopted[own]
    taste = model.taste[position]
    value = utility(model, firm, capex, saving, np.zeros(len(rows)), group)
    saving = saving + label_bonus(model, rows, group, value, measure)
    grant = expected_grant(model, rows, group, measure, capex, saving, taste, adopted)
    score = utility(model, firm, capex, saving, grant, group) + taste
    full = rules.bundle(
        score, group, measure, capex, saving, np.full(len(rows), np.inf), model.menu.excludes, model.menu.requires,
        adopted, parameters.project_scope_factor,
    )
    return Wishes(rows, position, group, capex, saving, score, adopted, full)


def option_economics(model: ProvinceModel, position: IntArray) -> menu_rules.Economics:
    """Economics of options at today's energy, prices and learning."""
    c, block = model.columns, model.block
    firm, measure = model.options.firm[position], model.options.measure[position]
    prices = block.firm_prices(model.quarter, firm)
    learning = menu_rules.learning_multiplier(model.experience, block.initial_experience, model.menu.learning_rate)
    base = c["energy"][firm] * block.exposure(firm, measure)[:, None]
    return menu_rules.economics(
        model.menu, measure, base, c["revenue"][firm], model.process_co2()[firm], prices, block.pv_yield[firm],
        model.options.cost_factor[position] * learning[measure], block.fuel_co2[firm], model.parameters.measures,
    )


def utility(
    model: ProvinceModel, firm: IntArray, capex: FloatArray, saving: FloatArray, grant: FloatArray, group: IntArray
) -> FloatArray:
    """Systematic utility of options under the terms in force and an expected grant rate of each deciding firm."""
    parameters, terms, c = model.parameters.retrofit, model.terms, model.columns
    finance = model.parameters.finance
    interest = money.interest_subsidy_value(
        terms.interest_points[firm], terms.interest_years[firm], model.loan_rate(firm), finance.loan_to_value
    )
    cost = rules.net_cost(capex, grant[group], terms.tax_credit_rate[firm], interest, parameters)
    return rules.utility(
        cost, saving, c["revenue"][firm], c["management"][firm], terms.utility_shift[firm], parameters
    )


def label_bonus(
    model: ProvinceModel, rows: IntArray, group: IntArray, value: FloatArray, measure: IntArray
) -> FloatArray:
    """Yearly label value that one further round would bring within reach, put on the firm's best option (K,).

    Firms that would apply for certification but miss the threshold by no more than the points of one round count the
    label's net yearly value as a benefit of the round, once a firm.
    """
    reach = model.label_reach[rows]
    bonus = np.zeros(len(group))
    if len(group) == 0 or not reach.any():
        return bonus
    order = np.lexsort((measure, -value, group))
    first = order[np.r_[True, group[order][1:] != group[order][:-1]]]
    bonus[first] = reach[group[first]]
    return bonus


def expected_grant(
    model: ProvinceModel, rows: IntArray, group: IntArray, measure: IntArray, capex: FloatArray, saving: FloatArray,
    taste: FloatArray, adopted: BoolArray,
) -> FloatArray:
    """Grant share each firm counts on (n,): the rate, if its project would qualify, times last year's award ratio."""
    parameters, terms = model.parameters.retrofit, model.terms
    rate = terms.grant_rate[rows]
    if not rate.any():
        return rate
    firm = rows[group]
    score = utility(model, firm, capex, saving, rate, group) + taste
    project = rules.bundle(
        score, group, measure, capex, saving, np.full(len(rows), np.inf), model.menu.excludes, model.menu.requires,
        adopted, parameters.project_scope_factor,
    )
    cost = project.capex * parameters.project_scope_factor
    qualifies = added_output(cost, parameters) >= terms.grant_min_added_output
    within = np.divide(terms.grant_cap, rate * cost, out=np.ones(len(rows)), where=rate * cost > terms.grant_cap)
    return rate * qualifies * within * model.award_ratio


def added_output(cost: FloatArray, parameters: rules.RetrofitParameters) -> FloatArray:
    """Yearly output added by the modernisation part of a project, m CNY."""
    modernisation = cost * (1.0 - 1.0 / parameters.project_scope_factor)
    return modernisation * parameters.added_output_per_capex


def finance(model: ProvinceModel) -> None:
    """Pay for the wished projects: own cash, bank credit with the pool's guarantee, then grants and subsidies."""
    wishes, parameters, c = model.wishes, model.parameters.retrofit, model.columns
    rows = wishes.rows
    wanted = wishes.full.capex * parameters.project_scope_factor
    cash = model.cash(rows)
    credit, guarantee = model.bank.decide(model, rows, wanted, cash, wishes.full.saving)
    room = model.bank.room(model, rows, wishes.full.saving)
    budget = money.project_budget(cash, room, credit, model.parameters.finance.loan_to_value)
    measure = model.options.measure[wishes.position]
    project = rules.bundle(
        wishes.score, wishes.group, measure, wishes.capex, wishes.saving, budget, model.menu.excludes,
        model.menu.requires, wishes.adopted, parameters.project_scope_factor,
    )
    cost = project.capex * parameters.project_scope_factor
    approved = project.count > 0
    model.in_project[wishes.position[project.picked]] = True
    chosen = rows[approved]
    c["last_outcome"][chosen] = 2
    c["stage"][chosen] = 1
    c["stage_since"][chosen] = model.quarter
    c["project_cost"][chosen] = cost[approved]
    loan = np.maximum(cost - cash, 0.0) * approved
    model.bank.lend(model, rows, loan, guarantee)
    _support(model, rows, cost * approved, project.capex * approved, loan)


def _support(
    model: ProvinceModel, rows: IntArray, cost: FloatArray, capex: FloatArray, loan: FloatArray
) -> None:
    """Award grants and interest subsidies within their budgets and count the tax credits of approved projects."""
    terms, flows, parameters = model.terms, model.flows, model.parameters.retrofit
    lottery = model.draws.uniform("award order", model.quarter, remember=True)[rows]
    grant = np.minimum(terms.grant_rate[rows] * cost, terms.grant_cap)
    grant *= added_output(cost, parameters) >= terms.grant_min_added_output
    asked = grant > 0.0
    served = money.ration(grant[asked], lottery[asked], terms.grant_budget)
    flows.grants = float(grant[asked][served].sum())
    model.columns["grants_received"][rows[asked][served]] += grant[asked][served]
    model.count_awards(int(asked.sum()), int(served.sum()))
    subsidy = np.minimum(terms.interest_points[rows] * terms.interest_years[rows] * loan, terms.interest_cap[rows])
    due = subsidy > 0.0
    paid = money.ration(subsidy[due], lottery[due], terms.interest_budget)
    windows = terms.interest_window[rows][due][paid]
    for window in np.unique(windows):
        flows.interest_subsidies[int(window)] = float(subsidy[due][paid][windows == window].sum())
    flows.tax_credits = float((terms.tax_credit_rate[rows] * capex).sum())


def services(model: ProvinceModel) -> None:
    """Complete projects whose time is up, start those first in line, and let the providers' number respond."""
    c, quarter = model.columns, model.quarter
    _complete(model, np.flatnonzero((c["stage"] == 2) & (c["project_ends"] <= quarter) & c["alive"]))
    waiting = np.flatnonzero((c["stage"] == 1) & c["alive"])
    places = model.providers.places()
    ticket = model.draws.uniform("queue ticket", remember=True)
    starting = service.first_in_line(c["stage_since"][waiting], ticket[waiting], waiting, places)
    c["stage"][starting] = 2
    c["project_ends"][starting] = quarter + service.project_duration(
        c["project_cost"][starting], model.parameters.service
    )
    if model.counts_targets:  # no count of providers before 2025 is known: the burn-in keeps that of 2025
        model.providers.respond(len(waiting) - len(starting), model.terms.provider_growth)


def _complete(model: ProvinceModel, rows: IntArray) -> None:
    """Completed projects: measures take effect, a round is done."""
    c = model.columns
    positions = model.options.of(rows)
    positions = positions[model.in_project[positions]]
    model.in_project[positions] = False
    model.adopted[positions] = True
    measure = model.options.measure[positions]
    model.experience += np.bincount(measure, minlength=len(model.menu)) / model.block.scale
    model.take_effect(model.options.firm[positions], measure)
    c["stage"][rows] = 0
    c["rounds_since_2021"][rows] += 1
    if model.counts_targets:
        large = c["project_cost"][rows] >= model.parameters.retrofit.project_floor
        c["rounds"][rows] += 1
        c["rounds_above_floor"][rows] += large
        model.completed += len(rows)
        model.completed_above_floor += int(large.sum())
        model.invested += float(c["project_cost"][rows].sum())
