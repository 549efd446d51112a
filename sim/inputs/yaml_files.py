"""Reading YAML strictly: broken or missing files and keys given twice become problems, never tracebacks."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from sim.errors import Problem, nearest_name, shown_path, unknown_name

_BASE_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_BASE_LOADER):  # type: ignore[misc]
    """A safe loader that refuses a key given twice, which plain YAML silently accepts."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Any] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} is given twice", key.start_mark)
            seen.add(key.value)
        return dict(super().construct_mapping(node, deep))


@lru_cache(maxsize=256)
def _parse(text: str, file: str) -> tuple[Any, Problem | None]:
    """Parse a text once; files are small, so the text itself is the key."""
    try:
        return yaml.load(text, _StrictLoader), None
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
    except OSError:
        siblings = [p.name for p in path.parent.glob("*.yaml")] if path.parent.is_dir() else []
        hint = nearest_name(path.name, siblings, 0.8)
        problems.append(Problem(file, "", None, "the file is missing", hint))
        return None
    content, problem = _parse(text, file)
    if problem is None and not isinstance(content, dict):
        problem = Problem(file, "", None, "the file has to hold 'name: value' pairs")
    if problem is not None:
        problems.append(problem)
        return None
    return dict(content)


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
