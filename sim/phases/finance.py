"""Phase 6: own cash, bank credit with the pool's guarantee, grants and interest subsidies."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import finance as money
from agents import retrofit as rules
from agents.array_types import FloatArray, IntArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def finance(model: ProvinceModel) -> None:
    """Pay for the wished projects: own cash, bank credit with the pool's guarantee, then grants and subsidies."""
    wishes, parameters, c = model.wishes, model.parameters.retrofit, model.columns
    wishing = np.flatnonzero(wishes.full.count)
    rows = wishes.rows[wishing]
    wanted = wishes.full.capex[wishing] * parameters.project_scope_factor
    cash = model.cash(rows)
    room = model.bank.room(model, rows, wishes.full.saving[wishing])
    credit, guarantee = model.bank.decide(model, rows, wanted, cash, room)
    budget = np.zeros(len(wishes.rows))
    budget[wishing] = money.project_budget(cash, room, credit, model.parameters.finance.loan_to_value)
    project = rules.cut_at_budget(
        wishes.order, wishes.group, wishes.capex, wishes.saving, budget, parameters.project_scope_factor
    )
    capex = project.capex[wishing]
    cost = capex * parameters.project_scope_factor
    approved = np.flatnonzero(project.count[wishing])
    picked = np.flatnonzero(project.picked)
    model.in_project[wishes.position[picked]] = True
    _measure_grants(model, picked)
    chosen = rows[approved]
    model.projects_approved += len(chosen)
    c["last_outcome"][chosen] = 2
    c["stage"][chosen] = 1
    c["stage_since"][chosen] = model.quarter
    c["project_cost"][chosen] = cost[approved]
    loan = np.maximum(cost - cash, 0.0)[approved]
    model.bank.lend(model, chosen, loan, guarantee[approved])
    _support(model, chosen, cost[approved], capex[approved], loan)


def _measure_grants(model: ProvinceModel, picked: IntArray) -> None:
    """Award the grants on single measures of the approved projects, whose options are `picked` from the wishes."""
    position = model.wishes.position[picked]
    award_measure_grants(
        model, model.options.firm[position], model.options.measure[position], model.wishes.capex[picked]
    )


def award_measure_grants(model: ProvinceModel, firm: IntArray, measure: IntArray, capex: FloatArray) -> None:
    """Award the grants on measures that firms carry out (K,), and book those that cities pay with the city."""
    offers = model.measure_grants
    granted = offers.granted(measure)
    if len(granted) == 0:
        return
    firm, measure, capex = firm[granted], measure[granted], capex[granted]
    amount = offers.share(measure, capex) * capex
    np.add.at(model.columns["grants_received"], firm, amount)
    for window, total in offers.by_window(measure, amount).items():
        model.flows.measure_grants[window] = model.flows.measure_grants.get(window, 0.0) + total
    for instrument in model.mix.instruments:
        if instrument.payer == "city":
            at = np.flatnonzero(offers.window[measure] == instrument.position)
            if len(at):
                model.governments.pay(instrument.name, model.columns["prefecture"][firm[at]], amount[at])


def support_route(model: ProvinceModel, row: IntArray, capex: FloatArray) -> None:
    """Award the grant on a mill's route (1,), if what is left of the budget suffices, and count the tax credit.

    Args:
        model: the model.
        row: (1,) slot of the mill.
        capex: (1,) what the route costs, m CNY.
    """
    terms, flows = model.terms, model.flows
    grant = money.grant(terms.grant_rate[row], capex, terms.grant_cap)
    grant *= grant <= terms.grant_budget - flows.grants
    flows.grants += float(grant.sum())
    model.columns["grants_received"][row] += grant
    flows.tax_credits += float((terms.tax_credit_rate[row] * capex).sum())


def _support(
    model: ProvinceModel, rows: IntArray, cost: FloatArray, capex: FloatArray, loan: FloatArray
) -> None:
    """Award grants and interest subsidies within their budgets and count the tax credits of approved projects."""
    terms, flows, parameters = model.terms, model.flows, model.parameters.retrofit
    lottery = model.draws.uniform("award order", model.quarter, remember=True)[rows]
    grant = money.grant(terms.grant_rate[rows], cost, terms.grant_cap)
    grant *= rules.qualifies(cost, terms.grant_min_added_output, parameters)
    asked = np.flatnonzero(grant > 0.0)
    served = asked[money.ration(grant[asked], lottery[asked], terms.grant_budget - flows.grants)]
    flows.grants += float(grant[served].sum())
    model.columns["grants_received"][rows[served]] += grant[served]
    model.count_awards(len(asked), len(served))
    subsidy = np.minimum(terms.interest_points[rows] * terms.interest_years[rows] * loan, terms.interest_cap[rows])
    due = np.flatnonzero(subsidy > 0.0)
    paid = due[money.ration(subsidy[due], lottery[due], terms.interest_budget)]
    windows = terms.interest_window[rows[paid]]
    for window in sorted({*windows.tolist()}):
        flows.interest_subsidies[window] = float(subsidy[paid][windows == window].sum())
    flows.tax_credits += float((terms.tax_credit_rate[rows] * capex).sum())
