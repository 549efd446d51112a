"""Mills: a route that is chosen gets the support it counted on, which is booked like that of any project."""

import numpy as np
import pytest

from policies.schedule import Schedule
from sim.identities.every_quarter import violations
from sim.model import ProvinceModel

PRESSED = Schedule(0.0, ((2026 * 4, 5.0),))
"""A mandate under which mills leave the blast furnace; at central settings none does."""


def model_under_pressure(block, **settings) -> ProvinceModel:
    mix = block.compose("plan").with_schedule("dual_control_mandate", "shift", PRESSED)
    for name, value in settings.items():
        mix = mix.with_schedule("retrofit_subsidy", name, Schedule(0.0, ((2026 * 4, value),)))
    return ProvinceModel(block=block, mix=mix)


def step_to_a_claim(model):
    """Step until a mill that claims the tax credit has chosen a route; the route and the mill's slot."""
    while not model.finished:
        model.step()
        for entry in model.plant_log:
            row = int(np.flatnonzero(model.columns["unique_id"] == entry["unique_id"])[0])
            if entry["taken"] and model.terms.tax_credit_rate[row] > 0.0:
                return entry, row
    pytest.fail("no mill with a tax credit chose a route")


def test_a_chosen_route_is_awarded_its_grant_and_tax_credit(sichuan_block):
    model = model_under_pressure(sichuan_block)
    entry, row = step_to_a_claim(model)
    c, terms, flows = model.columns, model.terms, model.flows
    approved = np.flatnonzero((c["stage"] > 0) & (c["stage_since"] == model.quarter - 1))
    cost, scope = c["project_cost"][approved], model.parameters.retrofit.project_scope_factor
    route_grant = min(terms.grant_rate[row] * entry["capex"], terms.grant_cap)
    assert route_grant == terms.grant_cap > 0.0
    projects = np.minimum(terms.grant_rate[approved] * cost, terms.grant_cap).sum()
    assert flows.grants == pytest.approx(projects + route_grant, rel=1e-12)
    credits = (terms.tax_credit_rate[approved] * cost / scope).sum()
    assert flows.tax_credits == pytest.approx(credits + terms.tax_credit_rate[row] * entry["capex"], rel=1e-12)
    assert c["grants_received"][row] >= route_grant
    assert violations(model) == []


def test_a_route_gets_no_grant_that_the_budget_does_not_hold(sichuan_block):
    model = model_under_pressure(sichuan_block, appropriation=1.0)
    _, row = step_to_a_claim(model)
    assert model.columns["grants_received"][row] < model.terms.grant_cap
    assert violations(model) == []


def test_a_route_is_invested_when_it_starts(sichuan_block):
    model = model_under_pressure(sichuan_block)
    entry, _ = step_to_a_claim(model)
    start = next(quarter for quarter, routes in model.plant_completions.items() if routes[0][2] == entry["capex"])
    while model.quarter < start:
        model.step()
    model.step()
    assert model.rows[-1]["private_investment"] > entry["capex"]
