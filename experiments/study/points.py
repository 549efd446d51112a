"""Points that studies ask for: each evaluated once and kept, whichever study asked.

A study says which points it wants (overrides, policies, a case, a seed) and gets one row a target definition back.
What is not on the disk yet is computed in parallel, chunk by chunk; a kill loses the chunks at work and no more.
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

import joblib
import pandas as pd

from experiments.design import DEFAULT_BEHAVIOUR
from experiments.executors.block_task import Runner
from experiments.executors.blocks import BlockReport, closing_reports, run_blocks, worker_count, workers_text
from experiments.missing_blocks import BlocksFailedError
from experiments.progress import show_runs
from experiments.questions import Commission
from experiments.settings.config import ExperimentConfig
from experiments.store.fingerprint import digest
from experiments.store.manifest import manifest
from experiments.study.point_files import COST_COLUMNS, TARGET_COLUMNS, PointFiles
from experiments.study.point_task import Chunk, Task, chunks_of, compute_chunk
from sim.errors import ConfigError, Problem

RUNS_A_CHUNK = 16
"""Most runs of a chunk: some ten seconds of the whole province."""
CHUNKS_A_WORKER = 4
"""Fewest chunks a worker gets, as far as there are runs, so that all end at about the same time."""
ERRORS_SHOWN = 5


@dataclass(frozen=True)
class Point:
    """One evaluation: what the policies meet, and the policies.

    Attributes:
        overrides: parameter path or ``instrument.setting`` -> value, on top of those of the settings.
        policies: names of policies; each is a run of its own.
        seed: any integer.
        scenario: an exogenous future.
        behaviour: rule by which firms judge measures.
        uncertainty: what is drawn for the seed beside the overrides, which win; ``none`` for central values.
    """

    overrides: Mapping[str, float] = field(hash=False)
    policies: tuple[str, ...]
    seed: int
    scenario: str = "reference"
    behaviour: str = DEFAULT_BEHAVIOUR
    uncertainty: str = "none"

    @cached_property
    def key(self) -> str:
        """The same for points of the same content, whatever order their overrides and policies are in."""
        return digest([self.surroundings, sorted(self.policies)])[:24]

    @cached_property
    def surroundings(self) -> str:
        """As `key`, without the policies: what a run is kept under, together with its policy."""
        overrides = {path: float(value) for path, value in self.overrides.items()}
        case = [int(self.seed), self.scenario, self.behaviour, self.uncertainty]
        return digest([overrides, case])[:24]


class PointsFailedError(BlocksFailedError):
    """Some points could not be computed; the others are kept."""


class PointStore:
    """The points of one result folder; a study that asks again and again keeps one of these."""

    def __init__(self, commission: Commission, runner: Runner | None = None) -> None:
        """Open the points of a result folder.

        Args:
            commission: settings, folder and console.
            runner: a stand-in for the model; None for the model.
        """
        self._commission, self._runner = commission, runner
        self._files = PointFiles(commission.store.folder)

    @property
    def config(self) -> ExperimentConfig:
        """The settings."""
        return self._commission.experiment.config

    def missing(self, points: Sequence[Point]) -> list[Task]:
        """Runs of the points that are not on the disk, each once."""
        there = self._files.runs()
        tasks = [Task(point, policy) for point in points for policy in point.policies]
        return list({task.run: task for task in tasks if task.run not in there}.values())

    def evaluate(self, points: Sequence[Point]) -> pd.DataFrame:
        """Compute what is missing and return the rows of all points.

        Args:
            points: what to evaluate; a point may be named more than once.

        Returns:
            One row a (point, policy, target definition): key, seed, scenario, behaviour, policy, the columns of a
            target (value, threshold, met, ...), public_cost, redirected and contingent (m CNY over the run) and
            retrofit_projects; points in the given order, each once, policies in the point's order.

        Raises:
            ConfigError: if runs are missing and the commission is to simulate nothing.
            PointsFailedError: if a run failed; the others are on the disk.
            ValueError: if a point names what the settings do not: the folder's fingerprint would not cover it.
            OSError: if rows cannot be written.
        """
        for point in points:
            self._check(point)
        tasks = self.missing(points)
        if tasks and not self._commission.simulate:
            text = f"the study is not finished, {len(tasks)} runs or more are missing; its command computes them"
            raise ConfigError([Problem("", "study", self.config.study, text)])
        if tasks:
            self._compute(tasks, sum(len(point.policies) for point in _each_once(points)))
        return self._rows(points)

    def _check(self, point: Point) -> None:
        config = self.config
        named = {
            "scenario": ((point.scenario,), config.scenario), "policy": (point.policies, config.policies),
            "behaviour": ((point.behaviour,), config.behaviour),
            "uncertainty": ((point.uncertainty,), ("none", config.uncertainty)),
        }
        for what, (asked, covered) in named.items():
            unknown = sorted(set(asked) - set(covered))
            if unknown:
                raise ValueError(f"a point asks for {what} {', '.join(unknown)}, which the settings do not name")

    def _compute(self, tasks: Sequence[Task], runs: int) -> None:
        """Compute runs in parallel, and record those that fail."""
        from sim.preparation import load_inputs

        commission, config, start = self._commission, self.config, time.perf_counter()
        self._files.clear_temporaries()
        nodes = load_inputs(config.province, config.scenario[0], config.overrides).parameters.nodes
        chunks = chunks_of(tasks, frozenset(nodes), chunk_size(config, len(tasks)))
        kept = f", {runs - len(tasks)} of {runs} already there" if runs > len(tasks) else ""
        commission.log.print(
            f"{config.name}: {len(tasks)} runs{kept}, province {config.province}, "
            f"{workers_text(config.executor, len(chunks))}"
        )
        commission.store.write_manifest(manifest(commission.experiment, ()))
        task = partial(compute_chunk, self._runner, config, commission.store.folder)
        reports = show_runs(run_blocks(task, chunks, config.executor), len, len(tasks), commission.log, runs)
        with closing_reports(reports):
            failures = [_plain(report) for report in reports if _failed(report)]
        seconds = time.perf_counter() - start
        commission.store.write_manifest(manifest(commission.experiment, (), failures, seconds))
        if failures:
            raise PointsFailedError(_failure_text(failures, len(chunks), str(commission.store.folder)))

    def _rows(self, points: Sequence[Point]) -> pd.DataFrame:
        asked = pd.DataFrame(
            [
                (point.key, point.surroundings, point.seed, point.scenario, point.behaviour, policy)
                for point in _each_once(points) for policy in point.policies
            ],
            columns=["key", "surroundings", "seed", "scenario", "behaviour", "policy"],
        )
        rows = asked.merge(self._files.rows(), on=["surroundings", "policy"], how="inner")
        return rows[["key", "seed", "scenario", "behaviour", "policy", *TARGET_COLUMNS, *COST_COLUMNS]]


def evaluate(points: Sequence[Point], commission: Commission, runner: Runner | None = None) -> pd.DataFrame:
    """Compute what is missing of some points and return their rows; see `PointStore.evaluate`."""
    return PointStore(commission, runner).evaluate(points)


def chunk_size(config: ExperimentConfig, runs: int) -> int:
    """Runs of a chunk: few enough for all workers to be busy until the end."""
    elsewhere = config.executor.kind == "slurm" or bool(config.executor.address)
    workers = joblib.cpu_count() if elsewhere else worker_count(config.executor, runs)
    return max(1, min(RUNS_A_CHUNK, math.ceil(runs / (CHUNKS_A_WORKER * workers))))


def _each_once(points: Sequence[Point]) -> list[Point]:
    return list({point.key: point for point in points}.values())


def _failed(report: BlockReport) -> bool:
    """Whether a chunk has runs that failed; OSError if it could not be written."""
    if report.error.startswith("StorageError: "):
        raise OSError(report.error.removeprefix("StorageError: "))
    return bool(report.error)


def _plain(report: BlockReport) -> BlockReport:
    """The report of a chunk under a name for people."""
    chunk: Chunk = report.key
    return BlockReport(
        _Named(f"{chunk[0].point.key} and {len(chunk) - 1} more runs"), report.seconds,
        report.error.removeprefix("RunFailedError: "), report.trace,
    )


@dataclass(frozen=True)
class _Named:
    label: str


def _failure_text(failures: Sequence[BlockReport], chunks: int, folder: str) -> str:
    """The first failures, and where to read more."""
    lines = [f"{len(failures)} of {chunks} chunks of points failed; all other points are kept in {folder}."]
    lines += [f"  {text}" for text in sorted(report.error for report in failures)[:ERRORS_SHOWN]]
    lines += [f"  and {len(failures) - ERRORS_SHOWN} more"] if len(failures) > ERRORS_SHOWN else []
    return "\n".join([*lines, "Tracebacks are in its manifest.json; the same command tries the failed ones again."])
