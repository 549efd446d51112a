"""Every executor computes the same bits; clusters that are gone, refused or killed end well."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path

import pandas as pd
import pytest
from sweeps import SETTINGS, child_pids, finished_files, sweep, wait_for

from experiments.cli import main
from experiments.executors.blocks import executor_problems, run_blocks, workers_text
from experiments.settings.executor import ExecutorConfig
from experiments.store import load

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found through /proc")

DESIGN = ["province=demo", "policies=[none,plan]", "seeds=3", "uncertainty=core", "figures=false", "end=2027Q4"]
FRAMES = ("indicators", "outcomes", "ledger", "additional", "groups")
SLURM = ExecutorConfig(
    "slurm", cores=16, memory="64GB", walltime="02:00:00", jobs=4, queue="normal", account="p123",
    prologue=("module load python",), directives=("--exclusive",),
)


def run(folder: Path, *more: str) -> Path:
    assert main(["run", *DESIGN, *more, f"output.root={folder}"]) == 0
    (found,) = folder.iterdir()
    return found


@pytest.fixture(scope="module")
def serial(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return run(tmp_path_factory.mktemp("serial"), "executor=serial")


@pytest.mark.parametrize("executor", [
    ("executor=local", "executor.workers=1"), ("executor=local", "executor.workers=2"),
    ("executor=dask", "executor.workers=2"),
])
def test_every_executor_and_number_of_workers_gives_the_same_bits(executor, serial: Path, tmp_path: Path):
    found, expected = load(run(tmp_path, *executor)), load(serial)
    assert found.folder.name == expected.folder.name
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)


def dask_worker_pids(parent: int) -> list[int]:
    """Processes that a nanny of the sweep spawned to compute; older than the one that only tracks resources."""
    return [pid for pid in child_pids(parent) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_killed_dask_worker_is_replaced_and_the_store_is_that_of_an_undisturbed_sweep(tmp_path: Path):
    with sweep(tmp_path / "killed", [*SETTINGS, "executor=dask"]) as process:
        wait_for(lambda: finished_files(tmp_path / "killed"), "the first block")
        os.kill(dask_worker_pids(process.pid)[0], signal.SIGKILL)
        _, log = process.communicate(timeout=90)
    assert process.returncode == 0, log
    assert "Traceback" not in log
    assert main(["run", *SETTINGS, f"output.root={tmp_path / 'undisturbed'}"]) == 0
    found, expected = (load(next((tmp_path / name).iterdir())) for name in ("killed", "undisturbed"))
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(found, name), getattr(expected, name), check_exact=True)


def test_a_scheduler_that_does_not_answer_is_told_in_one_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"tcp://127.0.0.1:{closed.getsockname()[1]}"
    code = main(["run", *DESIGN, "executor=dask", f"executor.address={address}", f"output.root={tmp_path}"])
    told = capsys.readouterr().err
    assert code == 1
    assert f"no Dask scheduler answers at {address}" in told
    assert "dask scheduler" in told
    assert "Traceback" not in told


def test_the_slurm_job_starts_one_worker_a_core_in_the_right_environment():
    pytest.importorskip("dask_jobqueue")
    from experiments.executors.slurm import job_count, prepared_cluster

    with prepared_cluster(SLURM) as cluster:
        script = cluster.job_script()
    for line in ("#SBATCH -p normal", "#SBATCH -A p123", "--cpus-per-task=16", "--mem=60G", "-t 02:00:00",
                 "#SBATCH --exclusive", "module load python", "--nworkers 16", "--nthreads 1"):
        assert line in script, line
    assert script.index("PRE_SPAWN_ENVIRON") < script.index("distributed.cli.dask_worker")
    assert "'MALLOC_TRIM_THRESHOLD_': None" in script
    assert "'OMP_NUM_THREADS': 1" in script
    assert [job_count(SLURM, blocks) for blocks in (1, 16, 17, 1000)] == [1, 1, 2, 4]


def test_without_slurm_it_says_where_to_start(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", "/nowhere")
    (problem,) = executor_problems(SLURM)
    assert "sbatch" in str(problem)
    assert "login node" in str(problem)


def test_without_dask_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("experiments.executors.blocks.find_spec", lambda name: None)
    (problem,) = executor_problems(ExecutorConfig("dask"))
    assert "pip install greenmill[cluster]" in str(problem)


@pytest.mark.parametrize(("setting", "part"), [
    (["executor=local", "executor.address=tcp://a:1"], "is a setting of executor=dask, not of executor=local"),
    (["executor=dask", "executor.address=somewhere"], "an address such as tcp://10.0.0.5:8786 is needed"),
    (["executor=slurm", "executor.walltime=soon"], "a duration HH:MM:SS"),
    (["executor=clouds"], "choose from dask, local, serial, slurm"),
])
def test_settings_of_executors_are_checked(setting, part, capsys: pytest.CaptureFixture[str]):
    assert main(["run", "province=demo", *setting]) == 2
    assert part in capsys.readouterr().err


def test_who_computes_is_said_in_words():
    assert workers_text(ExecutorConfig("local", workers=2), 8) == "2 workers"
    assert workers_text(ExecutorConfig("dask", workers=1), 8) == "1 Dask worker"
    assert workers_text(ExecutorConfig("dask", address="tcp://a:1"), 8) == "on the workers of tcp://a:1"
    assert workers_text(SLURM, 800) == "Slurm jobs: up to 4, 16 workers each"


def sized(number: int) -> None:
    """A block that returns nothing, as a real one does: its frames stay where it was computed."""


def test_the_parent_holds_no_results_however_many_blocks_there_are():
    import tracemalloc

    def peak(blocks: int) -> int:
        tracemalloc.start()
        for _ in run_blocks(sized, range(blocks), ExecutorConfig("serial")):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(50)
    assert peak(2000) - peak(200) < 2000 * 400


def test_a_server_of_another_kind_is_no_scheduler(monkeypatch: pytest.MonkeyPatch):
    clusters = pytest.importorskip("experiments.executors.clusters", reason="needs Dask")

    def misread(*_: object, **__: object) -> None:
        raise MemoryError("Unable to allocate 3.07 EiB")

    monkeypatch.setattr(clusters, "Client", misread)
    with pytest.raises(clusters.ClusterError, match="no Dask scheduler answers at tcp:"):
        next(clusters._joined("tcp://127.0.0.1:80"))
