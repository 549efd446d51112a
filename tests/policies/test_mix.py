"""Stacking: how instruments that offer the same thing combine, and that mixes are values."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.flows import Flows
from policies.instrument import Instrument, Setting
from policies.interest_subsidy import ProjectListInterest, RetrofitLoanInterest
from policies.ledger import Ledger, LedgerError
from policies.mix import Mix
from policies.retrofit_subsidy import RetrofitSubsidy
from policies.schedule import Schedule, parse_quarter

START = parse_quarter("2026Q1")


def constant(value: float) -> Schedule:
    return Schedule(0.0, ((START, value),))


def window(cls, points, years, cap, eligible_share, appropriation=100.0):
    values = {
        "points": points,
        "years": years,
        "cap": cap,
        "eligible_share": eligible_share,
        "appropriation": appropriation,
    }
    return cls({name: constant(value) for name, value in values.items()})


class CityTopUp(Instrument):
    """A second grant on top of the province's."""

    name = "city_top_up"
    clauses = ("IV-2",)
    payer = "city"
    position = 99
    rate = Setting("share", 0.0, 1.0, doc="city grant", switch=True)

    def apply(self, quarter, firms, terms, ledger, context):
        terms.grant_rate += self.rate.at(quarter)


def test_a_firm_takes_the_interest_window_worth_more(firms):
    library = window(RetrofitLoanInterest, 0.015, 1.0, 5.0, 0.12)
    listed = window(ProjectListInterest, 0.015, 0.5, 3.0, 0.06)
    terms = Mix("both", [listed, library]).terms(START, firms, 6, Ledger())
    assert terms.interest_years.tolist() == [1.0, 1.0, 1.0, 1.0, 0.0, 0.0]
    assert set(terms.interest_window[:4]) == {RetrofitLoanInterest.position}

    richer = window(ProjectListInterest, 0.02, 1.0, 3.0, 0.06)
    terms = Mix("both", [richer, library]).terms(START, firms, 6, Ledger())
    library_window, list_window = RetrofitLoanInterest.position, ProjectListInterest.position
    expected = [library_window, list_window, list_window, library_window, -1, -1]
    assert terms.interest_window.tolist() == expected
    assert terms.interest_points.tolist() == [0.015, 0.02, 0.02, 0.015, 0.0, 0.0]
    assert terms.interest_cap.tolist() == [5.0, 3.0, 3.0, 5.0, 0.0, 0.0]


def test_a_tie_goes_to_the_window_registered_first(firms):
    windows = [window(cls, 0.01, 1.0, 5.0, 1.0) for cls in (ProjectListInterest, RetrofitLoanInterest)]
    terms = Mix("tie", windows).terms(START, firms, 6, Ledger())
    assert set(terms.interest_window) == {RetrofitLoanInterest.position}


def test_interest_windows_share_one_budget_that_is_never_exceeded(firms):
    mix = Mix(
        "both",
        [
            window(RetrofitLoanInterest, 0.015, 1.0, 5.0, 0.12, 70.0),
            window(ProjectListInterest, 0.02, 1.0, 3.0, 0.06, 30.0),
        ],
    )
    ledger = Ledger()
    terms = mix.terms(START, firms, 6, ledger)
    assert terms.interest_budget == 100.0
    flows = Flows(
        interest_subsidies={RetrofitLoanInterest.position: 40.0, ProjectListInterest.position: 45.0}
    )
    mix.settle(START, terms, flows, ledger)
    assert ledger.spent("project_list_interest", 2026) == 45.0
    assert mix.terms(START + 1, firms, 6, ledger).interest_budget == 15.0
    with pytest.raises(LedgerError, match="15 m CNY"):
        mix.settle(START + 1, terms, flows, ledger)


@given(st.floats(0.01, 1.0), st.floats(0.01, 1.0))
def test_grant_rates_add_up_to_the_whole_cost_at_most(province, city):
    grant = RetrofitSubsidy(
        {
            "rate": constant(province),
            "cap": constant(10.0),
            "appropriation": constant(1.0),
            "green_share": constant(1.0),
        }
    )
    terms = Mix("stack", [grant, CityTopUp({"rate": constant(city)})]).terms(START, {}, 3, Ledger())
    assert np.all(terms.grant_rate == min(1.0, province + city))


def test_order_of_listing_does_not_matter(firms, context, catalogue):
    plan = catalogue.mix("plan")
    reversed_plan = Mix("plan", reversed(plan.instruments))
    assert [each.name for each in plan.instruments] == [each.name for each in reversed_plan.instruments]


def test_an_instrument_cannot_be_listed_twice():
    with pytest.raises(ValueError, match="twice"):
        Mix("double", [RetrofitSubsidy(), RetrofitSubsidy()])


def test_changing_a_setting_gives_a_new_mix(catalogue):
    plan = catalogue.mix("plan")
    changed = plan.with_schedule("diagnosis", "slots", Schedule(0.0, ((START, 3000.0),)))
    assert changed["diagnosis"].schedules["slots"].at(START) == 3000.0
    assert plan["diagnosis"].schedules["slots"].at(START) == 2000.0
    assert changed["risk_pool"] is plan["risk_pool"]
    with pytest.raises(KeyError):
        plan["carbon_tax"]


def test_mixes_survive_pickling_and_copying(catalogue):
    plan = catalogue.mix("plan_adaptive")
    for twin in (pickle.loads(pickle.dumps(plan)), copy.deepcopy(plan)):
        assert twin.content() == plan.content()


def test_content_tells_mixes_apart_by_what_they_hold(catalogue):
    levers = ["subsidy", "green_finance", "procurement"]
    assert catalogue.mix(levers).content() == catalogue.mix("three_levers").content()
    assert catalogue.mix("plan").content() != catalogue.mix("plan_adaptive").content()
