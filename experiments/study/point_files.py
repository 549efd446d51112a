"""Rows of evaluated points on the disk: one Parquet file a chunk, written whole, read with its checksums."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.store.fingerprint import digest
from experiments.store.whole_files import clear_temporaries, write_whole

FOLDER = "points"
"""Folder of the chunks in a result folder."""

TARGET_COLUMNS = (
    "target_id", "definition", "headline", "role", "by", "comparison", "threshold", "value", "gap", "met", "first_met",
)
COST_COLUMNS = ("public_cost", "redirected", "contingent", "retrofit_projects")
"""Money over the whole run, m CNY (see `experiments.tables.summary`), and retrofit projects completed in it."""
COLUMNS = ("surroundings", "policy", *TARGET_COLUMNS, *COST_COLUMNS)

_RUNS = b"greenmill.runs"
"""Key in a file's metadata under which the runs stand that it holds, with or without rows."""


class Run(NamedTuple):
    """One run of the model: a policy in its surroundings (see `experiments.study.points.Point`)."""

    surroundings: str
    policy: str


class PointFiles:
    """The chunks of a result folder. Files are read once; those that are not whole do not count."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / FOLDER
        self._known: dict[str, tuple[set[Run], pd.DataFrame]] = {}

    def runs(self) -> set[Run]:
        """Runs whose rows are on the disk."""
        self._look()
        return {run for runs, _ in self._known.values() for run in runs}

    def rows(self) -> pd.DataFrame:
        """All rows, `COLUMNS`, of each run once; files in order of their names."""
        self._look()
        parts = [frame for _, (_, frame) in sorted(self._known.items()) if len(frame)]
        if not parts:
            return pd.DataFrame(columns=list(COLUMNS))
        rows = pd.concat(parts, ignore_index=True)
        # A run that two chunks share, each asked for when the other was not there yet, is the same in both.
        return rows.drop_duplicates(["surroundings", "policy", "target_id", "definition"], ignore_index=True)

    def clear_temporaries(self) -> None:
        """Remove what killed runs left half-written; only for the one process that may write here."""
        clear_temporaries(self.folder)

    def _look(self) -> None:
        """Read the files that were not read before."""
        for path in sorted(self.folder.glob("*.parquet")):
            if path.name not in self._known:
                try:
                    self._known[path.name] = _read(path)
                except (OSError, pa.ArrowException, KeyError, ValueError):
                    continue


def write_chunk(folder: Path, runs: Sequence[Run], rows: pd.DataFrame) -> Path:
    """Keep the rows of some runs as one file.

    Args:
        folder: the result folder.
        runs: the runs that are kept, also those without a row.
        rows: `COLUMNS`.

    Returns:
        The file; its name follows from the runs.
    """
    table = pa.Table.from_pandas(rows.astype({"by": "int64", "threshold": "float64"}), preserve_index=False)
    label = {_RUNS: json.dumps([list(run) for run in runs]).encode()}
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), **label})
    path = folder / FOLDER / f"{digest(sorted(map(list, runs)))[:16]}.parquet"
    write_whole(path, lambda temporary: pq.write_table(table, temporary, write_page_checksum=True))
    return path


def frame_of(parts: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Rows of several runs in one frame of `COLUMNS`."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return pd.DataFrame({name: pd.Series(dtype="object") for name in COLUMNS})
    return pd.concat(kept, ignore_index=True)[list(COLUMNS)]


def _read(path: Path) -> tuple[set[Run], pd.DataFrame]:
    """Runs and rows of a file, every page compared with its checksum."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        table = file.read()
    runs = {Run(*run) for run in json.loads((table.schema.metadata or {})[_RUNS])}
    return runs, table.replace_schema_metadata().to_pandas()
