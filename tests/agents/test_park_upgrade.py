"""Green parks: score, application, approval, removal, worked by hand."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import park_upgrade as rules
from agents.parks import Places
from sim.preparation import load_inputs

PARAMETERS = load_inputs("demo").parameters.parks


def test_the_weights_of_the_four_parts_sum_to_one():
    np.testing.assert_allclose(rules.weights(PARAMETERS), [0.25, 0.20, 0.25, 0.30])
    spread = np.sqrt(0.25**2 + 0.2**2 + 0.1**2 + 0.25**2 + 0.15**2 + 0.05**2)
    assert rules.group_spread(PARAMETERS) == pytest.approx(spread)


def test_a_park_whose_firms_did_one_round_each_and_gained_one_spread_of_green_factories():
    points = rules.score(*(np.array([each]) for each in (-0.4, 0.35, 0.25, 1.0)), PARAMETERS)
    by_hand = -0.4 + (0.25 * 0.35 + 0.20 * 0.25 + 0.25 * 1.0) / np.sqrt(0.20)
    np.testing.assert_allclose(points, [by_hand])
    assert points[0] > 0.0


def test_only_the_groups_that_firms_do_not_decide_drift_and_support_adds_in_full():
    assert rules.yearly_drift(0.0, PARAMETERS) == pytest.approx(0.15 * 0.3)
    assert rules.yearly_drift(0.1, PARAMETERS) == pytest.approx(0.145)


def test_the_list_of_a_prefecture_takes_its_best_parks():
    key, home = np.array([0.1, 0.9, 0.5, -1.0, -2.0]), np.array([0, 0, 0, 1, 1])
    listed = rules.listed_first(key, home, np.array([2, 1]))
    assert listed.tolist() == [False, True, True, True, False]


@given(st.lists(st.tuples(st.floats(1e-9, 1.0 - 1e-9), st.booleans()), min_size=1, max_size=50))
def test_listed_parks_start_above_the_line_of_2025_and_the_others_below(parks):
    uniform, listed = (np.array(each) for each in zip(*parks, strict=True))
    points = rules.first_score(uniform, listed)
    assert ((points >= 0.0) == listed).all()


def test_a_higher_line_lets_fewer_parks_apply():
    points, green = np.array([-0.15, 0.0, 0.15, 0.3]), np.full(4, 9.0)
    lines = (dataclasses.replace(PARAMETERS, threshold=line) for line in (-0.2, 0.0, 0.2))
    applied = [rules.applies(points, green, np.ones(4), np.zeros(4), 1.0, each).sum() for each in lines]
    assert applied == [4, 3, 1]


def test_a_park_applies_if_good_enough_green_enough_and_worth_its_cost():
    full = np.ones(5)
    points, green = np.array([0.0, -0.01, 1.0, 1.0, 1.0]), np.array([1.0, 9.0, 0.0, 3.0, 3.0])
    taste = np.array([0.0, 0.0, 0.0, -1.0, -2.0])  # 0.3 + 1.0 - 0.8 + 0.3 x taste: 0.5, 0.5, 0.5, 0.2, -0.1
    applies = rules.applies(points, green, 0.3 * full, taste, 1.0, PARAMETERS)
    assert applies.tolist() == [True, False, False, True, False]


def test_the_best_candidates_take_the_places_and_ties_go_to_the_lower_row():
    candidates, priority = np.array([True, True, False, True]), np.array([1.0, 2.0, 9.0, 1.0])
    assert rules.best(candidates, priority, 2).tolist() == [0, 1]
    assert rules.best(candidates, priority, 0).tolist() == []
    assert rules.best(candidates, priority, 9).tolist() == [0, 1, 3]


def test_removal_follows_the_hazard():
    limit = 1.0 - np.exp(-0.02)
    assert rules.removed(np.array([limit - 1e-9, limit + 1e-9]), PARAMETERS).tolist() == [True, False]


@given(st.lists(st.floats(0.0, 5.0), max_size=30))
def test_whole_places_lose_no_fraction(quotas):
    places = Places()
    total = sum(places.take(quota) for quota in quotas)
    assert abs(total - sum(quotas)) < 1.0 + 1e-6
