"""Files that are there whole or not at all, whatever stops the process that writes them.

A file appears under its own name only when it is complete: it is written under a temporary name, flushed to the
disk and renamed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd

TEMPORARY = ".tmp"
"""Ending of files that are being written: a pattern such as `runs/*.parquet` never meets one."""


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to the disk and give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}-{os.getpid()}{TEMPORARY}")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV without an index, whole or not at all."""
    write_whole(path, lambda temporary: table.to_csv(temporary, index=False, lineterminator="\n"))
    return path


def clear_temporaries(folder: Path) -> None:
    """Remove what killed runs left half-written under a folder; only for the one process that may write there."""
    for path in folder.rglob(f".*{TEMPORARY}"):
        path.unlink(missing_ok=True)
