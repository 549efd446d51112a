"""Seed blocks over processes and machines: one task a block; one that fails or is killed does not stop the others.

Always through joblib: its own backends on this machine, `experiments.executors.dask_backend` on a Dask cluster. The
task is the same everywhere and writes its results itself, so nothing but a report comes back.
"""

from __future__ import annotations

import time
import traceback
import warnings
from collections.abc import Callable, Generator, Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from shutil import which
from typing import Any, TypeVar

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from experiments.settings.executor import ExecutorConfig
from sim.errors import Problem

Key = TypeVar("Key", bound=Hashable)

ROUNDS = 3
"""How often blocks whose worker was killed are handed out before they count as failed."""

IN_FLIGHT = 1000
"""Blocks handed to a cluster that may grow: more than it has workers, so that those who join later find work."""


@dataclass(frozen=True)
class BlockReport:
    """How one seed block ended; the frames themselves are on the disk."""

    key: Any
    seconds: float
    error: str = ""
    """One line; empty for a finished block."""
    trace: str = ""
    """The traceback that goes with `error`."""


def attempt(task: Callable[[Key], None], key: Key) -> BlockReport:
    """Compute one block and report; an exception becomes part of the report, so that the sweep goes on."""
    start = time.perf_counter()
    try:
        task(key)
    except Exception as error:
        summary = f"{type(error).__name__}: {error}".splitlines()[0]
        return BlockReport(key, time.perf_counter() - start, summary, traceback.format_exc())
    return BlockReport(key, time.perf_counter() - start)


def worker_count(executor: ExecutorConfig, blocks: int) -> int:
    """Processes to use on this machine: never more than there are blocks; one a core where the setting is empty."""
    if executor.kind in ("serial", "slurm") or executor.address:
        return 1
    return max(1, min(blocks, executor.workers or joblib.cpu_count()))


def workers_text(executor: ExecutorConfig, blocks: int) -> str:
    """Who computes, for the head of a run."""
    if executor.address:
        return f"on the workers of {executor.address}"
    if executor.kind == "slurm":
        return f"Slurm jobs: up to {executor.jobs}, {executor.cores} workers each"
    workers = worker_count(executor, blocks)
    return f"{workers} {'Dask ' * (executor.kind == 'dask')}worker{'s' * (workers > 1)}"


def executor_problems(executor: ExecutorConfig) -> list[Problem]:
    """What this machine lacks for an executor: packages, or the commands of Slurm."""
    wanted = {"dask": ["distributed"], "slurm": ["distributed", "dask_jobqueue"]}.get(executor.kind, [])
    if not all(find_spec(name) for name in wanted):
        text = "Dask is not installed; pip install greenmill[cluster]"
        return [Problem("", "executor", executor.kind, text)]
    if executor.kind == "slurm" and which("sbatch") is None:
        text = "there is no command sbatch on this machine; start the run on a login node of the cluster"
        return [Problem("", "executor", executor.kind, text)]
    return []


def run_blocks(
    task: Callable[[Key], None], keys: Sequence[Key], executor: ExecutorConfig
) -> Iterator[BlockReport]:
    """Compute seed blocks and yield a report as each one ends, in no particular order.

    Args:
        task: computes and keeps one block; has to be importable by name (a partial of a module's function).
        keys: what tells the blocks apart, such as their seeds: picklable, without repetition.
        executor: where to compute them.

    Yields:
        One report a key. A killed worker process takes its blocks down: they are handed out again, `ROUNDS`
        times in all (as often as a foreign scheduler is set to), and then reported as failed.

    Raises:
        ClusterError: if a cluster cannot be used or is lost.
    """
    if executor.kind in ("serial", "local"):
        yield from _on_this_machine(task, keys, executor)
    elif keys:
        yield from _on_cluster(task, keys, executor)


@contextmanager
def closing_reports(reports: Generator[Any]) -> Iterator[None]:
    """Give up blocks that have been handed out when nobody wants their reports any more."""
    try:
        yield
    finally:
        with warnings.catch_warnings():
            # joblib warns that results are thrown away, which is the intention.
            warnings.simplefilter("ignore")
            reports.close()


def _on_this_machine(
    task: Callable[[Key], None], keys: Sequence[Key], executor: ExecutorConfig
) -> Iterator[BlockReport]:
    """In this process or in processes of loky, which breaks off when one of them is killed."""
    backend = "sequential" if executor.kind == "serial" else "loky"
    waiting = dict.fromkeys(keys)
    for _ in range(ROUNDS):
        parallel = _parallel(backend, pre_dispatch="n_jobs", n_jobs=worker_count(executor, len(waiting)))
        try:
            for report in parallel(joblib.delayed(attempt)(task, key) for key in tuple(waiting)):
                del waiting[report.key]
                yield report
        except TerminatedWorkerError:
            continue
        break
    for key in waiting:
        yield BlockReport(key, 0.0, "the worker process was killed (out of memory?)")


def _on_cluster(
    task: Callable[[Key], None], keys: Sequence[Key], executor: ExecutorConfig
) -> Iterator[BlockReport]:
    """On the workers of a Dask cluster, whose scheduler hands out again what a killed worker had."""
    from experiments.executors.clusters import connected
    from experiments.executors.dask_backend import DaskBackend

    fixed = executor.kind == "dask" and executor.address is None
    # Dask blames a worker's death on every block that waits there: no more blocks than workers where it can be.
    in_flight = worker_count(executor, len(keys)) if fixed else IN_FLIGHT
    with connected(executor, len(keys), ROUNDS) as client:
        parallel = _parallel(DaskBackend(client, _lost), pre_dispatch=in_flight)
        yield from parallel(joblib.delayed(attempt)(task, key) for key in keys)


def _lost(arguments: tuple[Any, ...], reason: str) -> BlockReport:
    """The report of a block that never came back; `arguments` are those of `attempt`."""
    return BlockReport(arguments[1], 0.0, reason)


def _parallel(backend: Any, **settings: Any) -> joblib.Parallel[Any]:
    """Tasks one at a time, results as they come."""
    return joblib.Parallel(backend=backend, batch_size=1, return_as="generator_unordered", **settings)
