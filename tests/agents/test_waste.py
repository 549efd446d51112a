"""Solid waste: what arises follows the divisions, what is used saturates at a cap."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import waste as rules

PARAMETERS = rules.WasteParameters(utilisation_cap=0.97, measure_reach=0.5)
TABLE = rules.WasteTable(
    names=("tailings", "slag", "batteries"), generation=np.array([70.0, 20.0, 0.1]),
    utilisation=np.array([0.28, 0.8, 0.35]), growth=np.array([0.0, 0.0, 0.1]),
    sources=np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), in_total=np.array([True, True, False]),
    manufacturing=np.array([False, True, False]), new=np.array([False, False, True]),
    firms=(np.array([], dtype=np.int64), np.array([0, 0, 1]), np.array([2])),
    options=(np.array([], dtype=np.int64), np.array([0, 1, 2]), np.array([3])), adoption=np.zeros(3),
)
SHARE = st.floats(0.0, 1.0)


def utilised(initial, programme=0.0, change=0.0, parameters=PARAMETERS):
    return rules.utilisation(np.array([initial]), np.array([programme]), np.array([change]), parameters)[0]


def test_slag_follows_its_division_and_batteries_only_their_own_growth():
    base = np.array([10.0, 40.0])
    arising = rules.arising(TABLE, np.array([11.0, 80.0]), base, 2.0)
    assert arising == pytest.approx([70.0, 22.0, 0.1 * 1.21])
    assert rules.arising(TABLE, base, base, 0.0) == pytest.approx(TABLE.generation)


def test_a_firm_with_two_measures_counts_once():
    """Firm 0 makes 6 of the 10 of a division and holds options 0 and 1; firm 1 makes 3; firm 2 is in the other."""
    output, by_sector = np.array([6.0, 3.0, 5.0]), np.array([10.0, 20.0])
    both = rules.adoption_share(TABLE, np.array([True, True, False, False]), output, by_sector)
    assert both == pytest.approx([0.0, 0.6, 0.0])
    all_of_them = rules.adoption_share(TABLE, np.ones(4, dtype=bool), output, by_sector)
    assert all_of_them == pytest.approx([0.0, 0.9, 0.25])


def test_utilisation_by_hand():
    """Room 0.17; two points of programme and half of the unused fifth of a tenth of output: x = 0.02 + 0.01."""
    expected = 0.8 + 0.17 * (1.0 - np.exp(-0.03 / 0.17))
    assert utilised(0.8, 0.02, 0.1) == pytest.approx(expected)
    assert utilised(0.8, 0.0, -0.1) == pytest.approx(0.79)  # a fall of adoption counts in full
    assert utilised(0.99, 0.05) == 0.99  # a stream above the cap gains nothing and loses nothing


@given(initial=SHARE, programme=st.floats(0.0, 1.0), change=st.floats(-1.0, 1.0), cap=st.floats(0.92, 1.0))
def test_utilisation_stays_a_share_and_below_the_cap(initial, programme, change, cap):
    rate = utilised(initial, programme, change, replace(PARAMETERS, utilisation_cap=cap))
    assert 0.0 <= rate <= max(cap, initial) + 1e-12
    assert utilised(initial, programme + 0.01, change) >= utilised(initial, programme, change) - 1e-12
    assert utilised(initial) == initial
