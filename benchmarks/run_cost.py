"""What a seed and a policy run cost in time and memory, against the aims of the project.

Run `python -m benchmarks.run_cost --province sichuan --seeds 5`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Seconds, Summary, machine, memory_of, timed
from sim.model import ProvinceModel
from sim.preparation import load_inputs, prepare_block

POLICIES = ("current", "plan", "plan_adaptive")
SEED_AIM, RUN_AIM, MEMORY_AIM = 0.6, 0.15, 400.0
"""Seconds for population and burn-in, seconds for a policy run, MB: of one run of the full province."""


@dataclass(frozen=True)
class Cost:
    """Seconds and MB. The first policy on a seed block also draws what later ones reuse."""

    inputs: Seconds
    seed: Summary
    first_run: Summary
    further_run: Summary
    memory: float
    memory_of_mixes: float

    def lines(self) -> list[str]:
        """The table: what was measured, the aim, and whether it is met."""
        rows = [
            ("population and burn-in, s a seed", self.seed.median, self.seed.minimum, self.seed.wall, SEED_AIM),
            ("policy run, first on a seed, s", self.first_run.median, self.first_run.minimum,
             self.first_run.wall, RUN_AIM),
            ("policy run, further ones, s", self.further_run.median, self.further_run.minimum,
             self.further_run.wall, RUN_AIM),
        ]
        lines = [f"  {'':36}{'median':>9}{'minimum':>9}{'elapsed':>9}{'aim':>7}"]
        for name, median, minimum, wall, aim in rows:
            lines.append(f"  {name:36}{median:9.3f}{minimum:9.3f}{wall:9.3f}{aim:7.2f}  {verdict(median, aim)}")
        for name, value in (("peak memory, one run, MB", self.memory),
                            ("peak memory, all default mixes, MB", self.memory_of_mixes)):
            lines.append(f"  {name:36}{value:9.0f}{'':18}{MEMORY_AIM:7.0f}  {verdict(value, MEMORY_AIM)}")
        lines.append(f"  reading all tables and parameters, once a process: {self.inputs.processor:.2f} s")
        return lines


def verdict(value: float, aim: float) -> str:
    """Whether a measured value keeps to its aim, and by how much it does not."""
    return "met" if value <= aim else f"NOT met ({value / aim:.1f} x)"


def measure_cost(province: str, seeds: int, policies: Sequence[str] = POLICIES) -> Cost:
    """Prepare several seed blocks and run every policy on each; medians over all of them."""
    inputs, _ = timed(lambda: load_inputs(province))
    prepare_block(province, 0)  # warms caches of the interpreter, not of the seeds measured
    prepared: list[Seconds] = []
    first: list[Seconds] = []
    further: list[Seconds] = []
    for seed in range(1, seeds + 1):
        seconds, block = timed(lambda seed=seed: prepare_block(province, seed))  # type: ignore[misc]
        prepared.append(seconds)
        for position, policy in enumerate(policies):
            seconds, _ = timed(lambda p=policy, b=block: ProvinceModel(p, block=b).run())  # type: ignore[misc]
            (further if position else first).append(seconds)
    return Cost(
        inputs, Summary.of(prepared), Summary.of(first), Summary.of(further),
        memory_of("run", province, policies[-1], 1), memory_of("mixes", province, policies[-1], 1),
    )


def report(province: str = "sichuan", seeds: int = 5) -> Cost:
    """Measure and print."""
    print(f"Cost of a run: {province}, 20 quarters, {seeds} seeds, policies {', '.join(POLICIES)}")
    print(f"  {machine()}; median and minimum are processor seconds")
    cost = measure_cost(province, seeds)
    print("\n".join(cost.lines()))
    return cost


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--province", default="sichuan")
    parser.add_argument("--seeds", type=int, default=5)
    report(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
