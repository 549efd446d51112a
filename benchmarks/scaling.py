"""How the cost of a run grows with firms, quarters, policies and seeds.

Run `python -m benchmarks.scaling --firms 1000 3000 10000 17600 100000 1000000`. Fewer firms are a sample of
Sichuan; more are copies of it side by side: an exercise in size, not a forecast of anything.
"""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple
from unittest.mock import patch

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from benchmarks.measure import Seconds, machine, peak_memory, timed
from policies.schedule import parse_quarter
from sim.block import SeedBlock, build_block
from sim.burn_in import run_burn_in
from sim.model import ProvinceModel
from sim.population.build import build_population
from sim.preparation import BURN_IN, FIRST, LAST, load_inputs

POLICY = "plan"
QUARTERS = ("2026Q4", "2028Q4", "2030Q4")


class Size(NamedTuple):
    """Cost of one size: seconds for a seed and for a policy run, peak MB."""

    firms: int
    seed: float
    run: float
    memory: float


def tiled(copies: int, *arguments: Any) -> dict[str, NDArray[Any]]:
    """The population of a province, several times over, firms that arrive later last."""
    columns = build_population(*arguments)
    many = {name: np.concatenate([values] * copies) for name, values in columns.items()}
    order = np.argsort(many["arrival"], kind="stable")
    return {**{name: values[order] for name, values in many.items()}, "unique_id": np.arange(1, len(order) + 1)}


def prepared(firms: int, last: int = LAST) -> SeedBlock:
    """A seed block of that many firms after its burn-in: a sample of the province, or copies of it side by side."""
    inputs = load_inputs("sichuan")
    province, copies = inputs.province, max(1, round(firms / inputs.province.firms))
    province = dataclasses.replace(province, firms=min(firms, province.firms))
    with patch("sim.block.build_population", partial(tiled, copies) if copies > 1 else build_population):
        block = build_block(
            province, inputs.parameters, inputs.scenario, inputs.catalogue, 1, BURN_IN, FIRST, last
        )
    block.snapshot = run_burn_in(block)
    return block


def measure_size(firms: int) -> Size:
    """Time one size; in a process of its own, because memory is that of the whole process."""
    load_inputs("sichuan")
    seed, block = timed(lambda: prepared(firms))
    run = _run(block)
    return Size(int(block.incumbents().sum()), seed.processor, run.processor, peak_memory())


def _run(block: SeedBlock) -> Seconds:
    """A further policy run on a block: the first one also fills the draws that all share."""
    ProvinceModel(POLICY, block=block).run()
    return timed(lambda: ProvinceModel(POLICY, block=block).run())[0]


def report(firms: Sequence[int]) -> list[Size]:
    """Measure and print."""
    print(f"Scaling: policy {POLICY}, {machine()}; processor seconds")
    sizes = [Parallel(n_jobs=2)(delayed(measure_size)(number) for number in [each])[0] for each in firms]
    print(f"  {'firms':>10}{'seed, s':>10}{'run, s':>10}{'us a firm-quarter':>20}{'peak MB':>10}{'KB a firm':>11}")
    for size in sizes:
        print(f"  {size.firms:10,}{size.seed:10.2f}{size.run:10.2f}{1e6 * size.run / (20 * size.firms):20.2f}"
              f"{size.memory:10.0f}{1e3 * size.memory / size.firms:11.1f}")
    print(f"  {'last quarter':>14}{'run, s':>10}")
    for label in QUARTERS:
        print(f"  {label:>14}{_run(prepared(17600, parse_quarter(label))).processor:10.2f}")
    return sizes


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--firms", type=int, nargs="+", default=[1000, 3000, 10000, 17600, 50000])
    report(parser.parse_args(arguments).firms)


if __name__ == "__main__":
    main()
