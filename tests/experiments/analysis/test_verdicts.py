"""Verdicts: the rule, and parameters that take a verdict back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_model import TARGETS
from printed_text import printed
from scipy.stats import fisher_exact

from experiments.analysis.parameter_draws import ParameterDraws, parameter_draws
from experiments.analysis.verdict_report import answer
from experiments.analysis.verdicts import (
    ATTAINABLE,
    CONDITIONAL,
    NOT_ATTAINABLE,
    TOO_FEW,
    UNKNOWN,
    Split,
    fisher_p_value,
    flips,
    interval_verdict,
    split,
    verdict_table,
)
from experiments.results import Results
from experiments.settings.checks import check_settings
from experiments.settings.config import ExperimentConfig
from experiments.settings.verdict import VerdictConfig
from sim.api import RunSpec

RULE = VerdictConfig()


@pytest.mark.parametrize(("met", "draws", "verdict"), [
    (20, 20, ATTAINABLE), (15, 20, ATTAINABLE), (14, 20, CONDITIONAL), (1, 20, CONDITIONAL), (0, 20, NOT_ATTAINABLE),
    (0, 16, NOT_ATTAINABLE), (0, 15, UNKNOWN), (3, 3, UNKNOWN), (4, 4, ATTAINABLE), (1, 1, UNKNOWN), (0, 1, UNKNOWN),
    (2, 60, NOT_ATTAINABLE),
])
def test_rule(met, draws, verdict):
    assert interval_verdict(met, draws, RULE) == verdict


def test_a_split_halves_the_draws_at_the_median():
    met = np.array([True, True, False, False, False])
    found = split(met, np.array([1.0, 2.0, 3.0, 4.0, 5.0]), "p")
    assert found[:6] == ("p", 3.0, 2, 2, 0, 2)
    assert found.p_value == pytest.approx(1 / 3)  # 2 x 1/6: hypergeometric, both tails
    assert split(met[:3], np.array([1.0, 2.0, 3.0]), "p") is None


@pytest.mark.parametrize("table", [(1, 10, 9, 10), (0, 4, 5, 11), (30, 100, 45, 90), (3, 3, 2, 2), (0, 5, 0, 6)])
def test_fisher_p_value_is_that_of_scipy(table: tuple[int, int, int, int]):
    met_a, draws_a, met_b, draws_b = table
    expected = fisher_exact([[met_a, draws_a - met_a], [met_b, draws_b - met_b]])[1]
    assert fisher_p_value(*table) == pytest.approx(expected, rel=1e-12)


def test_a_flip_needs_another_verdict_and_a_clear_difference():
    decisive = Split("decides", 0.5, 10, 10, 0, 10, 1e-5)
    weak = Split("weak", 0.5, 6, 10, 4, 10, 0.65)
    same = Split("same side", 0.5, 10, 10, 6, 10, 1e-4)
    assert flips([weak, decisive], RULE) == [decisive]
    assert flips([same], RULE) == []
    # Holm: 0.03 is not enough when two are tested, unless the other is clearer
    second = replace(RULE, significance=0.05)
    assert flips([Split("b", 0.5, 9, 10, 3, 10, 0.03), weak], second) == []
    assert len(flips([Split("b", 0.5, 9, 10, 3, 10, 0.03), decisive], second)) == 2


def results_of(met: np.ndarray) -> Results:
    """One policy and one target that is met in some draws."""
    seeds = np.arange(1, len(met) + 1)
    outcomes = pd.DataFrame({
        "policy": "plan", "scenario": "reference", "behaviour": "logit", "seed": seeds, "target_id": "green_factories",
        "definition": "all", "headline": True, "role": "outcome", "by": 2027, "comparison": ">=", "threshold": 1000.0,
        "value": 900.0 + 200.0 * met, "gap": 0.0, "met": met, "first_met": "",
    })  # fmt: skip
    config = ExperimentConfig(name="t", policies=("plan",), seeds=len(met), province="demo")
    return Results(config, pd.DataFrame(), outcomes, pd.DataFrame(), TARGETS, {"plan": "行动方案"})


def draws_of(seeds: int, grade: str, **columns: np.ndarray) -> ParameterDraws:
    values = pd.DataFrame(columns, index=range(1, seeds + 1))
    names = {str(name): str(name) for name in values}
    return ParameterDraws(values, dict.fromkeys(names, grade), names, names, {})


def test_the_parameter_that_decides_is_named_and_the_verdict_taken_back():
    known, noise = np.arange(20.0), np.random.default_rng(1).random(20)
    results = results_of(known >= 8.0)
    (row,) = verdict_table(results, draws_of(20, "D", decides=known, noise=noise)).to_dict("records")
    assert (row["verdict_by_interval"], row["verdict"], row["parameter"]) == (CONDITIONAL, UNKNOWN, "decides")
    assert (row["met_below"], row["draws_below"], row["met_above"], row["draws_above"]) == (2, 10, 10, 10)
    assert (row["source"], row["grade"], row["parameters_tested"]) == ("judgement", "D", 2)
    (row,) = verdict_table(results, draws_of(20, "C", decides=known, noise=noise)).to_dict("records")
    assert (row["verdict"], row["parameter"]) == (CONDITIONAL, "")
    (row,) = verdict_table(results, draws_of(20, "D", noise=noise)).to_dict("records")
    assert row["verdict"] == CONDITIONAL


def test_no_verdict_from_one_seed():
    (row,) = verdict_table(results_of(np.array([True])), draws_of(1, "D", p=np.array([0.5]))).to_dict("records")
    assert (row["verdict"], row["reason"]) == (UNKNOWN, TOO_FEW)
    assert np.isnan(row["share_low"])


def test_draws_are_found_again_from_the_seeds():
    config = ExperimentConfig(name="t", policies=("plan",), seeds=3, province="demo")
    draws = parameter_draws(config)
    again = RunSpec("demo", uncertainty="core").parameters_for(2)
    assert draws.values.loc[2].to_dict() == {path: again[path] for path in draws.values}
    assert draws.followers["information.initial_awareness"] == ("retrofit.choice_constant",)
    assert "retrofit.choice_constant" not in draws.values
    fixed = parameter_draws(replace(config, overrides={"information.peer_hazard": 0.1}))
    assert "information.peer_hazard" not in fixed.values
    assert parameter_draws(replace(config, uncertainty="none")).values.shape == (3, 0)


def test_tables_say_the_rule_and_when_nothing_is_drawn(sweep):
    finished = sweep(uncertainty="none", figures=False)
    answer(finished)
    assert "judgement, grade D" in printed(finished) and "central values only" in printed(finished)
    table = pd.read_csv(finished.store.folder / "verdicts.csv")
    assert {"scenario", "behaviour"} <= set(table) and len(table) == 4 * 5


def test_thresholds_have_to_leave_room_between_them():
    content = {"name": "t", "policies": ["plan"], "verdict": {"attainable": 0.3, "not_attainable": 0.4}}
    _, problems = check_settings(content)
    assert [problem.key for problem in problems] == ["verdict.not_attainable"]
