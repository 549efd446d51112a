"""What a run will take, told before it starts: a short trial on this machine, carried over to the whole design.

Every worker of the real run computes one block with a few of the policies, all at the same time, so that what workers
lose to each other is in the figures. Nothing is kept of the trial.
"""

from __future__ import annotations

import gc
import math
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import joblib
from rich.console import Console
from rich.table import Table
from threadpoolctl import threadpool_limits

from experiments.config import ExperimentConfig
from experiments.design import Block
from experiments.executors import worker_count
from experiments.peak_memory import peak_memory
from experiments.progress import time_text
from experiments.questions import planned_runs
from experiments.store import FRAMES, ResultStore

if TYPE_CHECKING:
    from experiments.run import Experiment
    from sim.api import BlockResult

TRIAL_POLICIES = 3
"""Policies of the trial: the first one fills the draws of a block, the others show what a further run costs."""

MEGABYTE = 1e6


@dataclass(frozen=True)
class Trial:
    """One block with a few policies in one worker: seconds, MB, bytes."""

    start: float
    """Imports, and reading the tables: once a worker."""
    block: float
    """Population and burn-in."""
    first: float
    """The first policy on a block."""
    further: float
    """Every further policy."""
    write: float
    """Writing the frames of a block."""
    bytes_block: float
    """Size of a block's frames on the disk, whatever the policies."""
    bytes_policy: float
    """What every policy adds to it."""
    memory: float
    """Largest resident size of the worker, MB."""


@dataclass(frozen=True)
class Estimate:
    """What a run takes."""

    runs: int
    blocks: int
    workers: int
    seconds: float
    memory: float
    """MB of all workers together."""
    disk: float
    """MB of the result folder's blocks."""


def estimate(config: ExperimentConfig, missing: Sequence[Block]) -> Estimate:
    """Try a few runs and carry their cost over to the blocks that are missing.

    Args:
        config: the settings.
        missing: blocks to compute.

    Returns:
        The estimate; of an executor elsewhere, for workers as fast as this machine's.
    """
    workers = _workers(config, len(missing))
    here = min(workers, worker_count(config.executor, len(missing)), joblib.cpu_count())
    chosen = _trial_policies(config.policies)
    trials = joblib.Parallel(n_jobs=here)(
        joblib.delayed(try_block)(config, chosen, block, time.time()) for block in missing[:here]
    )
    return extrapolate(trials, len(config.policies), len(missing), workers)


def extrapolate(trials: Sequence[Trial], policies: int, blocks: int, workers: int) -> Estimate:
    """Carry trials over to a design.

    Args:
        trials: one a worker, at the same time.
        policies: policies of the design.
        blocks: blocks to compute.
        workers: workers of the run.
    """
    def mean(name: str) -> float:
        return statistics.fmean(float(getattr(trial, name)) for trial in trials) if trials else 0.0

    work = mean("block") + mean("first") + (policies - 1) * mean("further") + mean("write")
    return Estimate(
        runs=blocks * policies,
        blocks=blocks,
        workers=workers,
        seconds=mean("start") + math.ceil(blocks / workers) * work if blocks else 0.0,
        memory=workers * mean("memory"),
        disk=blocks * (mean("bytes_block") + policies * mean("bytes_policy")) / MEGABYTE,
    )


def try_block(config: ExperimentConfig, policies: Sequence[str], block: Block, called: float) -> Trial:
    """Compute one block with a few policies and time its parts; runs in a worker process.

    Args:
        config: the settings.
        policies: policies of the trial.
        block: the block.
        called: when the worker was asked for, seconds of the machine's clock: it had to come up first.
    """
    from sim.api import run_block
    from sim.preparation import load_inputs, prepare_block

    spec = config.run_spec(block.case)
    with threadpool_limits(limits=1):
        load_inputs(spec.province, spec.scenario, spec.overrides)
        start = time.time() - called
        results, seconds = {}, []
        for tried in (policies[:0], policies[:1], policies):
            began = time.perf_counter()
            if tried:
                results[len(tried)] = run_block(spec, block.seed, tried)
            else:
                prepare_block(
                    spec.province, block.seed, spec.scenario, spec.parameters_for(block.seed),
                    behaviour=spec.behaviour,
                )
            seconds.append(time.perf_counter() - began)
            # the model's objects point at each other: without this, two blocks would be in memory at once
            gc.collect()
    sizes, write = _write(block, results, policies)
    more = max(len(policies) - 1, 1)
    each = (sizes[-1] - sizes[0]) / more if len(sizes) > 1 else sizes[0]
    return Trial(
        start=start, block=seconds[0], first=max(seconds[1] - seconds[0], 0.0),
        further=max(seconds[2] - seconds[1], 0.0) / more, write=write,
        bytes_block=max(sizes[0] - each, 0.0), bytes_policy=each, memory=peak_memory(),
    )


def _write(block: Block, results: Mapping[int, BlockResult], policies: Sequence[str]) -> tuple[list[float], float]:
    """Write blocks of several numbers of policies to a folder that goes again: their sizes, seconds of the last."""
    sizes, seconds = [], 0.0
    for count, result in results.items():
        with tempfile.TemporaryDirectory() as folder:
            store, began = ResultStore(Path(folder)), time.perf_counter()
            store.write_block(block, result, policies[:count])
            seconds = time.perf_counter() - began
            sizes.append(float(sum(store.block_path(frame, block).stat().st_size for frame in FRAMES)))
    return sizes, seconds


def tell_estimate(experiment: Experiment, console: Console) -> None:
    """Print what the missing blocks of an experiment will take; nothing is written."""
    if experiment.config.study:
        _tell_study(experiment.config, console)
        return
    config, store = experiment.config, ResultStore(experiment.folder, bool(experiment.config.panel.columns))
    blocks = config.design.blocks
    missing = [block for block in blocks if not store.finished(block, config.policies)]
    show_estimate(config, len(blocks) - len(missing), estimate(config, missing), console)


def _tell_study(config: ExperimentConfig, console: Console) -> None:
    """Print how many runs a study takes at most, and for how long, each point having a block of its own."""
    steps = planned_runs(config)
    if not steps:
        console.print(f"How many runs {config.study} takes depends on what it finds.")
        return
    runs = sum(steps.values())
    cases = len(config.policies) * len(config.design.cases)
    points = replace(config, seeds=max(1, math.ceil(runs / cases)))
    result = estimate(points, points.design.blocks)
    console.print(", ".join(f"{step}: {count:,} runs" for step, count in steps.items()))
    takes = f"about {time_text(result.seconds)} with {result.workers} workers"
    console.print(f"at most {runs:,} runs, {takes}; nothing was kept.")


def show_estimate(config: ExperimentConfig, kept: int, result: Estimate, console: Console) -> None:
    """Print what a run will take.

    Args:
        config: the settings.
        kept: blocks that are there already.
        result: the estimate for the others.
        console: where to print it.
    """
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    there = f"; {kept:,} blocks are there" if kept else ""
    table.add_row("runs", f"{result.runs:,} in {result.blocks:,} blocks{there}")
    table.add_row("workers", f"{result.workers} ({config.executor.kind})")
    table.add_row("time", f"about {time_text(result.seconds)}, tables and figures not counted")
    table.add_row("memory", f"about {result.memory:,.0f} MB in all workers")
    table.add_row("disk", f"about {result.disk:,.1f} MB")
    console.print(table)
    console.print("From a trial on this machine; nothing was kept. Leave --plan out to run.")


def _trial_policies(policies: Sequence[str]) -> tuple[str, ...]:
    """A few policies spread over the list, the first and the last among them."""
    count = min(TRIAL_POLICIES, len(policies))
    places = {round(place * (len(policies) - 1) / max(count - 1, 1)) for place in range(count)}
    return tuple(policies[place] for place in sorted(places))


def _workers(config: ExperimentConfig, blocks: int) -> int:
    """Workers of the real run."""
    executor = config.executor
    if executor.kind == "slurm" and executor.jobs and executor.cores:
        return max(1, min(blocks, executor.jobs * executor.cores))
    return max(1, worker_count(executor, blocks))
