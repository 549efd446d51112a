"""What a policy adds, firm by firm."""

from dataclasses import replace

import numpy as np
import pytest
from model_runs import run

from sim.additionality import COLUMNS, REFERENCE, Footprint, additionality
from sim.api import RunSpec, run_block


def footprint(rounds, grants, energy=(0.0, 0.0, 0.0, 0.0), cost=0.0):
    return Footprint(np.array(rounds), np.array(energy), np.array(energy) * 2.0, np.array(grants), cost)


def test_four_firms_by_hand():
    """One does more, one does the same and is paid, one is crowded out, one retrofits only with the policy."""
    without = footprint([1, 1, 1, 0], [0.0, 0.0, 0.0, 0.0], (10.0, 10.0, 10.0, 10.0), cost=5.0)
    with_policy = footprint([2, 1, 0, 1], [3.0, 2.0, 0.5, 1.0], (8.0, 10.0, 11.0, 9.0), cost=12.0)
    assert additionality(with_policy, without) == {
        "projects": 4.0, "additional_projects": 2.0, "displaced_projects": 1.0, "additional_firms": 1.0,
        "grants": 6.5, "windfall_grants": 2.5, "energy_saved": 2.0, "co2_avoided": 4.0, "public_cost": 7.0,
    }


@pytest.fixture(scope="module")
def pair(demo_block):
    return {policy: run(demo_block, policy) for policy in (REFERENCE, "plan")}


def test_a_policy_adds_nothing_to_itself(pair):
    values = additionality(*[Footprint.of(pair["plan"])] * 2)
    same = {name: values[name] for name in ("projects", "grants", "windfall_grants")}
    assert all(value == 0.0 for name, value in values.items() if name not in same)
    assert values["windfall_grants"] == values["grants"] > 0.0


def test_additional_less_displaced_projects_is_the_change_of_projects(pair):
    with_policy, without = (Footprint.of(pair[policy]) for policy in ("plan", REFERENCE))
    values = additionality(with_policy, without)
    counts = {policy: sum(row["retrofit_projects"] for row in model.rows) for policy, model in pair.items()}
    assert values["additional_projects"] - values["displaced_projects"] == counts["plan"] - counts[REFERENCE]
    assert values["projects"] == counts["plan"]
    assert 0.0 <= values["windfall_grants"] <= values["grants"]
    assert values["public_cost"] == pytest.approx(
        pair["plan"].ledger.total("outlay") + pair["plan"].ledger.total("forgone_tax")
        - pair[REFERENCE].ledger.total("outlay") - pair[REFERENCE].ledger.total("forgone_tax")
    )


def test_runs_of_different_blocks_are_not_compared(pair):
    one = Footprint.of(pair["plan"])
    with pytest.raises(ValueError, match="one seed block"):
        additionality(one, replace(one, rounds=one.rounds[1:]))


def test_a_block_reports_every_policy_against_none():
    block = run_block(RunSpec("demo"), 1, ["plan", "none"])
    assert block.additional.columns.tolist() == ["policy", "scenario", "behaviour", "seed", *COLUMNS]
    rows = block.additional.set_index("policy")
    assert rows.index.tolist() == ["plan", "none"]
    assert rows.loc["none", "additional_projects"] == 0.0 < rows.loc["plan", "additional_projects"]
    assert len(run_block(RunSpec("demo"), 1, ["plan"]).additional) == 0
