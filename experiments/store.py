"""The result folder of one experiment: finished seed blocks, the manifest and the tables made from them.

A file appears under its own name only when it is complete: it is written under a temporary name that starts
with a dot, flushed to the disk and renamed. Whatever kills a run, the blocks that are there can be trusted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

if TYPE_CHECKING:
    from sim.api import BlockResult

FRAMES = {"ledger": "ledger", "outcomes": "outcomes", "indicators": "runs"}
"""Frames of a block result and the folder of each; the last is written last and marks a finished block."""


@dataclass(frozen=True)
class ResultStore:
    """Files of one experiment under `folder`; nothing is created before the first write."""

    folder: Path

    def block_path(self, frame: str, seed: int) -> Path:
        """Where a frame (a key of `FRAMES`) of one seed block is kept."""
        return self.folder / FRAMES[frame] / f"seed-{seed:05d}.parquet"

    def finished(self, seed: int) -> bool:
        """Whether every frame of the block is there and can be read."""
        return all(_readable(self.block_path(frame, seed)) for frame in FRAMES)

    def write_block(self, seed: int, result: BlockResult) -> None:
        """Keep the frames of one seed block."""
        for frame in FRAMES:
            table = pa.Table.from_pandas(getattr(result, frame), preserve_index=False)
            write_whole(self.block_path(frame, seed), partial(pq.write_table, table))

    def read(self, frame: str, seeds: Iterable[int], policies: Sequence[str]) -> pd.DataFrame:
        """All rows of a frame for the given seeds, policies in the order given, then by seed.

        Rows of one policy and seed keep their order: which worker finished first does not matter.
        """
        parts = [pd.read_parquet(self.block_path(frame, seed)) for seed in seeds]
        rows = pd.concat(parts, ignore_index=True)
        rank = rows["policy"].map({name: place for place, name in enumerate(policies)})
        order = (
            pd.DataFrame({"rank": rank, "seed": rows["seed"]})
            .sort_values(["rank", "seed"], kind="stable")
            .index
        )
        return rows.loc[order].reset_index(drop=True)

    def write_csv(self, name: str, table: pd.DataFrame) -> Path:
        """Write a table beside the runs; missing values are left empty."""
        return write_csv(self.folder / name, table)

    def write_manifest(self, content: Mapping[str, Any]) -> Path:
        """Write manifest.json."""
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        path = self.folder / "manifest.json"
        write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        return path


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV without an index, whole or not at all."""
    write_whole(path, lambda temporary: table.to_csv(temporary, index=False, lineterminator="\n"))
    return path


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a temporary file beside `path`, flush it to the disk and give it its name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}")
    try:
        write(temporary)
        with temporary.open("rb+") as file:
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _readable(path: Path) -> bool:
    """Whether a Parquet file exists and its footer, which is written last, is whole."""
    try:
        pq.read_metadata(path)
    except (OSError, pa.ArrowInvalid):
        return False
    return True
