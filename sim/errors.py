"""What is wrong with the files and settings of a run: problems are collected and shown together."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from configs import CONFIG_ROOT

MOST_SHOWN = 200
"""Characters of an offending value that are shown."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, in words a user can act on.

    Attributes:
        file: the file or other place it was found in, as shown to the user.
        key: path inside the file, for example ``retrofit.hidden_cost`` or ``line 12, sector_code``;
            may be empty.
        value: the offending value; None if the point is not a value.
        allowed: what is wrong and what would be right.
        nearest: the nearest valid name; empty if there is none.
    """

    file: str
    key: str
    # A list or a mapping given for a number cannot be hashed; the other fields tell problems apart well enough.
    value: Any = field(hash=False)
    allowed: str
    nearest: str = ""

    def __str__(self) -> str:
        place = f"{self.key} = {self._shown}" if self.key and self.value is not None else str(self.key)
        hint = f"; did you mean '{self.nearest}'?" if self.nearest else ""
        return ": ".join(filter(None, (self.file, place, self.allowed))) + hint

    @property
    def _shown(self) -> str:
        """The value on one line of bearable length."""
        text = " ".join(str(self.value).split())
        return text if len(text) <= MOST_SHOWN else f"{text[:MOST_SHOWN]}..."


class ConfigError(Exception):
    """Raised with every problem found; its text lists them one a line."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(tuple(problems))
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest_name(name: object, names: Iterable[object], cutoff: float = 0.6) -> str:
    """The valid name most like the one given, or an empty string if none is alike."""
    found = difflib.get_close_matches(str(name), [str(candidate) for candidate in names], n=1, cutoff=cutoff)
    return found[0] if found else ""


def shown_path(path: Path) -> str:
    """A path as the user knows it: from ``configs/`` on for files of the package, else as it is."""
    resolved = Path(os.path.realpath(path))  # unlike Path.resolve, it bears links in a circle
    root = CONFIG_ROOT.parent
    return resolved.relative_to(root).as_posix() if resolved.is_relative_to(root) else path.as_posix()


def unknown_name(what: str, name: str, names: Sequence[str]) -> ConfigError:
    """The error for a name that is none of those there are, with the nearest one.

    Args:
        what: what is named, such as ``scenario``; also the setting it was given with.
        name: the name given.
        names: the names there are.
    """
    return ConfigError([Problem(what, what, name, f"there are {', '.join(names)}", nearest_name(name, names))])
