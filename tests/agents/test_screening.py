"""The bound of the logit's score: no firm, price, support or energy use puts an option above it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_cases import FUEL_CO2, INPUTS, MENU, PARAMETERS, PRICES, toy_menu

from agents import measure_economics, retrofit, screening
from agents.behaviour import RULES, Logit
from agents.carriers import CARRIERS, ELECTRICITY

RETROFIT = INPUTS.parameters.retrofit
FIRMS = 12


def scored(chance, menu, rate, cap):
    """Scores of all measures for random firms under random support, and what the bound says of them."""
    owner, measure = np.repeat(np.arange(FIRMS), len(menu)), np.tile(np.arange(len(menu)), FIRMS)
    prices, electricity = PRICES * chance.lognormal(0, 0.3, 6), PRICES[ELECTRICITY] * chance.lognormal(0, 0.3, FIRMS)
    energy = chance.lognormal(5, 4, (FIRMS, len(CARRIERS))) * (chance.random((FIRMS, len(CARRIERS))) < 0.7)
    revenue = chance.lognormal(5, 3, FIRMS)
    firms = measure_economics.Deciders(
        energy, prices, electricity, np.tile(FUEL_CO2, (FIRMS, 1)), revenue, np.zeros(FIRMS),
        chance.normal(950, 50, FIRMS),
    )
    factor, learning = chance.lognormal(0, 0.6, len(owner)), chance.uniform(0.4, 1.2, len(menu))
    economy = measure_economics.economics(
        menu, measure, owner, firms, chance.random(len(owner)), factor * learning[measure], PARAMETERS
    )
    own_part, management, shift = chance.uniform(0.3, 1.0, FIRMS), chance.normal(0, 1, FIRMS), chance.random(FIRMS)
    measure_shift, taste = chance.random(len(menu)), chance.logistic(0, 1, len(owner))
    first = retrofit.cost_factor(chance.random(FIRMS) * 0.7, chance.random(FIRMS) * 0.5, 0.0, RETROFIT)
    capex = economy.capex * own_part[owner]
    grant = np.minimum(rate[measure], cap / capex)
    net = retrofit.with_measure_grant(first[owner], grant, RETROFIT)
    score = taste + retrofit.utility(
        capex * net, economy.saving, revenue[owner], management[owner], shift[owner] + measure_shift[measure], RETROFIT
    )
    best = screening.BestCase(
        first * own_part, revenue, management, shift,
        screening.highest_return(menu, prices, electricity) / learning,
        measure_economics.capex_floor(menu, PARAMETERS), measure_shift,
        screening.largest_grant_effect(rate, first, RETROFIT),
    )
    bound = screening.logit_bound(best, RETROFIT)
    highest = bound.by_firm[owner] + bound.by_measure[measure] + taste - bound.cost_weight * np.log(factor)
    return score, highest, bound.within_reach(owner, measure, taste, np.log(factor))


@given(seed=st.integers(0, 2**32 - 1), rate=st.sampled_from([0.0, 0.15, 0.6, 1.0]), cap=st.sampled_from([0.01, 1e9]))
@settings(max_examples=150, deadline=None)
def test_no_score_exceeds_the_bound(seed, rate, cap):
    chance = np.random.default_rng(seed)
    with np.errstate(divide="ignore"):  # firms that use nothing have no capex where there is no floor
        score, highest, within = scored(chance, MENU, rate * chance.random(len(MENU)), cap)
    assert (score <= highest + screening.ROUNDING).all()
    assert np.isin(np.flatnonzero(score > 0.0), within).all()


def test_the_bound_is_reached_where_the_capex_just_reaches_its_floor():
    """One carrier, the floor exactly met: nothing is given away, so the bound is the score."""
    menu = toy_menu(base_coal=1.0, coverage_share=1.0, d_coal=0.2, capex_per_tce=1000.0, capex_floor=50_000.0)
    use, zero, one = np.zeros((1, len(CARRIERS))), np.zeros(1, dtype=np.int64), np.ones(1)
    use[0, 0] = 50.0 * PARAMETERS.capex_floor_factor
    firms = measure_economics.Deciders(use, PRICES, PRICES[[ELECTRICITY]], FUEL_CO2[None], 80.0 * one, 0 * one, one)
    economy = measure_economics.economics(menu, zero, zero, firms, one, one, PARAMETERS)
    floor = measure_economics.capex_floor(menu, PARAMETERS)
    assert economy.capex == pytest.approx(floor)
    best = screening.BestCase(
        one, 80.0 * one, 0.3 * one, 0.1 * one, screening.highest_return(menu, PRICES, PRICES[[ELECTRICITY]]), floor,
        0.2 * one, 0.0 * one,
    )
    bound = screening.logit_bound(best, RETROFIT)
    value = retrofit.utility(economy.capex, economy.saving, 80.0 * one, 0.3 * one, 0.3 * one, RETROFIT)
    assert bound.by_firm + bound.by_measure == pytest.approx(value)


def test_a_measure_that_never_pays_is_out_of_reach_and_one_without_a_floor_is_not():
    idle = toy_menu(base_coal=1.0, coverage_share=1.0, capex_per_tce=1000.0, capex_floor=50_000.0)
    assert screening.highest_return(idle, PRICES, PRICES[[ELECTRICITY]])[0] <= 0.0
    free = toy_menu(base_coal=1.0, coverage_share=1.0, d_coal=0.2, capex_floor=50_000.0)
    assert screening.highest_return(free, PRICES, PRICES[[ELECTRICITY]])[0] == np.inf


def test_without_a_price_response_everything_wanted_is_within_reach():
    flat = dataclasses.replace(RETROFIT, payback_slope=0.0)
    one = np.ones(1)
    floor, none = np.array([0.1, 0.0]), np.zeros(2)
    best = screening.BestCase(one, one, one, one, np.array([np.inf, 0.2]), floor, none, none)
    bound = screening.logit_bound(best, flat)
    within = bound.within_reach(np.zeros(2, dtype=int), np.arange(2), np.full(2, 5.0), np.zeros(2))
    assert within.tolist() == [0, 1]


def test_only_the_rule_that_states_a_bound_has_one():
    one = np.ones(1)
    best = screening.BestCase(*[one] * 8)

    class Changed(Logit):
        name, zh, en = "changed", "改", "changed"

        def value(self, cost, saving, at=slice(None)):
            return super().value(cost, 2.0 * saving, at)

    assert Logit.bound(best, RETROFIT) is not None
    assert Changed.bound(best, RETROFIT) is None
    assert all(rule.bound(best, RETROFIT) is None for name, rule in RULES.items() if name != "logit")
