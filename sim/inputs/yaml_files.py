"""Reading YAML strictly: broken or missing files and keys given twice become problems, never tracebacks."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from yaml.constructor import ConstructorError

from sim.errors import Problem, nearest_name, shown_path, unknown_name

_BASE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


MOST_LEVELS, MOST_VALUES = 30, 100_000
"""How deeply a file may be nested and how much it may hold once its aliases are written out."""


class _StrictLoader(_BASE_LOADER):  # type: ignore[misc]
    """A safe loader that refuses a key given twice, which plain YAML silently accepts."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if not isinstance(key.value, str):
                raise ConstructorError(None, None, "a key has to be plain text", key.start_mark)
            if key.value in seen:
                raise ConstructorError(None, None, f"key {key.value!r} is given twice", key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except (ValueError, KeyError):  # a date without such a day, or a number marked !!int that is none
            kind = node.tag.rpartition(":")[2]
            raise ConstructorError(None, None, f"{node.value[:40]!r} is no {kind}", node.start_mark) from None


def _size_fault(content: Any) -> str:
    """What is wrong with the extent of parsed YAML, whose aliases can stand for themselves or for very much."""
    stack, count = [(content, 1)], 0
    while stack:
        value, level = stack.pop()
        count += 1
        if level > MOST_LEVELS:
            return f"something is nested more than {MOST_LEVELS} deep, or in itself"
        if count > MOST_VALUES:
            return f"it holds more than {MOST_VALUES:,} values, aliases written out"
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
        stack += [(each, level + 1) for each in inner]
    return ""


@lru_cache(maxsize=256)
def _parse(text: str, file: str) -> tuple[Any, Problem | None]:
    """Parse a text once; files are small, so the text itself is the key."""
    try:
        content = yaml.load(text, _StrictLoader)
        fault = _size_fault(content)
        return (None, Problem(file, "", None, fault)) if fault else (content, None)
    except RecursionError:
        return None, Problem(file, "", None, f"something is nested more than {MOST_LEVELS} deep")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        reason = getattr(error, "problem", None) or str(error).splitlines()[0]
        return None, Problem(file, place, None, f"broken YAML: {reason}")


def read_yaml(path: Path, problems: list[Problem]) -> dict[str, Any] | None:
    """Read a YAML file whose top level is a mapping; the same text is parsed once a process.

    Args:
        path: the file.
        problems: what is wrong is added here: a missing file, broken YAML, a key given twice, no mapping.

    Returns:
        The mapping (its values are not to be changed by the caller), or None if there is a problem.
    """
    file = shown_path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        problems.append(Problem(file, "", None, "the file is not UTF-8 text"))
        return None
    except OSError as error:
        problems.append(unreadable(path, error))
        return None
    content, problem = _parse(text, file)
    if problem is None and not isinstance(content, dict):
        problem = Problem(file, "", None, "the file has to hold 'name: value' pairs")
    if problem is not None:
        problems.append(problem)
        return None
    return dict(content)


def unreadable(path: Path, error: OSError) -> Problem:
    """The problem of a file that cannot be opened: missing, with the nearest of its kind, or why it cannot be read."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        return Problem(shown_path(path), "", None, f"cannot be read: {error.strerror}")
    siblings = [other.name for other in path.parent.glob(f"*{path.suffix}") if other.exists()]
    return Problem(shown_path(path), "", None, "the file is missing", nearest_name(path.name, siblings, 0.8))


def file_names(folder: Path) -> list[str]:
    """Names of the YAML files of a folder without their ending, sorted."""
    return sorted(path.stem for path in folder.glob("*.yaml"))


def read_named(what: str, name: str, folder: Path, problems: list[Problem]) -> tuple[str, dict[str, Any]]:
    """Read one of the files of a folder by its name.

    Args:
        what: what the files hold, for the message.
        name: name of the file without its ending.
        folder: where the files are.
        problems: what is wrong with the file is added here.

    Returns:
        The file as shown in messages, and its content, empty if there is a problem.

    Raises:
        ConfigError: if there is no file of that name.
    """
    names = file_names(folder)
    if name not in names:
        raise unknown_name(what, name, names)
    path = folder / f"{name}.yaml"
    return shown_path(path), read_yaml(path, problems) or {}
