"""Columns against objects: the same retrofit block on the same draws, timed in turns in one process.

Run `python -m benchmarks.compare_mesa --province sichuan --policy plan --repeats 5`.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Seconds, Summary, machine, memory_of, timed
from benchmarks.object_model import ObjectModel
from benchmarks.retrofit_block import retrofit_block
from benchmarks.trajectory import QuarterRow, differences
from sim.block import SeedBlock
from sim.model import ProvinceModel
from sim.preparation import prepare_block

AIM = 100.0
"""Times faster than an ordinary object-per-agent Mesa model."""


class TrajectoryError(AssertionError):
    """The two models do not compute the same thing, so their times must not be compared."""


@dataclass(frozen=True)
class Comparison:
    """Times of both variants without and with the construction of the model, seconds."""

    rows: list[QuarterRow]
    columns: Summary
    columns_built: Summary
    objects: Summary
    objects_built: Summary

    @property
    def firm_quarters(self) -> int:
        """Firms in business summed over the quarters."""
        return sum(row.firms for row in self.rows)

    @property
    def ratio(self) -> float:
        """Median time of the object model over that of the columns, without construction."""
        return self.objects.median / self.columns.median

    @property
    def ratio_built(self) -> float:
        """The same with construction."""
        return self.objects_built.median / self.columns_built.median


def compare(block: SeedBlock, policy: str, repeats: int) -> Comparison:
    """Time both variants in turns on one seed block.

    Args:
        block: a prepared seed block.
        policy: name of a policy.
        repeats: timed pairs, after one untimed pair that fills the shared draws.

    Raises:
        TrajectoryError: if the two do not give the same trajectory, in any pair.
    """
    times: dict[str, list[Seconds]] = {name: [] for name in ("columns", "built", "objects", "objects_built")}
    rows: list[QuarterRow] = []
    for repeat in range(repeats + 1):
        made, model = timed(lambda: ProvinceModel(policy, block=block))
        ran, rows = timed(lambda model=model: retrofit_block(model))  # type: ignore[misc]
        object_made, object_model = timed(lambda: ObjectModel(policy, block))
        object_ran, object_rows = timed(object_model.run)
        object_model.release()
        del object_model
        found = differences(rows, object_rows)
        if found:
            raise TrajectoryError("\n  ".join(["the models differ:", *found[:20]]))
        if repeat > 0:
            times["columns"].append(ran)
            times["built"].append(_sum(made, ran))
            times["objects"].append(object_ran)
            times["objects_built"].append(_sum(object_made, object_ran))
    return Comparison(rows, *(Summary.of(each) for each in times.values()))


def _sum(one: Seconds, other: Seconds) -> Seconds:
    return Seconds(one.wall + other.wall, one.processor + other.processor)


def report(province: str = "sichuan", policy: str = "plan", seed: int = 1, repeats: int = 5) -> Comparison:
    """Compare and print."""
    print(f"Columns against objects: {province}, policy {policy}, seed {seed}, {repeats} pairs in turns")
    print(f"  {machine()}")
    result = compare(prepare_block(province, seed), policy, repeats)
    last = result.rows[-1]
    print(f"  same trajectory: {len(result.rows)} quarters, {last.firms} firms, "
          f"{sum(row.completed for row in result.rows)} projects, {last.aware} aware, "
          f"{sum(row.grants for row in result.rows):.3f} m CNY of grants")
    print("  processor seconds a run")
    print(f"    columns                    {result.columns}")
    print(f"    objects                    {result.objects}")
    print(f"    columns, with construction {result.columns_built}")
    print(f"    objects, with construction {result.objects_built}")
    print(f"  firm-quarters a second: columns {result.firm_quarters / result.columns.median:,.0f}, "
          f"objects {result.firm_quarters / result.objects.median:,.0f}")
    print(f"  objects / columns (medians): {result.ratio:.1f}, with construction {result.ratio_built:.1f}; "
          f"of the minima {result.objects.minimum / result.columns.minimum:.1f}")
    memory = {work: memory_of(work, province, policy, seed) for work in ("block", "retrofit", "object")}
    print(f"  peak memory, MB: seed block alone {memory['block']:.0f}, columns {memory['retrofit']:.0f}, "
          f"objects {memory['object']:.0f}")
    print(f"  aim of {AIM:.0f} times: {'met' if result.ratio >= AIM else 'NOT met'}")
    return result


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
