"""Clauses of technology, standards, information, service and equipment: at the upper value the indicator moves."""

import numpy as np
import pytest
from model_runs import differing_indicators, run, with_parameters

from sim.phases.record import emissions

START = "2026Q1"
UPPER = {
    "II-1": ({"standards_programme.standards": 15.0, "standards_programme.design_standards": 6.0},
             "product_certificate_cost_factor", -1),
    "II-2": ({"information_platform.chain_awareness_rate": 0.3}, "aware_share", 1),
    "II-3": ({"demonstration.benchmarks": 1.5}, "design_benchmarks", 1),
    "II-7": ({"technology_push.process_pilots": 8.0}, "pilots_completed", 1),
    "II-8": ({"technology_push.digital_gain": 0.6}, "energy_intensity", -1),
    "II-9": ({"information_platform.awareness_rate": 0.09}, "aware_share", 1),
    "II-12": ({"technology_push.materials_saving": 0.01}, "downstream_intensity", -1),
    "II-15": ({"technology_push.hydrogen_pilots": 8.0}, "pilots_completed", 1),
    "II-17": ({"technology_push.local_supply_cut": 0.08}, "local_supply_cut", 1),
    "II-19": ({"equipment_industry.makers": 3.0}, "equipment_makers", 1),
    "II-19 clusters": ({"equipment_industry.cluster_hazard": 0.5}, "equipment_clusters", 1),
    "II-19 skills": ({"equipment_industry.skills_gain": 0.03}, "service_capacity", 1),
    "III-3": ({"service_growth.growth": 0.2}, "service_providers", 1),
    "III-3 tools": ({"service_growth.digital_productivity": 0.06}, "service_capacity", 1),
    "III-5": ({"standards_programme.standards": 15.0}, "standards", 1),
    "III-6": ({"expert_corps.teams": 40.0}, "clinic_visits", 1),
    "III-6 list": ({"service_growth.listed": 130.0}, "service_providers_listed", 1),
    "III-7": ({"training.managers": 3000.0}, "training_gain", 1),
}
"""Clause: settings at their upper value, own indicator, direction."""


def changes(values):
    return {name: {START: value} for name, value in values.items()}


@pytest.fixture(scope="module")
def without(sichuan_block):
    return run(sichuan_block, "none")


@pytest.mark.parametrize("clause", UPPER)
def test_the_upper_value_moves_the_indicator_of_the_clause(sichuan_block, without, clause):
    settings, indicator, sign = UPPER[clause]
    model = run(sichuan_block, "none", changes(settings))
    total = [sum(row[indicator] for row in each.rows) for each in (model, without)]
    assert sign * (total[0] - total[1]) > 0.0


def test_without_pilots_no_gated_measure_is_on_offer(sichuan_block, without):
    assert all(row["breakthrough_measures_open"] == 0.0 for row in without.rows)
    # earlier arrival alone opens nothing: somebody has to try it
    advance = run(sichuan_block, "none", changes({"technology_push.advance": 3.0}))
    assert differing_indicators(advance, without) == set()


def test_earlier_arrival_opens_measures_earlier(sichuan_block):
    pilots = {"technology_push.hydrogen_pilots": 8.0, "technology_push.process_pilots": 8.0}
    late, early = (run(sichuan_block, "none", changes(pilots | {"technology_push.advance": a})) for a in (0.0, 2.0))
    openings = [sum(row["breakthrough_measures_open"] for row in each.rows) for each in (late, early)]
    assert openings[1] > openings[0] > 0.0


def test_the_programme_is_booked_whatever_comes_out(demo_block):
    model = run(demo_block, "none", changes({"technology_push.cost": 300.0}))
    for year in range(2026, 2031):
        assert model.ledger.spent("technology_push", year) == pytest.approx(300.0 * demo_block.scale)


def test_standards_cheapen_certificates_after_their_lag(demo_block):
    model = run(demo_block, "plan")
    factor = [row["certification_cost_factor"] for row in model.rows]
    assert factor[:4] == [1.0] * 4
    assert factor[4] < 1.0
    assert sum(row["standards"] for row in model.rows) == 50.0
    assert sum(row["design_standards"] for row in model.rows) == 15.0
    from_standards = model.terms.product_certificate_cost_factor / (1.0 - 0.2)  # the plan also cuts a fifth of the cost
    assert from_standards.min() >= 0.8 - 1e-12


def test_benchmarks_inform_their_own_divisions_only(demo_block):
    model = run(demo_block, "none", changes({"demonstration.benchmarks": 1.5}))
    extra = model.terms.awareness_extra
    named = np.isin(demo_block.sector, model.benchmarks.industries[model.benchmarks.added > 0])
    assert (extra[named] > 0.0).all()
    assert (extra[~named] == 0.0).all()


def test_training_raises_management_and_fades(demo_block):
    block = with_parameters(demo_block, "programmes", training_gain=0.25)
    settings = {"training.managers": {START: 3000.0, "2028Q1": 0.0}}
    model = run(block, "none", settings)
    gain = [row["training_gain"] for row in model.rows]
    assert gain[7] > 0.0
    assert gain[8] < gain[7]
    assert model.columns["training"].max() == pytest.approx(0.25 * np.exp(-0.2 * 3.0), rel=1e-9)


@pytest.mark.parametrize(("part", "values", "settings"), [
    ("programmes", {"clinic_effect": 0.0, "training_gain": 0.0, "benchmark_effect": 0.0},
     {"expert_corps.teams": 40.0, "training.managers": 3000.0, "demonstration.benchmarks": 1.5}),
    ("standards", {"certification_effect": 0.0, "hidden_cost_effect": 0.0, "design_effect": 0.0},
     {"standards_programme.standards": 15.0, "standards_programme.design_standards": 6.0}),
])
def test_effects_of_zero_leave_every_firm_alone(demo_block, part, values, settings):
    block = with_parameters(demo_block, part, **values)
    plain, busy = run(block, "none"), run(block, "none", changes(settings))
    for name in plain.columns:
        np.testing.assert_array_equal(plain.columns[name], busy.columns[name], err_msg=name)


def test_the_list_holds_no_more_providers_than_there_are(demo_block):
    model = run(demo_block, "none", changes({"service_growth.listed": 500.0}))
    assert model.rows[0]["service_providers_listed"] == 80.0
    assert model.rows[-1]["service_providers_listed"] == np.floor(model.rows[-2]["service_providers"] + 1e-9)


def test_captured_co2_leaves_the_recorded_emissions(sichuan_block):
    """A clinker firm with capture: process and fuel CO2 fall although it burns more coal."""
    model = run(sichuan_block, "none")
    capture = model.menu.index("M31")
    row = model.options.firm[np.flatnonzero(
        (model.options.measure == capture) & model.columns["alive"][model.options.firm])[:1]]
    before, coal = emissions(model)[0][row], model.columns["energy"][row, 0].copy()
    model.take_effect(row, np.array([capture]))
    model.update_energy(row)
    assert model.columns["energy"][row, 0] > coal
    assert emissions(model)[0][row] < 0.45 * before
