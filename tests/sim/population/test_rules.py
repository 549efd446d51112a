"""The rules by which the population is drawn: entry, places, sizes, and who holds a certificate."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.draws import Draws
from sim.population.arrival import ENTRY_QUARTERS, entry_schedule
from sim.population.certification import inclusion_probability, propensity_exponent
from sim.population.place import apportion, exchange, place
from sim.population.report import hill_exponent
from sim.population.size import location_for_mean, truncated_lognormal


@settings(max_examples=30, deadline=None)
@given(growth=st.floats(0.0, 0.1), hazard=st.floats(0.0, 0.15), stock=st.integers(500, 20_000))
def test_entry_schedule_reproduces_growth(growth, hazard, stock):
    classes = np.array([0, 0, stock, 0])
    entry = entry_schedule(classes, growth, np.full(4, hazard), np.array([0.0, 0.0, 1.0, 0.0]))
    alive = float(stock)
    for number in entry:
        alive = alive * np.exp(-hazard / 4.0) + number
    assert alive == pytest.approx(stock * (1.0 + growth) ** (ENTRY_QUARTERS / 4.0), abs=1.0)


@settings(max_examples=50, deadline=None)
@given(weights=st.lists(st.floats(0.01, 10.0), min_size=1, max_size=12), total=st.integers(0, 40))
def test_apportion_is_whole_and_near_proportional(weights, total):
    weights = np.array(weights)
    free = apportion(weights, total, np.full(weights.size, 1000))
    assert free.sum() == total
    assert np.all(np.abs(free - weights / weights.sum() * total) < 1.0 + 1e-9)
    tight = apportion(weights, total, np.full(weights.size, 3))
    assert tight.max() <= 3 and tight.sum() == min(total, 3 * weights.size)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000))
def test_exchange_keeps_every_group_and_never_worsens_the_worst(seed):
    rng = np.random.default_rng(seed)
    revenue, group = rng.lognormal(4.0, 1.0, 300), rng.integers(-1, 4, 300)
    city, target = rng.integers(0, 5, 300), np.zeros(5)
    target[:] = revenue.sum() / 5
    moved = exchange(revenue, group, city, target)
    for name in range(4):
        np.testing.assert_array_equal(np.sort(moved[group == name]), np.sort(revenue[group == name]))
    np.testing.assert_array_equal(moved[group < 0], revenue[group < 0])
    before, after = (np.abs(np.bincount(city, r, minlength=5) / target - 1.0).max() for r in (revenue, moved))
    assert after <= max(before, 0.02) + 1e-9


def test_truncated_lognormal_has_the_wanted_mean_and_floor():
    uniform = (np.arange(400_000) + 0.5) / 400_000
    for mean, sd, floor in ((33.0, 0.35, 20.0), (130.0, 0.9, 20.0), (6000.0, 1.0, 400.0)):
        location = location_for_mean(np.array([mean]), np.array([sd]), np.array([floor]))
        values = truncated_lognormal(uniform, location, np.array([sd]), np.array([floor]))
        assert values.min() >= floor * (1.0 - 1e-9)
        assert values.mean() == pytest.approx(mean, rel=2e-3)


def test_hill_exponent_of_a_pareto_tail():
    uniform = (np.arange(50_000) + 0.5) / 50_000
    assert hill_exponent(uniform ** (-1.0 / 1.2)) == pytest.approx(1.2, rel=0.02)


def test_inclusion_probability_matches_gumbel_draws():
    """The clock formula against 400 replications of the draw it stands for."""
    rng = np.random.default_rng(0)
    weight, city, stock = rng.normal(0.0, 1.0, 300), np.repeat([0, 1], 150), np.array([10, 30])
    probability = inclusion_probability(weight, city, stock)
    np.testing.assert_allclose(np.bincount(city, probability), stock, rtol=1e-4)
    drawn = np.zeros(300)
    for replication in range(400):
        key = weight + Draws(replication, 300).gumbel("test")
        for place_, number in enumerate(stock):
            rows = np.flatnonzero(city == place_)
            drawn[rows[np.argsort(-key[rows])[:number]]] += 1.0 / 400.0
    assert np.abs(drawn - probability).max() < 4.5 * 0.5 / np.sqrt(400.0)
    assert np.corrcoef(drawn, probability)[0, 1] > 0.97


@pytest.mark.parametrize("ratio", [2.0, 5.0])
def test_propensity_exponent_gives_the_ratio(columns, old, province, ratio):
    revenue, city = columns["revenue_base"][old], columns["prefecture"][old]
    stock = province.prefectures["green_factories"].to_numpy()
    eta = propensity_exponent(revenue, city, stock, ratio)
    probability = inclusion_probability(eta * np.log(revenue / revenue.max()), city, stock)
    expected = probability @ revenue / stock.sum() / revenue.mean()
    assert expected == pytest.approx(ratio, rel=0.01)


def test_places_do_not_depend_on_the_order_of_sub_types(province):
    cells = place(province)
    reverse = province.subtypes.iloc[::-1].reset_index(drop=True)
    turned = place(dataclasses.replace(province, subtypes=reverse))
    np.testing.assert_array_equal(cells.sector, turned.sector)
    number = len(province.subtypes)
    named = np.where(turned.subtype > 0, number + 1 - turned.subtype, 0)
    assert (named == cells.subtype).mean() > 0.995
    np.testing.assert_array_equal(np.bincount(named), np.bincount(cells.subtype))
