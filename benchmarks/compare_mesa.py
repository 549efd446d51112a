"""Columns against objects: the same retrofit block on the same draws, timed in turns in one process.

Two object-per-agent Mesa models are timed, see `benchmarks.object_model`: `rules`, whose firms call the rules of
`agents` one firm at a time, and `plain`, whose firms have the same rules in scalar Python, tuned by hand.

Run `python -m benchmarks.compare_mesa --province sichuan --policy plan --repeats 5`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Seconds, Summary, machine, memory_of, timed
from benchmarks.object_model import ObjectModel
from benchmarks.object_plain_model import PlainModel
from benchmarks.object_rule_model import RuleModel
from benchmarks.retrofit_block import retrofit_block
from benchmarks.trajectory import QuarterRow, differences
from sim.block import SeedBlock
from sim.model import ProvinceModel
from sim.preparation import prepare_block

AIM = 100.0
"""Times faster than an object-per-agent Mesa model of the same rule on the same draws."""

OBJECTS: dict[str, type[ObjectModel]] = {"rules": RuleModel, "plain": PlainModel}
"""The object models by name."""

TEXT = {
    "columns": "columns",
    "rules": "objects, each calling the array rules",
    "plain": "objects, rules anew in scalar Python",
}


class TrajectoryError(AssertionError):
    """Two models do not compute the same thing, so their times must not be compared."""


@dataclass(frozen=True)
class Comparison:
    """Times by variant without and with the construction of the model, seconds."""

    rows: list[QuarterRow]
    running: dict[str, Summary]
    built: dict[str, Summary]

    @property
    def firm_quarters(self) -> int:
        """Firms in business summed over the quarters."""
        return sum(row.firms for row in self.rows)

    def ratio(self, name: str) -> float:
        """Median time of an object model over that of the columns, without construction."""
        return self.running[name].median / self.running["columns"].median

    def ratio_built(self, name: str) -> float:
        """The same with construction."""
        return self.built[name].median / self.built["columns"].median


def compare(block: SeedBlock, policy: str, repeats: int) -> Comparison:
    """Time all variants in turns on one seed block.

    Args:
        block: a prepared seed block.
        policy: name of a policy.
        repeats: timed turns, after an untimed one that fills the shared draws.

    Raises:
        TrajectoryError: if an object model does not give the trajectory of the columns, in any turn.
    """
    running: dict[str, list[Seconds]] = {name: [] for name in TEXT}
    built: dict[str, list[Seconds]] = {name: [] for name in TEXT}
    rows: list[QuarterRow] = []
    for repeat in range(repeats + 1):
        made, model = timed(lambda: ProvinceModel(policy, block=block))
        ran, rows = timed(lambda model=model: retrofit_block(model))  # type: ignore[misc]
        turn = {"columns": (made, ran)}
        for name, kind in OBJECTS.items():
            turn[name] = _run_objects(kind, block, policy, rows)
        if repeat > 0:
            for name, (made, ran) in turn.items():
                running[name].append(ran)
                built[name].append(_sum(made, ran))
    summaries = ({name: Summary.of(each) for name, each in times.items()} for times in (running, built))
    return Comparison(rows, *summaries)


def _run_objects(
    kind: type[ObjectModel], block: SeedBlock, policy: str, rows: list[QuarterRow]
) -> tuple[Seconds, Seconds]:
    """Make and run an object model, which has to give these rows; the time of each."""
    made, model = timed(lambda: kind(policy, block))
    ran, object_rows = timed(model.run)
    model.release()
    found = differences(rows, object_rows)
    if found:
        raise TrajectoryError("\n  ".join([f"{kind.__name__} differs from the columns:", *found[:20]]))
    return made, ran


def _sum(one: Seconds, other: Seconds) -> Seconds:
    return Seconds(one.wall + other.wall, one.processor + other.processor)


def report(province: str = "sichuan", policy: str = "plan", seed: int = 1, repeats: int = 5) -> Comparison:
    """Compare and print."""
    print(f"Columns against objects: {province}, policy {policy}, seed {seed}, {repeats} turns")
    print(f"  {machine()}")
    result = compare(prepare_block(province, seed), policy, repeats)
    last = result.rows[-1]
    print(f"  same trajectory: {len(result.rows)} quarters, {last.firms} firms, "
          f"{sum(row.completed for row in result.rows)} projects, {last.aware} aware, "
          f"{sum(row.grants for row in result.rows):.3f} m CNY of grants")
    print("  processor seconds a run")
    for name, text in TEXT.items():
        print(f"    {text:<37}  {result.running[name]}")
    print("  processor seconds a run, with construction of the model")
    for name, text in TEXT.items():
        print(f"    {text:<37}  {result.built[name]}")
    print("  firm-quarters a second; peak memory, MB")
    print(f"    {'seed block alone':<37}  {'':>9}  {memory_of('block', province, policy, seed):5.0f}")
    for name, text in TEXT.items():
        speed = result.firm_quarters / result.running[name].median
        print(f"    {text:<37}  {speed:9,.0f}  {memory_of(name, province, policy, seed):5.0f}")
    print(f"  time over that of the columns; the aim is {AIM:.0f} times")
    for name in OBJECTS:
        least = result.running[name].minimum / result.running["columns"].minimum
        print(f"    {TEXT[name]:<37}  {result.ratio(name):.1f} (medians), with construction "
              f"{result.ratio_built(name):.1f}, minima {least:.1f}: {verdict(result.ratio(name))}")
    return result


def verdict(ratio: float) -> str:
    """Whether the aim is met."""
    return "met" if ratio >= AIM else "NOT met"


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--province", default="sichuan")
    parser.add_argument("--policy", default="plan")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--repeats", type=int, default=5)
    report(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
