"""The retrofit choice: adopters follow the logit, tastes persist, cost outweighs savings, support never deters."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq
from scipy.special import expit

from agents import retrofit as rules
from agents.demography import event
from agents.finance import annuity
from sim.draws import Draws
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.retrofit
POSITIVE = st.floats(1e-3, 1e4)


def utility(cost, saving, revenue=100.0, management=0.0, shift=0.0, parameters=PARAMETERS):
    return rules.utility(
        *(np.atleast_1d(np.asarray(x, dtype=float)) for x in (cost, saving, revenue, management, shift)), parameters
    )


def one_option_each(score):
    """What firms with a single option and unlimited money do."""
    n = len(score)
    return rules.bundle(
        score, np.arange(n), np.zeros(n, dtype=int), np.ones(n), np.ones(n), np.full(n, np.inf),
        np.zeros((1, 1), dtype=bool), np.array([-1]), np.zeros((n, 1), dtype=bool), 1.0,
    ).picked


def test_adopters_at_one_opportunity_are_poisson_binomial():  # A1
    chance = np.random.default_rng(2)
    firms = 17_000
    value = utility(
        chance.lognormal(-1, 1, firms), chance.lognormal(-2, 1, firms), chance.lognormal(5, 1, firms),
        chance.normal(size=firms), np.zeros(firms),
    )
    p = expit(value)
    sd = np.sqrt((p * (1 - p)).sum())
    z = np.array([
        (one_option_each(value + Draws(seed, firms).logistic("taste", 0)).sum() - p.sum()) / sd for seed in range(200)
    ])
    assert 0.05 < p.mean() < 0.95
    assert abs(z[0]) <= 4
    assert abs(z.mean()) <= 0.25
    assert 0.6 <= z.var() <= 1.4


def test_a_persistent_taste_stops_at_the_logit_share():  # A6
    firms, value = 20_000, 0.3
    draws = Draws(11, firms)
    wants = value + draws.logistic("taste", 0) > 0
    once, lottery = np.zeros(firms, dtype=bool), np.zeros(firms, dtype=bool)
    for quarter in range(40):
        occasion = event(draws.uniform("opportunity", quarter), 8.0, 0.25)
        once |= occasion & wants
        lottery |= occasion & (value + draws.logistic("redrawn", quarter) > 0)
    p = expit(value)
    assert abs(once.mean() - p) <= 4 * np.sqrt(p * (1 - p) / firms)
    assert lottery.mean() > 0.999  # what a taste drawn anew at every opportunity would do


def test_without_any_elasticity_support_changes_nothing():  # A7
    indifferent = replace(PARAMETERS, payback_slope=0.0)
    free, chance = np.zeros(50), np.random.default_rng(0)
    before = rules.cost_factor(free, free, free, indifferent)
    after = rules.cost_factor(chance.random(50), free, free, indifferent)
    np.testing.assert_array_equal(rules.support_utility(before, after, indifferent), 0.0)
    cost, saving = chance.random(50) + 0.1, chance.random(50) + 0.1
    np.testing.assert_array_equal(
        utility(cost * before, saving, parameters=indifferent), utility(cost * after, saving, parameters=indifferent)
    )
    assert np.all(rules.support_utility(before, before.copy(), PARAMETERS) == 0.0)  # A8: a null lever, bit for bit


@given(cost=POSITIVE, saving=POSITIVE, revenue=POSITIVE)
def test_a_cost_rise_weighs_by_one_plus_s_more_than_the_same_fall_of_savings(cost, saving, revenue):  # A9
    parameters = replace(PARAMETERS, relative_cost_slope=0.4)
    base = utility(cost, saving, revenue, parameters=parameters)
    dearer = utility(cost * 1.01, saving, revenue, parameters=parameters) - base
    weaker = utility(cost, saving / 1.01, revenue, parameters=parameters) - base
    assert (dearer / weaker)[0] == pytest.approx(1.4, abs=1e-10)


@pytest.mark.parametrize(("payback", "hurdle"), [(1.25, 0.798), (2.0, 0.491)])
def test_hurdle_rate_implied_by_a_payback_over_ten_years(payback, hurdle):  # A10
    irr = brentq(lambda rate: payback * float(annuity(rate, 10.0)) - 1.0, 1e-6, 5.0)
    assert irr == pytest.approx(hurdle, abs=1e-3)


def test_reference_payback_and_reference_cost_give_the_choice_constant():
    revenue = 200.0
    cost = PARAMETERS.relative_cost_reference * revenue
    value = utility(cost, cost / PARAMETERS.payback_reference, revenue, management=2.0, shift=0.7)
    expected = PARAMETERS.choice_constant + 2 * PARAMETERS.management_slope + 0.7
    assert value[0] == pytest.approx(expected, abs=1e-12)
    assert utility(1.0, 0.0)[0] == utility(1.0, -3.0)[0] == -np.inf


@given(
    cost=POSITIVE, saving=POSITIVE, revenue=POSITIVE, before=st.floats(0.05, 1.3), after=st.floats(0.05, 1.3)
)
def test_support_moves_utility_as_the_lower_cost_itself_would(cost, saving, revenue, before, after):
    direct = utility(cost * after, saving, revenue) - utility(cost * before, saving, revenue)
    shift = rules.support_utility(np.array([before]), np.array([after]), PARAMETERS)
    np.testing.assert_allclose(direct, shift, atol=1e-9)


def test_cost_factor_by_hand():
    parameters = replace(PARAMETERS, hidden_cost=0.1, subsidy_pass_through=0.9)
    values = rules.cost_factor(np.array([0, 0.1, 2.0]), np.array([0, 0.05, 0]), np.array([0, 0.01, 0]), parameters)
    np.testing.assert_allclose(values, [1.1, 1.1 - 0.9 * 0.16, 0.01])


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_better_terms_never_make_a_firm_give_up_a_measure(data):  # 5.4, unlimited money and no interactions
    k = data.draw(st.integers(1, 30))
    chance = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    group = np.sort(chance.integers(0, 5, k))
    measure = chance.permutation(k)
    cost, saving, revenue = chance.lognormal(0, 1, k), chance.lognormal(-0.5, 1, k) - 0.2, chance.lognormal(6, 1, k)
    co2, taste = chance.lognormal(5, 2, k), chance.logistic(size=k)
    lower, higher, price, grant = (data.draw(st.floats(*limits)) for limits in ((0.5, 1), (1, 2), (0, 200), (0, 0.5)))

    def picked(cost, saving, grant=0.0):
        null = np.zeros(k)
        factor = rules.cost_factor(null + grant, null, null, PARAMETERS)
        with np.errstate(divide="ignore"):
            score = utility(cost * factor, saving, revenue) + taste
        return rules.bundle(
            score, group, measure, cost, saving, np.full(5, np.inf), np.zeros((k, k), dtype=bool),
            np.full(k, -1), np.zeros((5, k), dtype=bool), 1.0,
        ).picked

    base = picked(cost, saving)
    better = (
        picked(cost * lower, saving), picked(cost, np.where(saving > 0, saving * higher, saving)),
        picked(cost, saving + price * co2 / 1e6), picked(cost, saving, grant),
    )
    for choice in better:
        assert np.all(choice[base])
