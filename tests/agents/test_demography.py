"""Exit and events with constant hazards: exact at any step length."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import demography as rules
from sim.draws import Draws
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.demography


def test_small_firms_leave_more_often():
    hazard = rules.exit_hazard(np.array([3, 0, 1, 2]), PARAMETERS)
    assert hazard.tolist() == [
        PARAMETERS.exit_micro, PARAMETERS.exit_large, PARAMETERS.exit_medium, PARAMETERS.exit_small
    ]
    assert np.all(np.diff(rules.exit_hazard(np.arange(4), PARAMETERS)) > 0)


@given(hazard=st.floats(0, 20), years=st.floats(0, 10), uniform=st.floats(0, 1, exclude_max=True))
def test_an_event_happens_below_its_exact_probability(hazard, years, uniform):
    happens = bool(rules.event(np.array([uniform]), hazard, years)[0])
    threshold = 1 - np.exp(-hazard * years)
    if abs(uniform - threshold) > 1e-12:
        assert happens == (uniform < threshold)
    assert not rules.event(np.array([uniform]), 0.0, years)[0]


@pytest.mark.parametrize("steps_a_year", [1, 4, 12])
def test_survival_over_years_does_not_depend_on_the_step(steps_a_year):  # A5
    firms, years, hazard = 17_000, 5, 0.12
    draws = Draws(8, firms)
    alive = np.ones(firms, dtype=bool)
    for step in range(years * steps_a_year):
        alive &= ~rules.event(draws.uniform("exit", steps_a_year, step), np.full(firms, hazard), 1 / steps_a_year)
    expected = np.exp(-hazard * years)
    assert abs(alive.mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / firms)


def test_date_of_equipment_by_hand():
    """Figures dated quarter 4: equipment of 3 years then, new equipment of an arrival at 20, a renewal at 10."""
    since = rules.equipment_since(
        np.array([3.0, 0.0, 9.0]), np.array([-40, 20, -40]), np.array([-1, -1, 10]), start=4
    )
    assert since == pytest.approx([4.0 - 12.0, 20.0, 10.0])


def test_over_age_equipment_is_renewed_sooner_and_a_factor_of_one_changes_no_bit():
    uniform = np.linspace(0.0005, 0.9995, 1000)
    over = np.arange(1000) % 2 == 0
    plain = rules.event(uniform, 0.08, rules.QUARTER)
    assert rules.renewal(uniform, over, 0.08, 1.0).tobytes() == plain.tobytes()
    faster = rules.renewal(uniform, over, 0.08, 2.0)
    assert np.array_equal(faster[~over], plain[~over])
    assert np.array_equal(faster[over], rules.event(uniform[over], 0.16, rules.QUARTER))
    assert np.all(faster >= plain)
    assert faster.sum() > plain.sum()


@given(
    uniform=st.lists(st.floats(0, 1), max_size=20), hazard=st.floats(0, 2), multiplier=st.floats(0, 5),
    seed=st.integers(0, 99),
)
def test_nobody_is_renewed_whose_draw_lies_above_the_highest_chance(uniform, hazard, multiplier, seed):
    draws = np.array(uniform)
    over = np.random.default_rng(seed).random(len(draws)) < 0.5
    ends = rules.renewal(draws, over, hazard, multiplier)
    assert np.all(draws[ends] < rules.highest_renewal(hazard, multiplier))


@given(dates=st.lists(st.floats(-60.0, 0.0), min_size=1, max_size=30), places=st.integers(-1, 40))
def test_the_oldest_are_ordered_out_first(dates, places):
    since = np.array(dates)
    open_to = since < -10.0
    rows = rules.ordered_out(since, open_to, places)
    assert len(rows) == min(max(places, 0), np.count_nonzero(open_to))
    assert np.all(open_to[rows])
    left = np.setdiff1d(np.flatnonzero(open_to), rows)
    assert len(rows) == 0 or len(left) == 0 or since[left].min() >= since[rows].max()
