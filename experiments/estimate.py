"""What a run will take, told before it starts: a short trial on this machine, carried over to the whole design."""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import joblib
from rich.console import Console
from rich.table import Table

from experiments.design import Block
from experiments.executors.blocks import worker_count
from experiments.progress import time_text
from experiments.questions import planned_runs
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore
from experiments.trial import Trial, try_block
from experiments.trial_tables import MEGABYTE, TableTrial, try_tables

if TYPE_CHECKING:
    from experiments.run import Experiment

TRIAL_POLICIES = 4
"""Policies of the trial: the first one fills the draws of a block, the others show what a further run costs."""

COPIES = 2.0
"""Times that the frames of a long design are in memory at once: as they are read, and put in order."""


@dataclass(frozen=True)
class Estimate:
    """What a run takes."""

    runs: int
    blocks: int
    workers: int
    computing: float
    """Seconds until the last block is there."""
    showing: float
    """Seconds for tables and figures of the whole design."""
    memory: float
    """MB of all processes together at their largest."""
    disk: float
    """MB that the result folder gains."""

    @property
    def seconds(self) -> float:
        """All of the run."""
        return self.computing + self.showing


def estimate(config: ExperimentConfig, missing: Sequence[Block]) -> Estimate:
    """Try a few runs, tables and figures and carry their cost over to the design.

    Args:
        config: the settings.
        missing: blocks to compute.

    Returns:
        The estimate; of an executor elsewhere, for workers as fast as this machine's.
    """
    began = time.process_time()
    workers = _workers(config, len(missing))
    here = min(workers, worker_count(config.executor, len(missing)), joblib.cpu_count())
    chosen = _trial_policies(config.policies)
    # Results are shown though nothing is missing: a block of the design is tried then.
    blocks = list(missing[:here]) or list(config.design.blocks[:1])
    tried = joblib.Parallel(n_jobs=len(blocks))(
        joblib.delayed(try_block)(config, chosen, block, time.time()) for block in blocks
    )
    tables = try_tables(config, tried[0][1], here)
    # What this process did before the trial, the run has to do as well.
    return extrapolate([trial for trial, _ in tried], tables, config, len(missing), workers, began)


def extrapolate(
    trials: Sequence[Trial], tables: TableTrial, config: ExperimentConfig, missing: int, workers: int,
    before: float = 0.0,
) -> Estimate:
    """Carry trials over to a design.

    Args:
        trials: one a worker, at the same time.
        tables: of the whole design or of its first blocks.
        config: the design and its executor.
        missing: blocks to compute.
        workers: workers of the run.
        before: seconds until the sweep begins.
    """
    def mean(name: str) -> float:
        return statistics.fmean(float(getattr(trial, name)) for trial in trials)

    policies, blocks = len(config.policies), len(config.design.blocks)
    work = mean("block") + (policies - 1) * mean("further") + mean("write")
    size = missing * (mean("bytes_block") + policies * mean("bytes_policy"))
    times, figures = blocks / tables.blocks, tables.targets * len(config.design.cases)
    rounds = math.ceil(figures / worker_count(config.executor, tables.targets)) if figures else 0
    return Estimate(
        runs=missing * policies,
        blocks=missing,
        workers=workers,
        computing=before + (mean("start") + math.ceil(missing / workers) * work if missing else 0.0),
        showing=times * tables.tables + tables.warm + rounds * tables.figure,
        memory=_memory(max(trial.memory for trial in trials), tables, times, workers),
        disk=(size + times * tables.bytes_tables + figures * tables.bytes_figure) / MEGABYTE,
    )


def _memory(worker: float, tables: TableTrial, times: float, workers: int) -> float:
    """MB of all processes: this one, and the workers if there are any, with the frames of the whole design.

    Args:
        worker: largest size of a worker that computes.
        tables: of the first blocks.
        times: how many times their number the design has.
        workers: workers of the run; a single one is this process.
    """
    frames = (times - 1.0) * tables.frames * COPIES
    if workers == 1:
        return max(worker, tables.parent + frames)
    drawing = tables.worker + frames if tables.worker else 0.0
    return tables.parent + frames + workers * max(worker, drawing)


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
    points = replace(config, seeds=max(1, math.ceil(runs / cases)), figures=False)
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
    shown = ", ".join(["tables", *(["analyses"] if config.analyses else []), *(["figures"] if config.figures else [])])
    table.add_row("runs", f"{result.runs:,} in {result.blocks:,} blocks{there}")
    table.add_row("workers", f"{result.workers} ({config.executor.kind})")
    table.add_row("time", f"about {time_text(result.seconds)}, of it {time_text(result.showing)} for {shown}")
    table.add_row("memory", f"about {result.memory:,.0f} MB in all processes together")
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
