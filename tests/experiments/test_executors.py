"""Executors: the same content everywhere, killed workers replaced, clusters that are missing told in a sentence."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from block_tasks import KILLER, block_killed_once, kill_worker_always, large_block
from rich.console import Console

from experiments import executors
from experiments.cli import FAILED, main
from experiments.clusters import worker_facts, worker_warnings
from experiments.config import ExecutorConfig, check_settings
from experiments.executors import executor_problems, run_blocks, workers_text
from experiments.run import prepare, run_experiment
from experiments.slurm import job_count, prepared_cluster
from experiments.store import FRAMES, ResultStore
from experiments.worker_environment import TRIMMING

SEEDS = [1, 2, 3]
SETTINGS = ["province=demo", "policies=[none,plan]", "seeds=3", "end=2027Q4", "uncertainty=core", "figures=false"]
SLURM = ExecutorConfig("slurm", cores=4, memory="8GB", walltime="01:30:00", jobs=3, queue="work", account="policy")


def sweep(folder: Path, *settings: str, runner=None) -> list[pd.DataFrame]:
    """The frames of a small sweep of the real model."""
    trial = prepare([*SETTINGS, *settings, f"output.root={folder}"])
    quiet = Console(file=io.StringIO(), width=100)
    store = ResultStore(run_experiment(trial, quiet, quiet, runner))
    return [store.read(frame, SEEDS, trial.config.policies) for frame in FRAMES]


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> list[pd.DataFrame]:
    return sweep(tmp_path_factory.mktemp("serial"), "executor=serial")


def assert_same(frames: list[pd.DataFrame], others: list[pd.DataFrame]) -> None:
    for one, other in zip(frames, others, strict=True):
        pd.testing.assert_frame_equal(one, other, check_exact=True)


@pytest.mark.parametrize(
    "settings",
    [
        ("executor=local", "executor.workers=1"),
        ("executor=local", "executor.workers=2"),
        ("executor=dask", "executor.workers=1"),
    ],
)
def test_content_is_that_of_a_serial_run(serial, tmp_path: Path, settings: tuple[str, ...]):
    assert_same(sweep(tmp_path, *settings), serial)


def test_content_is_the_same_after_a_dask_worker_was_killed(serial, tmp_path: Path):
    runner = partial(block_killed_once, tmp_path / "killed")
    assert_same(sweep(tmp_path / "store", "executor=dask", "executor.workers=2", runner=runner), serial)
    assert (tmp_path / "killed").exists()


def test_a_block_that_kills_every_worker_fails_alone():
    reports = {report.key: report for report in run_blocks(kill_worker_always, range(5), ExecutorConfig("dask", 2))}
    assert sorted(reports) == [0, 1, 2, 3, 4]
    assert [key for key, report in reports.items() if report.error] == [KILLER]
    assert "killed" in reports[KILLER].error


def test_no_scheduler_is_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch):
    monkeypatch.setattr("experiments.clusters.SECONDS_TO_ANSWER", 1)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{free.getsockname()[1]}"
    code = main(["run", *SETTINGS, "executor=dask", f"executor.address={address}", f"output.root={tmp_path}"])
    told = capsys.readouterr().err
    assert code == FAILED
    assert f"no Dask scheduler answers at {address}" in told
    assert "Traceback" not in told
    assert not list(tmp_path.rglob("*.parquet"))


@pytest.fixture
def scheduler(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A scheduler with one worker, started as the documents say, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, quiet = f"tcp://127.0.0.1:{port}", {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", str(port)]
    head = subprocess.Popen([*command, "--no-dashboard"], **quiet)  # type: ignore[call-overload]
    options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--local-directory", str(tmp_path)]
    environment = {**os.environ, TRIMMING: "65536"}
    worker = subprocess.Popen(  # type: ignore[call-overload]
        [sys.executable, "-m", "distributed.cli.dask_worker", address, *options], env=environment, **quiet
    )
    try:
        yield address, head
    finally:
        for process in (worker, head):
            process.kill()
            process.wait()


def test_a_scheduler_that_dies_is_one_sentence_and_blocks_are_kept(scheduler, tmp_path: Path, monkeypatch):
    address, head = scheduler
    trial = prepare(
        [*SETTINGS, "seeds=200", "executor=dask", f"executor.address={address}", f"output.root={tmp_path / 'store'}"]
    )
    store = ResultStore(trial.folder)

    def watched(task, keys, executor):
        for report in run_blocks(task, keys, executor):
            head.send_signal(signal.SIGKILL)
            yield report

    monkeypatch.setattr("experiments.run.run_blocks", watched)
    quiet = Console(file=io.StringIO())
    with (
        pytest.warns(UserWarning, match=TRIMMING),
        pytest.raises(ConnectionError, match=f"scheduler at {address} was lost"),
    ):
        run_experiment(trial, quiet, quiet)
    assert store.finished(1)


def test_workers_with_other_libraries_are_named():
    here = worker_facts()
    other = {**here, "versions": {**here["versions"], "numpy": "1.0"}}
    (text,) = worker_warnings({"tcp://a:1": other, "tcp://b:1": here}, here)
    assert text.startswith("1 of 2 Dask workers have another version of numpy ")


def test_slurm_job_script():
    with prepared_cluster(SLURM) as cluster:
        lines = cluster.job_script().splitlines()
    wanted = ["-p work", "-A policy", "--cpus-per-task=4", "--mem=8G", "-t 01:30:00"]
    assert {f"#SBATCH {line}" for line in wanted} <= set(lines)
    export = next(line for line in lines if line.startswith("export"))
    assert f"'{TRIMMING}': None" in export and "'OMP_NUM_THREADS': 1" in export
    assert lines.index(export) < len(lines) - 1
    assert "--nworkers 4" in lines[-1] and "--nthreads 1" in lines[-1] and lines[-1].startswith(sys.executable)
    assert [job_count(SLURM, blocks) for blocks in (1, 4, 5, 100)] == [1, 1, 2, 3]


@pytest.fixture
def slurm_commands(tmp_path: Path, monkeypatch) -> Path:
    """Stand-ins for sbatch and scancel that run the job on this machine."""
    folder = tmp_path / "bin"
    folder.mkdir()
    (folder / "sbatch").write_text('#!/bin/sh\nsetsid sh -c "exec bash $1" >/dev/null 2>&1 &\necho job $!\n')
    (folder / "scancel").write_text('#!/bin/sh\nkill -- -"$1"\n')
    for file in folder.iterdir():
        file.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def test_slurm_refusal_is_one_sentence(slurm_commands: Path, tmp_path: Path, capsys):
    (slurm_commands / "sbatch").write_text("#!/bin/sh\necho 'invalid account' >&2\nexit 1\n")
    assert main(["run", *SETTINGS, "executor=slurm", f"output.root={tmp_path / 'out'}"]) == FAILED
    told = capsys.readouterr().err
    assert "Slurm refused a job: invalid account" in told
    assert "Traceback" not in told


def test_missing_packages_and_commands_are_told(monkeypatch):
    monkeypatch.setattr(executors, "which", lambda name: None)
    assert "sbatch" in str(executor_problems(SLURM)[0])
    monkeypatch.setattr(executors, "find_spec", lambda name: None)
    assert "pip install greenmill[cluster]" in str(executor_problems(ExecutorConfig("dask"))[0])
    assert executor_problems(ExecutorConfig("local")) == []


@pytest.mark.parametrize(
    ("executor", "text"),
    [
        ({"kind": "local", "queue": "work"}, "executor.queue = work: is a setting of executor=slurm"),
        ({"kind": "dask", "address": "localhost"}, "an address such as tcp://"),
        ({"kind": "dask", "address": "tcp://a:1", "workers": 2}, "a scheduler has the workers it has"),
        ({"kind": "slurm", "cores": 2, "memory": "much", "jobs": 1}, "executor.memory = much: an amount such as 16GB"),
        ({"kind": "slurm", "cores": 2, "memory": "1GB", "walltime": "2h", "jobs": 1}, "a duration HH:MM:SS"),
        ({"kind": "slurm"}, "executor.walltime: has to be given"),
    ],
)
def test_settings_of_executors_are_checked(executor: dict[str, object], text: str):
    _, problems = check_settings({"name": "trial", "policies": ["plan"], "executor": executor})
    assert any(text in str(problem) for problem in problems)


def test_who_computes_is_said():
    assert workers_text(ExecutorConfig("dask", 2), 9) == "2 Dask workers"
    assert workers_text(ExecutorConfig("dask", address="tcp://a:1"), 9) == "on the workers of tcp://a:1"
    assert workers_text(SLURM, 9) == "Slurm jobs: up to 3, 4 workers each"


@pytest.mark.parametrize("executor", [ExecutorConfig("serial"), ExecutorConfig("local", 2)])
def test_memory_of_the_parent_does_not_grow_with_the_blocks(executor: ExecutorConfig):
    assert all(not report.error for report in run_blocks(large_block, range(20), executor))  # starts the workers
    peaks = []
    for blocks in (50, 500):
        tracemalloc.start()
        assert sum(not report.error for report in run_blocks(large_block, range(blocks), executor)) == blocks
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    # Not one of the 450 further blocks of a megabyte is held; a key and a report may be.
    assert peaks[1] - peaks[0] < 1e6

