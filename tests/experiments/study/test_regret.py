"""The minimax-regret choice, worked by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from experiments.study.regret import regret, robust_choice, scaled, weighted_loss

# Three mixes in three futures. The best of each future loses 1, 2 and 0, so the regrets are
#   A: 0 3 6 -> 6      B: 2 2 1 -> 2      C: 7 0 0 -> 7
LOSSES = np.array([[1.0, 5.0, 6.0], [3.0, 4.0, 1.0], [8.0, 2.0, 0.0]])


def test_regret_by_hand():
    assert regret(LOSSES).tolist() == [[0.0, 3.0, 6.0], [2.0, 2.0, 1.0], [7.0, 0.0, 0.0]]
    assert robust_choice(LOSSES) == 1, "never the best of more than one future, and never far from it"


def test_weights_decide_between_cost_and_merit_by_hand():
    # Costs 0, 50 and 100 and shortfalls 0.4, 0.1 and 0.0 whatever happens: scaled 0, 1/2, 1 and 1, 1/4, 0.
    cost = np.array([[0.0, 0.0], [50.0, 50.0], [100.0, 100.0]])
    merit = np.array([[0.4, 0.4], [0.1, 0.1], [0.0, 0.0]])
    assert np.allclose(weighted_loss(cost, merit, 0.5)[:, 0], [0.5, 0.375, 0.5])
    assert [robust_choice(weighted_loss(cost, merit, weight)) for weight in (0.0, 0.5, 1.0)] == [2, 1, 0]


def test_what_does_not_differ_does_not_weigh():
    assert scaled(np.full((2, 3), 7.0)).tolist() == [[0.0] * 3] * 2


@given(st.lists(st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3), min_size=1, max_size=6))
def test_every_future_has_a_choice_without_regret(rows: list[list[float]]):
    losses = np.array(rows)
    found = regret(losses)
    assert (found >= 0.0).all() and (found.min(axis=0) == 0.0).all()
    assert found.max(axis=1)[robust_choice(losses)] == found.max(axis=1).min()
