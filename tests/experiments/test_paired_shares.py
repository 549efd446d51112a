"""The interval of a difference between paired shares."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.paired_shares import paired_share_difference
from experiments.tables.summary import wilson_interval

pairs = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=2, max_size=40).map(lambda each: np.array(each).T)


@given(pairs)
def test_the_interval_holds_the_difference_and_turns_with_the_sign(both):
    one, other = both
    mean, low, high = paired_share_difference(one, other)
    assert mean == pytest.approx(one.mean() - other.mean())
    assert -1.0 - 1e-12 <= low <= mean <= high <= 1.0 + 1e-12
    assert paired_share_difference(other, one) == pytest.approx((-mean, -high, -low))


@given(pairs)
def test_it_has_a_width_whatever_the_draws(both):
    _, low, high = paired_share_difference(*both)
    assert high > low


def test_where_all_draws_meet_it_under_both_the_width_is_wilsons():
    met = np.ones(10, dtype=bool)
    width = 1.0 - wilson_interval(10, 10)[0]
    assert paired_share_difference(met, met) == pytest.approx((0.0, -width, width))


def test_agreement_narrows_the_interval():
    half = np.arange(20) % 2 == 0
    same, opposite = paired_share_difference(half, half), paired_share_difference(half, ~half)
    assert same[0] == opposite[0] == 0.0
    assert same[2] < opposite[2]


def test_by_hand_without_correlation():
    # 5 of 10 against 2 of 10, met together once: the correlation is zero
    one = np.array([1, 1, 1, 1, 1, 0, 0, 0, 0, 0], dtype=bool)
    other = np.array([1, 0, 0, 0, 0, 1, 0, 0, 0, 0], dtype=bool)
    (low_1, high_1), (low_2, high_2) = wilson_interval(5, 10), wilson_interval(2, 10)
    mean, low, high = paired_share_difference(one, other)
    assert mean == pytest.approx(0.3)
    assert low == pytest.approx(0.3 - math.hypot(0.5 - low_1, high_2 - 0.2))
    assert high == pytest.approx(0.3 + math.hypot(high_1 - 0.5, 0.2 - low_2))


def test_one_draw_has_no_interval():
    mean, low, high = paired_share_difference(np.array([True]), np.array([False]))
    assert mean == 1.0 and math.isnan(low) and math.isnan(high)
    assert all(map(math.isnan, paired_share_difference(np.array([], dtype=bool), np.array([], dtype=bool))))
