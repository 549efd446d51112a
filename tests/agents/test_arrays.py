"""Sums by group: a grouping kept for many sums gives the bits of a sum made at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import Grouping, sum_by, sum_of_parts


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), size=st.integers(0, 400), groups=st.integers(1, 60))
def test_a_grouping_sums_like_a_sum_at_once_to_the_last_bit(seed, size, groups):
    chance = np.random.default_rng(seed)
    group = chance.integers(0, groups, size)
    amounts = chance.lognormal(0.0, 5.0, size) * (chance.random(size) < 0.7)
    for values in (amounts, amounts > 1.0, chance.integers(0, 9, size).astype(np.int16)):
        found = Grouping(group, groups).sum(values)
        assert found.dtype == np.float64
        assert found.tolist() == sum_by(group, values, groups).tolist()


def test_a_grouping_keeps_the_groups_it_was_made_of():
    group = np.array([0, 2, 0])
    grouping = Grouping(group, 4)
    group[:] = 3
    assert grouping.sum(np.array([1.0, 2.0, 4.0])).tolist() == [5.0, 0.0, 2.0, 0.0]


@pytest.mark.parametrize("order", ["C", "F"])
def test_parts_sum_to_the_same_bits_for_some_entries_and_for_all(order):
    values = np.asarray(np.random.default_rng(2).lognormal(0.0, 5.0, (500, 6)), order=order)
    whole = sum_of_parts(values)
    np.testing.assert_allclose(whole, values.sum(axis=1), rtol=1e-14)
    for rows in (np.array([7]), np.arange(0, 500, 3), np.array([], dtype=np.int64)):
        assert sum_of_parts(values[rows]).tolist() == whole[rows].tolist()
