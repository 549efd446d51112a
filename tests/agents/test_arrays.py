"""Array operations that the rules share."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.arrays import Grouping, stable_order, sum_by


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


@given(st.lists(st.sampled_from([-1.5, 0.0, -0.0, 0.25, 3.0]) | st.floats(-9, 9), max_size=60))
def test_the_stable_order_is_that_of_the_stable_sort(values):
    values = np.array(values, dtype=np.float64)
    np.testing.assert_array_equal(stable_order(values), np.argsort(values, kind="stable"))
