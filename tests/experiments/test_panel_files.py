"""Firm-level panels on the disk: one file a block, written quarter by quarter, part of a whole block."""

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.console import Console

from experiments.cli import main
from experiments.run import prepare, run_experiment
from experiments.settings.panel import PanelWriter
from experiments.store import load
from sim.errors import ConfigError
from sim.model import ProvinceModel

SETTINGS = [
    "province=demo", "policies=[none,plan]", "seeds=2", "uncertainty=none", "executor=serial", "figures=false",
    "end=2027Q4", "panel.columns=[revenue,rounds,size_class]", "panel.where.size_class=[large,medium]",
    "panel.at_least.revenue=100",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    quiet = Console(file=io.StringIO())
    root = tmp_path_factory.mktemp("panel")
    return run_experiment(prepare([*SETTINGS, f"output.root={root}"]), quiet, quiet)


def test_the_panel_holds_the_firms_asked_for(folder: Path):
    panel = load(folder).panel()
    runs = panel.groupby(["policy", "seed", "quarter"]).size()
    assert sorted(panel["quarter"].unique()) == ["2026Q4", "2027Q4"]
    assert len(runs) == 2 * 2 * 2
    assert set(panel["size_class"]) <= {"large", "medium"}
    assert panel["revenue"].min() >= 100.0
    model = ProvinceModel("plan", "demo", 1)
    while model.quarter <= 2027 * 4 + 3:
        model.step()
    mine = panel[(panel["policy"] == "plan") & (panel["seed"] == 1) & (panel["quarter"] == "2027Q4")]
    rows = mine["unique_id"].to_numpy() - 1
    np.testing.assert_array_equal(mine["revenue"], model.columns["revenue"][rows])
    np.testing.assert_array_equal(mine["rounds"], model.columns["rounds"][rows])


def test_columns_and_rows_can_be_chosen(folder: Path):
    part = load(folder).panel(["unique_id", "rounds"], [("policy", "=", "plan"), ("seed", "=", 2)])
    assert list(part.columns) == ["unique_id", "rounds"]
    assert 0 < len(part) < len(load(folder).panel())


def test_a_block_without_its_panel_is_computed_again(folder: Path):
    victim = next(iter(sorted((folder / "panel").glob("*.parquet"))))
    before = load(folder).panel()
    victim.unlink()
    assert len(load(folder).missing) == 1
    assert main(["run", *SETTINGS, f"output.root={folder.parent}"]) == 0
    pd.testing.assert_frame_equal(load(folder).panel(), before, check_exact=True)


def test_without_a_panel_there_is_none_and_it_says_how(folder: Path, tmp_path: Path):
    quiet = Console(file=io.StringIO())
    plain = [each for each in SETTINGS if not each.startswith("panel.")]
    other = run_experiment(prepare([*plain, f"output.root={tmp_path}"]), quiet, quiet)
    assert other.name != folder.name
    assert not (other / "panel").exists()
    with pytest.raises(ConfigError, match=r"give panel.columns=\[...\]"):
        load(other).panel()
    pd.testing.assert_frame_equal(load(other).indicators, load(folder).indicators, check_exact=True)


def test_a_panel_without_a_due_quarter_is_a_whole_file(tmp_path: Path):
    with PanelWriter(tmp_path / "empty.parquet", {b"greenmill.block": b"{}"}):
        pass
    assert len(pd.read_parquet(tmp_path / "empty.parquet")) == 0


def test_mistakes_are_told_at_once(capsys: pytest.CaptureFixture[str]):
    bad = ["province=demo", "panel.columns=[revenu]", "panel.where.size_class=[big]", "policies=[plann]"]
    assert main(["run", *bad]) == 2
    text = capsys.readouterr().err
    for part in ("panel.columns = revenu: no such firm column; did you mean 'revenue'?", "panel.where.size_class = big",
                 "did you mean 'plan'?"):
        assert part in text
    assert main(["run", "province=demo", "panel.where.sector=31"]) == 2
    assert "panel.columns: has to be given" in capsys.readouterr().err
    assert main(["run", "province=demo", "panel.columns=[revenue]", "panel.quarters=monthly"]) == 2
    assert "panel.quarters = monthly: all, year_end or last is needed" in capsys.readouterr().err


def test_what_each_policy_adds_is_in_the_store(folder: Path):
    added = load(folder).additional.set_index(["policy", "seed"])
    assert (added.loc["none", "additional_projects"] == 0.0).all()
    assert added.loc[("plan", 1), "projects"] >= added.loc[("plan", 1), "additional_projects"]
