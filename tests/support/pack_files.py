"""Changing the files of a copied province pack, and what is said of it then."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sim.errors import ConfigError
from sim.inputs.province import load_province


def edit(path: Path, old: str, new: str) -> None:
    """Replace the first occurrence of a text that the file must contain."""
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def set_cell(path: Path, row: int, column: str, value: str) -> str:
    """Change one cell of a table (row 0 is the first below the header); returns what stood there."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    place = rows[0].index(column)
    before = rows[row + 1][place]
    rows[row + 1][place] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)
    return before


@contextmanager
def restored(path: Path) -> Iterator[bytes]:
    """Put a file back as it was afterwards; yields its content."""
    content = path.read_bytes()
    try:
        yield content
    finally:
        path.write_bytes(content)


def problems_of(folder: Path, name: str = "copy") -> list[str]:
    """What loading the pack complains of, a line a problem; loading it must fail."""
    with pytest.raises(ConfigError) as caught:
        load_province(name, folder)
    return str(caught.value).splitlines()
