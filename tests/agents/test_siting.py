"""Siting and review of newcomers, worked by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import siting as rules


def test_the_wanted_share_comes_out_in_expectation():
    assert rules.move_probability(0.25, 0.07) == pytest.approx(0.18 / 0.93)
    assert 0.07 + 0.93 * rules.move_probability(0.25, 0.07) == pytest.approx(0.25)


@pytest.mark.parametrize(("wanted", "base"), [(0.0, 0.07), (0.05, 0.07), (0.5, 1.0)])
def test_nobody_is_moved_out_of_the_zone(wanted, base):
    assert rules.move_probability(wanted, base) == 0.0


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.lists(st.floats(0.0, 1.0, exclude_max=True), max_size=30))
def test_a_stricter_review_refuses_all_that_a_milder_one_does(one, other, draws):
    mild, strict = sorted((one, other))
    uniform = np.array(draws)
    assert not (rules.refused(uniform, mild) & ~rules.refused(uniform, strict)).any()
    assert not rules.refused(uniform, 0.0).any()


def test_places_are_picked_by_weight():
    picked = rules.pick(np.array([0.0, 0.49, 0.51, 0.99]), np.array([2, 7]), np.array([1.0, 1.0]))
    assert picked.tolist() == [2, 2, 7, 7]
    assert rules.pick(np.array([0.3]), np.array([2, 7]), np.array([0.0, 5.0])).tolist() == [7]
