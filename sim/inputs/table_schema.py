"""Schema of a province pack's tables: what ``province.yaml`` may say of a table and of a column."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.problems import finite_number
from sim.errors import Problem, nearest_name
from sim.inputs.sources import GRADES, source_fault

TYPES = ("int", "float", "flag", "text", "quarter", "grade", "sources")


@dataclass(frozen=True)
class Column:
    """What the schema says of one column; see the head of ``province.yaml`` for the meaning of each entry."""

    type: str
    unit: str = ""
    doc: str = ""
    min: float | None = None
    max: float | None = None
    empty: bool = False
    values: tuple[str, ...] = ()
    foreign: str = ""
    list: bool = False
    any: str = ""
    low: str = ""
    high: str = ""
    spread: tuple[float, ...] = ()
    grade: str = ""
    source: str = ""
    note: str = ""


@dataclass(frozen=True)
class Table:
    """Schema of one table: labels, file below the pack's folder, SHA-256, key columns, columns in order."""

    zh: str
    en: str
    file: str
    sha256: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]


def head_problems(file: str, raw: Mapping[str, Any], keys: Sequence[str]) -> list[Problem]:
    """What is wrong with the top level of a ``province.yaml``."""
    problems = [
        Problem(file, key, None, "unknown key", nearest_name(key, keys)) for key in raw if key not in keys
    ]
    problems += [Problem(file, key, None, "missing") for key in keys if key not in raw]
    name = raw.get("name")
    if "name" in raw and not (
        isinstance(name, dict) and all(isinstance(name.get(k), str) for k in ("zh", "en"))
    ):
        problems.append(Problem(file, "name", name, "a Chinese (zh) and an English (en) name are needed"))
    firms = raw.get("firms")
    if "firms" in raw and (not isinstance(firms, int) or isinstance(firms, bool) or firms < 1):
        problems.append(Problem(file, "firms", firms, "a whole number of at least 1 is needed"))
    return problems


def parse_schema(
    raw: object, file: str, expected: Sequence[str], sources: Collection[str], problems: list[Problem]
) -> dict[str, Table]:
    """Turn the ``tables`` part of ``province.yaml`` into schemas.

    Args:
        raw: the parsed part.
        file: the file's name as shown to the user.
        expected: names of the tables a pack consists of.
        sources: known source ids.
        problems: everything wrong is added here; the table concerned is left out.

    Returns:
        Table name -> schema.
    """
    entries = raw if isinstance(raw, dict) else {}
    tables: dict[str, Table] = {}
    for name in expected:
        if name not in entries:
            problems.append(Problem(file, f"tables.{name}", None, "missing table"))
    for name, entry in entries.items():
        if name not in expected:
            problems.append(
                Problem(file, f"tables.{name}", None, "unknown table", nearest_name(name, expected))
            )
            continue
        faults = _entry_faults(f"tables.{name}", entry, file)
        if not faults:
            columns = {
                str(column): _column(f"tables.{name}.{column}", spec, file, sources, faults)
                for column, spec in entry["columns"].items()
            }
        if not faults:
            titles, key = entry["title"], tuple(entry["key"])
            tables[name] = Table(titles["zh"], titles["en"], entry["file"], entry["sha256"], key, columns)
        problems += faults
    return tables


_ENTRY: Mapping[str, type] = {"title": dict, "file": str, "sha256": str, "key": list, "columns": dict}


def _entry_faults(path: str, entry: object, file: str) -> list[Problem]:
    """What is wrong with the entry of a table, its columns aside."""
    if not isinstance(entry, dict):
        return [Problem(file, path, entry, f"an entry with {', '.join(_ENTRY)} is needed")]
    faults = [
        Problem(file, f"{path}.{key}", None, "unknown key", nearest_name(key, _ENTRY))
        for key in entry
        if key not in _ENTRY
    ]
    faults += [
        Problem(file, f"{path}.{key}", None, f"missing, or not a {kind.__name__}")
        for key, kind in _ENTRY.items()
        if not isinstance(entry.get(key), kind)
    ]
    if not faults and not all(isinstance(entry["title"].get(key), str) for key in ("zh", "en")):
        faults.append(
            Problem(file, f"{path}.title", None, "a Chinese (zh) and an English (en) title are needed")
        )
    if not faults and not (entry["key"] and all(map(_is_text, entry["key"]))):
        faults.append(Problem(file, f"{path}.key", entry["key"], "a list of columns is needed"))
    if not faults:
        faults += [
            Problem(file, f"{path}.key", key, "not a column", nearest_name(key, entry["columns"]))
            for key in entry["key"]
            if key not in entry["columns"]
        ]
    return faults


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _all(sound: Callable[[object], bool]) -> Callable[[object], bool]:
    return lambda value: isinstance(value, list) and all(map(sound, value))


_COLUMN: Mapping[str, tuple[Callable[[object], bool], str]] = {
    **dict.fromkeys(("min", "max"), (finite_number, "a finite number")),
    **dict.fromkeys(("empty", "list"), (_is_flag, "true or false")),
    "values": (_all(_is_text), "a list of words"),
    "spread": (_all(finite_number), "a list of finite numbers"),
}
"""What an entry of a column has to be, and how that is called; all others are text."""


def _column(path: str, spec: object, file: str, sources: Collection[str], faults: list[Problem]) -> Column:
    """Build the schema of one column; what is wrong is added to `faults`."""
    fields = {field.name for field in dataclasses.fields(Column)}
    entry = dict(spec) if isinstance(spec, dict) else {}
    for key in [key for key in entry if key not in fields]:
        faults.append(
            Problem(file, f"{path}.{key}", entry.pop(key), "unknown key", nearest_name(key, fields))
        )
    kind = entry.get("type")
    if kind not in TYPES:
        faults.append(
            Problem(file, f"{path}.type", kind, f"one of {', '.join(TYPES)}", nearest_name(kind, TYPES))
        )
    if kind in ("int", "float") and not entry.get("unit"):
        faults.append(Problem(file, f"{path}.unit", None, "a numeric column needs a unit"))
    if "grade" in entry and entry["grade"] not in GRADES:
        faults.append(Problem(file, f"{path}.grade", entry["grade"], f"one of {', '.join(GRADES)}"))
    wrong = source_fault(entry["source"], sources) if "source" in entry else None
    if wrong:
        faults.append(Problem(file, f"{path}.source", entry["source"], *wrong))
    for key, value in entry.items():
        sound, wanted = _COLUMN.get(key, (_is_text, "text"))
        if key != "type" and not sound(value):
            faults.append(Problem(file, f"{path}.{key}", value, f"{wanted} is needed"))
    for key in ("values", "spread"):
        entry[key] = tuple(entry[key]) if isinstance(entry.get(key), list) else ()
    return Column(**{"type": "text", **entry})
