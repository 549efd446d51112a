"""How a firm judges a measure: four rules of decision on the same options, terms, bundling, finance and queue.

`logit` is the random utility of `agents.retrofit` (Anderson and Newell 2004) and the default. The others are the rules
that firms are said to follow in the literature: a positive net present value, a required payback, and doing what
enough others do. A policy ranking that changes with the rule hangs on how firms decide, which no data here can tell.

Every rule gives a score a measure: positive means wanted, larger comes first. Each is linear in the log of the first
cost, so grants, tax credits and interest subsidies raise it by a weight times the fall of log cost (`support`); prices,
the carbon price and the label's value enter through the saving. What a firm requires is spread over firms, measures
and equipment generations by the persistent taste of the logit, mandates and management quality included
(`reluctance`): the same firm under two policies has the same requirement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from agents import retrofit
from agents.finance import annuity
from agents.parameter import number
from agents.terms import FloatArray, IntArray

DEFAULT = "logit"


@dataclass(frozen=True)
class BehaviourParameters:
    """Numbers of the rules other than the logit, whose numbers are those of the retrofit block."""

    hurdle_rate_lowest: float = number("1/yr", "hurdle rate of the least reluctant firm")
    hurdle_rate_highest: float = number("1/yr", "hurdle rate of the most reluctant firm")
    required_payback_shortest: float = number("years", "payback the most reluctant firm requires")
    required_payback_longest: float = number("years", "payback that still satisfies the least reluctant firm")
    innovator_share: float = number("share", "firms that need no example of others")
    peer_threshold_highest: float = number("share", "share of peers the most reluctant firm waits for")


@dataclass(frozen=True)
class Decision:
    """K options of n firms and what a rule may know of them beside cost and saving."""

    group: IntArray
    """(K,) firm of each option, 0..n-1."""
    taste: FloatArray
    """(K,) persistent logistic taste of firm, measure and equipment generation."""
    lifetime: FloatArray
    """(K,) technical life of the measure, years."""
    revenue: FloatArray
    """(n,) m CNY/yr."""
    management: FloatArray
    """(n,) standard-normal management quality."""
    shift: FloatArray
    """(K,) mandates and other shifts, logit units."""
    peers: FloatArray
    """(n,) share of peers with a completed retrofit."""
    retrofit: retrofit.RetrofitParameters
    behaviour: BehaviourParameters


def reluctance(
    taste: FloatArray, management: FloatArray, shift: FloatArray, parameters: retrofit.RetrofitParameters
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


class Rule:
    """A rule of decision on some options. `value` + `taste` is the score; see the module."""

    name: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    sees_peers: ClassVar[bool] = False
    requires_years: ClassVar[bool] = False
    """Whether the requirement is a time; otherwise it is a share or a rate."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    @property
    def taste(self) -> FloatArray | float:
        """What is added to the value in the end; zero where the taste sets a requirement instead."""
        return 0.0

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Score without `taste`; never falls when cost falls or saving rises.

        Args:
            cost: (k,) first cost net of support, m CNY.
            saving: (k,) yearly benefit, m CNY.
            at: which of the decision's options are meant, by default all.
        """
        raise NotImplementedError

    def support(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """Change of the score when cost changes from `before` to `after`, in any unit; zero where it does not."""
        return -(np.log(after) - np.log(before))

    def requirement(self) -> FloatArray | None:
        """What the firms require for each option (K,); None for the logit, which requires nothing."""
        return None

    def _rank(self, at: IntArray | slice) -> FloatArray:
        d = self.decision
        g = d.group[at]
        return reluctance(d.taste[at], d.management[g], d.shift[at], d.retrofit)


class Logit(Rule):
    """Random utility of payback and first cost (Anderson and Newell 2004): see `agents.retrofit.utility`."""

    name, zh, en = "logit", "随机效用（logit）", "random utility (logit)"

    @property
    def taste(self) -> FloatArray:
        """The persistent taste itself."""
        return self.decision.taste

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Systematic utility."""
        d = self.decision
        g = d.group[at]
        return retrofit.utility(cost, saving, d.revenue[g], d.management[g], d.shift[at], d.retrofit)

    def support(self, before: FloatArray, after: FloatArray) -> FloatArray:
        """First cost weighs more than savings."""
        return retrofit.support_utility(before, after, self.decision.retrofit)


class NetPresentValue(Rule):
    """Takes what has a positive net present value at its hurdle rate over the measure's life.

    Hurdle rates are log-uniform over the ranks of reluctance. Firms state discount rates of about twice their cost of
    capital (Jagannathan, Matsa, Meier and Tarhan 2016); audited plants act as if at 40 to 45 % (Qiu et al. 2015).
    """

    name, zh, en = "npv", "净现值", "net present value"

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Log of the profitability index at the firm's hurdle rate."""
        return present_value_score(cost, saving, self._required(at), self.decision.lifetime[at])

    def requirement(self) -> FloatArray:
        """Hurdle rate, 1/yr (K,)."""
        return self._required(slice(None))

    def _required(self, at: IntArray | slice) -> FloatArray:
        b = self.decision.behaviour
        return between(b.hurdle_rate_lowest, b.hurdle_rate_highest, self._rank(at))


class PaybackThreshold(Rule):
    """Takes what pays back within the time it requires, whatever comes after.

    Required paybacks are log-uniform over the ranks of reluctance. Audited plants act as if they required 9 months
    (Qiu et al. 2015), 15 months (Anderson and Newell 2004) or up to two years (Woodruff et al. 1997).
    """

    name, zh, en = "threshold", "回收期门槛", "required payback"
    requires_years = True

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Log of required over actual payback."""
        return payback_score(cost, saving, self._required(at))

    def requirement(self) -> FloatArray:
        """Longest payback accepted, years (K,)."""
        return self._required(slice(None))

    def _required(self, at: IntArray | slice) -> FloatArray:
        b = self.decision.behaviour
        return between(b.required_payback_longest, b.required_payback_shortest, self._rank(at))


class Imitation(Rule):
    """Takes what is not a bad bargain once enough of its peers have retrofitted (Granovetter 1978).

    Innovators need no example (2.5 % in Rogers 2003); the others wait for a share of peers, uniform over the ranks of
    reluctance. Not bad is a payback within the longest that any firm of `PaybackThreshold` accepts. Support decides
    little for the firm it is paid to; it works by the peers of those whom it moves.
    """

    name, zh, en = "imitation", "同行模仿", "imitation of peers"
    sees_peers = True

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Log of acceptable over actual payback, where enough peers have retrofitted."""
        d = self.decision
        threshold = peer_threshold(self._rank(at), d.behaviour)
        return imitation_score(cost, saving, d.peers[d.group[at]], threshold, d.behaviour.required_payback_longest)

    def requirement(self) -> FloatArray:
        """Share of peers waited for (K,)."""
        return peer_threshold(self._rank(slice(None)), self.decision.behaviour)


RULES: Mapping[str, type[Rule]] = {
    rule.name: rule for rule in (Logit, NetPresentValue, PaybackThreshold, Imitation)
}
"""The rules by name."""

BEHAVIOURS = tuple(RULES)
"""Names of the rules, the default first."""
