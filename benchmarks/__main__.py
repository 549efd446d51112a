"""All benchmarks: `python -m benchmarks [--province demo] [--policy plan] [--repeats 5] [--runs 60]`."""

from __future__ import annotations

import argparse

from benchmarks import compare_mesa, framework_time, paired_variance, run_cost, sweep_throughput

PAIRS = 12
"""Fewest seeds from which a variance is told."""


def main() -> None:
    """Run all benchmarks and print what they found in a few lines at the end."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks")
    parser.add_argument("--province", default="sichuan")
    parser.add_argument("--policy", default="plan")
    parser.add_argument("--repeats", type=int, default=5, help="timed pairs, and seeds")
    parser.add_argument("--runs", type=int, default=60, help="policy runs of the sweep")
    options = parser.parse_args()
    cost = run_cost.report(options.province, options.repeats)
    print()
    comparison = compare_mesa.report(options.province, options.policy, repeats=options.repeats)
    print()
    variance = paired_variance.report(options.province, max(options.repeats, PAIRS))
    print()
    framework = framework_time.report()
    print()
    sweep = sweep_throughput.report(options.province, options.runs)
    print()
    print("Summary")
    for name in compare_mesa.OBJECTS:
        print(f"  {comparison.ratio(name):.0f} times the speed of Mesa {compare_mesa.TEXT[name]} "
              f"({comparison.ratio_built(name):.0f} with construction), same trajectory")
    print(f"  pairing cuts the variance of a grant's effect on projects {variance[0].ratio:.0f} times")
    print(f"  {cost.seed.median:.2f} s a seed, {cost.further_run.median:.2f} s a policy run, {cost.memory:.0f} MB")
    slowest = max(each.computing for each in framework)
    print(f"  {slowest:.1f} ms of framework time a run")
    print(f"  {sweep.runs / sweep.seconds:.1f} policy runs a second on {sweep.workers} processes")


if __name__ == "__main__":
    main()
