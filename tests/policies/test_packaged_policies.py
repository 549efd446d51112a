"""The packaged policies: complete, at the values decided on, read strictly from their files."""

from __future__ import annotations

import pytest

from policies.registry import BUILT_IN
from policies.schedule import parse_quarter
from sim.errors import ConfigError
from sim.inputs.policy_files import compose_mix, load_catalogue


def test_packaged_policies_are_complete(catalogue):
    assert list(catalogue.instruments) == [cls.name for cls in BUILT_IN]
    assert len(catalogue.names()) == 11
    for name in catalogue.names():
        assert catalogue.mix(name).name == name
        assert all(catalogue.label(name))
        for node in catalogue.values(name):
            assert node.low <= max(value for _, value in node.schedule.steps) <= node.high
            assert node.grade == "D" or node.source != "judgement"


def test_packaged_settings_are_the_decided_ones(catalogue):
    def at(name: str, key: str, label: str = "2026Q1") -> float:
        instrument, setting = key.split(".")
        return catalogue.mix(name)[instrument].schedules[setting].at(parse_quarter(label))

    assert [at(name, "retrofit_subsidy.rate") for name in ("none", "current", "plan")] == [0.0, 0.05, 0.10]
    assert [at(name, "risk_pool.guarantee_share") for name in ("current", "green_finance")] == [0.4, 0.6]
    assert [at("plan", "certification_quota.quota", label) for label in ("2027Q4", "2028Q1")] == [
        190.0,
        150.0,
    ]
    points = [
        at("green_finance", "retrofit_loan_interest.points", label)
        for label in ("2025Q3", "2025Q4", "2026Q1")
    ]
    assert points == [0.015, 0.0, 0.015]
    assert at("current", "power_obligation.aluminium", "2025Q1") == 0.7
    assert at("plan", "power_obligation.steel") == 0.0
    assert at("plan+wider_power_obligation", "power_obligation.steel") == 0.7


def test_levers_alone_and_in_pairs_leave_the_rest_of_current_alone(catalogue):
    changed = {row[:2] for row in catalogue.describe("subsidy+procurement")}
    alone = {row[:2] for name in ("subsidy", "procurement") for row in catalogue.describe(name)}
    assert changed == alone
    history = parse_quarter("2021Q1")
    for name in catalogue.names()[1:]:
        assert all(row.quarter >= "2026Q1" for row in catalogue.describe(name, since=history))


def test_files_are_read_strictly(tmp_path):
    for folder in ("instrument", "mix"):
        (tmp_path / folder).mkdir()
    (tmp_path / "instrument" / "diagnosis.yaml").write_text(
        "name: diagnosis\nname: twice\n", encoding="utf-8"
    )
    (tmp_path / "mix" / "plan.yaml").write_text("name: [plan\n", encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_catalogue(tmp_path)
    texts = [str(problem) for problem in caught.value.problems]
    assert len(texts) == 2
    assert "line 2, column 1: broken YAML: key 'name' is given twice" in texts[0]


def test_unknown_policies_come_as_configuration_errors(catalogue):
    with pytest.raises(ConfigError, match="did you mean 'subsidy'"):
        compose_mix(catalogue, "subsdy")
