"""The comparison against `current`: numbers by hand, and what is said where it cannot be made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from printed_text import printed

from experiments.analysis.comparison import COLUMNS, answer, comparison_table
from experiments.tables.ranking import paired_difference

KEY = ["policy", "target_id"]


def wide(results, target, column="value"):
    rows = results.outcomes[(results.outcomes["target_id"] == target) & results.outcomes["headline"]]
    return rows.pivot(index="seed", columns="policy", values=column)


def test_numbers_by_hand(results):
    table = comparison_table(results)
    assert tuple(table.columns) == COLUMNS and len(table) == 4 * 5
    row = table.set_index(KEY).loc[("plan", "green_factories")]
    values, met = wide(results, "green_factories"), wide(results, "green_factories", "met")
    found = row[["difference", "difference_low", "difference_high"]].tolist()
    assert found == pytest.approx(paired_difference(values["plan"].to_numpy(), values["current"].to_numpy()))
    assert row["share_difference"] == pytest.approx(met["plan"].mean() - met["current"].mean())
    missed = 1000.0 - values["plan"][~met["plan"].astype(bool)]
    assert row["missed"] == len(missed)
    if len(missed):
        assert row["shortfall_p50"] == pytest.approx(missed.median())
    assert row["share_met"] == results.targets.set_index([*KEY, "headline"]).loc[("plan", "green_factories", True),
                                                                                 "share_met"]


def test_a_trend_falls_short_by_what_it_rises(results):
    outcomes = results.outcomes.copy()
    own = (outcomes["target_id"] == "energy_intensity") & (outcomes["policy"] == "plan")
    outcomes.loc[own, "value"] = [-1.0, 2.0, 0.5, -3.0, -4.0]
    outcomes.loc[own, "met"] = [True, False, False, True, True]
    row = comparison_table(replace(results, outcomes=outcomes)).set_index(KEY).loc[("plan", "energy_intensity")]
    assert (row["missed"], row["shortfall_mean"], row["shortfall_largest"]) == (2, 1.25, 2.0)


def test_current_against_itself_is_exactly_zero(results):
    own = comparison_table(results).query("policy == 'current'")
    assert (own[["difference", "difference_low", "difference_high"]] == 0.0).all().all()


def test_a_partial_sweep_is_paired_on_common_seeds(results):
    gone = (results.outcomes["policy"] == "plan") & (results.outcomes["seed"] > 3)
    partial = replace(results, outcomes=results.outcomes[~gone])
    row = comparison_table(partial).set_index(KEY).loc[("plan", "retrofit_coverage")]
    values = wide(results, "retrofit_coverage").loc[:3]
    assert (row["seeds"], row["pairs"]) == (3, 3)
    assert row["difference"] == pytest.approx((values["plan"] - values["current"]).mean())


def test_without_current_the_rest_is_told(sweep):
    finished = sweep(policies=("none", "plan"), figures=False)
    answer(finished)
    assert "do not include `current`" in printed(finished) and "median shortfall" in printed(finished)
    table = pd.read_csv(finished.store.folder / "comparison.csv")
    assert table["difference"].isna().all() and table["share_met"].notna().all()


def test_one_seed_gives_no_interval_and_says_so(sweep):
    finished = sweep(seeds=1, lang="zh", figures=False)
    answer(finished)
    assert "只有一个种子" in printed(finished)
    table = comparison_table(finished.results)
    ends = ["difference_low", "difference_high", "share_difference_low", "share_low", "share_high"]
    assert table[ends].isna().all().all() and table["difference"].notna().all()


def test_every_case_has_its_rows_and_its_figure(sweep):
    finished = sweep(scenario=("reference", "cheap_coal"), seeds=2)
    answer(finished)
    table = pd.read_csv(finished.store.folder / "comparison.csv")
    assert table.groupby(["scenario", "behaviour"]).size().to_dict() == {
        ("cheap_coal", "logit"): 20, ("reference", "logit"): 20
    }
    for case in ("reference-logit", "cheap_coal-logit"):
        drawn = pd.read_csv(finished.store.folder / "figures" / case / "comparison.csv")
        assert set(drawn["scenario"]) == {case.split("-")[0]} and "current" not in set(drawn["policy"])
    assert not np.isnan(table["difference"]).any()
