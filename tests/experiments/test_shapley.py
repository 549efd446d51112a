"""Shapley values on games whose answer is known."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.shapley import (
    all_coalitions,
    antithetic_orders,
    coalitions_of,
    exact_parts,
    interaction_index,
    pair_synergy,
    sampled_parts,
)

PLAYERS = ("a", "b", "c", "d")
COALITIONS = all_coalitions(PLAYERS)
games = st.lists(st.floats(-1e3, 1e3), min_size=16, max_size=16).map(
    lambda values: dict(zip(COALITIONS, values, strict=True))
)
weights = st.lists(st.floats(-10.0, 10.0), min_size=4, max_size=4).map(
    lambda values: dict(zip(PLAYERS, values, strict=True))
)


def close(value):
    return pytest.approx(value, rel=1e-9, abs=1e-7)


@given(games)
def test_parts_add_up_to_the_whole(game):
    assert sum(exact_parts(game, PLAYERS).values()) == close(game[frozenset(PLAYERS)] - game[frozenset()])


@given(games)
def test_players_who_do_the_same_get_the_same(game):
    def swapped(coalition):
        return frozenset({"a": "b", "b": "a"}.get(each, each) for each in coalition)

    symmetric = {each: game[each] + game[swapped(each)] for each in COALITIONS}
    parts = exact_parts(symmetric, PLAYERS)
    assert parts["a"] == close(parts["b"])


@given(games, st.floats(-10.0, 10.0))
def test_a_player_who_adds_a_constant_gets_the_constant(game, own):
    without = {each: game[each - {"d"}] + own * ("d" in each) for each in COALITIONS}
    assert exact_parts(without, PLAYERS)["d"] == close(own)


@given(weights)
def test_in_a_linear_game_everyone_gets_his_own(weight):
    game = {each: 7.0 + sum(weight[name] for name in each) for each in COALITIONS}
    assert exact_parts(game, PLAYERS) == close(weight)
    assert interaction_index(game, PLAYERS, "a", "b") == close(0.0)


@given(games)
def test_exact_parts_are_the_average_over_all_orders(game):
    sampled = sampled_parts(game, list(permutations(PLAYERS)))
    assert {name: np.mean(each) for name, each in sampled.items()} == close(exact_parts(game, PLAYERS))


@given(games, st.integers(1, 5))
def test_sampled_parts_add_up_in_every_order(game, pairs):
    orders = antithetic_orders(PLAYERS, 2 * pairs)
    parts = np.array([sampled_parts(game, orders)[name] for name in PLAYERS])
    assert parts.sum(axis=0) == close(np.full(2 * pairs, game[frozenset(PLAYERS)] - game[frozenset()]))


def test_the_glove_game_by_hand():
    # one owner of a left glove, two of a right one; a pair is worth 1: parts 2/3, 1/6, 1/6 (Shapley 1953)
    game = {each: float("left" in each and len(each) > 1) for each in all_coalitions(("left", "right 1", "right 2"))}
    parts = exact_parts(game, ("left", "right 1", "right 2"))
    assert parts == close({"left": 2 / 3, "right 1": 1 / 6, "right 2": 1 / 6})


def test_values_can_be_arrays_one_a_seed():
    game = {frozenset(): np.zeros(2), frozenset("a"): np.array([1.0, 0.0]), frozenset("b"): np.array([0.0, 2.0]),
            frozenset("ab"): np.array([3.0, 2.0])}
    parts = exact_parts(game, ("a", "b"))
    assert parts["a"].tolist() == [2.0, 0.0] and parts["b"].tolist() == [1.0, 2.0]
    assert pair_synergy(game, "a", "b").tolist() == [2.0, 0.0]


def test_synergy_of_three_by_hand():
    # a and b are worth 6 together, with c there only 2
    values = {"": 0.0, "a": 0.0, "b": 0.0, "c": 1.0, "ab": 6.0, "ac": 1.0, "bc": 1.0, "abc": 3.0}
    game = {frozenset(each): value for each, value in values.items()}
    assert pair_synergy(game, "a", "b") == 6.0
    assert pair_synergy(game, "a", "b", frozenset("c")) == 2.0
    assert interaction_index(game, ("a", "b", "c"), "a", "b") == close(4.0)


def test_orders_come_with_their_reverse_and_can_be_extended():
    few, many = antithetic_orders(PLAYERS, 4), antithetic_orders(PLAYERS, 8)
    assert many[:4] == few
    assert all(one == other[::-1] for one, other in zip(few[::2], few[1::2], strict=True))
    assert len(set(many)) > 2
    met = coalitions_of(few)
    assert frozenset() in met and frozenset(PLAYERS) in met and len(met) == len(set(met))
    with pytest.raises(ValueError, match="even"):
        antithetic_orders(PLAYERS, 3)
