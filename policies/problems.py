"""What is wrong with policy documents: all problems at once, with their place and the nearest valid name."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeGuard

GRADES = ("A", "B", "C", "D")
"""Evidence grades: seen in an official text, seen elsewhere, recollected, estimated."""

_CLAUSE = re.compile(r"^(I|(II|III|IV)-\d{1,2})$")


def finite_number(value: object) -> TypeGuard[int | float]:
    """True for a finite int or float; a bool or text is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    # A whole number can be too large for a float, which math.isfinite does not bear.
    return -sys.float_info.max <= value <= sys.float_info.max


@dataclass(frozen=True)
class PolicyProblem:
    """One thing that is wrong.

    Attributes:
        file: the document it was found in.
        key: path inside the document.
        value: what stands there; None if the point is not a value.
        allowed: what is wrong and what would be right.
        nearest: the nearest valid name; empty if there is none.
    """

    file: str
    key: str
    value: Any
    allowed: str
    nearest: str = ""

    def __str__(self) -> str:
        place = self.key if self.value is None else f"{self.key} = {self.value}"
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        return f"{self.file}: {place}: {self.allowed}{hint}"


class PolicyError(Exception):
    """All problems found in the policy documents or in a policy's name."""

    def __init__(self, problems: Iterable[PolicyProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def nearest_name(name: str, names: Collection[str]) -> str:
    """The valid name most like a wrong one, or an empty text if none is alike."""
    matches = get_close_matches(name, sorted(names), n=1)
    return matches[0] if matches else ""


class Checker:
    """Reads one document and notes every problem instead of stopping at the first.

    After a problem a reading method returns a harmless stand-in, so that reading can go on; the caller raises
    `PolicyError` at the end if any problem was noted.
    """

    def __init__(self, file: str, problems: list[PolicyProblem]) -> None:
        self.file = file
        self.problems = problems

    def report(self, key: str, value: object, allowed: str, nearest: str = "") -> None:
        """Note a problem."""
        self.problems.append(PolicyProblem(self.file, key, value, allowed, nearest))

    def unknown(self, key: str, name: object, names: Collection[str]) -> None:
        """Note that a name is not one of the valid names; they are listed if none is alike."""
        nearest = nearest_name(str(name), names)
        listed = "" if nearest else f"; there are {', '.join(names)}"
        value = None if key.endswith(str(name)) else name
        self.report(key, value, f"unknown{listed}", nearest)

    def section(self, key: str, value: object) -> Mapping[str, Any]:
        """A mapping with text keys; an empty one after a problem."""
        if isinstance(value, Mapping) and all(isinstance(name, str) for name in value):
            return value
        self.report(key, value, "has to be a mapping with text keys")
        return {}

    def keys(
        self,
        where: str,
        section: Mapping[str, Any],
        required: tuple[str, ...],
        optional: tuple[str, ...] = (),
    ) -> None:
        """Note missing and unknown keys of a section."""
        for name in section:
            if name not in required and name not in optional:
                self.unknown(_path(where, name), name, required + optional)
        for name in required:
            if name not in section:
                self.report(_path(where, name), None, "is missing")

    def text(self, where: str, section: Mapping[str, Any], key: str) -> str:
        """A text that is not empty; a missing key is left to `keys`."""
        value = section.get(key, "")
        if key in section and not (isinstance(value, str) and value.strip()):
            self.report(_path(where, key), value, "has to be a text")
        return str(value)

    def choice(self, where: str, section: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> str:
        """One of the allowed texts."""
        value = section.get(key, allowed[0])
        if value not in allowed:
            self.unknown(_path(where, key), value, allowed)
        return str(value)

    def number(self, key: str, value: object, low: float = -math.inf, high: float = math.inf) -> float:
        """A finite number within bounds."""
        if not finite_number(value):
            self.report(key, value, "has to be a number")
            return math.nan
        if not low <= value <= high:
            self.report(key, value, f"has to lie within {low:g} and {high:g}")
        return float(value)

    def range(self, where: str, section: Mapping[str, Any], low: float, high: float) -> tuple[float, float]:
        """The key ``range``: two ascending numbers within bounds."""
        key, value = _path(where, "range"), section.get("range", [low, high])
        if not isinstance(value, list) or len(value) != 2:
            self.report(key, value, "has to be [low, high]")
            return low, high
        bounds = self.number(key, value[0], low, high), self.number(key, value[1], low, high)
        if bounds[0] > bounds[1]:
            self.report(key, value, "has to name the lower end first")
        return bounds

    def evidence(self, where: str, section: Mapping[str, Any]) -> tuple[str, str, str]:
        """Source, grade and clause of a node."""
        clause = self.text(where, section, "clause")
        if clause and not _CLAUSE.match(clause):
            self.report(_path(where, "clause"), clause, "has to be a clause such as IV-2")
        return self.text(where, section, "source"), self.choice(where, section, "grade", GRADES), clause

    def unit(self, where: str, section: Mapping[str, Any], declared: str) -> str:
        """The key ``unit``, which has to be the one the rule declares."""
        value = section.get("unit", declared)
        if value != declared:
            self.report(_path(where, "unit"), value, f"has to be '{declared}', as the rule reads it")
        return declared


def _path(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
