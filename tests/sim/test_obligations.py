"""Each clause on obligations, materials, equipment, waste and power: at its upper value it moves its own mark."""

import numpy as np
import pytest
from model_runs import run, start, steps

from sim.identities.every_quarter import violations

FROM = "2026Q1"
UPPER = {
    "II-10": ({"waste_programme.trend": 2.0}, "distillers_grains_utilisation", 1.0),
    "II-11 diagnosis": ({"material_diagnosis.slots": 500.0}, "material_diagnoses", 1.0),
    "II-11 mandate": ({"substance_mandate.avoided_cost": 0.8}, "material_substitution", 1.0),
    "II-13": ({"green_power_programme.onsite_rate": 0.1, "green_power_programme.onsite_cap": 2.0}, "pv_mw", 1.0),
    "II-14": ({"green_power_programme.hydro_certificates_follow_contract": 1.0}, "green_power_share", 1.0),
    "II-16 firms": ({"dual_control_mandate.shift": 1.5, "dual_control_mandate.covered_firms": 1000.0},
                    "mandated_firms", 1.0),
    "II-16 intensity": ({"dual_control_mandate.shift": 1.5, "dual_control_mandate.covered_firms": 1000.0},
                        "carbon_intensity", -1.0),
    "II-18 hazard": ({"equipment_renewal.hazard_multiplier": 2.5}, "replacements", 1.0),
    "II-18 orders": ({"equipment_renewal.retirement_orders": 0.1}, "retirement_orders", 1.0),
    "II-18 projects": ({"equipment_renewal.hazard_multiplier": 2.5, "equipment_renewal.retirement_orders": 0.1},
                       "retrofit_projects", 1.0),
    "II-18 over-age": ({"equipment_renewal.hazard_multiplier": 2.5, "equipment_renewal.retirement_orders": 0.1},
                       "over_age_share", -1.0),
    "II-20": ({"waste_programme.trend": 2.0}, "solid_waste_utilisation", 1.0),
    "II-20 province": ({"waste_programme.trend": 2.0}, "solid_waste_utilisation_province", 1.0),
    "II-21": ({"waste_programme.collection": 8.0}, "new_waste_recovery", 1.0),
    "II-22": ({"waste_programme.remanufacturing": 1.5}, "remanufacturing_adoption", 1.0),
    "IV-3": ({"green_finance_catalogue.rate_cut": 0.0025}, "retrofit_projects", 1.0),
}


def dated(values):
    return {name: {FROM: value} for name, value in values.items()}


@pytest.fixture(scope="module")
def none(sichuan_block):
    return run(sichuan_block, "none")


def total(model, indicator):
    return sum(row[indicator] for row in model.rows)


@pytest.mark.parametrize("clause", UPPER)
def test_a_clause_at_its_upper_value_moves_its_own_indicator(sichuan_block, none, clause):
    values, indicator, direction = UPPER[clause]
    changed = run(sichuan_block, "none", dated(values))
    assert direction * (total(changed, indicator) - total(none, indicator)) > 0.0


@pytest.mark.parametrize("setting", sorted({name for values, _, _ in UPPER.values() for name in values}))
def test_every_setting_tested_at_its_upper_value_uses_the_top_of_its_range(sichuan_block, setting):
    highest = max(values[setting] for values, _, _ in UPPER.values() if setting in values)
    assert highest == sichuan_block.catalogue.settings()[setting].high


def test_hydro_certificates_change_who_may_claim_and_not_what_is_generated(sichuan_block):
    """The reform leaves the physical account and the hybrid account of all consumers alone."""
    before, after = start(sichuan_block, "current"), start(sichuan_block, "hydro_certificate_reform")
    before.step()
    after.step()
    one, other = before.rows[-1], after.rows[-1]
    assert other["green_power_share_physical"] == one["green_power_share_physical"]
    assert other["green_power_share_province"] == pytest.approx(one["green_power_share_province"], rel=1e-12)
    assert other["green_power_share_contractual"] > one["green_power_share_contractual"] + 0.2
    assert other["green_power_share"] > one["green_power_share"]
    assert other["hydro_certificates"] > 0.0 == one["hydro_certificates"]
    assert violations(after) == []
    assert np.all(after.columns["green_share"] <= 1.0 + 1e-12)


def test_material_diagnoses_of_the_plan_are_delivered_every_year(sichuan_block):
    model = run(sichuan_block, "plan")
    years = np.array([row["material_diagnoses"] for row in model.rows]).reshape(5, 4).sum(axis=1)
    assert years.tolist() == [100.0] * 5
    assert np.all(model.columns["clause_ii11"][model.columns["material_diagnosed"]])


def test_a_diagnosed_firm_that_knows_nothing_else_weighs_materials_alone(sichuan_block):
    changes = dated({"material_diagnosis.slots": 500.0, "substance_mandate.avoided_cost": 0.8})
    model = steps(start(sichuan_block, "none", changes), 4)
    c, options = model.columns, model.options
    materials = model.menu.material
    blind = ~c["aware"] & c["material_diagnosed"]
    rows = model.wishes.rows
    assert np.any(blind[rows])
    owner = rows[model.wishes.group]
    assert np.all(materials[options.measure[model.wishes.position[blind[owner]]]])
    assert not np.any(~c["aware"][rows] & ~blind[rows])
    in_work = model.in_project & blind[options.firm]
    assert in_work.any()
    assert np.all(materials[options.measure[in_work]])


def test_a_diagnosis_of_materials_lifts_the_score_by_its_node(sichuan_block):
    from agents.certification import points_per_sd, weights
    from sim.phases.certification import scores

    model = steps(start(sichuan_block, "none"), 1)
    c, parameters = model.columns, model.parameters.certification
    rows = np.flatnonzero(c["alive"])
    before = scores(model, rows)
    c["material_diagnosed"][rows] = True
    gain = scores(model, rows) - before
    full = points_per_sd(parameters) * weights(parameters)[2] * parameters.gain_material_diagnosis
    assert gain.max() == pytest.approx(full)
    assert gain.min() >= -1e-12


def test_renewals_without_policy_are_part_of_those_with_it(sichuan_block):
    """Until the first difference ages part: common draws only add renewals of over-age equipment."""
    changes = dated({"equipment_renewal.hazard_multiplier": 2.5, "equipment_renewal.retirement_orders": 0.1})
    plain, policy = steps(start(sichuan_block, "none"), 1), steps(start(sichuan_block, "none", changes), 1)
    assert np.all(policy.renewed >= plain.renewed)
    assert policy.flows.retirement_orders > 0
    assert np.all(policy.columns["like_for_like"] >= plain.columns["like_for_like"])


def test_first_sets_are_paid_where_they_are_built(sichuan_block):
    """Oxy-fuel kilns (M15) that are bought under the grant cost the province what the offer says, at most the cap."""
    offer = {"equipment_renewal.first_set_rate": 0.3, "equipment_renewal.first_set_cap": 0.5}
    model, paid, expected = start(sichuan_block, "current+technology_push", dated(offer)), 0.0, 0.0
    while not model.finished:
        already = model.in_project.copy()
        model.step()
        wishes = model.wishes
        bought = model.in_project[wishes.position] & ~already[wishes.position]
        measure = model.options.measure[wishes.position]
        ids = np.array(model.menu.measure_id)[measure]
        first = bought & np.isin(ids, ["M15", "M22", "M31", "M41"])
        expected += float(np.minimum(0.3 * wishes.capex[first], 0.5).sum())
        paid += model.rows[-1]["measure_grants"]
    assert paid == pytest.approx(expected)
    assert paid > 0.0
    booked = [row.amount for row in model.ledger.rows() if row.instrument == "equipment_renewal"]
    assert sum(booked) == pytest.approx(paid)
