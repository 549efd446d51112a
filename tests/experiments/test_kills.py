"""Processes of a real sweep are killed: afterwards the results are those of a sweep that nobody disturbed."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pandas as pd
import pytest
from sweeps import SETTINGS, finished_files, sweep, wait_for, worker_pids

from experiments.cli import main
from experiments.store import load
from experiments.store.loading import StoredResults

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found through /proc")

FRAMES = ("indicators", "outcomes", "ledger", "targets", "summary")


def settings(folder: Path, *more: str) -> list[str]:
    return ["run", *SETTINGS, f"output.root={folder}", *more]


def journals(root: Path) -> str:
    """The journal of the result folder below a folder, empty as long as there is none."""
    return "".join(path.read_text() for path in root.glob("*/blocks.jsonl"))


def only(root: Path) -> StoredResults:
    """The one result folder below a folder."""
    (folder,) = root.iterdir()
    return load(folder)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> StoredResults:
    root = tmp_path_factory.mktemp("undisturbed")
    assert main(settings(root, "executor=serial", "executor.workers=1")) == 0
    return only(root)


def assert_same(found: StoredResults, expected: StoredResults) -> None:
    assert found.missing == ()
    assert found.finished == expected.finished
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)
    for name in ("targets.csv", "summary.csv"):
        assert (found.folder / name).read_bytes() == (expected.folder / name).read_bytes()


def test_a_killed_worker_is_replaced_while_the_sweep_goes_on(tmp_path: Path, undisturbed: StoredResults):
    with sweep(tmp_path) as process:
        wait_for(lambda: finished_files(tmp_path), "the first block")
        os.kill(worker_pids(process.pid)[0], signal.SIGKILL)
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert_same(only(tmp_path), undisturbed)


def test_after_the_parent_is_killed_the_same_command_completes_the_store(tmp_path: Path, undisturbed: StoredResults):
    with sweep(tmp_path) as process:
        wait_for(lambda: finished_files(tmp_path), "the first block")
        os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
        torn = only(tmp_path)
        assert 0 < len(torn.finished) < 8
        assert len(torn.missing) == 8 - len(torn.finished)
        assert len(torn.targets) == len(undisturbed.targets)
    with (torn.folder / "blocks.jsonl").open("a") as journal:
        journal.write('{"time": "2026-01-0')
    assert main(settings(tmp_path, "executor=serial", "executor.workers=1")) == 0
    assert_same(only(tmp_path), undisturbed)
    assert not [path.name for path in tmp_path.rglob("*.tmp")]


def test_after_an_interruption_the_same_command_completes_the_store(tmp_path: Path, undisturbed: StoredResults):
    with sweep(tmp_path) as process:
        wait_for(lambda: finished_files(tmp_path), "the first block")
        os.killpg(process.pid, signal.SIGINT)
        _, log = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "of 8 blocks are kept" in log
    assert "Traceback" not in log
    kept = {path: path.stat().st_mtime_ns for path in finished_files(tmp_path)}
    assert main(settings(tmp_path, "executor=serial", "executor.workers=1")) == 0
    assert_same(only(tmp_path), undisturbed)
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "finished blocks are not computed again"


def test_a_running_sweep_can_be_read_and_holds_its_folder(
    tmp_path: Path, undisturbed: StoredResults, capsys: pytest.CaptureFixture[str]
):
    with sweep(tmp_path) as process:
        wait_for(lambda: journals(tmp_path).count('"done"'), "the first block in the journal")
        os.kill(process.pid, signal.SIGSTOP)
        early = only(tmp_path)
        seeds = {block.seed for block in early.finished}
        rows = undisturbed.indicators[undisturbed.indicators["seed"].isin(seeds)].reset_index(drop=True)
        assert 0 < len(seeds) < 8
        pd.testing.assert_frame_equal(early.indicators, rows, check_exact=True)
        assert main(["status", str(early.folder)]) == 0
        told = capsys.readouterr().out
        assert f"running (process {process.pid} on " in told
        assert " left" in told
        assert main(settings(tmp_path)) == 1
        refusal = capsys.readouterr().err
        assert f"is being written by process {process.pid} on {socket.gethostname()}" in refusal
        assert "Traceback" not in refusal
        os.kill(process.pid, signal.SIGCONT)
        _, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert_same(only(tmp_path), undisturbed)
    assert main(["status", str(early.folder)]) == 0
    assert ": complete" in capsys.readouterr().out
