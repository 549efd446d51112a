"""From draws to tables: intervals, quantiles, dates, costs."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from fake_model import run_block
from hypothesis import given
from hypothesis import strategies as st

from experiments.results import Results
from experiments.settings.config import ExperimentConfig
from experiments.tables.summary import (
    TARGET_COLUMNS,
    cost_table,
    median_date,
    run_summary,
    spread,
    spreads,
    target_table,
    wilson_interval,
)

CASE = {"scenario": "reference", "behaviour": "logit"}


@pytest.mark.parametrize(
    ("met", "draws", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, 857-872, table I, score without continuity correction
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_interval_against_published_values(met: int, draws: int, low: float, high: float):
    assert wilson_interval(met, draws) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(2, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_interval_holds_the_share_and_mirrors(case: tuple[int, int]):
    met, draws = case
    low, high = wilson_interval(met, draws)
    assert 0.0 <= low <= met / draws <= high <= 1.0
    assert high > low
    assert wilson_interval(draws - met, draws) == pytest.approx((1.0 - high, 1.0 - low))


def test_one_draw_has_no_interval():
    assert all(math.isnan(end) for end in wilson_interval(1, 1))
    single = spread(pd.Series([3.0]))
    assert single["mean"] == single["p50"] == 3.0
    assert math.isnan(single["p05"])
    assert math.isnan(single["p95"])


def test_spread_leaves_unknown_values_out():
    assert spread(pd.Series([1.0, 3.0, np.nan]))["mean"] == 2.0
    assert math.isnan(spread(pd.Series([np.nan]))["p50"])


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("draws", [1, 2, 37])
def test_spreads_of_rows_are_the_spread_of_each_to_the_last_digit(draws: int, missing: bool):
    table = np.asfortranarray(np.random.default_rng(1).lognormal(size=(5, draws)))
    table[3, 0] = np.nan if missing else table[3, 0]
    np.testing.assert_equal(spreads(table), [spread(row) for row in table])


@pytest.mark.parametrize(
    ("dates", "median"),
    [
        (["2027", "2026", "2028"], "2027"),
        (["2027", "", "2026", ""], "2027"),
        (["2026", "", ""], ""),
        (["", ""], ""),
        (["2029"], "2029"),
    ],
)
def test_median_date_counts_never_as_last(dates: list[str], median: str):
    assert median_date(pd.Series(dates)) == median


def test_target_table_has_the_published_columns_and_a_row_a_definition(results: Results):
    table = results.targets
    assert tuple(table.columns) == TARGET_COLUMNS
    assert list(table.columns[:17]) == [
        "policy", "scenario", "behaviour", "target_id", "by", "comparison", "threshold", "mean", "p05", "p50", "p95",
        "share_met", "share_low", "share_high", "mean_gap", "first_met_median", "seeds",
    ]  # fmt: skip
    assert len(table) == len(results.config.policies) * len(results.registry)
    assert list(table["policy"].unique()) == list(results.config.policies)


def test_target_table_agrees_with_the_draws(results: Results):
    draws = results.outcomes
    for row in results.targets.to_dict("records"):
        own = draws[
            (draws["policy"] == row["policy"])
            & (draws["target_id"] == row["target_id"])
            & (draws["definition"] == row["definition"])
        ]
        assert row["seeds"] == len(own) == 5
        assert row["p50"] == np.median(own["value"])
        assert row["share_met"] == own["met"].mean()
        assert row["mean_gap"] == pytest.approx(own["gap"].mean())
        assert row["share_low"] <= row["share_met"] <= row["share_high"]


def test_target_table_of_one_seed_leaves_intervals_empty(results: Results):
    one = target_table(results.outcomes[results.outcomes["seed"] == 1])
    assert one[["p05", "p95", "share_low", "share_high"]].isna().all(axis=None)
    assert one["p50"].notna().all()


def test_public_cost_is_outlay_plus_forgone_tax_after_the_burn_in():
    rows = [
        ("plan", 1, 2026, "a", "province", "outlay", 10.0),
        ("plan", 1, 2027, "b", "centre", "forgone_tax", 4.0),
        ("plan", 1, 2027, "c", "none", "redirected", 100.0),
        ("plan", 1, 2026, "d", "province", "contingent", 50.0),
        ("plan", 1, 2025, "a", "province", "outlay", 999.0),
        ("plan", 2, 2026, "a", "province", "outlay", 20.0),
    ]
    ledger = pd.DataFrame(rows, columns=["policy", "seed", "year", "instrument", "payer", "kind", "amount"])
    table = cost_table(ledger, ["none", "plan"], [1, 2], CASE, range(2026, 2031))
    mean = table.set_index(["policy", "quantity", "payer"])["mean"]
    assert mean["plan", "public_cost", "all"] == (14.0 + 20.0) / 2
    assert mean["plan", "public_cost", "centre"] == 2.0
    assert mean["plan", "redirected", "all"] == 50.0
    assert mean["plan", "contingent", "all"] == 25.0
    assert mean["none", "public_cost", "all"] == 0.0


def test_summary_lists_policies_in_order_with_project_totals(results: Results, config: ExperimentConfig):
    table = results.summary
    assert tuple(table["policy"].unique()) == config.policies
    projects = table[table["quantity"] == "retrofit_projects"].set_index("policy")["mean"]
    totals = results.indicators.groupby(["policy", "seed"])["retrofit_projects"].sum()
    assert projects["plan"] == pytest.approx(totals["plan"].mean())


def test_every_case_has_its_own_rows(config: ExperimentConfig):
    twice = replace(config, scenario=("reference", "drought"), behaviour=("logit", "npv"), seeds=3)
    results = [run_block(twice.run_spec(block.case), block.seed, twice.policies) for block in twice.design.blocks]
    blocks = list(zip(twice.design.blocks, results, strict=True))
    frames = {
        name: pd.concat([getattr(result, name).assign(behaviour=block.behaviour) for block, result in blocks])
        for name in ("indicators", "outcomes", "ledger")
    }
    one = frames["indicators"]["scenario"] == "drought"
    targets, summary = target_table(frames["outcomes"]), run_summary(
        frames["indicators"], frames["ledger"], twice.policies, twice.end
    )
    for table in (targets, summary):
        cases = table[["policy", "scenario", "behaviour"]].drop_duplicates()
        assert len(cases) == len(twice.policies) * 4
        assert set(table["seeds"]) == {3}
    projects = summary[(summary["quantity"] == "retrofit_projects") & (summary["scenario"] == "drought")]
    own = frames["indicators"][one].groupby(["policy", "behaviour", "seed"])["retrofit_projects"].sum()
    expected = own.groupby(["policy", "behaviour"]).mean()
    assert projects.set_index(["policy", "behaviour"])["mean"].to_dict() == pytest.approx(expected.to_dict())
