"""The result folder of one experiment: finished blocks, the journal, the manifest and the tables made from them.

A file appears under its own name only when it is complete: it is written under a temporary name, flushed to the
disk and renamed. Whatever kills a run, the blocks that are there can be trusted. `load` reads a result folder,
finished or not.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.design import Block

if TYPE_CHECKING:
    from experiments.loading import StoredResults
    from sim.api import BlockResult

FRAMES = {"ledger": "ledger", "outcomes": "outcomes", "indicators": "runs"}
"""Frames of a block result and the folder of each; the last is written last and marks a finished block."""

MANIFEST = "manifest.json"
TEMPORARY = ".tmp"
"""Ending of files that are being written: a pattern such as `runs/*.parquet` never meets one."""

State = Literal["whole", "damaged", "absent"]

_LABEL = b"greenmill.block"
"""Key in a Parquet file's metadata under which the block's label and policies stand."""
_LEDGER_TYPES = {"instrument": "str", "payer": "str", "kind": "str", "year": "int64", "amount": "float64"}
"""Types of the ledger's columns, which a ledger without rows would not show."""


def load(folder: str | Path) -> StoredResults:
    """Read a result folder, finished or not; another process may be writing to it.

    Args:
        folder: a result folder, such as ``outputs/policy_mixes-0a1b2c3d``.

    Returns:
        Data frames of the finished blocks, the manifest, and the state of every block.

    Raises:
        ConfigError: if the folder is no result folder, with advice on what may have been meant.
    """
    from experiments.loading import read_folder

    return read_folder(Path(folder))


@dataclass(frozen=True)
class ResultStore:
    """Files of one experiment under `folder`; nothing is created before the first write."""

    folder: Path

    def block_path(self, frame: str, block: Block) -> Path:
        """Where a frame (a key of `FRAMES`) of one block is kept."""
        return self.folder / FRAMES[frame] / f"{block.label}.parquet"

    def state(self, block: Block, policies: Sequence[str]) -> State:
        """Whether the block's files are there and whole.

        Every page is read and compared with its checksum; a file of another block, or without one of the policies,
        does not count. A block of which some files are not there yet is absent.
        """
        states = [_file_state(self.block_path(frame, block), block, policies) for frame in FRAMES]
        if "damaged" in states:
            return "damaged"
        return "absent" if "absent" in states else "whole"

    def finished(self, block: Block, policies: Sequence[str]) -> bool:
        """Whether every frame of the block is there and whole."""
        return self.state(block, policies) == "whole"

    def write_block(self, block: Block, result: BlockResult, policies: Sequence[str]) -> None:
        """Keep the frames of one block."""
        label = json.dumps({"block": block.label, "policies": sorted(policies)}).encode()
        for name in FRAMES:
            frame: pd.DataFrame = getattr(result, name)
            if name == "ledger":
                frame = frame.astype(_LEDGER_TYPES)
            table = pa.Table.from_pandas(_with_behaviour(frame, block.behaviour), preserve_index=False)
            table = table.replace_schema_metadata({**table.schema.metadata, _LABEL: label})
            write_whole(self.block_path(name, block), partial(pq.write_table, table, write_page_checksum=True))

    def read(self, frame: str, blocks: Iterable[Block], policies: Sequence[str]) -> pd.DataFrame:
        """All rows of a frame for the given blocks, ordered by policy and then by block, both as given.

        Rows of one policy and block keep their order: which worker finished first does not matter.
        """
        parts = [_read(self.block_path(frame, block)).to_pandas() for block in blocks]
        rows = pd.concat(parts, ignore_index=True)
        rank = rows["policy"].map({name: place for place, name in enumerate(policies)})
        return rows.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)

    def blocks_found(self) -> list[Block]:
        """Blocks that have a file, whole or not, in order."""
        labels = {path.stem for name in FRAMES.values() for path in (self.folder / name).glob("*.parquet")}
        return sorted(block for block in map(Block.from_label, labels) if block)

    def clear_temporaries(self) -> None:
        """Remove what killed runs left half-written; only for the one process that may write here."""
        for path in self.folder.rglob(f".*{TEMPORARY}"):
            path.unlink(missing_ok=True)

    def write_csv(self, name: str, table: pd.DataFrame) -> Path:
        """Write a table beside the runs; missing values are left empty."""
        return write_csv(self.folder / name, table)

    def write_manifest(self, content: Mapping[str, Any]) -> Path:
        """Write manifest.json."""
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        path = self.folder / MANIFEST
        write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        return path


def write_csv(path: Path, table: pd.DataFrame) -> Path:
    """Write a table as CSV without an index, whole or not at all."""
    write_whole(path, lambda temporary: table.to_csv(temporary, index=False, lineterminator="\n"))
    return path


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


def _with_behaviour(frame: pd.DataFrame, behaviour: str) -> pd.DataFrame:
    """The frame with the column `behaviour` after `scenario`."""
    if "behaviour" not in frame:
        frame = frame.copy(deep=False)
        frame.insert(list(frame.columns).index("scenario") + 1, "behaviour", behaviour)
    return frame


def _read(path: Path) -> pa.Table:
    """A Parquet file, every page compared with its checksum."""
    with pq.ParquetFile(path, page_checksum_verification=True) as file:
        return file.read()


def _file_state(path: Path, block: Block, policies: Sequence[str]) -> State:
    """Whether a block's Parquet file is there, readable to the last page, and the one it should be."""
    try:
        label = json.loads((_read(path).schema.metadata or {})[_LABEL])
    except FileNotFoundError:
        return "absent"
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return "damaged"
    return "whole" if label == {"block": block.label, "policies": sorted(policies)} else "damaged"
