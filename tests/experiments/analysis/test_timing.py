"""Later starts: the last one that still counts, on effects that were planted."""

from __future__ import annotations

import pandas as pd
import pytest
from printed_text import printed

from experiments.analysis.timing import last_starts, started_policies, timing_effects
from experiments.analysis.timing_report import answer

STARTS = ("2026Q1", "2026Q3", "2027Q1", "2027Q3")
KEYS = {"lever": "plan", "policy": "", "scenario": "s", "behaviour": "b", "target_id": "t", "by": 2027,
        "quantity": "value", "seeds": 5}  # fmt: skip


def effects(*points: float) -> pd.DataFrame:
    return pd.DataFrame([
        {**KEYS, "start": start, "effect": effect, "low": effect - 1.0, "high": effect + 1.0}
        for start, effect in zip(STARTS, points, strict=True)
    ])


@pytest.mark.parametrize(("points", "last", "following"), [
    ((30.0, 20.0, 10.0, 9.9), "2027Q1", "2027Q3"), ((30.0, 20.0, 12.0, 11.0), "2027Q3", ""),
    ((9.0, 8.0, 7.0, 6.0), "", "2026Q1"), ((30.0, 5.0, 20.0, 0.0), "2026Q1", "2026Q3"),
])
def test_last_start(points, last, following):
    (row,) = last_starts(effects(*points)).to_dict("records")
    assert (row["last_start"], row["next_start"], row["largest_effect"]) == (last, following, max(points))


def test_policies_with_a_start_are_found():
    names = ("current", "plan@2028Q1", "plan@2026Q1", "subsidy@2027Q1", "plan", "subsidy@2026Q1+plan@2027Q1")
    assert started_policies(names) == {
        "plan": {"2026Q1": "plan@2026Q1", "2028Q1": "plan@2028Q1"}, "subsidy": {"2027Q1": "subsidy@2027Q1"}
    }


def test_effects_are_paired_and_point_where_the_target_wants(sweep):
    finished = sweep(policies=("current", "plan@2026Q1", "plan@2027Q1"))
    found = timing_effects(finished.results).set_index(["start", "target_id", "quantity"])
    outcomes = finished.results.outcomes.query("headline").pivot(
        index="seed", columns=["policy", "target_id"], values="value")
    coverage = (outcomes["plan@2027Q1"] - outcomes["current"])["retrofit_coverage"]
    energy = (outcomes["plan@2027Q1"] - outcomes["current"])["energy_intensity"]
    assert found.loc[("2027Q1", "retrofit_coverage", "value"), "effect"] == pytest.approx(100.0 * coverage.mean())
    assert found.loc[("2027Q1", "energy_intensity", "value"), "effect"] == pytest.approx(-energy.mean())
    assert ("2027Q1", "green_factories", "value") not in found.index
    answer(finished)
    assert "Starts that were run: 2026Q1, 2027Q1" in printed(finished)
    assert {"scenario", "behaviour"} <= set(pd.read_csv(finished.store.folder / "last_start.csv"))
    assert (finished.store.folder / "figures" / "timing.png").exists()


@pytest.mark.parametrize(("policies", "said"), [
    (("current", "plan"), "No policy with a start"), (("none", "plan@2027Q1"), "do not include `current`"),
])
def test_what_cannot_be_said_is_said(sweep, policies, said):
    finished = sweep(policies=policies, seeds=2)
    answer(finished)
    assert said in printed(finished)
