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

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, TypeVar

import numpy as np

from agents import retrofit
from agents.array_types import FloatArray, IntArray
from agents.judgement import (
    BehaviourParameters,
    between,
    imitation_score,
    payback_score,
    peer_threshold,
    present_value_score,
    reluctance,
)
from agents.screening import BestCase, ScoreBound, logit_bound

DEFAULT = "logit"

AnyRule = TypeVar("AnyRule", bound="Rule")


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


class Rule(ABC):
    """A rule of decision on some options. `value` + `taste` is the score; see the module."""

    name: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    sees_peers: ClassVar[bool] = False
    requires_years: ClassVar[bool] = False
    """Whether the requirement is a time; otherwise it is a share or a rate."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision

    def __init_subclass__(cls, **keywords: object) -> None:
        """A bound holds for the rule that states it: a rule made from another one by changing it has none."""
        super().__init_subclass__(**keywords)
        if "bound" not in vars(cls):
            cls.bound = Rule.bound  # type: ignore[method-assign]

    @classmethod
    def bound(cls, best: BestCase, parameters: retrofit.RetrofitParameters) -> ScoreBound | None:
        """Upper bound of the score, so that what cannot be wanted need not be weighed; None weighs everything."""
        return None

    @property
    def taste(self) -> FloatArray | float:
        """What is added to the value in the end; zero where the taste sets a requirement instead."""
        return 0.0

    @abstractmethod
    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Score without `taste`; never falls when cost falls or saving rises.

        Args:
            cost: (k,) first cost net of support, m CNY.
            saving: (k,) yearly benefit, m CNY.
            at: which of the decision's options are meant, by default all.
        """

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

    @classmethod
    def bound(cls, best: BestCase, parameters: retrofit.RetrofitParameters) -> ScoreBound:
        """See `agents.screening`."""
        return logit_bound(best, parameters)

    @property
    def taste(self) -> FloatArray:
        """The persistent taste itself."""
        return self.decision.taste

    def value(self, cost: FloatArray, saving: FloatArray, at: IntArray | slice = slice(None)) -> FloatArray:
        """Systematic utility."""
        d = self.decision
        g = d.group[at]
        return retrofit.utility(cost, saving, d.revenue.take(g), d.management.take(g), d.shift[at], d.retrofit)

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


RULES: dict[str, type[Rule]] = {
    rule.name: rule for rule in (Logit, NetPresentValue, PaybackThreshold, Imitation)
}
"""The rules by name."""

BEHAVIOURS = tuple(RULES)
"""Names of the built-in rules, the default first: those that result folders can hold."""


def register(rule: type[AnyRule]) -> type[AnyRule]:
    """Make a rule known by its name to `sim.simulate` in this process; usable as a class decorator.

    The same class name may be registered again, as a notebook does when a cell is run twice. `greenmill run` offers
    the built-in rules only: its fingerprints cover the code of the model, not that of a notebook.

    Raises:
        ValueError: if the name is missing or taken by another rule, or a label is missing.
    """
    name = getattr(rule, "name", "")
    if not (name and getattr(rule, "zh", "") and getattr(rule, "en", "")):
        raise ValueError(f"{rule.__name__} needs a name and labels: name, zh, en")
    if name in RULES and RULES[name].__qualname__ != rule.__qualname__:
        raise ValueError(f"there is a rule {name!r} already; choose another name")
    RULES[name] = rule
    return rule
