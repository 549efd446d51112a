"""Cost: the Pareto front on points whose front is known, and rescaling by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from printed_text import printed

from experiments.analysis.cost import cost_front, equal_cost, on_front, public_costs
from experiments.analysis.cost_report import answer
from experiments.tables.ranking import paired_difference

points = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=12)


def test_a_known_front():
    cost = np.array([0.0, 1.0, 2.0, 2.0, 3.0, 3.0, np.nan])
    merit = np.array([0.0, 2.0, 1.0, 3.0, 3.0, np.nan, 9.0])
    assert on_front(cost, merit).tolist() == [True, True, False, True, False, False, False]


def test_equal_points_share_the_front():
    assert on_front(np.array([1.0, 1.0]), np.array([2.0, 2.0])).tolist() == [True, True]


@given(points)
def test_every_point_off_the_front_is_beaten_by_one_on_it(each):
    cost, merit = np.array(each, dtype=float).T
    front = on_front(cost, merit)
    assert front.any()
    for place in range(len(each)):
        beaten = (cost[front] <= cost[place]) & (merit[front] >= merit[place])
        strictly = beaten & ((cost[front] < cost[place]) | (merit[front] > merit[place]))
        assert front[place] != strictly.any()


def test_costs_are_those_of_the_ledger_and_zero_without_rows(results):
    costs = public_costs(results).set_index(["policy", "seed"])["cost"]
    # 2025 does not count: two years of 100 m CNY and as much as the seed's number
    assert costs["plan", 3] == 206.0
    assert (costs["none"] == 0.0).all()
    assert len(costs) == 4 * 5


def test_front_follows_from_medians(results):
    table = cost_front(results)
    own = table[table["target_id"] == "energy_intensity"].set_index("policy")
    assert own["cost_p50"].to_dict() == {"none": 0.0, "current": 206.0, "subsidy+green_finance": 206.0, "plan": 206.0}
    best = own["value_p50"].drop("none").idxmin()
    expected = {"none", best} if own["value_p50"][best] < own["value_p50"]["none"] else {"none"}
    assert set(own.index[own["on_value_front"]]) == expected


def test_rescaling_by_hand(results):
    ledger = results.ledger.copy()
    ledger.loc[ledger["policy"] == "plan", "amount"] *= 4.0
    object.__setattr__(results, "ledger", ledger)
    table = equal_cost(results).set_index(["base", "policy", "target_id"])
    row = table.loc[("none", "plan", "retrofit_coverage")]
    outcomes = results.outcomes.query("target_id == 'retrofit_coverage' and definition == 'all'")
    wide = outcomes.pivot(index="seed", columns="policy", values="value")
    effect, low, _ = paired_difference(wide["plan"].to_numpy(), wide["none"].to_numpy())
    assert row["factor"] == pytest.approx(0.25)
    assert row["effect_at_equal_cost"] == pytest.approx(effect / 4.0)
    assert row["equal_low"] == pytest.approx(low / 4.0)
    assert row["effect_per_bn"] == pytest.approx(1000.0 * effect / (4.0 * 206.0))
    assert row["extrapolated"] and row["rule"] == "linear approximation"
    assert table.loc[("none", "current", "retrofit_coverage"), "factor"] == 1.0
    # `none` costs less than `current`, and two mixes cost exactly as much: nothing to rescale
    assert np.isnan(table.loc[("current", "none", "retrofit_coverage"), "factor"])
    assert np.isnan(table.loc[("current", "subsidy+green_finance", "retrofit_coverage"), "factor"])


def test_what_is_missing_is_said_and_the_rest_answered(sweep):
    finished = sweep(policies=("none", "subsidy"), figures=False)
    answer(finished)
    assert "Without `current` and `plan`" in printed(finished)
    assert len(pd.read_csv(finished.store.folder / "pareto.csv")) == 2 * 5
    assert pd.read_csv(finished.store.folder / "equal_cost.csv").empty
