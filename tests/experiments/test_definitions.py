"""Definitions of one target side by side: every cell from the right row, and lines that fit."""

from __future__ import annotations

import io
from pathlib import Path

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from experiments.tables.definitions import CROSSINGS, cross, long_table, main, show_definitions
from sim.preparation import load_inputs

POLICIES = ("none", "plan", "subsidy+green_finance")
ACCOUNTS = ("hybrid", "physical", "contractual")


def frame() -> pd.DataFrame:
    """Attainment by hand: the median tells definition and policy apart, the share met the policy."""
    rows = []
    for crossing in CROSSINGS:
        for place, (definition, *_) in enumerate(crossing.definitions):
            for policy, name in enumerate(POLICIES):
                base = 100.0 if crossing.unit == "share" else 0.1
                value = (10 * place + policy + 10 * (crossing.name == "power_of_the_province") + 20) / base
                rows.append({
                    "policy": name, "scenario": "reference", "target_id": crossing.target_id,
                    "definition": definition, "p50": value, "share_met": policy / 4.0, "share_low": 0.0,
                    "share_high": 1.0, "seeds": 4,
                })
    return pd.DataFrame(rows)


def crossing(name):
    return next(each for each in CROSSINGS if each.name == name)


def test_power_crosses_three_accounts_with_two_denominators():
    targets = frame()
    here, whole = (cross(targets, crossing(f"power_of_{name}")) for name in ("manufacturing", "the_province"))
    assert tuple(here.columns) == tuple(whole.columns) == ACCOUNTS
    assert tuple(here.index) == POLICIES
    assert here.loc["plan"].tolist() == ["21% · 1/4", "31% · 1/4", "41% · 1/4"]
    assert whole.loc["plan"].tolist() == ["31% · 1/4", "41% · 1/4", "51% · 1/4"]
    assert here.loc["none", "contractual"] == "40% · 0/4"


def test_projects_and_coverage_show_every_definition():
    targets = frame()
    assert cross(targets, crossing("projects")).loc["subsidy+green_finance"].tolist() == ["220 · 2/4", "320 · 2/4"]
    assert cross(targets, crossing("coverage")).shape == (3, 5)
    assert list(cross(targets, crossing("projects"), "zh").columns) == ["全部项目", "50万元以上"]


def test_the_long_table_holds_each_definition_and_policy_once():
    table = long_table(frame())
    assert len(table) == len(POLICIES) * sum(len(each.definitions) for each in CROSSINGS)
    assert not table.duplicated(["crossing", "definition", "policy"]).any()
    one = table.query("crossing == 'power_of_the_province' and label == 'physical' and policy == 'none'")
    assert one["definition"].tolist() == ["physical_province_denominator"]
    assert one["p50"].tolist() == [0.4]


def test_a_run_that_ends_early_shows_what_it_reached():
    targets = frame().query("target_id == 'retrofit_coverage' and definition != 'above_floor'")
    assert cross(targets, crossing("coverage")).shape == (3, 4)
    console = Console(file=io.StringIO(), width=200)
    show_definitions(targets, console)
    text = console.file.getvalue()
    assert "retrofit round" in text
    assert "Green electricity" not in text


def test_definitions_are_those_of_the_registry_and_cover_all_of_them():
    registry = load_inputs().province.targets
    known = set(zip(registry["target_id"], registry["definition_id"], strict=True))
    shown = {(each.target_id, definition) for each in CROSSINGS for definition, *_ in each.definitions}
    assert shown <= known
    targets = {each.target_id for each in CROSSINGS}
    single_years = {("retrofit_projects", f"y{year}") for year in range(2026, 2031)}
    assert {key for key in known if key[0] in targets} == shown | single_years


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_fit_a_hundred_columns(lang):
    console = Console(file=io.StringIO(), width=200)
    show_definitions(frame(), console, lang)
    lines = console.file.getvalue().splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= 100
    assert sum(line.startswith("plan ") for line in lines) == len(CROSSINGS)


def test_the_command_reads_a_result_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main([str(tmp_path)]) == 2
    assert "targets.csv: missing" in capsys.readouterr().err
    frame().to_csv(tmp_path / "targets.csv", index=False)
    assert main([str(tmp_path)]) == 0
    assert "consumption of the whole province" in capsys.readouterr().out
