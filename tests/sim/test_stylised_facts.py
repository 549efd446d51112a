"""Stylised facts of the whole province: means over three seeds against bands from the literature.

Rounds of 2021-2025, adoption at the reference payback, the size of certified factories, entry and removal were looked
at when parameters were set and only show that the model still keeps to them; the others were not. Facts that the model
misses are marked as expected failures with the value measured: they are findings about the model, and a test that
starts to pass has to be noticed too.
"""

import dataclasses

import numpy as np
import pytest
from model_runs import run, start, steps

from agents.firm import SIZE_CLASSES
from sim.phases.retrofit import weigh
from sim.preparation import prepare_block

SEEDS = (1, 2, 3)
LARGE, SMALL = SIZE_CLASSES.index("large"), SIZE_CLASSES.index("small")
PRICE_CUT = 0.85


def hill_exponent(revenue, share=0.1):
    """Hill estimate of the upper tail's exponent from the largest `share` of firms."""
    largest = np.sort(revenue)[::-1][: int(len(revenue) * share) + 1]
    return 1.0 / np.mean(np.log(largest[:-1] / largest[-1]))


def at_the_end_of_2025(block):
    """Size tail, rounds of 2021-2025 and certification."""
    c = block.snapshot.columns
    here, retrofitted, revenue = c["alive"], c["rounds_since_2021"] > 0, c["revenue_base"]
    large, small = (retrofitted[here & (c["size_class"] == group)].mean() for group in (LARGE, SMALL))
    return {
        "hill": hill_exponent(revenue[here]),
        "round 2021-2025": retrofitted[here].mean(),
        "round, large over small": large / small,
        "certified size": revenue[here & c["certified"]].mean() / revenue[here].mean(),
    }


def in_one_quarter(block):
    """Who wants what: by payback among firms that have not yet decided, and at lower prices among those that know."""
    model = steps(start(block, "current"), 1)
    model.label_reach[:] = 0.0
    c = model.columns
    fresh = weigh(model, np.flatnonzero(c["alive"] & (c["last_outcome"] == -1) & (c["stage"] == 0)))
    payback = np.divide(fresh.capex, fresh.saving, out=np.full(len(fresh.capex), np.inf), where=fresh.saving > 0.0)

    def wanted(low, high):
        return (fresh.score[(payback >= low) & (payback < high)] > 0.0).mean()

    informed = np.flatnonzero(c["alive"] & c["aware"] & (c["stage"] == 0))
    before = np.count_nonzero(weigh(model, informed).full.count)
    model.options = cheaper(model.options)
    after = np.count_nonzero(weigh(model, informed).full.count)
    return {
        "wanted at the reference payback": wanted(1.1, 1.4), "payback gradient": wanted(0.5, 1.0) - wanted(3.0, 5.0),
        "wanted after a price cut, one quarter": after / before - 1.0,
    }


def cheaper(options):
    return dataclasses.replace(options, cost_factor=options.cost_factor * PRICE_CUT)


def with_wishes(model):
    """Run to the end; count wishes, and by size class those that money cut short."""
    wishes, cut = np.zeros(4), np.zeros(4)
    scope = model.parameters.retrofit.project_scope_factor
    c = model.columns
    while not model.finished:
        model.step()
        wish = model.wishes
        rows, size = wish.rows, c["size_class"][wish.rows]
        got = np.where(c["last_outcome"][rows] == 2, c["project_cost"][rows], 0.0)
        wants = wish.full.count > 0
        short = wants & (got < wish.full.capex * scope * (1.0 - 1e-9))
        wishes += np.bincount(size[wants], minlength=4)
        cut += np.bincount(size[short], minlength=4)
    return wishes, cut


def until_2030(block):
    """Runs under current, with an interest subsidy, with diagnoses, and with lower prices."""
    current = start(block, "current")
    wishes, cut = with_wishes(current)
    lower = start(block, "current")
    lower.options = cheaper(lower.options)
    interest, diagnosis = run(block, "retrofit_loan_interest"), run(block, "diagnosis")
    c, d = current.columns, diagnosis.columns
    advised = d["diagnosed"] & ~c["diagnosed"] & d["alive"]
    gain = (d["rounds"] > 0).astype(float) - (c["rounds"] > 0)
    years = {4 * n: current.rows[4 * n]["firms"] for n in range(5)}
    listed = np.mean([row["green_factories"] for row in current.rows[3:-1:4]])
    coverage = [model.rows[-1]["retrofit_coverage"] for model in (current, interest)]
    return {
        "wanted after a price cut, whole run": with_wishes(lower)[0].sum() / wishes.sum() - 1.0,
        "constrained, small": cut[SMALL] / wishes[SMALL], "constrained, large": cut[LARGE] / wishes[LARGE],
        "coverage 2030": coverage[0], "interest subsidy": coverage[1] - coverage[0],
        "audit, small": gain[advised & (d["size_class"] == SMALL)].mean(),
        "audit, large": gain[advised & (d["size_class"] == LARGE)].mean(),
        "removals": current.certifier.removed / 5.0 / listed,
        "net entry": (years[16] / years[0]) ** 0.25 - 1.0,
    }


@pytest.fixture(scope="module")
def facts(sichuan_block):
    """Mean of every measure over the seeds."""
    by_seed = []
    for seed in SEEDS:
        block = sichuan_block if seed == sichuan_block.seed else prepare_block("sichuan", seed)
        by_seed.append({**at_the_end_of_2025(block), **in_one_quarter(block), **until_2030(block)})
    return {name: float(np.mean([each[name] for each in by_seed])) for name in by_seed[0]}


BANDS = {
    "hill": (1.0, 1.3),  # Axtell 2001 for the upper tail; the above-scale threshold truncates the body
    "round 2021-2025": (0.12, 0.35),  # share of above-scale firms with a first round: an estimate of 22 %, no survey
    "round, large over small": (1.5, 4.0),
    "certified size": (4.0, 6.0),
    "wanted at the reference payback": (0.40, 0.60),  # Anderson and Newell 2004: half adopt at 1.25 years
    "payback gradient": (0.10, 0.60),
    "wanted after a price cut, one quarter": (0.10, 0.40),
    "constrained, large": (0.0, 0.25),
    "interest subsidy": (0.0, 0.007),  # one year at 1.5 points moves the price by little
    "audit, small": (0.05, 0.20),
    "removals": (0.015, 0.025),
    "net entry": (0.049, 0.059),  # the configured 5.4 % a year
}

MISSED = {
    "wanted after a price cut, whole run": (
        (0.10, 0.40), "measured +5 %: the cut moves the log odds of one measure by 0.2, and the wish of a firm for at "
        "least one of its several measures by less; who declined once keeps his taste",
    ),
    "constrained, small": (
        (0.30, 0.70), "measured 17 %: four small firms in five that want a project can pay it from own cash, even at "
        "five times its energy part",
    ),
}


@pytest.mark.parametrize("fact", BANDS)
def test_fact_lies_in_its_band(facts, fact):
    low, high = BANDS[fact]
    assert low <= facts[fact] <= high


@pytest.mark.parametrize(
    "fact", [pytest.param(fact, marks=pytest.mark.xfail(reason=reason, strict=True)) for fact, (_, reason) in
             MISSED.items()],
)
def test_fact_is_missed(facts, fact):
    low, high = MISSED[fact][0]
    assert low <= facts[fact] <= high, facts[fact]


def test_an_audit_moves_large_firms_less_than_small_ones(facts):
    assert facts["audit, large"] < facts["audit, small"]


def test_current_policy_misses_full_coverage_by_2030(facts):
    assert facts["coverage 2030"] < 0.5
