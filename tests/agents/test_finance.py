"""Finance: the bank's cut-off, annuities, budgets that hold, claims that never overdraw the pool."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import finance as rules
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.finance
SHARE = st.floats(0.0, 1.0)
AMOUNTS = st.lists(st.floats(0.0, 1e3), max_size=30).map(lambda x: np.array(x, dtype=float))


@pytest.mark.parametrize(
    ("guarantee", "expected"), [(0.0, 0.0207), (0.4, 0.0341), (0.6, 0.0503), (0.8, 0.0957), (1.0, 1.0)]
)
def test_cut_off_on_default_probability(guarantee, expected):  # A11: m = 1.27 %, LGD 60 %
    assert rules.largest_default_probability(guarantee, 0.0127, 0.6) == pytest.approx(expected, abs=1e-4)


@given(guarantee=st.floats(0, 0.99), more=st.floats(0, 1), margin=st.floats(1e-4, 0.1), lgd=st.floats(0.05, 1))
def test_the_bank_breaks_even_at_its_cut_off_and_a_guarantee_never_excludes(guarantee, more, margin, lgd):
    cut_off = float(rules.largest_default_probability(guarantee, margin, lgd))
    assert (1 - cut_off) * margin == pytest.approx(cut_off * lgd * (1 - guarantee), rel=1e-9)
    higher = float(rules.largest_default_probability(guarantee + (1 - guarantee) * more, margin, lgd))
    assert higher >= cut_off * (1 - 1e-12)


@given(rate=st.floats(0.0, 0.3), years=st.integers(1, 30))
def test_annuity_repays_the_loan_with_interest(rate, years):
    payment = float(rules.annuity(rate, float(years)))
    debt = 1.0
    for _ in range(years):
        debt = debt * (1 + rate) - payment
    assert debt == pytest.approx(0.0, abs=1e-9 * (1 + rate) ** years)


def test_debt_room_and_project_budget_by_hand():
    cash, credit = np.array([3.0, 3.0, 3.0, 0.0]), np.array([True, True, False, True])
    room = np.array([100.0, 2.0, 100.0, 100.0])
    # own means of 3 carry 10 at 70 % loan; a room of 2 ends at 5; without credit only cash; no cash, no loan
    np.testing.assert_allclose(rules.project_budget(cash, room, credit, 0.7), [10.0, 5.0, 3.0, 0.0])
    rate = np.full(3, 0.05)
    room = rules.debt_room(np.array([12.0, 12.0, -5.0]), np.array([0.0, 99.0, 0.0]), rate, PARAMETERS)
    service = float(rules.annuity(0.05, PARAMETERS.tenor))
    np.testing.assert_allclose(room, [12.0 / PARAMETERS.service_ratio / service, 0.0, 0.0])


@given(cash=st.floats(0, 100), room=st.floats(0, 100), loan_to_value=st.floats(0, 0.9))
def test_no_project_in_the_budget_needs_more_loan_than_allowed(cash, room, loan_to_value):
    budget = rules.project_budget(*(np.array([x]) for x in (cash, room, True)), loan_to_value)[0]
    loan = budget - cash
    assert cash * (1 - 1e-12) <= budget
    assert loan <= room + 1e-9
    assert loan <= loan_to_value * budget + 1e-9


def test_interest_subsidy_is_about_one_per_cent_of_cost():
    value = rules.interest_subsidy_value(np.array([0.015]), np.array([1.0]), np.array([0.0377]), 0.7)
    assert value[0] == pytest.approx(0.7 * 0.015 / 1.0377, rel=1e-12)


def test_a_grant_by_hand():
    rate, cost = np.array([0.1, 0.1, 0.1, 0.0]), np.array([50.0, 200.0, 0.0, 50.0])
    assert rules.grant(rate, cost, 10.0).tolist() == [5.0, 10.0, 0.0, 0.0]
    assert rules.grant_share(rate, cost, 10.0).tolist() == [0.1, 0.05, 0.1, 0.0]


@given(rate=st.floats(0.0, 1.0), cost=st.floats(0.0, 1e4), cap=st.floats(0.0, 1e3))
def test_the_expected_share_of_a_grant_is_what_is_awarded(rate, cost, cap):
    share = rules.grant_share(np.array([rate]), np.array([cost]), cap)
    assert 0.0 <= share[0] <= rate
    assert share[0] * cost == pytest.approx(rules.grant(np.array([rate]), np.array([cost]), cap)[0], rel=1e-12)


def test_the_first_claim_that_does_not_fit_ends_the_round():
    amount = np.array([4.0, 6.0, 1.0, 2.0])
    priority = np.array([0.5, 0.1, 0.9, 0.5])
    served = {
        budget: rules.ration(amount, priority, budget).tolist() for budget in (0.0, 6.0, 9.9, 10.0, 12.5, 13.0)
    }
    assert served[0.0] == [False] * 4
    assert served[6.0] == served[9.9] == [False, True, False, False]  # the claim of 1 waits behind the misfit of 4
    assert served[10.0] == [True, True, False, False]  # the tie at 0.5 goes to the earlier position
    assert served[12.5] == [True, True, False, True]
    assert served[13.0] == [True] * 4


@given(amount=AMOUNTS, budget=st.floats(0, 5e3), seed=st.integers(0, 2**32))
def test_rationing_serves_a_prefix_within_the_budget(amount, budget, seed):
    priority = np.random.default_rng(seed).random(len(amount))
    served = rules.ration(amount, priority, budget)
    assert amount[served].sum() <= budget * (1 + 1e-12)
    flags = served[np.argsort(priority)]
    assert not np.any(flags[1:] & ~flags[:-1])
    if not served.all():
        refused = amount[np.argsort(priority)][np.argmin(flags)]
        assert amount[served].sum() + refused > budget * (1 - 1e-12)
    assert np.all(rules.ration(amount, priority, budget * 2)[served])


@given(amount=AMOUNTS, budget=st.floats(0, 5e3), enough=st.booleans(), seed=st.integers(0, 2**32))
def test_rationing_is_the_same_where_the_money_suffices_at_a_glance(amount, budget, enough, seed):
    priority = np.random.default_rng(seed).random(len(amount))
    order = np.argsort(priority, kind="stable")
    running = np.cumsum(amount[order])
    if enough and len(amount):
        budget = running[-1]  # to the last bit
    assert rules.ration(amount, priority, budget)[order].tolist() == (running <= budget).tolist()


@given(claims=AMOUNTS, balance=st.floats(0, 5e3))
def test_claims_are_paid_pro_rata_and_never_overdraw(claims, balance):
    paid, left = rules.pay_claims(claims, balance)
    assert left >= 0.0
    assert paid.sum() + left == pytest.approx(balance, abs=1e-9 * max(balance, 1.0))
    if claims.sum() <= balance:
        np.testing.assert_array_equal(paid, claims)
    else:
        np.testing.assert_allclose(paid * claims.sum(), claims * balance, rtol=1e-9, atol=1e-9)


@settings(max_examples=50)
@given(yearly=st.floats(0, 0.9), parts=st.integers(1, 52))
def test_default_within_a_year_does_not_depend_on_the_step(yearly, parts):
    step = rules.default_probability_step(np.array([yearly]), 1.0 / parts)[0]
    assert 1 - (1 - step) ** parts == pytest.approx(yearly, abs=1e-12)


def test_a_lower_rate_is_worth_a_subsidy_for_half_the_tenor():
    cut, rate = np.array([0.001, 0.0]), np.array([0.04, 0.04])
    value = rules.rate_cut_value(cut, rate, loan_share=0.7, tenor=5.0)
    assert value == pytest.approx([0.7 * 0.001 * 2.5 / 1.04, 0.0])
