"""How many seeds are enough: rules with known answers."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_text import printed

from experiments.analysis.replicates import (
    convergence,
    mean_half_width,
    median_half_width,
    replicates_table,
    seeds_for_mean,
    seeds_for_share,
    share_half_width,
)
from experiments.analysis.replicates_report import answer
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import wilson_interval


def test_wilson_widths_and_numbers_of_seeds():
    for met, draws in ((0, 20), (7, 20), (20, 20), (1, 2)):
        low, high = wilson_interval(met, draws)
        assert share_half_width(met / draws, draws) == pytest.approx((high - low) / 2.0)
    # as `experiments.stopping` says: a width of 0.2 takes 93 seeds at one half, one of 0.1 takes 381
    assert seeds_for_share(0.5, 0.1) == 93 and seeds_for_share(0.5, 0.05) == 381
    assert math.isnan(share_half_width(0.5, 1))


def test_student_by_hand():
    # t(9) = 2.2622, t(95) = 1.9853
    assert mean_half_width(1.0, 10) == pytest.approx(2.2622 / math.sqrt(10.0), rel=1e-4)
    assert seeds_for_mean(1.0, 0.2) == 99
    assert mean_half_width(1.0, 99) <= 0.2 < mean_half_width(1.0, 98)
    assert seeds_for_mean(0.0, 0.2) == 2
    assert math.isnan(seeds_for_mean(math.nan, 0.2)) and math.isnan(seeds_for_mean(1.0, 0.0))


@given(st.floats(0.01, 20.0), st.floats(0.05, 5.0))
def test_the_number_is_the_smallest(deviation, wanted):
    needed = int(seeds_for_mean(deviation, wanted))
    assert mean_half_width(deviation, needed) <= wanted
    assert needed == 2 or mean_half_width(deviation, needed - 1) > wanted


def test_median_between_order_statistics():
    assert math.isnan(median_half_width(np.arange(5.0)))  # 2 x 1/32 is more than 5 %
    assert median_half_width(np.arange(6.0)) == 2.5  # smallest and largest: 2 x 1/64
    # of 20 the 6th and the 15th (Conover's table): 2 P(B <= 5) = 0.041
    assert median_half_width(np.arange(20.0)) == (14.0 - 5.0) / 2.0


def test_table_holds_the_intervals_of_the_seeds(results):
    whole = replicates_table(results)
    table = whole[whole["kind"] != "indicator"].set_index(["policy", "name", "statistic"])
    values = results.outcomes.query("target_id == 'retrofit_coverage' and headline").pivot(
        index="seed", columns="policy", values="value")
    row = table.loc[("plan", "retrofit_coverage", "mean")]
    mean, low, _ = paired_difference(values["plan"].to_numpy(), np.zeros(5))
    assert (row["estimate"], row["half_width"]) == pytest.approx((mean, mean - low))
    assert row["seeds_needed"] == seeds_for_mean(values["plan"].std(), 0.05 * mean)
    paired = table.loc[("plan", "retrofit_coverage", "paired difference")]
    mean, low, _ = paired_difference(values["plan"].to_numpy(), values["current"].to_numpy())
    assert (paired["estimate"], paired["half_width"]) == pytest.approx((mean, mean - low))
    assert ("current", "retrofit_coverage", "paired difference") not in table.index
    assert table.loc[("plan", "public_cost", "mean"), "estimate"] == pytest.approx(206.0)
    indicators = whole[whole["kind"] == "indicator"].set_index(["policy", "name"])
    last = results.indicators.query("policy == 'plan' and quarter == '2030Q4'")["retrofit_coverage"]
    assert indicators.loc[("plan", "retrofit_coverage"), "estimate"] == pytest.approx(last.mean())


def test_convergence_ends_at_all_seeds(results):
    course = convergence(results).query("policy == 'plan' and target_id == 'retrofit_coverage'")
    assert sorted(course["seeds"].unique()) == [2, 3, 4, 5]
    last = course[course["seeds"] == 5].set_index("statistic")
    table = replicates_table(results).query("policy == 'plan' and name == 'retrofit_coverage' and kind == 'target'")
    for statistic in ("mean", "share of draws"):
        expected = table.set_index("statistic").loc[statistic, ["estimate", "half_width"]].tolist()
        assert last.loc[statistic, ["estimate", "half_width"]].tolist() == pytest.approx(expected)


def test_one_seed_says_nothing(sweep):
    finished = sweep(seeds=1)
    answer(finished)
    assert "One seed" in printed(finished)
    table = pd.read_csv(finished.store.folder / "replicates.csv")
    assert table["half_width"].isna().all() and table["seeds_needed"].isna().all()
    assert pd.read_csv(finished.store.folder / "convergence.csv").empty


def test_table_and_figure(sweep):
    finished = sweep(lang="zh")
    answer(finished)
    assert "所需种子数" in printed(finished)
    assert (finished.store.folder / "figures" / "convergence.svg").exists()
