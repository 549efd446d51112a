"""Dated settings: quarters as ordinals, step schedules, and reforms as dated differences."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

FIRST_QUARTER = "2026Q1"
"""The first quarter of every run. Policies differ from here on; what came before is history and the same for all."""

_LABEL = re.compile(r"^(\d{4})Q([1-4])$")


def parse_quarter(label: str) -> int:
    """Ordinal of a quarter label: ``"2026Q1"`` gives ``2026 * 4``.

    Raises:
        ValueError: if the label is not four digits, ``Q`` and 1 to 4.
    """
    match = _LABEL.match(label)
    if match is None:
        raise ValueError(f"{label!r} is not a quarter such as 2026Q1")
    return int(match[1]) * 4 + int(match[2]) - 1


def quarter_label(quarter: int) -> str:
    """Label of a quarter ordinal, the inverse of `parse_quarter`."""
    return f"{quarter // 4}Q{quarter % 4 + 1}"


def year_of(quarter: int) -> int:
    """Calendar year of a quarter ordinal."""
    return quarter // 4


@dataclass(frozen=True)
class Schedule:
    """A setting that changes in steps: from each date on that date's value, before the first the null.

    Attributes:
        null: the value that removes the effect, in force before the first date.
        steps: pairs of quarter ordinal and value, in ascending order of date.
    """

    null: float
    steps: tuple[tuple[int, float], ...] = ()

    def __post_init__(self) -> None:
        dates = [date for date, _ in self.steps]
        if any(later <= earlier for earlier, later in pairwise(dates)):
            raise ValueError(f"dates of a schedule have to ascend: {[quarter_label(date) for date in dates]}")

    @classmethod
    def of(cls, null: float, values: Mapping[str, float]) -> Schedule:
        """Schedule from quarter labels, in any order.

        Raises:
            ValueError: if a label is not a quarter.
        """
        return cls(
            null, tuple(sorted((parse_quarter(label), float(value)) for label, value in values.items()))
        )

    @property
    def first(self) -> int | None:
        """First date, or None if the schedule is empty."""
        return self.steps[0][0] if self.steps else None

    def at(self, quarter: int) -> float:
        """Value in force in a quarter."""
        value = self.null
        for date, later in self.steps:
            if date > quarter:
                break
            value = later
        return value

    def changed_from(self, quarter: int, change: Callable[[float], float]) -> Schedule:
        """The difference that applies `change` to every value in force from `quarter` on."""
        later = tuple((date, change(value)) for date, value in self.steps if date > quarter)
        return Schedule(self.null, ((quarter, change(self.at(quarter))), *later))

    def labelled(self) -> dict[str, float]:
        """The steps by quarter label."""
        return {quarter_label(date): value for date, value in self.steps}


def overlay(base: Schedule, difference: Schedule) -> Schedule:
    """Reform a schedule: the base's values before the difference's first date, the difference's from it on.

    An empty difference changes nothing. The operation is associative: reforms combine in any grouping.

    Raises:
        ValueError: if the two have different null values, that is, belong to different settings.
    """
    if base.null != difference.null:
        raise ValueError(f"null values differ: {base.null} and {difference.null}")
    if difference.first is None:
        return base
    kept = tuple(step for step in base.steps if step[0] < difference.first)
    return Schedule(base.null, kept + difference.steps)


def overlay_all(null: float, layers: Iterable[Schedule]) -> Schedule:
    """Lay several differences on an empty schedule, the later over the earlier."""
    result = Schedule(null)
    for layer in layers:
        result = overlay(result, layer)
    return result
