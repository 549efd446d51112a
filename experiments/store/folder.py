"""The result folder of one experiment: finished blocks, the journal, the manifest and the tables made from them.

Every file is written whole (`experiments.store.whole_files`): whatever kills a run, the blocks that are there can be
trusted. `load` reads a result folder, finished or not.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from experiments.design import Block
from experiments.settings.panel import PanelWriter
from experiments.store.whole_files import clear_temporaries, write_csv, write_whole

if TYPE_CHECKING:
    from sim.api import BlockResult, KeepPanel

Filled = TypeVar("Filled")

FRAMES = {"ledger": "ledger", "outcomes": "outcomes", "additional": "additional", "groups": "groups",
          "indicators": "runs"}
"""Frames of a block result and the folder of each; the last is written last and marks a finished block."""

PANEL = "panel"
"""Folder of the firm-level panels, one file a block, where a run keeps them."""

MANIFEST = "manifest.json"

State = Literal["whole", "damaged", "absent"]

_LABEL = b"greenmill.block"
"""Key in a Parquet file's metadata under which the block's label and policies stand."""
_TEXTS = ("policy", "scenario", "behaviour", "instrument", "payer", "kind")
_WHOLE = ("seed", "year")
_CODED = {"groups": ("policy", "scenario", "behaviour", "dimension", "group", "indicator")}
"""The frame with the most rows, and its columns of few words: read as codes of the words, which takes a third of the
time."""
_MAY_BE_EMPTY = ("ledger", "additional")
"""Frames that may have no rows and then would not show the types of their columns."""


@dataclass(frozen=True)
class ResultStore:
    """Files of one experiment under `folder`; nothing is created before the first write."""

    folder: Path
    with_panel: bool = False
    """Whether every block has a firm-level panel beside its frames."""

    def block_path(self, frame: str, block: Block) -> Path:
        """Where a frame (a key of `FRAMES`, or `PANEL`) of one block is kept."""
        return self.folder / FRAMES.get(frame, frame) / f"{block.label}.parquet"

    def state(self, block: Block, policies: Sequence[str]) -> State:
        """Whether the block's files are there and whole.

        Every page is read and compared with its checksum; a file of another block, or without one of the policies,
        does not count. A block of which some files are not there yet is absent.
        """
        frames = (*FRAMES, PANEL) if self.with_panel else tuple(FRAMES)
        states = [
            _file_state(self.block_path(frame, block), block, policies, _CODED.get(frame, ())) for frame in frames
        ]
        if "damaged" in states:
            return "damaged"
        return "absent" if "absent" in states else "whole"

    def finished(self, block: Block, policies: Sequence[str]) -> bool:
        """Whether every frame of the block is there and whole."""
        return self.state(block, policies) == "whole"

    def write_block(self, block: Block, result: BlockResult, policies: Sequence[str]) -> None:
        """Keep the frames of one block."""
        for name in FRAMES:
            frame = _with_behaviour(getattr(result, name), block.behaviour)
            if name in _MAY_BE_EMPTY:
                frame = frame.astype({column: _type(column) for column in frame.columns})
            table = pa.Table.from_pandas(frame, preserve_index=False)
            table = table.replace_schema_metadata({**table.schema.metadata, **_label(block, policies)})
            write_whole(self.block_path(name, block), partial(pq.write_table, table, write_page_checksum=True))

    def write_panel(self, block: Block, policies: Sequence[str], fill: Callable[[KeepPanel], Filled]) -> Filled:
        """Keep what `fill` hands over quarter by quarter as the panel of a block; returns what `fill` returns."""
        results: list[Filled] = []

        def write(temporary: Path) -> None:
            with PanelWriter(temporary, _label(block, policies)) as keep:
                results.append(fill(keep))

        write_whole(self.block_path(PANEL, block), write)
        return results[0]

    def read(
        self, frame: str, blocks: Iterable[Block], policies: Sequence[str], rows: pc.Expression | None = None
    ) -> pd.DataFrame:
        """Rows of a frame for the given blocks, ordered by policy and then by block, both as given.

        Rows of one policy and block keep their order: which worker finished first does not matter.

        Args:
            frame: a key of `FRAMES`.
            blocks: finished blocks.
            policies: policies in order.
            rows: which rows are wanted, such as ``pc.field("year") == 2030``; all if None. The others never become a
                data frame.
        """
        # Without the label that tells blocks apart, tables of all blocks can be joined before they are converted.
        whole = (self.table(frame, block) for block in blocks)
        tables = [spelled(table if rows is None else table.filter(rows)) for table in whole]
        place = {name: number for number, name in enumerate(policies)}
        parts = sorted(
            (part for table in tables for part in _by_policy(table)),
            key=lambda part: place.get(part[0], len(place)),
        )
        ordered = [*(table.slice(0, 0) for table in tables), *(rows for _, rows in parts)]
        return pa.concat_tables(ordered, promote_options="permissive").combine_chunks().to_pandas()

    def has_rows(self, frame: str, blocks: Iterable[Block]) -> bool:
        """Whether a frame has a row in one of the blocks that are there."""
        paths = (self.block_path(frame, block) for block in blocks)
        return any(pq.read_metadata(path).num_rows for path in paths if path.exists())

    def table(self, frame: str, block: Block) -> pa.Table:
        """The rows of one block's frame as they lie on the disk, checked, without a copy in pandas.

        The words of the frame `groups` are dictionary-encoded.
        """
        return _read(self.block_path(frame, block), _CODED.get(frame, ())).replace_schema_metadata()

    def blocks_found(self) -> list[Block]:
        """Blocks that have a file, whole or not, in order."""
        labels = {path.stem for name in FRAMES.values() for path in (self.folder / name).glob("*.parquet")}
        return sorted(block for block in map(Block.from_label, labels) if block)

    def clear_temporaries(self) -> None:
        """Remove what killed runs left half-written; only for the one process that may write here."""
        clear_temporaries(self.folder)

    def write_csv(self, name: str, table: pd.DataFrame) -> Path:
        """Write a table beside the runs; missing values are left empty."""
        return write_csv(self.folder / name, table)

    def write_manifest(self, content: Mapping[str, Any]) -> Path:
        """Write manifest.json."""
        text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
        path = self.folder / MANIFEST
        write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
        return path


def _label(block: Block, policies: Sequence[str]) -> dict[bytes, bytes]:
    """What a block's file says of itself."""
    return {_LABEL: json.dumps({"block": block.label, "policies": sorted(policies)}).encode()}


def _type(column: str) -> str:
    """Type of a column of a frame that may be empty."""
    return "str" if column in _TEXTS else "int64" if column in _WHOLE else "float64"


def _with_behaviour(frame: pd.DataFrame, behaviour: str) -> pd.DataFrame:
    """The frame with the column `behaviour` after `scenario`."""
    if "behaviour" not in frame:
        frame = frame.copy(deep=False)
        frame.insert(list(frame.columns).index("scenario") + 1, "behaviour", behaviour)
    return frame


def _read(path: Path, coded: Sequence[str] = ()) -> pa.Table:
    """A Parquet file, every page compared with its checksum; columns of words that are to stay codes of the words."""
    with pq.ParquetFile(path, page_checksum_verification=True, read_dictionary=coded) as file:
        return file.read()


def spelled(table: pa.Table) -> pa.Table:
    """A table with words in the place of their codes."""
    plain = [
        field.with_type(field.type.value_type) if pa.types.is_dictionary(field.type) else field
        for field in table.schema
    ]
    return table.cast(pa.schema(plain))


def _by_policy(table: pa.Table) -> list[tuple[str, pa.Table]]:
    """The stretches of rows of one policy in a block's table, in order, without a copy."""
    coded = table["policy"].combine_chunks().dictionary_encode()
    codes, names = coded.indices.to_numpy(), coded.dictionary.to_pylist()
    turns = np.flatnonzero(np.diff(codes, prepend=-1, append=-1)).tolist()
    return [(names[codes[start]], table.slice(start, end - start)) for start, end in pairwise(turns)]


def _file_state(path: Path, block: Block, policies: Sequence[str], coded: Sequence[str]) -> State:
    """Whether a block's Parquet file is there, readable to the last page, and the one it should be."""
    try:
        label = json.loads((_read(path, coded).schema.metadata or {})[_LABEL])
    except FileNotFoundError:
        return "absent"
    except (OSError, pa.ArrowException, KeyError, ValueError):
        return "damaged"
    return "whole" if label == json.loads(_label(block, policies)[_LABEL]) else "damaged"
