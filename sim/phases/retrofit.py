"""Phases 5 to 7: the retrofit choice, its finance, and the work of the service providers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents.arrays import sum_by
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
    measure = model.options.measure[position]
    index = np.full(model.block.slots, -1, dtype=np.int64)
    index[rows] = np.arange(len(rows))
    group = index[model.options.firm[position]]
    economy = option_economics(model, rows, position, group)
    renewal = np.where(model.renewed[rows], parameters.renewal_incremental_cost, 1.0)
    capex = economy.capex * renewal[group]
    saving = economy.saving + terms.carbon_price[rows][group] * economy.direct_co2 / menu_rules.MILLION
    before = rules.cost_factor(np.zeros(len(rows)), terms.tax_credit_rate[rows], interest_value(model, rows), parameters)

    def value(at: IntArray, yearly: FloatArray) -> FloatArray:
        g = group[at]
        return rules.utility(
            capex[at] * before[g], yearly, c["revenue"][rows][g], c["management"][rows][g],
            terms.utility_shift[rows][g], parameters,
        )

    everything = np.arange(len(position))
    score = value(everything, saving)
    at, bonus = label_bonus(model, rows, group, score)
    saving[at] += bonus
    score[at] = value(at, saving[at])
    score += model.taste[position]
    grant = expected_grant(model, rows, sum_by(group, capex * (score > 0.0), len(rows)))
    after = rules.cost_factor(grant, terms.tax_credit_rate[rows], interest_value(model, rows), parameters)
    score += rules.support_utility(before, after, parameters)[group]
    adopted = measures_in_place(model, rows, index)
    full = rules.bundle(
        score, group, measure, capex, saving, np.full(len(rows), np.inf), model.menu.excludes, model.menu.requires,
        adopted, parameters.project_scope_factor,
    )
    return Wishes(rows, position, group, capex, saving, score, adopted, full)


def measures_in_place(model: ProvinceModel, rows: IntArray, index: IntArray) -> BoolArray:
    """(n, M) measures the deciding firms already have; `index` maps slots to positions in `rows`."""
    adopted = np.zeros((len(rows), len(model.menu)), dtype=bool)
    own = model.options.of(rows)
    own = own[model.adopted[own]]
    adopted[index[model.options.firm[own]], model.options.measure[own]] = True
    return adopted


def option_economics(
    model: ProvinceModel, rows: IntArray, position: IntArray, group: IntArray
) -> menu_rules.Economics:
    """Economics of options at today's energy, prices and learning."""
    c, block = model.columns, model.block
    measure = model.options.measure[position]
    learning = menu_rules.learning_multiplier(model.experience, block.initial_experience, model.menu.learning_rate)
    firms = menu_rules.Deciders(
        energy=c["energy"][rows], prices=block.firm_prices(model.quarter, rows), fuel_co2=block.fuel_co2[rows],
        revenue=c["revenue"][rows], process_co2=model.process_co2_now[rows], pv_yield=block.pv_yield[rows],
    )
    return menu_rules.economics(
        model.menu, measure, group, firms, block.exposure(rows[group], measure),
        model.options.cost_factor[position] * learning[measure], model.parameters.measures,
    )


def interest_value(model: ProvinceModel, rows: IntArray) -> FloatArray:
    """Present value of the interest subsidy on offer as a share of cost (n,)."""
    terms = model.terms
    return money.interest_subsidy_value(
        terms.interest_points[rows], terms.interest_years[rows], model.loan_rate(rows),
        model.parameters.finance.loan_to_value,
    )


def label_bonus(
    model: ProvinceModel, rows: IntArray, group: IntArray, value: FloatArray
) -> tuple[IntArray, FloatArray]:
    """Yearly label value that one further round would bring within reach, put on each firm's best option.

    Firms that would apply for certification but miss the threshold by no more than the points of one round count the
    label's net yearly value as a benefit of the round, once a firm.

    Returns:
        Options that carry a bonus, and the bonus, m CNY a year.
    """
    reach = model.label_reach[rows]
    near = np.flatnonzero(reach[group] > 0.0)
    if len(near) == 0:
        return near, np.zeros(0)
    order = near[np.lexsort((near, -value[near], group[near]))]
    first = order[np.r_[True, group[order][1:] != group[order][:-1]]]
    return first, reach[group[first]]


def expected_grant(model: ProvinceModel, rows: IntArray, wished_capex: FloatArray) -> FloatArray:
    """Grant share each firm counts on (n,): the rate, if its wished project would qualify, times last year's ratio.

    Args:
        model: the model.
        rows: (n,) firms.
        wished_capex: (n,) capex of the options wanted without a grant, m CNY.
    """
    parameters, terms = model.parameters.retrofit, model.terms
    rate = terms.grant_rate[rows]
    cost = wished_capex * parameters.project_scope_factor
    qualifies = added_output(cost, parameters) >= terms.grant_min_added_output
    wanted = rate * cost
    within = np.divide(terms.grant_cap, wanted, out=np.ones(len(rows)), where=wanted > terms.grant_cap)
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
    model.projects_approved += len(chosen)
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
