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
