"""Scopes: the firms of one prefecture, sector or size class, to whom a setting can be given a value of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from policies.schedule import Schedule

SCOPE_COLUMNS = ("prefecture", "sector", "size_class")
"""Firm columns by which firms can be chosen."""

Codes = Mapping[str, Mapping[str, int]]
"""Code in the firm column by column and name."""


@dataclass(frozen=True)
class Scope:
    """Firms that meet all conditions; without a condition all firms.

    Attributes:
        conditions: pairs of firm column and the names allowed in it, columns in the order of `SCOPE_COLUMNS`.
    """

    conditions: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @classmethod
    def of(cls, where: Mapping[str, Iterable[str]]) -> Scope:
        """The scope with these names by column; columns may come in any order.

        Raises:
            ValueError: if a column is none of `SCOPE_COLUMNS`, or has no name.
        """
        wrong = [column for column, names in where.items() if column not in SCOPE_COLUMNS or not tuple(names)]
        if wrong:
            raise ValueError(f"no condition can be made of {', '.join(wrong)}")
        named = {column: tuple(dict.fromkeys(where[column])) for column in SCOPE_COLUMNS if column in where}
        return cls(tuple(named.items()))

    def __bool__(self) -> bool:
        """Whether there is any condition."""
        return bool(self.conditions)

    def __str__(self) -> str:
        """The conditions as they are written behind the @ of a path: ``prefecture=Chengdu|Deyang,sector=31``."""
        return ",".join(f"{column}={'|'.join(names)}" for column, names in self.conditions)

    def holds(self, firms: Mapping[str, NDArray[Any]], codes: Codes) -> NDArray[np.bool_]:
        """Which firms meet all conditions (N,).

        Args:
            firms: firm columns.
            codes: code in the column, by column and name.

        Raises:
            KeyError: if a name has no code.
        """
        met = [np.isin(firms[column], [codes[column][name] for name in names]) for column, names in self.conditions]
        return np.asarray(np.logical_and.reduce(met))

    def both(self, other: Scope) -> Scope | None:
        """The firms in both scopes; None if by the names there can be none."""
        one, two = dict(self.conditions), dict(other.conditions)
        common = {
            column: [name for name in one.get(column, two.get(column, ())) if name in two.get(column, (name,))]
            for column in {**one, **two}
        }
        return Scope.of(common) if all(common.values()) else None


EVERYWHERE = Scope()
"""All firms."""


@dataclass(frozen=True)
class ScopedSchedule:
    """Values of a setting for the firms of a scope, in place of the province's from the first date on."""

    where: Scope
    schedule: Schedule

    def begun(self, quarter: int) -> bool:
        """Whether the first date has come."""
        return self.schedule.first is not None and self.schedule.first <= quarter


def split_path(path: str) -> tuple[str, str]:
    """``instrument.setting@conditions`` as setting and conditions; the latter empty for a setting of all firms."""
    setting, _, conditions = path.partition("@")
    return setting, conditions


def parse_scope(text: str) -> Scope:
    """The scope written as ``column=name|name,column=name``.

    Raises:
        ValueError: if the text has another form, or a column twice or none of `SCOPE_COLUMNS`.
    """
    where: dict[str, list[str]] = {}
    for condition in text.split(","):
        column, _, names = (part.strip() for part in condition.partition("="))
        listed = [name.strip() for name in names.split("|")]
        if column in where or not all(listed):
            raise ValueError(f"{text!r} is not of the form prefecture=Chengdu|Deyang,sector=31")
        where[column] = listed
    return Scope.of(where)
