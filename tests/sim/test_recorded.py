"""Recorded content run again gives the same results; what the present version does not know is named."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from policies.schedule import parse_quarter
from sim.api import RunSpec, model_content, run_block, simulate
from sim.errors import ConfigError
from sim.inputs.uncertainty import load_uncertainty
from sim.model import ProvinceModel
from sim.preparation import load_inputs, prepare_block
from sim.recorded import read_recorded, run_recorded

POLICIES = ("current", "plan_adaptive")
OVERRIDES = {"information.initial_awareness": 0.4, "finance.loan_rate": 0.035, "retrofit_subsidy.rate": 0.2}


def recorded_content(spec: RunSpec) -> dict[str, Any]:
    return json.loads(json.dumps(model_content(spec, POLICIES)))


@pytest.mark.parametrize(
    "spec",
    [
        RunSpec("demo", end="2027Q4", uncertainty="core", overrides=OVERRIDES),
        RunSpec("demo", end="2027Q4", scenario="drought_years", behaviour="npv"),
    ],
)
def test_recorded_content_gives_the_same_frames_bit_for_bit(spec: RunSpec):
    expected = run_block(spec, 3, POLICIES)
    again = run_recorded(read_recorded(recorded_content(spec), spec.scenario, spec.overrides), 3, POLICIES)
    for frame in ("indicators", "outcomes", "ledger"):
        assert getattr(again, frame).equals(getattr(expected, frame)), frame


def test_draws_of_an_ordered_design_are_recorded_in_order(tmp_path):
    nodes = load_inputs("demo").parameters.nodes
    (tmp_path / "mine.yaml").write_text(
        "sampling: sobol\ndraws:\n"
        "  retrofit.renewal_hazard: {distribution: triangular}\n"
        "  finance.bank_margin: {distribution: triangular}\n"
    )
    mine = load_uncertainty("mine", nodes, tmp_path)
    content = recorded_content(RunSpec("demo"))
    draws = {path: vars(spread) for path, spread in sorted(mine.draws.items())}
    content["uncertainty"] = {"sampling": "sobol", "draws": draws, "ridges": {}, "order": list(mine.draws)}
    recorded = read_recorded(content, "reference", {})
    assert recorded.overrides(5, nodes) == mine.sample(5, nodes)
    content["uncertainty"]["order"].reverse()
    assert read_recorded(content, "reference", {}).overrides(5, nodes) != mine.sample(5, nodes)


def test_recorded_values_win_over_the_present_files():
    nodes = load_inputs("demo").parameters.nodes
    content = recorded_content(RunSpec("demo"))
    content["parameters"]["finance.loan_rate"] = 0.031
    assert read_recorded(content, "reference", {}).overrides(1, nodes) == {"finance.loan_rate": 0.031}
    content["parameters"]["finance.horses"] = 7.0
    content["policies"]["current"]["settings"]["instruments"]["horse_tax"] = {"rate": {"2026Q1": 0.1}}
    recorded = read_recorded(content, "reference", {})
    assert recorded.unknown == ("parameters.finance.horses", "policies.current.horse_tax.rate")
    assert recorded.overrides(1, nodes) == {"finance.loan_rate": 0.031}


def test_history_of_the_recorded_policies_is_that_of_the_burn_in():
    content = recorded_content(RunSpec("demo", end="2026Q2"))
    past = copy.deepcopy(content)
    for each in past["policies"].values():
        grant = each["settings"]["instruments"]["retrofit_subsidy"]
        grant["rate"], grant["min_added_output"] = {"2021Q1": 0.9, "2026Q1": 0.05}, {"2021Q1": 0.0, "2026Q1": 20.0}
    here, there = (run_recorded(read_recorded(each, "reference", {}), 1, ["current"]) for each in (content, past))
    assert not here.indicators.equals(there.indicators)


def test_values_outside_the_present_ranges_are_told():
    recorded = read_recorded(recorded_content(RunSpec("demo", uncertainty="core")), "reference", {})
    assert recorded.problems() == []
    spread = recorded.uncertainty.draws["finance.bank_margin"]
    draws = {**recorded.uncertainty.draws, "finance.bank_margin": replace(spread, high=9.0)}
    wider = replace(
        recorded, central={**recorded.central, "finance.loan_rate": 7.0},
        uncertainty=replace(recorded.uncertainty, draws=draws),
    )
    found = {problem.key for problem in wider.problems()}
    assert found == {"finance.loan_rate", "finance.bank_margin"}


@pytest.mark.parametrize("lost", ["parameters", "policies", "uncertainty", "end"])
def test_incomplete_content_is_refused(lost: str):
    content = recorded_content(RunSpec("demo"))
    del content[lost]
    with pytest.raises(ConfigError, match="cannot be run again"):
        read_recorded(content, "reference", {})


def test_a_mix_of_ones_own_is_run_as_it_is():
    block = prepare_block("demo", last=parse_quarter("2026Q4"))
    mix = block.compose("plan")
    model = ProvinceModel("current", block=block, mix=mix).run()
    assert model.mix is mix
    assert model.rows == simulate("plan", block=block).model.rows
