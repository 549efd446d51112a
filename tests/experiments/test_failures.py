"""What goes wrong on the way to a store: each ends in one clear message, and nothing half-written counts."""

from __future__ import annotations

import errno
import io
import json
import os
import socket
import subprocess
import sys
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from fake_model import FAILING_SEED, failing_block, full_disk_block, run_block
from rich.console import Console

from experiments.executors.block_task import StorageError
from experiments.missing_blocks import BlocksFailedError
from experiments.run import Experiment, prepare, run_experiment
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store import load
from experiments.store.fingerprint import fingerprint
from experiments.store.folder import FRAMES, ResultStore
from experiments.store.journal import Journal
from experiments.store.lock import FolderBusyError, current_writer, sole_writer

SERIAL = ExecutorConfig("serial", 1)


@pytest.fixture
def trial(config: ExperimentConfig) -> Experiment:
    quick = replace(config, figures=False, executor=SERIAL)
    return Experiment(quick, {"model": "stand-in"}, fingerprint(quick, {"model": "stand-in"}))


def run(trial: Experiment, runner: Any = run_block) -> str:
    """Run and return the log."""
    log = Console(file=io.StringIO(), width=300)
    try:
        run_experiment(trial, log, Console(file=io.StringIO(), width=100), runner)
    finally:
        assert isinstance(log.file, io.StringIO)
        told = log.file.getvalue()
    return told


@pytest.mark.parametrize("damage", ["truncated", "empty", "changed", "other"])
def test_a_damaged_block_is_computed_again_and_said_so(trial: Experiment, damage: str):
    run(trial)
    store, block = ResultStore(trial.folder), trial.config.design.blocks[1]
    path = store.block_path("outcomes", block)
    whole = path.read_bytes()
    middle = pq.read_metadata(path).row_group(0).column(8)
    place = middle.data_page_offset + middle.total_compressed_size - 40
    damaged = {
        "truncated": whole[: len(whole) // 2],
        "empty": b"",
        "changed": whole[:place] + bytes(byte ^ 0xFF for byte in whole[place : place + 8]) + whole[place + 8 :],
        "other": store.block_path("outcomes", trial.config.design.blocks[0]).read_bytes(),
    }
    path.write_bytes(damaged[damage])
    found = load(trial.folder)
    assert found.missing == (block,)
    assert found.in_state("damaged") == (block,)
    assert set(found.outcomes["seed"]) == {1, 3, 4, 5}
    assert f"not whole, computed again: {block.label}" in run(trial)
    assert path.read_bytes() == whole
    assert load(trial.folder).missing == ()


def test_a_full_disk_stops_the_sweep_with_one_message(trial: Experiment, monkeypatch: pytest.MonkeyPatch):
    write = pq.write_table

    def full(table: Any, path: Path, **options: Any) -> None:
        if f"seed-{FAILING_SEED:05d}" in path.name:
            path.write_bytes(b"PAR1 half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        write(table, path, **options)

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(StorageError) as caught:
        run(trial)
    assert "cannot be written: No space left on device" in str(caught.value)
    assert "2 of 5 blocks are kept" in str(caught.value)
    found = load(trial.folder)
    assert [block.seed for block in found.finished] == [1, 2]
    assert [block.seed for block in found.in_state("failed")] == [FAILING_SEED]
    assert len(found.in_state("pending")) == 2, "no more was computed than could be kept"
    assert not list(trial.folder.rglob("*.tmp"))
    monkeypatch.undo()
    run(trial)
    assert load(trial.folder).missing == ()


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
def test_a_worker_that_cannot_write_stops_the_sweep_without_warnings(trial: Experiment):
    two = replace(trial, config=replace(trial.config, executor=ExecutorConfig("local", 2), seeds=8))
    with warnings.catch_warnings(), pytest.raises(StorageError, match="File too large"):
        warnings.simplefilter("error")
        run(two, full_disk_block)
    found = load(trial.folder)
    assert {1, 2} >= {block.seed for block in found.finished}
    run(replace(two, config=replace(two.config, executor=SERIAL)))
    assert load(trial.folder).missing == ()


def test_a_journal_that_cannot_be_written_stops_the_sweep(trial: Experiment, monkeypatch: pytest.MonkeyPatch):
    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Journal, "end", full)
    with pytest.raises(StorageError, match="No space left on device"):
        run(trial)
    assert current_writer(trial.folder) is None


def test_a_second_writer_is_told_who_the_first_is(trial: Experiment):
    script = (
        "import sys; from pathlib import Path; from experiments.store.lock import sole_writer\n"
        "with sole_writer(Path(sys.argv[1])):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    command = [sys.executable, "-P", "-c", script, str(trial.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        with pytest.raises(FolderBusyError, match=f"process {other.pid} on {socket.gethostname()}"):
            run(trial)
        writer = current_writer(trial.folder)
        assert writer is not None and writer.pid == other.pid
        assert not (trial.folder / "manifest.json").exists()
        other.kill()
        other.wait()
        assert (trial.folder / ".holder.json").exists(), "the note of a killed process stays behind"
        assert current_writer(trial.folder) is None
        run(trial)
    assert load(trial.folder).missing == ()


def test_the_lock_is_given_back(tmp_path: Path):
    with sole_writer(tmp_path):
        pass
    with pytest.raises(ZeroDivisionError), sole_writer(tmp_path):
        raise ZeroDivisionError
    assert current_writer(tmp_path) is None
    assert not (tmp_path / ".holder.json").exists()


def test_who_looks_leaves_nothing_behind(tmp_path: Path):
    assert current_writer(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_failed_blocks_are_tried_again_and_forgotten(trial: Experiment):
    with pytest.raises(BlocksFailedError, match="policy plan"):
        run(trial, failing_block)
    (failed,) = load(trial.folder).in_state("failed")
    assert "1 block failed" in _log_of_failure(trial)
    assert "4 blocks of 5 already there" in run(trial)
    found = load(trial.folder)
    assert failed in found.finished
    assert found.blocks["error"].eq("").all()


def _log_of_failure(trial: Experiment) -> str:
    log = Console(file=io.StringIO(), width=300)
    with pytest.raises(BlocksFailedError):
        run_experiment(trial, log, log, failing_block)
    assert isinstance(log.file, io.StringIO)
    return log.file.getvalue()


def test_the_model_names_the_policy_that_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from sim.model import ProvinceModel

    step = ProvinceModel.step

    def broken(model: ProvinceModel) -> None:
        if model.mix.name == "plan":
            raise FloatingPointError("not finite")
        step(model)

    monkeypatch.setattr(ProvinceModel, "step", broken)
    settings = ["province=demo", "policies=[none,plan]", "seeds=1", "end=2026Q1", "executor=serial"]
    with pytest.raises(BlocksFailedError, match="seed-00001: policy plan: FloatingPointError: not finite"):
        run(prepare([*settings, f"output.root={tmp_path}", "figures=false"]), None)


def test_a_torn_line_of_the_journal_is_passed_over(trial: Experiment):
    with pytest.raises(BlocksFailedError):
        run(trial, failing_block)
    journal = Journal(trial.folder)
    text = journal.path.read_text()
    for end in range(0, len(text), 37):
        journal.path.write_text(text[:end])
        states = {event.state for event in journal.read().events.values()}
        assert states <= {"pending", "done", "failed"}
        assert len(load(trial.folder).finished) == 4, "the files decide"
        journal.begin(trial.config.design.blocks[:1])
        assert set(trial.config.design.blocks[:1]) <= journal.read().events.keys()


@pytest.mark.parametrize("frame", FRAMES)
def test_a_kill_between_the_files_of_a_block_leaves_it_missing(trial: Experiment, frame: str):
    run(trial)
    block = trial.config.design.blocks[0]
    ResultStore(trial.folder).block_path(frame, block).unlink()
    assert load(trial.folder).in_state("pending") == (block,)


def test_the_journal_is_written_before_the_first_run(trial: Experiment):
    def look(spec: Any, seed: int, policies: Any) -> Any:
        if seed == 1:
            events = Journal(trial.folder).read().events
            assert {event.state for event in events.values()} == {"pending"}
            assert set(events) == set(trial.config.design.blocks)
            assert json.loads((trial.folder / "manifest.json").read_text())["wall_time_s"] is None
        return run_block(spec, seed, policies)

    run(trial, look)
    states = [event.state for event in Journal(trial.folder).read().events.values()]
    assert states == ["done"] * 5
