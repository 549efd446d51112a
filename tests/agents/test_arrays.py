"""Array operations that the rules share."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from agents.arrays import stable_order


@given(st.lists(st.sampled_from([-1.5, 0.0, -0.0, 0.25, 3.0]) | st.floats(-9, 9), max_size=60))
def test_the_stable_order_is_that_of_the_stable_sort(values):
    values = np.array(values, dtype=np.float64)
    np.testing.assert_array_equal(stable_order(values), np.argsort(values, kind="stable"))
