"""The command under a figure composes the settings that made it."""

from __future__ import annotations

import shlex
from dataclasses import replace

import pytest

from configs import CONFIG_ROOT
from experiments.report.command_line import INDIFFERENT, run_command
from experiments.settings.compose import compose_settings
from experiments.settings.config import ExperimentConfig


def composed(words: list[str]) -> ExperimentConfig:
    config, problems = compose_settings(words, CONFIG_ROOT)
    assert not problems
    assert config is not None
    return config


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["province=demo", "seeds=3", "policies=[none,current,plan]"],
        ["experiment=rules", "seeds=5", "first_seed=7", "end=2028Q4"],
        ["experiment=clauses", "province=demo"],
        ["policies=[plan,subsidy+procurement]", "overrides.finance.loan_rate=0.04", "uncertainty=none"],
        ["overrides.retrofit_subsidy.rate@prefecture=Chengdu=0.1"],
        ["scenario=[reference,weak_demand]", "behaviour=[logit,npv]", "until.width=0.3"],
        ["panel.columns=[revenue,rounds]", "panel.where.sector=31", "panel.at_least.revenue=400.0"],
        ["name=mine", "policies=['plan-without:II-7',plan]"],
    ],
    ids=lambda words: " ".join(words) or "defaults",
)
def test_command_composes_the_same_settings_again(words: list[str]):
    config = composed(words)
    program, verb, *again = shlex.split(run_command(config))
    assert (program, verb) == ("greenmill", "run")
    found = composed(again)
    usual = {name: getattr(found, name) for name in INDIFFERENT if name != "name"}
    assert found == replace(config, **usual)


def test_defaults_need_no_words():
    assert run_command(composed([])) == "greenmill run"
    assert run_command(composed(["lang=zh", "executor=serial", "output.root=x"])) == "greenmill run"
    assert run_command(composed(["province=demo"]), "lang=zh") == "greenmill run province=demo lang=zh"
