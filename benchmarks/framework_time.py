"""What a run costs besides the model: handing out, writing, checking, reading, tabulating.

The sweep is a real one, only that a block takes no time: its frames are those of one block of the small province,
computed once a process and given another seed. Analyses are left out: they are
questions, asked or not. Run `python -m benchmarks.framework_time --seeds 100`.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from collections.abc import Sequence
from dataclasses import fields
from functools import lru_cache
from typing import NamedTuple

from rich.console import Console

from benchmarks.measure import machine, timed
from benchmarks.run_cost import verdict
from experiments.run import prepare, run_experiment
from sim.api import BlockResult, RunSpec, run_block

AIM = 10.0
"""Milliseconds a run."""


class FrameworkTime(NamedTuple):
    """Milliseconds a run of a sweep of `runs` runs: computing it, and finding that all is there.

    `processor` is the processor time of this process while computing, which with one worker is all there is.
    """

    executor: str
    runs: int
    computing: float
    resuming: float
    processor: float


@lru_cache(maxsize=1)
def _sample(spec: tuple[str, str], policies: tuple[str, ...]) -> BlockResult:
    province, scenario = spec
    return run_block(RunSpec(province=province, scenario=scenario), 1, policies)


def no_model(spec: RunSpec, seed: int, policies: Sequence[str]) -> BlockResult:
    """The frames of seed 1 under another seed."""
    sample = _sample((spec.province, spec.scenario), tuple(policies))
    return BlockResult(**{field.name: getattr(sample, field.name).assign(seed=seed) for field in fields(BlockResult)})


def measure_framework(executor: str, seeds: int) -> FrameworkTime:
    """Time a sweep of the default policies, and the same command once more."""
    no_model(RunSpec(province="demo"), 1, prepare(["province=demo"]).config.policies)
    quiet = Console(file=io.StringIO())
    with tempfile.TemporaryDirectory() as folder:
        settings = ["province=demo", f"executor={executor}", "figures=false", "analyses=[]", f"output.root={folder}"]
        # A short sweep first: worker processes start and import what they need.
        run_experiment(prepare([*settings, "seeds=2", "end=2030Q3"]), quiet, quiet, no_model)
        sweep = prepare([*settings, f"seeds={seeds}"])
        runs = sweep.config.design.runs
        times = [timed(lambda: run_experiment(sweep, quiet, quiet, no_model))[0] for _ in range(2)]
    parts = (times[0].wall, times[1].wall, times[0].processor)
    return FrameworkTime(executor, runs, *(1000.0 * seconds / runs for seconds in parts))


def report(seeds: int = 100) -> list[FrameworkTime]:
    """Measure and print."""
    print(f"Framework time: a sweep without a model, 11 policies, {seeds} seeds")
    print(f"  {machine()}; elapsed milliseconds a run, and processor milliseconds of this process")
    print(f"  {'':12}{'runs':>7}{'computing':>12}{'resuming':>11}{'processor':>12}{'aim':>7}")
    found = [measure_framework(executor, seeds) for executor in ("serial", "local")]
    for each in found:
        print(f"  {each.executor:12}{each.runs:7}{each.computing:12.2f}{each.resuming:11.2f}{each.processor:12.2f}"
              f"{AIM:7.0f}  {verdict(each.computing, AIM)}")
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=100)
    report(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    # Worker processes find the sample by the name of the module, which has none when run as a script.
    from benchmarks.framework_time import main as named_main

    named_main()
