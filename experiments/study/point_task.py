"""A chunk of points from overrides to its file: what a worker process does.

Points of one seed that differ in settings of instruments alone share a seed block: what is drawn and the burn-in do
not depend on what a policy does from 2026 on. Runs whose mixes are the same are computed once.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.design import Case
from experiments.executors.block_task import RunFailedError, Runner, StorageError
from experiments.settings.config import ExperimentConfig
from experiments.store.fingerprint import digest
from experiments.study.point_files import TARGET_COLUMNS, Run, frame_of, write_chunk
from experiments.tables.summary import FLOWS, PUBLIC_COST
from policies.schedule import FIRST_QUARTER, parse_quarter, year_of

if TYPE_CHECKING:
    from experiments.study.points import Point
    from sim.api import BlockResult, RunSpec
    from sim.block import SeedBlock


@dataclass(frozen=True)
class Task:
    """One run that is missing: a point's surroundings and one of its policies."""

    point: Point
    policy: str

    @property
    def run(self) -> Run:
        """What the run is kept under."""
        return Run(self.point.surroundings, self.policy)


Chunk = tuple[Task, ...]
"""Runs that one worker computes and keeps in one file; those of one seed block stand together."""


def run_spec(config: ExperimentConfig, point: Point) -> RunSpec:
    """What a run of that point needs to know besides its seed and its policy."""
    spec = config.run_spec(Case(point.scenario, point.behaviour))
    overrides = {**config.overrides, **point.overrides}
    return replace(spec, overrides=overrides, uncertainty=point.uncertainty, panel=None)


def compute_chunk(runner: Runner | None, config: ExperimentConfig, folder: Path, chunk: Chunk) -> None:
    """Compute the runs of a chunk and keep them; runs in a worker process.

    Args:
        runner: a stand-in for the model; None for the model, with shared seed blocks.
        config: settings that hold for all points.
        folder: the result folder.
        chunk: the runs.

    Raises:
        RunFailedError: if runs failed; the others are kept first.
        StorageError: if the rows cannot be written.
    """
    compute = SharedBlocks().run if runner is None else partial(_stand_in, runner)
    kept, parts, failures = [], [], []
    for task in chunk:
        spec = run_spec(config, task.point)
        try:
            result = compute(spec, task.point.seed, task.policy)
            parts.append(run_rows(task.run, result, spec.end))
            kept.append(task.run)
        except Exception as error:
            failures.append((task, error))
    try:
        if kept:
            write_chunk(folder, kept, frame_of(parts))
    except OSError as error:
        raise StorageError(error.strerror or str(error)) from error
    finally:
        gc.collect()
    if failures:
        task, first = failures[0]
        count = f"{len(failures)} of {len(chunk)} runs, the first: " if len(chunk) > 1 else ""
        what = f"policy {task.policy}, seed {task.point.seed}"
        reason = " ".join(str(first).splitlines())
        raise RunFailedError(f"{count}{what}: {type(first).__name__}: {reason}") from first


def run_rows(run: Run, result: BlockResult, end: str) -> pd.DataFrame:
    """Rows of one run, as `experiments.study.point_files.COLUMNS`.

    Args:
        run: what they are kept under.
        result: frames of the run alone.
        end: last quarter of the run; money of its year counts, that before 2026 does not.
    """
    rows = result.outcomes[list(TARGET_COLUMNS)].reset_index(drop=True)
    since, until = year_of(parse_quarter(FIRST_QUARTER)), year_of(parse_quarter(end))
    ledger = result.ledger[result.ledger["year"].between(since, until)]
    paid = ledger.groupby("kind")["amount"].sum()
    money = {"public_cost": PUBLIC_COST, "redirected": ("redirected",), "contingent": ("contingent",)}
    facts: dict[str, Any] = {name: float(paid.reindex(list(kinds)).sum()) for name, kinds in money.items()}
    facts |= {name: float(result.indicators[name].sum()) for name in FLOWS}
    rows.insert(0, "surroundings", run.surroundings)
    rows.insert(1, "policy", run.policy)
    return rows.assign(**facts)


class SharedBlocks:
    """Runs on seed blocks, of which the last one and the results of its runs are remembered."""

    def __init__(self) -> None:
        self._block: SeedBlock | None = None
        self._known: str = ""
        self._results: dict[str, BlockResult] = {}

    def run(self, spec: RunSpec, seed: int, policy: str) -> BlockResult:
        """One policy on the block of that seed and those parameters; the same as `sim.api.run_block` gives."""
        from sim.api import run_policies
        from sim.preparation import load_inputs

        values = spec.parameters_for(seed)
        block = self._prepared(spec, seed, values)
        parameters = block.parameters.nodes
        settings = {path: value for path, value in values.items() if path not in parameters}
        mix = load_inputs(spec.province, spec.scenario, settings).compose(policy)
        content = digest([mix.content(), repr(mix.adaptive)])
        if content not in self._results:
            self._results[content] = run_policies(block, {policy: mix})
        return self._results[content]

    def _prepared(self, spec: RunSpec, seed: int, values: Mapping[str, float]) -> SeedBlock:
        """The seed block for the parameters among the values."""
        from sim.preparation import load_inputs, prepare_block

        nodes = load_inputs(spec.province, spec.scenario, values).parameters.nodes
        parameters = {path: value for path, value in values.items() if path in nodes}
        known = digest([spec.province, spec.scenario, spec.end, spec.behaviour, seed, sorted(parameters.items())])
        if self._block is None or known != self._known:
            last = parse_quarter(spec.end)
            self._block = prepare_block(
                spec.province, seed, spec.scenario, parameters, last, behaviour=spec.behaviour
            )
            self._known, self._results = known, {}
        return self._block


def _stand_in(runner: Runner, spec: RunSpec, seed: int, policy: str) -> BlockResult:
    """One policy by a stand-in for the model."""
    return runner(spec, seed, (policy,))


def chunks_of(tasks: Sequence[Task], parameters: frozenset[str], size: int) -> list[Chunk]:
    """Cut runs into chunks; runs on the same seed block stand together.

    Args:
        tasks: the runs.
        parameters: paths of the model's parameters; other overrides are settings of instruments.
        size: largest number of runs of a chunk.
    """
    blocks: dict[Any, list[Task]] = {}
    for task in tasks:
        point = task.point
        own = tuple(sorted((path, value) for path, value in point.overrides.items() if path in parameters))
        block = (point.seed, point.scenario, point.behaviour, point.uncertainty, own)
        blocks.setdefault(block, []).append(task)
    chunks: list[list[Task]] = [[]]
    for runs in blocks.values():
        for start in range(0, len(runs), size):
            piece = runs[start : start + size]
            if len(chunks[-1]) + len(piece) > size:
                chunks.append([])
            chunks[-1] += piece
    return [tuple(chunk) for chunk in chunks if chunk]
