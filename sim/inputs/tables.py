"""Tables of a province pack: CSV files checked cell by cell against the schema in ``province.yaml``."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from policies.problems import finite_number
from sim.errors import Problem, nearest_name, shown_path
from sim.inputs.csv_files import read_rows
from sim.inputs.sources import GRADES, source_fault
from sim.inputs.table_schema import Column, Table

MOST_WHOLE = 2**53
"""The largest whole number that a cell may hold: beyond it a float skips whole numbers."""

_QUARTER = re.compile(r"\d{4}Q[1-4]")


def checksum(path: Path) -> str:
    """SHA-256 of a text file, the same under either convention of line ends."""
    return hashlib.sha256(path.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def update_checksums(folder: Path, schema: Mapping[str, Table], problems: list[Problem]) -> list[str]:
    """Write the present checksums of all tables into a pack's ``province.yaml``.

    Args:
        folder: folder of the pack.
        schema: its tables.
        problems: a missing file is added here, and nothing is written.

    Returns:
        The files whose checksum changed.
    """
    missing = [spec.file for spec in schema.values() if not (folder / spec.file).is_file()]
    problems += [Problem(shown_path(folder / file), "", None, "the file is missing") for file in missing]
    if missing:
        return []
    path = folder / "province.yaml"
    text, changed = path.read_text(encoding="utf-8"), []
    for spec in schema.values():
        now = checksum(folder / spec.file)
        if now != spec.sha256:
            text = re.sub(rf"(file: {re.escape(spec.file)}\s+sha256: )\S+", rf'\g<1>"{now}"', text)
            changed.append(spec.file)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return changed


def read_table(
    folder: Path, table: Table, sources: Collection[str], problems: list[Problem]
) -> pd.DataFrame | None:
    """Read a CSV and check header, row lengths, cells and keys (not the foreign keys).

    Args:
        folder: folder of the pack.
        table: schema.
        sources: known source ids.
        problems: everything wrong is added here, with the line of the file.

    Returns:
        The table with typed columns: int64, float64 (empty = NaN), bool for flags, text (empty = ""). None if
        the file is missing or its header differs.
    """
    path = folder / table.file
    file = shown_path(path)
    before = len(problems)
    rows = read_rows(path, problems)
    if len(problems) > before:
        return None
    header, body = (rows[0], rows[1:]) if rows else ([], [])
    problems += _header_faults(file, header, table.columns)
    problems += [
        Problem(file, f"line {line}", None, f"{len(row)} cells instead of {len(header)}")
        for line, row in enumerate(body, 2)
        if len(row) != len(header)
    ]
    if not body:
        problems.append(Problem(file, "", None, "the table has no rows"))
    if len(problems) > before:
        return None
    data = {
        name: _read_column(file, name, [row[place] for row in body], column, sources, problems)
        for place, (name, column) in enumerate(table.columns.items())
    }
    frame = pd.DataFrame(data)
    problems += _repeated_keys(file, frame, table.key)
    return frame


def _repeated_keys(file: str, frame: pd.DataFrame, key: tuple[str, ...]) -> Iterator[Problem]:
    """Rows whose key stands further up already."""
    for index in np.flatnonzero(frame.duplicated(list(key))):
        shown = ", ".join(str(frame.at[index, name]) for name in key)
        yield Problem(file, f"line {index + 2}, {'+'.join(key)}", shown, "this key appears twice")


def _header_faults(file: str, header: list[str], columns: Mapping[str, Column]) -> Iterator[Problem]:
    """Unknown, missing or misplaced columns."""
    known = list(columns)
    for name in header:
        if name not in columns:
            yield Problem(file, f"column {name}", None, "unknown column", nearest_name(name, known))
    for name in known:
        if name not in header:
            yield Problem(file, f"column {name}", None, "missing column")
    if sorted(header) == sorted(known) and header != known:
        yield Problem(file, "", None, f"the columns have to stand in the order {', '.join(known)}")


def _read_column(
    file: str, name: str, cells: list[str], column: Column, sources: Collection[str], problems: list[Problem]
) -> Any:
    """Convert one column; a cell that is wrong becomes a problem and a placeholder (NaN, 0 or "")."""
    kind = column.type

    def report(index: int, text: str, nearest: str = "") -> None:
        problems.append(Problem(file, f"line {index + 2}, {name}", cells[index] or "(empty)", text, nearest))

    for index, cell in enumerate(cells):
        if not cell and not column.empty:
            report(index, "may not be empty")
    if kind in ("int", "float", "flag"):
        return _read_numbers(cells, column, report)
    for index, cell in enumerate(cells):
        if not cell:
            continue
        if column.values and cell not in column.values:
            report(index, f"one of {', '.join(column.values)}", nearest_name(cell, column.values))
        elif kind == "grade" and cell not in GRADES:
            report(index, f"one of {', '.join(GRADES)}")
        elif kind == "quarter" and not _QUARTER.fullmatch(cell):
            report(index, "a quarter such as 2027Q4 is needed")
        elif kind == "sources" and (fault := source_fault(cell, sources)):
            report(index, *fault)
    return cells


def _read_numbers(cells: list[str], column: Column, report: Callable[..., None]) -> Any:
    """Convert and check the cells of a numeric column or flag."""
    values = np.full(len(cells), np.nan)
    for index, cell in enumerate(cells):
        if not cell:
            continue
        try:
            value = float(cell)
        except ValueError:
            report(index, "a number is needed")
            continue
        if not finite_number(value):
            report(index, "a finite number is needed")
        elif column.type == "int" and (value != int(value) or abs(value) > MOST_WHOLE):
            report(index, "a whole number is needed")
        elif column.type == "flag" and value not in (0.0, 1.0):
            report(index, "0 or 1 is needed")
        elif column.min is not None and value < column.min:
            report(index, f"below its minimum {column.min:g} {column.unit}")
        elif column.max is not None and value > column.max:
            report(index, f"above its maximum {column.max:g} {column.unit}")
        else:
            values[index] = value
    if column.type == "flag":
        return np.nan_to_num(values).astype(bool)
    whole = column.type == "int" and not column.empty
    return np.nan_to_num(values).astype(np.int64) if whole else values


def check_foreign_keys(
    folder: Path, tables: Mapping[str, Table], frames: Mapping[str, pd.DataFrame], problems: list[Problem]
) -> None:
    """Check that every entry of a column with ``foreign: table.column`` exists there.

    Args:
        folder: folder of the pack, for the messages.
        tables: schemas.
        frames: the tables that could be read; a reference to one that could not is skipped.
        problems: unknown entries are added here with the nearest known one, unless the cell is reported.
    """
    reported = {(problem.file, problem.key) for problem in problems}
    for table_name, frame in frames.items():
        table = tables[table_name]
        for name, column in table.columns.items():
            target, _, field = column.foreign.partition(".")
            if target not in frames:
                continue
            file = shown_path(folder / table.file)
            known = {str(value) for value in frames[target][field]}
            for index, cell in enumerate(frame[name].astype(str)):
                key = f"line {index + 2}, {name}"
                for part in filter(None, cell.split(";") if column.list else [cell]):
                    if part not in known and part != column.any and (file, key) not in reported:
                        text = f"not found in {column.foreign}"
                        problems.append(Problem(file, key, part, text, nearest_name(part, known)))
