"""Shapley values: how a joint effect is divided among those who bring it about, and which of them work together.

A game gives every coalition (a frozenset of players) a value; values are numbers or arrays, such as one a seed. A
player's part is the average, over all orders in which the players can join, of what changes when the player joins.

Sources: Shapley, L. S. (1953), "A value for n-person games". Sampled orders: Castro, J., Gómez, D. and Tejada, J.
(2009), "Polynomial calculation of the Shapley value based on sampling", Computers & Operations Research 36: 1726-1730;
Strumbelj, E. and Kononenko, I. (2014), "Explaining prediction models and individual predictions with feature
contributions", Knowledge and Information Systems 41: 647-665. Interaction: Grabisch, M. and Roubens, M. (1999), "An
axiomatic approach to the concept of interaction among players in cooperative games", International Journal of Game
Theory 28: 547-565.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from math import factorial
from typing import Any

import numpy as np

Coalition = frozenset[str]
Game = Mapping[Coalition, Any]
"""Value by coalition: a number, an array or a series; all of one kind."""

KEY = 20251231
"""Beginning of the keys of sampled orders: the n-th pair of orders is the same however many are asked for."""


def all_coalitions(players: Sequence[str]) -> list[Coalition]:
    """Every coalition, the smallest first."""
    return [frozenset(each) for size in range(len(players) + 1) for each in combinations(players, size)]


def exact_parts(game: Game, players: Sequence[str]) -> dict[str, Any]:
    """The part of every player from the values of all coalitions.

    Returns:
        By player its Shapley value; they add up to the value of all less the value of none.

    Raises:
        KeyError: if a coalition has no value.
    """
    return {
        player: sum(
            _weight(len(others), len(players)) * (game[others | {player}] - game[others])
            for others in all_coalitions([other for other in players if other != player])
        )
        for player in players
    }


def _weight(others: int, players: int) -> float:
    """Share of the orders in which exactly these others have joined before."""
    return factorial(others) * factorial(players - others - 1) / factorial(players)


def antithetic_orders(players: Sequence[str], count: int) -> list[tuple[str, ...]]:
    """Random orders of the players, each followed by its reverse, which cancels part of the chance.

    Args:
        players: who joins.
        count: number of orders, even.

    Raises:
        ValueError: if the number is odd or less than two.
    """
    if count < 2 or count % 2:
        raise ValueError(f"an even number of orders is needed, not {count}")
    orders = []
    for pair in range(count // 2):
        drawn = np.random.default_rng([KEY, pair]).permutation(len(players))
        order = tuple(players[place] for place in drawn)
        orders += [order, order[::-1]]
    return orders


def coalitions_of(orders: Iterable[Sequence[str]]) -> list[Coalition]:
    """The coalitions that come up while the players join in these orders, each once."""
    met = [frozenset(order[:size]) for order in orders for size in range(len(order) + 1)]
    return list(dict.fromkeys(met))


def sampled_parts(game: Game, orders: Sequence[Sequence[str]]) -> dict[str, list[Any]]:
    """What changes when each player joins, order by order; the mean over orders estimates the Shapley value.

    In every order the parts add up to the value of all less the value of none, and so do their means.

    Raises:
        KeyError: if a coalition has no value.
    """
    parts: dict[str, list[Any]] = {player: [] for player in orders[0]}
    for order in orders:
        values = [game[frozenset(order[:size])] for size in range(len(order) + 1)]
        for player, (before, after) in zip(order, pairwise(values), strict=True):
            parts[player].append(after - before)
    return parts


def pair_synergy(game: Game, one: str, other: str, around: Coalition = frozenset()) -> Any:
    """What two players add together beyond what each adds alone, with `around` there already."""
    both = game[around | {one, other}] - game[around | {one}]
    return both - (game[around | {other}] - game[around])


def interaction_index(game: Game, players: Sequence[str], one: str, other: str) -> Any:
    """Shapley interaction index of two players: their synergy averaged over what else is there.

    Raises:
        KeyError: if a coalition has no value.
    """
    rest = [player for player in players if player not in (one, other)]
    return sum(
        _weight(len(around), len(players) - 1) * pair_synergy(game, one, other, around)
        for around in all_coalitions(rest)
    )
