"""The setting at which a target begins, or ceases, to be reached in a wanted share of draws: bisection.

Every setting is tried on the same seeds (common random numbers), so that two settings differ by what they do and not by
their luck, and the share of draws is a fixed step function of the setting. Where that function is monotone, bisection
brackets its only step; whether it is monotone is checked on all settings tried, and told.

Source: Glasserman, P. & Yao, D. D. (1992), Some guidelines and guarantees for common random numbers, Management
Science 38, 884-908: where outputs are monotone in the setting, common random numbers make comparisons sharper.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from experiments.tables.summary import wilson_interval

ROUNDING = 1e-9
"""Share by which a wanted share may be missed: 0.3 of ten draws is three, whatever the binary fractions say."""


@dataclass(frozen=True)
class Trial:
    """How often a target was met at one setting."""

    setting: float
    met: int
    draws: int

    @property
    def share(self) -> float:
        """Share of draws that meet the target."""
        return self.met / self.draws

    @property
    def interval(self) -> tuple[float, float]:
        """Its 95 % Wilson interval; NaN with a single draw."""
        return wilson_interval(self.met, self.draws)


Try = Callable[[Sequence[float]], Sequence[Trial]]
"""Tries several settings at once, all on the same seeds; one trial a setting in their order."""

Outcome = Literal["from", "up to", "everywhere", "nowhere"]
"""Where the target is reached: from the answer upwards, up to it, at every setting tried, or at none."""


@dataclass(frozen=True)
class Solution:
    """What a search along one setting found.

    Attributes:
        outcome: where the target is reached.
        answer: the smallest setting tried that reaches it (`from`), the largest up to which it is reached (`up to`),
            the lower end (`everywhere`); None (`nowhere`).
        beyond: the next setting tried that does not reach it: with `answer` it brackets the step; None without one.
        trials: every setting tried, in ascending order.
        fall: two neighbours between which the share moves against the direction of the whole; None if monotone.
    """

    outcome: Outcome
    answer: float | None
    beyond: float | None
    trials: tuple[Trial, ...]
    fall: tuple[Trial, Trial] | None


def reaches(trial: Trial, share: float) -> bool:
    """Whether at least the wanted share of draws meets the target."""
    return trial.share >= share - ROUNDING


def bisect_setting(
    trying: Try, low: float, high: float, share: float, tolerance: float, inner: int = 3,
    snap: Callable[[float], float] = float,
) -> Solution:
    """Find where a target begins, or ceases, to be reached.

    The ends and some settings between them are tried first, which shows the direction and a function that is not
    monotone; the first step from one side to the other is then halved until its bracket is as narrow as asked for.

    Args:
        trying: tries settings on the same seeds.
        low: lower end of the range.
        high: upper end of the range, above `low`.
        share: share of draws wanted, above 0 and at most 1.
        tolerance: largest width of the bracket, in the unit of the setting.
        inner: settings between the ends that are tried first, evenly spaced.
        snap: the setting to try instead of one between the ends, such as the nearest round one.

    Returns:
        The solution. With a function that is not monotone it is the first step upwards, so that no smaller setting
        tried reaches the target; unless the lower end does, which then is the answer.
    """
    step = (high - low) / (inner + 1)
    between = [snap(low + step * place) for place in range(1, inner + 1)]
    start = list(dict.fromkeys([low, *between, high]))
    trials = {trial.setting: trial for trial in trying(start)}
    flags = [reaches(trials[setting], share) for setting in start]
    rising = not flags[0]
    at = next((place for place in range(1, len(start)) if flags[place] != flags[0]), None)
    if at is None:
        return _ended(trials, flags[0], low)
    one, other = start[at - 1], start[at]
    while other - one > tolerance:
        middle = snap(0.5 * (one + other))
        if not one < middle < other:  # nothing lies between them
            break
        (trial,) = trying([middle])
        trials[trial.setting] = trial
        one, other = (middle, other) if reaches(trial, share) == flags[0] else (one, middle)
    ordered = _ordered(trials)
    if rising:
        return Solution("from", other, one, ordered, first_fall(ordered, rising=True))
    return Solution("up to", one, other, ordered, first_fall(ordered, rising=False))


def _ended(trials: dict[float, Trial], reached: bool, low: float) -> Solution:
    """The solution where all settings tried first lie on one side."""
    ordered = _ordered(trials)
    falls = [first_fall(ordered, rising) for rising in (True, False)]
    fall = None if None in falls else falls[ordered[-1].met < ordered[0].met]
    return Solution("everywhere" if reached else "nowhere", low if reached else None, None, ordered, fall)


def _ordered(trials: dict[float, Trial]) -> tuple[Trial, ...]:
    return tuple(trials[setting] for setting in sorted(trials))


def first_fall(trials: Sequence[Trial], rising: bool) -> tuple[Trial, Trial] | None:
    """The first two neighbours between which the share moves the wrong way.

    Args:
        trials: in ascending order of the setting.
        rising: whether the share is to rise with the setting; otherwise it is to fall.
    """
    for one, other in pairwise(trials):
        if other.met != one.met and (other.met > one.met) != rising:
            return one, other
    return None


def undecided(trials: Sequence[Trial], share: float) -> tuple[float, float] | None:
    """The settings tried at which the draws do not decide whether the wanted share is reached.

    Args:
        trials: in ascending order of the setting.
        share: share of draws wanted.

    Returns:
        The first and the last setting whose Wilson interval holds the wanted share; None if no interval does, or if
        there are none because a single draw was made.
    """
    open_ones = [trial.setting for trial in trials if trial.interval[0] <= share <= trial.interval[1]]
    return (open_ones[0], open_ones[-1]) if open_ones else None
