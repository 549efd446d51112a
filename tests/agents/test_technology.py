"""Hand-worked cases of technology push, standards and the province's programmes."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from measure_cases import MENU, PARAMETERS, deciders, state_of, toy_menu

from agents import measure_economics, measure_effects, programmes, standards, technology
from agents.terms import Terms

GATED = [MENU.index(name) for name in ("M15", "M20", "M21", "M22", "M31", "M41")]
RULES = technology.TechnologyParameters(arrival_delay=0.0, pilot_gate=2.0, pilot_quarters=4.0, build_up_years=5.0)


def test_the_menu_gates_six_breakthrough_measures():
    assert np.flatnonzero(MENU.pilot_gated).tolist() == GATED


@pytest.mark.parametrize(("pilots", "year", "advance", "delay", "open_now"), [
    (2, 2028, 0.0, 0.0, True), (2, 2027, 0.0, 0.0, False), (2, 2027, 1.0, 0.0, True), (1, 2030, 2.0, 0.0, False),
    (2, 2028, 1.0, 2.0, False), (0, 2060, 0.0, 0.0, False),
])
def test_a_gated_measure_opens_once_it_has_arrived_and_was_tried(pilots, year, advance, delay, open_now):
    menu = toy_menu(measure_id="X", pilot_gated=1.0, available_from=2028.0)
    rules = dataclasses.replace(RULES, arrival_delay=delay)
    assert technology.opened(menu, np.array([pilots]), year, advance, rules).tolist() == [open_now]


def test_a_gate_of_zero_still_asks_for_one_pilot():
    menu = toy_menu(measure_id="X", pilot_gated=1.0, available_from=2025.0)
    none = technology.opened(menu, np.array([0]), 2030, 0.0, dataclasses.replace(RULES, pilot_gate=0.0))
    assert not none.any()


def test_pilots_are_paid_by_the_programme_of_the_class():
    terms = Terms(0, 1)
    terms.process_pilots, terms.frontier_pilots, terms.hydrogen_pilots = 1.0, 2.0, 3.0
    assert technology.pilot_rates(MENU, terms)[GATED].tolist() == [1.0, 3.0, 3.0, 3.0, 2.0, 3.0]
    assert technology.pilot_rates(MENU, terms).sum() == 15.0


def test_a_stock_is_built_up_in_equal_steps_and_never_falls():
    level = 0.0
    for _ in range(20):
        level = technology.built_up(level, 0.04, 5.0)
    assert level == pytest.approx(0.04)
    assert technology.built_up(0.04, 0.04, 5.0) == 0.04
    assert technology.built_up(0.03, 0.0, 5.0) == 0.03


def test_ai_raises_what_new_digital_measures_save_and_nothing_else():
    menu = technology.with_digital_gain(MENU, 0.25)
    digital = MENU.index("M03")
    np.testing.assert_allclose(menu.removed[digital], MENU.removed[digital] * 1.25)
    others = np.arange(len(MENU)) != digital
    np.testing.assert_array_equal(menu.removed[others], MENU.removed[others])
    np.testing.assert_array_equal(technology.with_digital_gain(MENU, 0.0).removed, MENU.removed)


def test_local_supply_cuts_the_cost_of_equipment_only():
    factor = technology.equipment_factor(MENU, 0.04)
    assert factor[MENU.index("M01")] == 0.96
    assert factor[MENU.index("M04")] == factor[MENU.index("M31")] == 1.0


def test_capture_acts_on_process_and_fuel_co2_of_what_is_burnt_after_it():
    """1,000 tce of coal at 2.66 t, 500 t of process CO2: coal rises by 55 %, 80 % of both is captured."""
    measure = MENU.index("M31")
    state, energy = state_of(1), np.zeros((1, 6))
    energy[0, 0] = 1000.0
    measure_effects.apply_measures(
        state, np.array([0]), np.array([measure]), MENU, energy, np.array([1e9]), np.array([950.0]), np.ones(1),
        PARAMETERS,
    )
    assert state.ratio[0, 0] == pytest.approx(1.55)
    assert (state.fuel_co2_ratio[0], state.process_ratio[0]) == pytest.approx((0.2, 0.2))
    firms = deciders(energy, process_co2=500.0)
    economy = measure_economics.economics(
        MENU, np.array([measure]), np.array([0]), firms, np.ones(1), np.ones(1), PARAMETERS
    )
    fuel = 1000.0 * firms.fuel_co2[0, 0]
    assert economy.direct_co2[0] == pytest.approx(fuel * (1.0 - 1.55 * 0.2) + 400.0)


def test_standards_cut_cost_up_to_the_floor():
    factor = standards.cost_multiplier(np.array([0, 1, 5, 9]), 0.03, 0.2)
    np.testing.assert_allclose(factor, [1.0, 0.97, 0.85, 0.8])
    assert factor[0] == 1.0
    assert standards.fall_to(np.array([1e-9, 0.5, 1.0 - 1e-16]), 31).tolist() == [0, 15, 30]


@given(st.floats(0.0, 8.0), st.floats(0.0, 8.0), st.integers(0, 10**6))
def test_poisson_numbers_rise_with_the_mean(one, other, seed):
    uniform = np.random.default_rng(seed).random(50)
    low, high = (programmes.poisson(uniform, mean) for mean in sorted((one, other)))
    assert (low <= high).all()


def test_poisson_numbers_have_the_mean_asked_for():
    uniform = (np.arange(100_000) + 0.5) / 100_000
    assert programmes.poisson(uniform, 0.2).mean() == pytest.approx(0.2, abs=1e-4)
    assert programmes.poisson(uniform, 0.0).sum() == 0


def test_the_lowest_ranks_get_the_places():
    rank = np.array([0.9, 0.1, 0.5, 0.3])
    assert programmes.first_ranked(rank, np.array([0, 2, 3]), 2).tolist() == [2, 3]
    assert programmes.first_ranked(rank, np.array([0, 2, 3]), 0).tolist() == []
    assert programmes.first_ranked(rank, np.array([0, 2]), 5).tolist() == [0, 2]


@given(st.lists(st.booleans(), min_size=1, max_size=60), st.integers(0, 70), st.integers(0, 10**6), st.floats(0.1, 5.0))
def test_flags_and_slots_give_the_same_places(eligible, places, seed, power):
    flags = np.array(eligible)
    rank = np.random.default_rng(seed).random(len(flags)) ** power
    candidates = np.flatnonzero(flags)
    expected = np.sort(candidates[np.argsort(rank[candidates])][:places])
    assert programmes.first_ranked_of(rank, flags, places).tolist() == expected.tolist()
    assert programmes.first_ranked(rank, candidates, places).tolist() == expected.tolist()
