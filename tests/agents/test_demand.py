"""Demand that asks for the label: awards exhaust the purchases, the reserved part goes to certified factories only."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import demand as rules
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.demand
SECTORS = 4


def market(seed, firms):
    """Random firms, some not alive (weight zero), some certified."""
    chance = np.random.default_rng(seed)
    revenue = chance.lognormal(5, 1.5, firms) * (chance.random(firms) < 0.9)
    purchases, sector = chance.lognormal(4, 1, SECTORS), chance.integers(0, SECTORS, firms)
    certified = (chance.random(firms) < 0.3) & (revenue > 0)
    return purchases, certified, rules.Makers(revenue**0.8, 0.3 * revenue, sector, SECTORS)


def held(share, holder):
    """A reservation for the firms of a mask."""
    return rules.Reservation(share, np.flatnonzero(holder))


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), firms=st.integers(1, 60), share=st.floats(0, 1))
def test_awards_exhaust_the_purchases_of_every_sector(seed, firms, share):
    purchases, certified, makers = market(seed, firms)
    weight, sector, limit = makers.weight, makers.sector, makers.limit
    awards = rules.allocate(purchases, [held(share, certified)], makers)
    total = np.bincount(sector, awards.reserved + awards.open, minlength=SECTORS)
    served = np.bincount(sector, weight, minlength=SECTORS) > 0
    np.testing.assert_allclose(total[served], purchases[served], rtol=1e-12)
    np.testing.assert_array_equal(total[~served], 0.0)
    assert np.all(awards.reserved[~certified] == 0.0)
    assert np.all(awards.reserved <= limit * (1 + 1e-12))
    assert min(awards.reserved.min(), awards.open.min() + 1e-9, awards.shortfall.min()) >= 0.0
    won = np.bincount(sector, awards.reserved, minlength=SECTORS)
    np.testing.assert_allclose(won + awards.shortfall, purchases * share, rtol=1e-12, atol=1e-12)
    # the open part follows the weights of all firms, certified or not
    for s in np.flatnonzero(served):
        at = (sector == s) & (weight > 0)
        np.testing.assert_allclose(awards.open[at] / weight[at], (awards.open[at] / weight[at])[0], rtol=1e-9)


def test_awards_by_hand():
    purchases, weight = np.array([100.0, 50.0, 20.0]), np.array([1.0, 3.0, 4.0, 2.0, 5.0])
    sector, certified = np.array([0, 0, 0, 1, 1]), np.array([True, True, False, False, False])
    limit = np.array([100.0, 12.0, 100.0, 100.0, 100.0])
    awards = rules.allocate(purchases, [held(0.4, certified)], rules.Makers(weight, limit, sector, 3))
    np.testing.assert_allclose(awards.reserved, [10, 12, 0, 0, 0])  # 40 split 1 : 3, the second one limited to 12
    np.testing.assert_allclose(awards.shortfall, [18, 20, 8])
    np.testing.assert_allclose(awards.open, [78 / 8, 3 * 78 / 8, 78 / 2, 50 * 2 / 7, 50 * 5 / 7])


@settings(max_examples=100, deadline=None)
@given(seed=st.integers(0, 2**32), firms=st.integers(1, 40), share=st.floats(0, 1), data=st.data())
def test_the_gain_from_a_certificate_is_what_the_allocation_would_award(seed, firms, share, data):
    purchases, certified, makers = market(seed, firms)
    holders = np.flatnonzero(certified)
    gain = rules.reserved_gain([purchases * share], makers, holders)
    awards = rules.allocate(purchases, [held(share, certified)], makers)
    np.testing.assert_allclose(gain[certified], awards.reserved[certified], rtol=1e-12, atol=1e-12)
    newcomer = data.draw(st.integers(0, firms - 1))  # a firm that joins alone wins exactly its expected gain
    joined = certified.copy()
    joined[newcomer] = True
    after = rules.allocate(purchases, [held(share, joined)], makers)
    assert gain[newcomer] == pytest.approx(after.reserved[newcomer], rel=1e-12, abs=1e-12)
    twice = rules.reserved_gain([purchases * share, purchases], makers, holders)  # every buyer has limits of its own
    np.testing.assert_array_equal(twice, gain + rules.reserved_gain([purchases], makers, holders))
    assert np.all(rules.reserved_gain([np.zeros(SECTORS)], makers, holders) == 0.0)
    assert np.all(rules.reserved_gain([], makers, holders) == 0.0)


def test_two_reservations_by_hand():
    """100 bought from four firms: 20 for factories (the first), 30 for products (the first two, 1 : 3), 50 for all."""
    factory, product = np.array([True, False, False, False]), np.array([True, True, False, False])
    makers = rules.Makers(
        np.array([1.0, 3.0, 4.0, 2.0]), np.array([100.0, 21.0, 100.0, 100.0]), np.zeros(4, dtype=np.int64), 1
    )
    awards = rules.allocate(np.array([100.0]), [held(0.2, factory), held(0.3, product)], makers)
    np.testing.assert_allclose(awards.reserved, [20.0 + 7.5, 21.0, 0.0, 0.0])  # 22.5 cut to the limit of 21
    np.testing.assert_allclose(awards.shortfall, [1.5])
    np.testing.assert_allclose(awards.open, 51.5 * np.array([1.0, 3.0, 4.0, 2.0]) / 10.0)


def test_exports_at_risk_by_hand():
    parameters = replace(PARAMETERS, export_loss_probability=0.03)
    gain = rules.export_gain(np.array([1000.0 * 0.4 * 0.25, 0.0]), 0.5, parameters)
    np.testing.assert_allclose(gain, [1000 * 0.4 * 0.25 * 0.03 * 0.5, 0.0])


def test_the_requirement_grows_up_to_all_exports():
    parameters = replace(PARAMETERS, export_requirement_growth=0.5)
    np.testing.assert_allclose(rules.export_requirement(np.array([0.2, 0.6]), 2026, parameters), [0.2, 0.6])
    np.testing.assert_allclose(rules.export_requirement(np.array([0.2, 0.6]), 2028, parameters), [0.45, 1.0])
