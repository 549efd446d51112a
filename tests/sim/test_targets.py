"""Targets measured on hand-made courses: value, gap, met and the first year, for every kind of target."""

import math

import numpy as np
import pandas as pd
import pytest

from sim.api import RunSpec, run_block
from sim.inputs.province import load_province
from sim.targets import YEARLY_RATIOS, evaluate, yearly_values

YEARS = range(2026, 2031)


def course(**indicators):
    """Quarterly results 2026-2030; an indicator is given by year (repeated in its quarters) or by quarter."""
    frame = pd.DataFrame({"quarter": [f"{year}Q{quarter}" for year in YEARS for quarter in range(1, 5)]})
    for name, values in indicators.items():
        frame[name] = values if len(values) == 20 else np.repeat(values, 4)
    return frame


def target(kind, indicator, value=math.nan, by=2030, since=math.nan, comparison=">=", unit="share"):
    return pd.DataFrame([{
        "target_id": "t", "definition_id": "d", "headline": True, "role": "outcome", "kind": kind,
        "comparison": comparison, "value": value, "unit": unit, "from_year": since, "by_year": by,
        "indicator": indicator,
    }])


def judge(frame, registry, scale=1.0):
    result = evaluate(frame, registry, scale)
    assert len(result) == 1
    return result.iloc[0]


RISING = [0.1, 0.2, 0.3, 0.4, 0.5]


def test_a_level_counts_the_last_quarter_of_its_year():
    quarterly = np.linspace(0.05, 1.0, 20)
    row = judge(course(share=quarterly), target("level", "share", 0.39, by=2027))
    assert row["value"] == pytest.approx(0.4)
    assert row["gap"] == pytest.approx(0.01)
    assert row["met"]
    assert row["first_met"] == "2027"


@pytest.mark.parametrize(("threshold", "by", "met", "first"), [
    (0.3, 2028, True, "2028"), (0.3, 2027, False, "2028"), (0.3, 2030, True, "2028"), (0.6, 2030, False, ""),
    (0.1, 2027, True, "2026"), (0.3 + 1e-12, 2028, False, "2029"),
])
def test_a_level_is_met_if_reached_by_its_year(threshold, by, met, first):
    row = judge(course(share=RISING), target("level", "share", threshold, by))
    assert (row["met"], row["first_met"]) == (met, first)
    assert row["gap"] == pytest.approx(RISING[by - 2026] - threshold)


def test_a_level_reached_and_lost_again_is_not_met():
    row = judge(course(share=[0.2, 0.9, 0.2, 0.2, 0.2]), target("level", "share", 0.5, by=2028))
    assert (row["value"], row["met"], row["first_met"]) == (0.2, False, "2027")


def test_a_flow_is_the_weakest_year_and_met_only_in_every_year():
    quarters = np.tile([0.0, 100.0, 200.0, 700.0], 5)
    frame = course(projects=quarters)
    row = judge(frame, target("flow", "projects", 1000.0, since=2026))
    assert (row["value"], row["gap"], row["met"], row["first_met"]) == (1000.0, 0.0, True, "2026")
    frame.loc[frame["quarter"] == "2028Q2", "projects"] = 99.0
    row = judge(frame, target("flow", "projects", 1000.0, since=2026))
    assert (row["value"], row["gap"], row["met"], row["first_met"]) == (999.0, -1.0, False, "2026")
    assert judge(frame, target("flow", "projects", 1000.0, since=2027, by=2027))["met"]
    assert not judge(frame, target("flow", "projects", 1000.0, since=2028, by=2028))["met"]


def test_a_flow_looks_at_its_span_only():
    row = judge(course(projects=[0.0, 300.0, 300.0, 250.0, 0.0]), target("flow", "projects", 1000.0, 2029, 2027))
    assert (row["value"], row["met"], row["first_met"]) == (1000.0, True, "2027")


@pytest.mark.parametrize(("comparison", "values", "met", "first", "change"), [
    ("decrease", [1.1, 0.9, 0.8, 0.7, 0.6], True, "2027", -10.0),
    ("decrease", [0.9, 1.0, 0.8, 0.7, 0.6], False, "2026", 0.0),
    ("increase", [1.0, 1.2, 1.3, 1.4, 1.5], True, "2027", 20.0),
])
def test_a_trend_is_the_change_against_2025_in_per_cent(comparison, values, met, first, change):
    frame = course(share=values, share_2025=[1.0] * 5)
    row = judge(frame, target("trend", "share", by=2027, comparison=comparison))
    assert row["value"] == row["gap"] == pytest.approx(change)
    assert (row["met"], row["first_met"]) == (met, first)
    assert math.isnan(row["threshold"])


@pytest.mark.parametrize("indicator", YEARLY_RATIOS)
def test_a_yearly_ratio_is_the_ratio_of_yearly_sums(indicator):
    """Quarters weigh by their denominators: not the mean of the quarters' ratios, not the last quarter's."""
    above, below, factor = YEARLY_RATIOS[indicator]
    frame = course(**{above: [1.0, 1.0, 1.0, 9.0] * 5, below: [1.0, 2.0, 4.0, 9.0] * 5, indicator: [1.0] * 5})
    frame["year"] = frame["quarter"].str[:4].astype(int)
    values = yearly_values(frame, indicator, "level")
    assert values.index.tolist() == list(YEARS)
    assert values.to_numpy() == pytest.approx(12.0 / 16.0 * factor)


def test_a_ratio_target_uses_the_year_and_not_the_quarter():
    frame = course(
        green_power_share=[0.9] * 5, green_electricity_hybrid=[8.0, 8.0, 8.0, 9.0] * 5, electricity=[10.0] * 5
    )
    row = judge(frame, target("level", "green_power_share", 0.85, by=2027))
    assert row["value"] == pytest.approx(0.825)
    assert not row["met"]


@pytest.mark.parametrize(("unit", "expected"), [
    ("factories", 28.4), ("projects per year", 28.4), ("share", 1000.0), ("tce per 10k CNY", 1000.0),
])
def test_counts_shrink_with_a_sample_and_shares_do_not(unit, expected):
    row = judge(course(share=RISING), target("level", "share", 1000.0, unit=unit), scale=0.0284)
    assert row["threshold"] == pytest.approx(expected)


def test_a_target_beyond_the_run_is_left_out():
    frame = course(share=RISING)
    registry = pd.concat([target("level", "share", 0.2, by=2027), target("level", "share", 0.2, by=2028)])
    assert evaluate(frame[frame["quarter"] <= "2027Q4"], registry, 1.0)["by"].tolist() == [2027]
    assert evaluate(frame[frame["quarter"] <= "2028Q3"], registry, 1.0)["by"].tolist() == [2027]
    assert evaluate(frame, registry, 1.0)["by"].tolist() == [2027, 2028]


def test_the_registry_is_evaluated_on_a_run_of_the_demo():
    province = load_province("demo")
    result = run_block(RunSpec("demo"), 1, ["current"])
    outcomes = result.outcomes.set_index(["target_id", "definition"])
    assert len(outcomes) == len(province.targets)
    scale = province.firms / 17600
    assert outcomes.loc[("green_factories", "all_levels"), "threshold"] == pytest.approx(1000.0 * scale)
    assert outcomes.loc[("retrofit_projects", "all"), "threshold"] == pytest.approx(1000.0 * scale)
    assert outcomes.loc[("retrofit_coverage", "all"), "threshold"] == 1.0
    by_year = result.indicators.groupby(result.indicators["quarter"].str[:4])
    weakest = by_year["retrofit_projects"].sum().min()
    assert outcomes.loc[("retrofit_projects", "all"), "value"] == weakest
    coverage = result.indicators["retrofit_coverage"].iloc[-1]
    assert outcomes.loc[("retrofit_coverage", "all"), "value"] == coverage
    assert (outcomes["role"].isin(["outcome", "delivery"])).all()
    assert outcomes.groupby(level=0)["headline"].sum().eq(1).all()
