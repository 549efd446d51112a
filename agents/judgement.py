"""What a rule of decision makes of cost and saving: scores by present value, payback and peers, and who requires what.

Pure functions on flat option arrays; `agents.behaviour` makes rules of them. A score is positive exactly where
the requirement is met, and linear in the log of cost.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray
from agents.finance import annuity
from agents.parameter import number
from agents.retrofit import RetrofitParameters


@dataclass(frozen=True)
class BehaviourParameters:
    """Numbers of the rules other than the logit, whose numbers are those of the retrofit block."""

    hurdle_rate_lowest: float = number("1/yr", "hurdle rate of the least reluctant firm")
    hurdle_rate_highest: float = number("1/yr", "hurdle rate of the most reluctant firm")
    required_payback_shortest: float = number("years", "payback the most reluctant firm requires")
    required_payback_longest: float = number("years", "payback that still satisfies the least reluctant firm")
    innovator_share: float = number("share", "firms that need no example of others")
    peer_threshold_highest: float = number("share", "share of peers the most reluctant firm waits for")


def reluctance(
    taste: FloatArray, management: FloatArray, shift: FloatArray, parameters: RetrofitParameters
) -> FloatArray:
    """Rank of a firm's caution towards a measure, 0 (takes anything) to 1: the share of tastes above its own (K,).

    Management quality and mandates count as in the utility, so a mandate moves a firm as far through the ranks as it
    would move its utility; for an average manager without a mandate the rank is uniform.

    Args:
        taste: (K,) standard logistic.
        management: (K,) standard-normal management quality.
        shift: (K,) mandates, logit units.
        parameters: weight of management.
    """
    return np.asarray(1.0 / (1.0 + np.exp(taste + parameters.management_slope * management + shift)))


def between(low: float, high: float, rank: FloatArray) -> FloatArray:
    """Log-uniform requirement at a rank: `low` at 0, `high` at 1; both positive, in any order."""
    return np.asarray(low * (high / low) ** rank)


def present_value_score(cost: FloatArray, saving: FloatArray, rate: FloatArray, lifetime: FloatArray) -> FloatArray:
    """Log of present value over cost: positive exactly where the net present value is (K,).

    Ordering by it is ordering by the profitability index, which makes most of a limited budget.

    Args:
        cost: (K,) net first cost, m CNY.
        saving: (K,) yearly benefit over the life, m CNY.
        rate: (K,) hurdle rate, 1/yr; at infinity nothing is worth its cost.
        lifetime: (K,) years.
    """
    return _log_ratio(saving, cost * annuity(rate, lifetime))


def payback_score(cost: FloatArray, saving: FloatArray, required: FloatArray | float) -> FloatArray:
    """Log of required over actual simple payback: positive exactly where the payback is short enough (K,).

    Args:
        cost: (K,) net first cost, m CNY.
        saving: (K,) yearly benefit, m CNY.
        required: longest payback accepted, years.
    """
    return _log_ratio(saving * required, cost)


def peer_threshold(rank: FloatArray, parameters: BehaviourParameters) -> FloatArray:
    """Share of peers a firm waits for: none for the innovators, then uniform up to the highest (K,)."""
    followers = (rank - parameters.innovator_share) / (1.0 - parameters.innovator_share)
    return np.asarray(np.maximum(followers, 0.0) * parameters.peer_threshold_highest)


def imitation_score(
    cost: FloatArray, saving: FloatArray, peers: FloatArray, threshold: FloatArray, acceptable: float
) -> FloatArray:
    """Payback score against what is still acceptable, for firms whose peers do it; minus infinity for others (K,).

    Args:
        cost: (K,) net first cost, m CNY.
        saving: (K,) yearly benefit, m CNY.
        peers: (K,) share of peers with a completed retrofit.
        threshold: (K,) share from which the firm follows.
        acceptable: longest payback that is not bad, years.
    """
    return np.where(peers >= threshold, payback_score(cost, saving, acceptable), -np.inf)


def _log_ratio(gain: FloatArray, price: FloatArray) -> FloatArray:
    """ln(gain / price), minus infinity where there is no gain."""
    worth = gain > 0.0
    with np.errstate(divide="ignore"):
        return np.where(worth, np.log(np.where(worth, gain, 1.0) / price), -np.inf)
