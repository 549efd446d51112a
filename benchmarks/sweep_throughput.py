"""Throughput of a sweep over processes: policy runs a second, against the rate of one thread.

Run `python -m benchmarks.sweep_throughput --runs 1000 --workers 2`.
"""

from __future__ import annotations

import argparse
import math
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.measure import machine, peak_memory
from experiments.design import Block
from experiments.executors.block_task import compute_block
from experiments.executors.blocks import run_blocks
from experiments.run import prepare
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store.folder import ResultStore
from sim.api import BlockResult, RunSpec, run_block

POLICIES = (
    "none", "current", "subsidy", "green_finance", "procurement", "subsidy+green_finance", "subsidy+procurement",
    "green_finance+procurement", "three_levers", "plan",
)
"""Policies of a block: a thousand runs are a hundred seeds."""

BLOCKS_ALONE = 3
"""Blocks by which the rate of one thread is measured, before the sweep and once more after it: a machine that others
use too does not keep its pace for the minutes between."""


@dataclass(frozen=True)
class Throughput:
    """A sweep of `runs` policy runs in `seconds`, beside the seconds a run takes in one thread."""

    runs: int
    workers: int
    seconds: float
    alone: float
    busy: float
    """Seconds a run inside the workers' tasks: the model and the writing."""
    computed: float
    """Seconds a run inside the model, in the workers."""
    memory: float
    size: float

    def lines(self) -> list[str]:
        """The table."""
        rate, single = self.runs / self.seconds, 1.0 / self.alone
        framework = self.seconds * self.workers / self.runs - self.computed
        rows = [
            ("runs a second", f"{rate:.2f}"),
            ("runs a second of one thread", f"{single:.2f}"),
            (f"efficiency against {self.workers} times one thread", f"{rate / (self.workers * single):.0%}"),
            ("peak memory of a worker, MB", f"{self.memory:.0f}"),
            ("on the disk, bytes a run", f"{self.size:,.0f}"),
            ("writing, ms a run", f"{1e3 * (self.busy - self.computed):.1f}"),
            ("all but the model, start of workers included, ms a run and worker", f"{1e3 * framework:.1f}"),
            ("elapsed, s", f"{self.seconds:.1f}"),
        ]
        return [f"  {name:66}{value:>10}" for name, value in rows]


def timed_block(folder: Path, spec: RunSpec, seed: int, policies: Sequence[str]) -> BlockResult:
    """The model; notes its seconds and the memory of the worker beside the results."""
    start = time.perf_counter()
    result = run_block(spec, seed, policies)
    (folder / f"{seed}.txt").write_text(f"{time.perf_counter() - start} {peak_memory()}")
    return result


def measure_throughput(province: str, runs: int, executor: ExecutorConfig) -> Throughput:
    """Run blocks alone, then the sweep, into a temporary folder."""
    seeds = math.ceil(runs / len(POLICIES))
    settings = [f"province={province}", f"policies=[{','.join(POLICIES)}]", f"seeds={seeds}", "uncertainty=core"]
    config = prepare(settings).config
    blocks = config.design.blocks
    with tempfile.TemporaryDirectory() as root:
        notes = Path(root, "notes")
        notes.mkdir()
        run_block(config.run_spec(blocks[0].case), 0, POLICIES[:1])
        single = [_alone(config, blocks[:BLOCKS_ALONE], Path(root, "before"))]
        task = partial(compute_block, partial(timed_block, notes), config, ResultStore(Path(root, "sweep")))
        start = time.perf_counter()
        reports = list(run_blocks(task, blocks, executor))
        seconds = time.perf_counter() - start
        single.append(_alone(config, blocks[:BLOCKS_ALONE], Path(root, "after")))
        failed = [report.error for report in reports if report.error]
        if failed:
            raise RuntimeError(failed[0])
        noted = [[float(part) for part in file.read_text().split()] for file in notes.iterdir()]
        size = sum(file.stat().st_size for file in Path(root, "sweep").rglob("*.parquet"))
    done = len(blocks) * len(POLICIES)
    return Throughput(
        done, executor.workers or 1, seconds, sum(single) / 2, sum(report.seconds for report in reports) / done,
        sum(each[0] for each in noted) / done, max(each[1] for each in noted), size / done,
    )


def _alone(config: ExperimentConfig, blocks: Sequence[Block], folder: Path) -> float:
    """Seconds a policy run of some blocks in this process alone, writing included."""
    store, start = ResultStore(folder), time.perf_counter()
    for block in blocks:
        compute_block(None, config, store, block)
    return (time.perf_counter() - start) / (len(blocks) * len(POLICIES))


def report(province: str = "sichuan", runs: int = 1000, workers: int = 2, kind: str = "local") -> Throughput:
    """Measure and print."""
    print(f"Throughput of a sweep: {province}, {runs} runs, {len(POLICIES)} a seed, {kind}, {workers} workers")
    print(f"  {machine()}; elapsed seconds")
    result = measure_throughput(province, runs, ExecutorConfig(kind, workers))  # type: ignore[arg-type]
    print("\n".join(result.lines()))
    return result


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--province", default="sichuan")
    parser.add_argument("--runs", type=int, default=1000, help="policy runs, rounded up to whole seeds")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kind", choices=("serial", "local", "dask"), default="local")
    report(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
