"""Adaptive governance: once a year some settings respond to the measured gap of a target (clause IV-1)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.parameter import number
from policies.schedule import overlay, quarter_label

if TYPE_CHECKING:
    from policies.mix import Mix

READINGS = ("level", "trailing_year")
"""How an indicator is read: its last value, or four quarters' sum (fewer quarters are scaled up)."""


@dataclass(frozen=True)
class AdaptiveParameters:
    """How strongly and how fast settings respond."""

    gain: float = number("lever range per relative gap", "response to a gap of the whole target")
    deadband: float = number("relative gap", "gap within which nothing changes")
    envelope_low: float = number("x plan setting", "smallest setting")
    envelope_high: float = number("x plan setting", "largest setting")
    budget_growth_cap: float = number("1/yr", "largest yearly increase of settings that cost money")
    observation_lag: float = number("quarters", "time until an indicator is known")


@dataclass(frozen=True)
class TargetPath:
    """Required level of an indicator: linear between dated knots, constant outside them."""

    knots: tuple[tuple[int, float], ...]

    def at(self, quarter: int) -> float:
        """Required level in a quarter."""
        index = bisect_right(self.knots, quarter, key=lambda knot: knot[0])
        if index in (0, len(self.knots)):
            return self.knots[min(index, len(self.knots) - 1)][1]
        (start, low), (end, high) = self.knots[index - 1], self.knots[index]
        return low + (high - low) * (quarter - start) / (end - start)


@dataclass(frozen=True)
class Link:
    """One setting, the indicator it follows and the level that indicator should have."""

    instrument: str
    setting: str
    indicator: str
    reading: str
    path: TargetPath
    costs_money: bool


@dataclass(frozen=True)
class AdaptiveRule:
    """The links of a mix, the parameters of the response and the first quarter that may respond."""

    start: int
    parameters: AdaptiveParameters
    links: tuple[Link, ...]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Names of the indicators to be observed."""
        return tuple(dict.fromkeys(link.indicator for link in self.links))


def adapt(
    current: float,
    plan: float,
    observed: float,
    target: float,
    parameters: AdaptiveParameters,
    *,
    costs_money: bool = False,
    low: float = 0.0,
    high: float = float("inf"),
) -> float:
    """Next year's setting: current + gain * gap / target * (upper - lower), clipped to lower..upper.

    Lower and upper are the envelope around the plan's setting, cut to what makes sense at all.

    Args:
        current: setting now.
        plan: the plan's own setting.
        observed: last known value of the indicator.
        target: required level of the indicator; without a positive one nothing changes.
        parameters: the response.
        costs_money: whether the yearly increase is limited by the budget growth cap.
        low: smallest value of the setting that makes sense.
        high: largest value of the setting that makes sense.

    Returns:
        The setting; exactly `current` if the gain is zero or the gap lies within the dead band.
    """
    gap = target - observed
    if parameters.gain == 0.0 or target <= 0.0 or abs(gap) <= parameters.deadband * target:
        return current
    lower = max(low, parameters.envelope_low * plan)
    upper = min(high, parameters.envelope_high * plan)
    moved = current + parameters.gain * gap / target * (upper - lower)
    if costs_money:
        moved = min(moved, current * (1.0 + parameters.budget_growth_cap))
    return min(max(moved, lower), upper)


class AdaptiveGovernance:
    """Observes indicators every quarter and adjusts a mix's settings in the first quarter of a year.

    The state is one multiplier a link, relative to the plan's own setting: a step that the plan itself takes
    later is kept.
    """

    def __init__(self, rule: AdaptiveRule, plan: Mix) -> None:
        self._rule = rule
        self._plan = plan
        self._multipliers = [1.0] * len(rule.links)
        self._observed: defaultdict[str, dict[int, float]] = defaultdict(dict)

    def observe(self, quarter: int, indicators: Mapping[str, float]) -> None:
        """Note the quarter's value of every linked indicator.

        Raises:
            KeyError: if a linked indicator is missing.
        """
        for link in self._rule.links:
            self._observed[link.indicator][quarter] = float(indicators[link.indicator])

    def adjust(self, quarter: int, mix: Mix) -> Mix:
        """The mix with this year's settings; the very same object if nothing changes."""
        if quarter % 4 or quarter < self._rule.start:
            return mix
        known = quarter - round(self._rule.parameters.observation_lag)
        for index, link in enumerate(self._rule.links):
            observed = self._reading(link, known)
            if observed is not None:
                mix = self._respond(index, link, quarter, observed, link.path.at(known), mix)
        return mix

    def multipliers(self) -> dict[str, float]:
        """Present settings relative to the plan's own, by ``instrument.setting``."""
        names = (f"{link.instrument}.{link.setting}" for link in self._rule.links)
        return dict(zip(names, self._multipliers, strict=True))

    def _reading(self, link: Link, known: int) -> float | None:
        values = self._observed[link.indicator]
        if known not in values:
            return None
        if link.reading == "level":
            return values[known]
        last = [values[quarter] for quarter in range(known - 3, known + 1) if quarter in values]
        return sum(last) * 4.0 / len(last)

    def _respond(self, index: int, link: Link, quarter: int, observed: float, target: float, mix: Mix) -> Mix:
        instrument = self._plan[link.instrument]
        setting, schedule = instrument.settings[link.setting], instrument.schedules[link.setting]
        plan = schedule.at(quarter)
        if plan == setting.null:
            return mix
        before = self._multipliers[index] * plan
        after = adapt(
            before,
            plan,
            observed,
            target,
            self._rule.parameters,
            costs_money=link.costs_money,
            low=setting.low,
            high=setting.high,
        )
        if after == before:
            return mix
        multiplier = after / plan
        self._multipliers[index] = multiplier

        def scale(value: float) -> float:
            return min(max(multiplier * value, setting.low), setting.high)

        scaled = schedule.changed_from(quarter, scale)
        current = mix[link.instrument].schedules[link.setting]
        return mix.with_schedule(link.instrument, link.setting, overlay(current, scaled))

    def __repr__(self) -> str:
        return f"AdaptiveGovernance(from {quarter_label(self._rule.start)}, {len(self._rule.links)} links)"
