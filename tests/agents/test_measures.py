"""Measures: paybacks of the table, stacked savings, what electrification and own generation add, no negative use."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measure_cases import FUEL_CO2, MENU, PARAMETERS, PRICES, apply, deciders, state_of, toy_menu, use

from agents import measure_economics, measure_effects
from agents.carriers import CARRIERS, ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.measure_economics import Deciders

COAL = CARRIERS.index("coal")
ONE_CARRIER = [
    m for m in range(len(MENU))
    if (MENU.base[m] > 0).sum() == 1 and np.isfinite(MENU.payback_reference[m]) and not MENU.plant_decision[m]
]


@pytest.mark.parametrize("measure", ONE_CARRIER, ids=[MENU.measure_id[m] for m in ONE_CARRIER])
def test_payback_of_the_table_follows_from_its_own_cost_and_saving(measure):
    # a use so large that neither the capex floor nor the roof binds
    result = measure_economics.economics(
        MENU, np.array([measure]), np.array([0]), deciders(np.full(6, 1e6)), np.ones(1), np.ones(1), PARAMETERS
    )
    assert result.capex[0] > MENU.capex_floor[measure] / 1e6
    assert result.scale[0] == 1.0
    assert result.capex[0] / result.saving[0] == pytest.approx(MENU.payback_reference[measure], rel=0.02)


def test_almost_every_measure_with_a_payback_is_covered_by_that_check():
    assert len(ONE_CARRIER) >= 16
    assert {MENU.measure_id[m] for m in ONE_CARRIER} >= {"M01", "M04", "M05", "M07", "M11", "M16", "M38"}


def test_electrification_by_hand():
    # 1,000 tce of gas at 2,000 CNY, half of it covered and removed at 3 MWh of 500 CNY each; capex 800 a tce covered
    menu = toy_menu(
        base_natural_gas=1.0, coverage_share=0.5, d_natural_gas=0.5, electricity_mwh_per_tce_removed=3.0,
        capex_per_tce=800.0, opex_per_tce=10.0, capex_floor=100_000.0,
    )
    prices = np.array([0, 0, 0, 0, 2000.0, 500.0 / TCE_PER_MWH])
    firms = deciders(np.eye(6)[NATURAL_GAS] * 1000.0, prices=prices)
    none = np.array([0])
    result = measure_economics.economics(menu, none, none, firms, np.ones(1), np.array([1.5]), PARAMETERS)
    assert result.capex[0] == pytest.approx(0.5 * 1000 * 800 * 1.5 / 1e6)
    assert result.saving[0] == pytest.approx((500 * 2000 - 500 * 3 * 500 - 500 * 10) / 1e6)
    assert result.direct_co2[0] == pytest.approx(500 * FUEL_CO2[NATURAL_GAS])
    small = measure_economics.economics(menu, none, none, firms, np.full(1, 0.1), np.array([1.5]), PARAMETERS)
    assert small.capex[0] == pytest.approx(0.1 * PARAMETERS.capex_floor_factor)  # the floor is no firm's luck
    assert small.saving[0] == pytest.approx(0.1 * result.saving[0])  # exposure scales the benefit, not the floor


def test_alternative_fuel_and_process_emissions_by_hand():
    menu = toy_menu(
        base_coal=1.0, coverage_share=1.0, d_coal=0.2, alternative_fuel_tce_per_tce_removed=1.0, d_process_co2=0.1,
    )
    none, parameters = np.array([0]), replace(PARAMETERS, alternative_fuel_co2=0.5)
    firms = deciders(np.eye(6)[COAL] * 1000.0, process_co2=3000.0)
    result = measure_economics.economics(menu, none, none, firms, np.ones(1), np.ones(1), parameters)
    assert result.direct_co2[0] == pytest.approx(200 * FUEL_CO2[COAL] - 200 * 0.5 + 300)
    state, energy = state_of(1), firms.energy
    apply(state, energy, 0, menu)
    apply(state, energy, 0, menu)
    assert state.alternative_fuel[0] == pytest.approx(200 + 160)
    assert state.process_ratio[0] == pytest.approx(0.81)
    assert state.ratio[0, COAL] == pytest.approx(0.64)


def test_measures_sized_by_revenue_have_the_reference_payback_and_a_ceiling():
    menu = toy_menu(
        base_output=1.0, capex_share_of_revenue=0.01, capex_ceiling=4e6, payback_reference_years=5.0,
        capex_floor=500_000.0,
    )
    for revenue, capex in ((200.0, 2.0), (1000.0, 4.0)):
        firms, none = deciders(np.ones(6), revenue=revenue), np.array([0])
        result = measure_economics.economics(menu, none, none, firms, np.ones(1), np.ones(1), PARAMETERS)
        assert (result.capex[0], result.saving[0]) == pytest.approx((capex, capex / 5))


def test_the_roof_caps_cost_saving_and_generation_alike():
    solar, parameters = MENU.index("M04"), replace(PARAMETERS, roof_cap=2.0, pv_self_use=0.5)
    energy, revenue = np.zeros((1, 6)), 100.0
    energy[0, ELECTRICITY] = 10_000 * TCE_PER_MWH  # wants 1,200 MWh; the roof gives 2 x 100 x 950 x 0.5 kWh = 95 MWh
    state = state_of(1)
    for _ in range(2):  # a second array after the end of life finds no more room
        apply(state, energy, solar, revenue=revenue, parameters=parameters)
        assert state.generation_mwh[0] == pytest.approx(95.0)
    assert use(state, energy)[0, ELECTRICITY] == energy[0, ELECTRICITY]  # consumption itself does not change
    args = (np.array([solar]), np.array([0]))
    tail = (np.ones(1), np.ones(1), replace(parameters, capex_floor_factor=0.0))
    capped = measure_economics.economics(MENU, *args, deciders(energy, revenue), *tail)
    free = measure_economics.economics(MENU, *args, deciders(energy, 1e6), *tail)
    assert capped.scale[0] == pytest.approx(95 / (MENU.grid_purchase[solar] * 10_000))
    assert capped.capex[0] / free.capex[0] == pytest.approx(capped.scale[0])
    assert capped.capex[0] / capped.saving[0] == pytest.approx(free.capex[0] / free.saving[0])


PLAIN = [m for m in range(len(MENU)) if not MENU.adds[m]]


@pytest.mark.parametrize("measure", PLAIN, ids=[MENU.measure_id[m] for m in PLAIN])
def test_a_saving_cuts_each_carrier_by_its_share_times_what_is_realised(measure):
    energy = np.arange(1.0, 7.0)[None, :] * 1000
    state = state_of(1)
    apply(state, energy, measure)
    part = PARAMETERS.realised_share * (1 - PARAMETERS.direct_rebound) if MENU.realisation[measure] else 1.0
    np.testing.assert_allclose(use(state, energy)[0], energy[0] * (1 - MENU.removed[measure] * part), rtol=1e-14)


def test_savings_stack_multiplicatively_in_any_order_and_within_one_call():
    energy = np.full((1, 6), 5000.0)
    pair, results = [MENU.index("M01"), MENU.index("M02")], []
    for order in (pair, pair[::-1]):
        state = state_of(1)
        for measure in order:
            apply(state, energy, measure, exposure=0.8)
        results.append(state.ratio)
    state = state_of(1)
    measure_effects.apply_measures(
        state, np.zeros(2, dtype=int), np.array(pair), MENU, energy, np.ones(1), np.ones(1), np.full(2, 0.8), PARAMETERS
    )
    part = PARAMETERS.realised_share * (1 - PARAMETERS.direct_rebound)
    expected = np.prod([1 - MENU.removed[m, ELECTRICITY] * 0.8 * part for m in pair])
    for ratio in (*results, state.ratio):
        assert ratio[0, ELECTRICITY] == pytest.approx(expected, rel=1e-14)
        np.testing.assert_array_equal(ratio[0, :ELECTRICITY], 1.0)


ADDED = [m for m in range(len(MENU)) if (MENU.electricity_per_removed + MENU.gas_per_removed)[m] > 0]


@pytest.mark.parametrize("measure", ADDED, ids=[MENU.measure_id[m] for m in ADDED])
def test_a_fuel_switch_adds_exactly_what_replaces_the_removed_fuel(measure):
    energy = np.arange(1.0, 7.0)[None, :] * 1000
    state = state_of(1)
    apply(state, energy, measure)
    removed = (energy[0] * MENU.removed[measure])[MENU.base[measure] > 0].sum()
    change = use(state, energy)[0] - energy[0] + energy[0] * MENU.removed[measure] * measure_effects.realised_factor(
        MENU, np.array([measure]), PARAMETERS
    )
    expected = np.zeros(6)
    expected[ELECTRICITY] = MENU.electricity_per_removed[measure] * removed * TCE_PER_MWH
    expected[NATURAL_GAS] = MENU.gas_per_removed[measure] * removed
    np.testing.assert_allclose(change, expected, rtol=1e-12, atol=1e-9)
    # an efficient electric drive afterwards saves on the added electricity as well
    before = use(state, energy)[0, ELECTRICITY]
    apply(state, energy, MENU.index("M02"))
    cut = MENU.removed[MENU.index("M02"), ELECTRICITY] * PARAMETERS.realised_share * (1 - PARAMETERS.direct_rebound)
    assert use(state, energy)[0, ELECTRICITY] == pytest.approx(before * (1 - cut))


def test_additions_are_never_part_of_what_the_same_measure_cuts():
    # apply_additions may then run before apply_savings, and needs no exposure
    adds_power = (MENU.electricity_per_removed != 0) | (MENU.electricity_per_covered != 0)
    assert not np.any(adds_power & (MENU.removed[:, ELECTRICITY] != 0))
    assert not np.any((MENU.gas_per_removed != 0) & (MENU.removed[:, NATURAL_GAS] != 0))
    assert not np.any(MENU.adds & MENU.skips_process)


@settings(max_examples=60, deadline=None)
@given(
    energy=st.lists(st.floats(0, 1e6), min_size=6, max_size=6), revenue=st.floats(0.1, 1e5),
    sequence=st.lists(st.tuples(st.integers(0, len(MENU) - 1), st.floats(0, 1)), max_size=25),
    realised=st.floats(0, 1),
)
def test_no_sequence_of_measures_makes_use_negative(energy, revenue, sequence, realised):
    energy, state = np.array([energy]), state_of(1)
    parameters = replace(PARAMETERS, realised_share=realised)
    for measure, exposure in sequence:
        apply(state, energy, measure, revenue=revenue, exposure=exposure, parameters=parameters)
    assert np.all(use(state, energy) >= 0.0)
    assert np.all((state.process_ratio >= 0.0) & (state.process_ratio <= 1.0))
    roof = PARAMETERS.roof_cap * revenue * 950 / 1000 * PARAMETERS.pv_self_use
    assert 0.0 <= state.generation_mwh[0] <= roof * (1 + 1e-12)


def test_one_firm_alone_costs_and_saves_bit_for_bit_what_it_does_among_many():
    chance = np.random.default_rng(5)
    firms = Deciders(
        chance.lognormal(6, 3, (40, 6)) * (chance.random((40, 6)) < 0.7), PRICES,
        PRICES[ELECTRICITY] * chance.lognormal(0, 0.2, 40), np.tile(FUEL_CO2, (40, 1)),
        chance.lognormal(5, 2, 40), chance.lognormal(5, 3, 40), chance.normal(950, 50, 40),
    )
    owner = np.repeat(np.arange(40), len(MENU))
    measure = np.tile(np.arange(len(MENU)), 40)
    exposure, factor = chance.random(len(owner)), chance.lognormal(0, 0.5, len(owner))
    together = measure_economics.economics(MENU, measure, owner, firms, exposure, factor, PARAMETERS)
    for row in (0, 7, 39):
        at = owner == row
        own = {name: values[row:row + 1] for name, values in vars(firms).items() if values is not None}
        alone = Deciders(**{**own, "prices": PRICES})
        single = measure_economics.economics(
            MENU, measure[at], np.zeros(at.sum(), dtype=int), alone, exposure[at], factor[at], PARAMETERS
        )
        for name in ("capex", "saving", "scale", "direct_co2"):
            np.testing.assert_array_equal(getattr(single, name), getattr(together, name)[at])


@pytest.mark.parametrize("rate", [0.0, 0.05, 0.18])
def test_a_doubling_cuts_cost_by_the_learning_rate(rate):  # A12
    initial = np.full(5, 40.0)
    cost = measure_economics.learning_multiplier(initial * [0.5, 1, 2, 4, 8], initial, np.full(5, rate))
    np.testing.assert_allclose(cost, (1 - rate) ** np.array([0, 0, 1, 2, 3]), rtol=1e-12)
