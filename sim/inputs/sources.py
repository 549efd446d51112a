"""Sources and grades: the ids of a pack's source list, and what is wrong with an entry that refers to it."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from sim.errors import nearest_name
from sim.inputs.csv_files import read_rows

GRADES = ("A", "B", "C", "D")
"""A official and seen, B reputable secondary, C background knowledge, D derived or estimated."""


def source_ids(path: Path) -> frozenset[str]:
    """Ids of a source list (first column of a CSV with a header row); empty if the file cannot be read."""
    return frozenset(row[0] for row in read_rows(path, []) if row) - {"id"}


def split_sources(text: str) -> list[str]:
    """The ids of a source entry joined by ``+`` or commas."""
    return [part.strip() for part in re.split(r"[+,]", text)]


def source_fault(source: object, known: Collection[str]) -> tuple[str, str] | None:
    """What is wrong with a source entry (ids joined by ``+``): text and nearest id, or None if nothing is."""
    if not isinstance(source, str) or not source.strip():
        return "a source is needed", ""
    for part in split_sources(source):
        if part not in known:
            return f"'{part}' is not an id of sources.csv", nearest_name(part, known)
    return None
