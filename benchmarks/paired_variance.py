"""What common random numbers save: variance of a policy's effect from paired seeds against independent seeds.

Run `python -m benchmarks.paired_variance --province sichuan --seeds 20`. The policy is a grant of 20 % of the project
cost without condition and without shortage of money, on top of `current`; the effect is the change it causes. Paired
seeds compare a seed with itself; independent seeds compare a seed with another one, here with all others, which gives
the variance of the difference as the sum of the two runs' variances.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed

from agents.array_types import FloatArray
from benchmarks.measure import machine
from sim.model import ProvinceModel
from sim.preparation import prepare_block
from sim.result import indicator_frame

AIM = 10.0
"""Times by which pairing has to cut the variance."""

GRANT: Mapping[str, float] = {
    "rate": 0.2, "cap": 1e4, "min_added_output": 0.0, "appropriation": 1e6, "green_share": 1.0,
}
"""Settings of the retrofit subsidy from 2026 on."""

MEASURED: Mapping[str, str] = {
    "retrofit_projects": "projects completed in 2026-2030",
    "retrofit_coverage": "firms with a round at the end of 2030",
    "energy_intensity": "energy intensity at the end of 2030",
    "public_outlay": "public outlay in 2026-2030, m CNY",
}
FLOWS = ("retrofit_projects", "public_outlay")


@dataclass(frozen=True)
class Reduction:
    """One indicator: mean effect, and the variance of its estimate from one pair of runs."""

    indicator: str
    mean: float
    paired: float
    independent: float

    @property
    def ratio(self) -> float:
        """Variance with independent seeds over that with paired seeds."""
        return self.independent / self.paired if self.paired > 0.0 else np.inf


def effects(province: str, seed: int) -> tuple[FloatArray, FloatArray]:
    """Measured indicators of one seed without and with the grant, in the order of `MEASURED`."""
    block = prepare_block(province, seed)
    baseline, granted = ProvinceModel("current", block=block), ProvinceModel("current", block=block)
    for name, value in GRANT.items():
        instrument = granted.mix["retrofit_subsidy"]
        schedule = type(instrument.schedules[name])(value)
        granted.mix = granted.mix.with_schedule("retrofit_subsidy", name, schedule)
    return _values(baseline), _values(granted)


def _values(model: ProvinceModel) -> FloatArray:
    frame = indicator_frame(model.run())
    return np.array([frame[name].sum() if name in FLOWS else frame[name].iloc[-1] for name in MEASURED])


def reductions(without: FloatArray, granted: FloatArray) -> list[Reduction]:
    """Compare the two ways to estimate the effect.

    Args:
        without: (seeds, indicators) values without the grant.
        granted: (seeds, indicators) values with it, same seeds.
    """
    difference = granted - without
    independent = granted.var(axis=0, ddof=1) + without.var(axis=0, ddof=1)
    values = zip(MEASURED, difference.mean(axis=0), difference.var(axis=0, ddof=1), independent, strict=True)
    return [Reduction(name, float(mean), float(paired), float(apart)) for name, mean, paired, apart in values]


def report(province: str = "sichuan", seeds: int = 20, workers: int = 2) -> list[Reduction]:
    """Measure and print."""
    print(f"Paired against independent seeds: a grant of 20 %, {province}, {seeds} seeds")
    print(f"  {machine()}")
    pairs = Parallel(n_jobs=workers)(delayed(effects)(province, seed) for seed in range(1, seeds + 1))
    without, granted = (np.stack(each) for each in zip(*pairs, strict=True))
    results = reductions(without, granted)
    print(f"  {'':40}{'mean effect':>13}{'sd paired':>12}{'sd indep.':>12}{'variance':>11}")
    for each in results:
        print(f"  {MEASURED[each.indicator]:40}{each.mean:13.4g}{each.paired**0.5:12.3g}"
              f"{each.independent**0.5:12.3g}{each.ratio:9.1f} x")
    met = results[0].ratio >= AIM
    print(f"  aim for projects, {AIM:.0f} times smaller: {'met' if met else 'NOT met'}")
    return results


def main(arguments: Sequence[str] | None = None) -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--province", default="sichuan")
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--workers", type=int, default=2)
    report(**vars(parser.parse_args(arguments)))


if __name__ == "__main__":
    main()
