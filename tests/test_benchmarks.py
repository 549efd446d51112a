"""Docking: both object-per-agent models agree with the vectorised retrofit block; and arithmetic of the benchmarks."""

import sys
from pathlib import Path

import numpy as np
import pytest

from policies.schedule import parse_quarter
from sim.model import ProvinceModel
from sim.preparation import prepare_block

# The benchmarks are part of the repository, not of the package that is installed.
sys.path.append(str(Path(__file__).resolve().parents[1]))

from benchmarks import compare_mesa, paired_variance
from benchmarks.framework_time import measure_framework
from benchmarks.object_plain_model import PlainModel
from benchmarks.object_rule_model import RuleModel
from benchmarks.retrofit_block import retrofit_block
from benchmarks.trajectory import QuarterRow, differences

COUNTS = ("aware", "diagnosed", "generation", "rounds", "rounds_since_2021", "stage", "last_outcome",
          "equipment_renewed", "material_diagnosed")
AMOUNTS = (
    "project_cost", "grants_received", "loan", "loan_guaranteed", "loan_installment", "energy", "added_electricity",
    "added_gas", "alternative_fuel", "process_co2_ratio", "onsite_generation",
)


@pytest.fixture(scope="module")
def block():
    return prepare_block("demo", seed=1, last=parse_quarter("2027Q4"))


@pytest.fixture(
    scope="module", params=[(policy, kind) for policy in ("current", "plan") for kind in (RuleModel, PlainModel)],
    ids=lambda each: f"{each[0]}-{each[1].__name__}",
)
def docked(request, block):
    policy, kind = request.param
    vectorised = ProvinceModel(policy, block=block)
    objects = kind(policy, block)
    yield vectorised, retrofit_block(vectorised), objects, objects.run()
    objects.release()


def test_trajectories_agree_in_counts_exactly_and_in_money_to_1e_9(docked):
    _, rows, _, object_rows = docked
    assert len(rows) == 8
    assert differences(rows, object_rows) == []


def test_the_trajectories_are_not_trivial(docked):
    _, rows, _, _ = docked
    totals = {name: sum(getattr(row, name) for row in rows) for name in QuarterRow._fields}
    assert all(totals[name] > 0 for name in ("deciding", "completed", "invested", "queue", "lent", "tax_credits"))


def test_every_firm_ends_in_the_same_state(docked):
    vectorised, _, objects, _ = docked
    alive = np.flatnonzero(vectorised.columns["alive"])
    assert sorted(objects.in_business) == alive.tolist()
    firms = [objects.in_business[slot] for slot in alive.tolist()]
    for name in COUNTS:
        np.testing.assert_array_equal(vectorised.columns[name][alive], [getattr(f, name) for f in firms], name)
    for name in AMOUNTS:
        expected = vectorised.columns[name][alive]
        found = np.reshape([getattr(f, name) for f in firms], expected.shape)
        np.testing.assert_allclose(expected, found, rtol=1e-9, atol=1e-9, err_msg=name)


def test_the_ledgers_agree(docked):
    vectorised, _, objects, _ = docked
    left, right = vectorised.ledger.rows(), objects.ledger.rows()
    assert [row[:4] for row in left] == [row[:4] for row in right]
    np.testing.assert_allclose([row.amount for row in left], [row.amount for row in right], rtol=1e-9, atol=1e-9)


def test_a_comparison_times_every_variant(block):
    found = compare_mesa.compare(block, "current", repeats=1)
    assert set(found.running) == set(found.built) == {"columns", "rules", "plain"}
    assert found.firm_quarters == sum(row.firms for row in found.rows) > 0
    assert all(found.ratio(name) > 0.0 and found.ratio_built(name) > 0.0 for name in compare_mesa.OBJECTS)


def test_the_times_of_models_that_differ_are_not_compared(block, monkeypatch):
    class Deaf(PlainModel):
        def read_terms(self):
            super().read_terms()
            self.opportunity_chance = 0.0

    monkeypatch.setitem(compare_mesa.OBJECTS, "plain", Deaf)
    with pytest.raises(compare_mesa.TrajectoryError, match="Deaf differs from the columns:\n  2026Q1 deciding"):
        compare_mesa.compare(block, "current", repeats=1)


def test_the_aim_is_met_from_a_hundred_times():
    assert [compare_mesa.verdict(ratio) for ratio in (99.9, 100.0)] == ["NOT met", "met"]


def test_a_difference_is_named_by_quarter_and_quantity(docked):
    _, rows, _, _ = docked
    changed = [rows[0]._replace(queue=rows[0].queue + 1, grants=rows[0].grants + 1e-6), *rows[1:]]
    found = differences(rows, changed)
    assert [line.split(":")[0] for line in found] == ["2026Q1 queue", "2026Q1 grants"]
    assert differences(rows, rows[:-1]) == ["8 quarters against 7"]


def test_the_variance_of_a_difference_by_hand():
    without, granted = (np.tile(values, (4, 1)).T for values in ([1.0, 3.0, 5.0], [2.0, 5.0, 6.0]))
    one = paired_variance.reductions(without, granted)[:1]
    assert [(each.mean, each.paired) for each in one] == [(pytest.approx(4 / 3), pytest.approx(1 / 3))]
    assert one[0].independent == pytest.approx(4.0 + 13 / 3)
    assert one[0].ratio == pytest.approx(25.0)


def test_pairing_cuts_the_variance_of_the_effect_of_a_grant():
    pairs = [paired_variance.effects("demo", seed) for seed in range(1, 9)]
    projects = paired_variance.reductions(*(np.stack(each) for each in zip(*pairs, strict=True)))[0]
    assert projects.mean > 0.0
    assert projects.ratio > 3.0


def test_the_sweep_without_a_model_writes_every_run():
    found = measure_framework("serial", 2)
    assert found.runs == 22
    assert found.computing > 0.0 and found.resuming > 0.0
