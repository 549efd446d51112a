"""Seed blocks over processes: one task a block; one that fails or is killed does not stop the others."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import joblib
from joblib.externals.loky.process_executor import TerminatedWorkerError

from experiments.config import ExecutorConfig

ROUNDS = 3
"""How often blocks whose worker was killed are handed out before they count as failed."""


@dataclass(frozen=True)
class BlockReport:
    """How one seed block ended; the frames themselves are on the disk."""

    key: Any
    seconds: float
    error: str = ""
    """One line; empty for a finished block."""
    trace: str = ""
    """The traceback that goes with `error`."""


def attempt(task: Callable[[Any], None], key: Any) -> BlockReport:
    """Compute one block and report; an exception becomes part of the report, so that the sweep goes on."""
    start = time.perf_counter()
    try:
        task(key)
    except Exception as error:
        summary = f"{type(error).__name__}: {error}".splitlines()[0]
        return BlockReport(key, time.perf_counter() - start, summary, traceback.format_exc())
    return BlockReport(key, time.perf_counter() - start)


def worker_count(executor: ExecutorConfig, blocks: int) -> int:
    """Processes to use: never more than there are blocks; one a core where the setting is empty."""
    if executor.kind == "serial":
        return 1
    return max(1, min(blocks, executor.workers or joblib.cpu_count()))


def run_blocks(
    task: Callable[[Any], None], keys: Sequence[Any], executor: ExecutorConfig
) -> Iterator[BlockReport]:
    """Compute seed blocks and yield a report as each one ends, in no particular order.

    Args:
        task: computes and keeps one block; has to be importable by name (a partial of a module's function).
        keys: blocks to compute, without repetition; hashable and picklable.
        executor: where to compute them.

    Yields:
        One report a block. A killed worker process takes its blocks down: they are handed out again, `ROUNDS`
        times in all, and then reported as failed.
    """
    waiting = list(keys)
    for _ in range(ROUNDS):
        try:
            for report in _parallel(task, waiting, executor):
                waiting.remove(report.key)
                yield report
        except TerminatedWorkerError:
            continue
        break
    for key in waiting:
        yield BlockReport(key, 0.0, "the worker process was killed (out of memory?)")


def _parallel(
    task: Callable[[Any], None], keys: Sequence[Any], executor: ExecutorConfig
) -> Iterator[BlockReport]:
    backend = "sequential" if executor.kind == "serial" else "loky"
    parallel = joblib.Parallel(
        n_jobs=worker_count(executor, len(keys)),
        backend=backend,
        batch_size=1,
        pre_dispatch="n_jobs",
        return_as="generator_unordered",
    )
    yield from parallel(joblib.delayed(attempt)(task, key) for key in tuple(keys))
