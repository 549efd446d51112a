"""Do one piece of work and print the peak memory of the process, MB. Called by `benchmarks.measure.memory_of`."""

from __future__ import annotations

import sys

from benchmarks.measure import peak_memory

WORK = ("block", "columns", "rules", "plain", "run", "mixes")
"""Seed block only; its retrofit block in columns; the same with either kind of objects; a whole run; all mixes."""


def main(work: str, province: str, policy: str, seed: str) -> None:
    """Prepare the seed block, do the work on it and print the peak.

    Raises:
        ValueError: for work of another name.
    """
    if work not in WORK:
        raise ValueError(f"{work!r} is none of {', '.join(WORK)}")
    from sim.model import ProvinceModel
    from sim.preparation import prepare_block

    block = prepare_block(province, int(seed))
    if work == "columns":
        from benchmarks.retrofit_block import retrofit_block

        retrofit_block(ProvinceModel(policy, block=block))
    elif work in ("rules", "plain"):
        from benchmarks.compare_mesa import OBJECTS

        OBJECTS[work](policy, block).run()
    elif work == "run":
        ProvinceModel(policy, block=block).run()
    elif work == "mixes":
        from sim.api import run_policies

        run_policies(block, dict.fromkeys(block.catalogue.names()))
    print(peak_memory())


if __name__ == "__main__":
    main(*sys.argv[1:5])
