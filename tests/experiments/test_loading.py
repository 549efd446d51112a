"""A result folder read from Python and by `greenmill status`."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from fake_model import failing_block, run_block
from rich.console import Console

from experiments.cli import main
from experiments.missing_blocks import BlocksFailedError
from experiments.run import Experiment, run_experiment
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store import load
from experiments.store.fingerprint import fingerprint
from experiments.store.folder import ResultStore
from experiments.store.journal import Journal
from experiments.store.lock import Holder
from experiments.store.manifest import manifest
from experiments.store.status import status_lines
from sim.errors import ConfigError


@pytest.fixture
def trial(config: ExperimentConfig) -> Experiment:
    quick = replace(config, figures=False, executor=ExecutorConfig("serial", 1))
    return Experiment(quick, {"model": "stand-in"}, fingerprint(quick, {"model": "stand-in"}))


@pytest.fixture
def folder(trial: Experiment) -> Path:
    """A finished experiment."""
    quiet = Console(file=io.StringIO())
    return run_experiment(trial, quiet, quiet, run_block)


@pytest.fixture
def partial_folder(trial: Experiment) -> Path:
    """An experiment of which one block failed."""
    quiet = Console(file=io.StringIO())
    with pytest.raises(BlocksFailedError):
        run_experiment(trial, quiet, quiet, failing_block)
    return trial.folder


def test_frames_are_those_of_the_tables(folder: Path, config: ExperimentConfig):
    found = load(str(folder))
    assert found.missing == ()
    assert found.manifest["settings"]["province"] == "demo"
    assert found.config.policies == config.policies
    assert len(found.indicators) == len(config.policies) * 5 * 20
    for name in ("indicators", "outcomes", "ledger"):
        assert list(getattr(found, name).columns[:4]) == ["policy", "scenario", "behaviour", "seed"]
    for name in ("targets", "summary"):
        years = {"first_met_median": str}
        kept = pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""], dtype=years)
        own = getattr(found, name).replace("", float("nan"))
        pd.testing.assert_frame_equal(own, kept, check_dtype=False)
    assert list(found.blocks["state"]) == ["done"] * 5
    assert (found.blocks["seconds"] >= 0).all()


def test_a_partial_store_says_what_is_missing(partial_folder: Path):
    found = load(partial_folder)
    assert [block.seed for block in found.missing] == [3]
    assert set(found.indicators["seed"]) == {1, 2, 4, 5}
    assert set(found.targets["seeds"]) == set(found.summary["seeds"]) == {4}
    assert dict(found.blocks.groupby("state").size()) == {"done": 4, "failed": 1}


def test_a_store_without_a_journal_still_knows_what_was_asked_for(partial_folder: Path):
    Journal(partial_folder).path.unlink()
    found = load(partial_folder)
    assert [block.seed for block in found.in_state("pending")] == [3]
    assert len(found.finished) == 4


def test_a_run_of_fewer_seeds_does_not_hide_the_others(folder: Path, trial: Experiment):
    quiet = Console(file=io.StringIO())
    fewer = replace(trial, config=replace(trial.config, seeds=2))
    assert run_experiment(fewer, quiet, quiet, run_block) == folder
    assert len(load(folder).finished) == 5
    assert set(pd.read_csv(folder / "targets.csv")["seeds"]) == {2}


def test_what_is_opened_does_not_change_under_the_reader(partial_folder: Path, trial: Experiment):
    early = load(partial_folder)
    quiet = Console(file=io.StringIO())
    run_experiment(trial, quiet, quiet, run_block)
    assert set(early.indicators["seed"]) == {1, 2, 4, 5}
    assert load(partial_folder).missing == ()


def test_several_cases_come_apart(trial: Experiment):
    config = replace(trial.config, scenario=("wet", "drought"), seeds=2)
    store = ResultStore(trial.folder)
    store.write_manifest(manifest(replace(trial, config=config), ()))
    for block in config.design.blocks:
        store.write_block(block, run_block(config.run_spec(block.case), block.seed, config.policies), config.policies)
    found = load(trial.folder)
    assert found.missing == ()
    assert list(dict.fromkeys(found.indicators["scenario"])) == ["wet", "drought"]
    rows = found.targets.groupby(["policy", "scenario"], sort=False).size()
    assert list(rows.index) == [(policy, name) for policy in config.policies for name in ("wet", "drought")]
    assert set(rows) == {6}
    assert len(found.summary.drop_duplicates(["policy", "scenario", "behaviour"])) == 8


def test_nothing_finished_yet_is_said_when_frames_are_asked_for(folder: Path):
    for path in folder.glob("runs/*"):
        path.unlink()
    found = load(folder)
    assert len(found.missing) == 5
    with pytest.raises(ConfigError, match="no block is finished yet, 5 are missing"):
        _ = found.targets


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("out", r"has no manifest.json; there are results in .*/out/trial-"),
        ("out/{folder}x", r"does not exist; did you mean '.*/out/trial-\w+'"),
        ("runs", r"is no result folder.*there are results in .*/out/trial-\w+$"),
        ("manifest.json", "is a file; give the result folder"),
        ("nothing/at/all", "does not exist$"),
    ],
)
def test_what_is_no_result_folder_is_told_once(folder: Path, tmp_path: Path, name: str, expected: str):
    inside = folder / name
    place = inside if inside.exists() else tmp_path / name.format(folder=folder.name)
    with pytest.raises(ConfigError, match=expected) as caught:
        load(place)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("content", "expected"),
    [("{", "cannot be read"), ("[]", "is no manifest"), ('{"settings": {"name": "x"}}', "not those of this version")],
)
def test_a_foreign_manifest_is_refused(folder: Path, content: str, expected: str):
    (folder / "manifest.json").write_text(content)
    with pytest.raises(ConfigError, match=expected):
        load(folder)


def test_status_of_a_stopped_sweep_names_the_first_errors(partial_folder: Path, capsys: pytest.CaptureFixture[str]):
    (partial_folder / "outcomes" / "reference-logit-seed-00005.parquet").write_bytes(b"PAR1")
    assert main(["status", str(partial_folder)]) == 0
    told = capsys.readouterr().out
    assert ": not running" in told
    assert "blocks: 3 of 5 done, 1 failed, 1 damaged" in told
    assert "runs: 12 of 20" in told
    assert "reference-logit-seed-00003: policy plan: ArithmeticError: seed 3 does not balance" in told
    assert "reference-logit-seed-00005: a file is not whole" in told
    assert "runs/min" in told


def test_status_of_a_running_sweep_gives_the_time_left(partial_folder: Path):
    (partial_folder / "runs" / "reference-logit-seed-00005.parquet").unlink()
    found = load(partial_folder)
    started = found.history.started
    assert started is not None
    lines = status_lines(found, Holder(7, "mill", "now"), started + timedelta(minutes=1))
    assert "running (process 7 on mill, since now)" in lines[0]
    assert "rate: 20 runs/min, 12 s left" in lines
    assert not any("computes what is missing" in line for line in lines)


def test_status_refuses_what_is_no_result(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["status", str(tmp_path / "nowhere")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("greenmill: one problem:\n")
    assert "nothing was run" not in told


def test_the_journal_tells_times_in_utc(folder: Path):
    lines = [json.loads(line) for line in (folder / "blocks.jsonl").read_text().splitlines()]
    assert [line["event"] for line in lines] == ["start", *["pending"] * 5, *["done"] * 5]
    times = [datetime.fromisoformat(line["time"]) for line in lines]
    assert times == sorted(times)
    assert all(abs(datetime.now(UTC) - time) < timedelta(minutes=10) for time in times)


STRANGE_LINES = (
    "[1]", "5", "null", "{}", '{"event": "done"}', '{"event": "start", "time": "2026-99-01"}',
    '{"event": "done", "time": 5, "scenario": "s", "behaviour": "b", "seed": 1}',
    '{"event": "done", "time": "2026-01-01", "scenario": "s", "behaviour": "b", "seed": [1]}',
    '{"event": "done", "time": "2026-01-01", "scenario": "s", "behaviour": "b", "seed": 1, "seconds": "long"}',
    "[" * 50_000,
)


def test_lines_that_are_none_of_a_journal_are_passed_over(folder: Path):
    path, before = Journal(folder).path, Journal(folder).read()
    path.write_text("\n".join([path.read_text(), *STRANGE_LINES]) + "\n")
    assert Journal(folder).read() == before
    path.unlink()
    path.mkdir()
    assert Journal(folder).read().events == {}
    assert len(load(folder).finished) == 5


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"code": None}, "code: is not what a run"), ({"content": [1]}, r"content = \[1\]: is not what a run"),
        ({"content": {"parameters": 5}}, "content.parameters = 5"), ({"versions": "x"}, "versions = x"),
        ({"content": {"uncertainty": {"draws": []}}}, r"content.uncertainty.draws = \[\]"),
        ({"wall_time_s": "long"}, "wall_time_s = long"),
    ],
)
def test_a_manifest_of_another_shape_is_refused(folder: Path, change: dict[str, Any], expected: str):
    path = folder / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(ConfigError, match=expected):
        load(folder)


def test_a_manifest_that_is_nothing_but_brackets_is_refused(folder: Path):
    (folder / "manifest.json").write_text("[" * 50_000)
    with pytest.raises(ConfigError, match="cannot be read"):
        load(folder)
