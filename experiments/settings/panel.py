"""Settings of a firm-level panel, and the file it goes to quarter by quarter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from experiments.settings.strict_types import FORBID_EXTRA, Name, Number

if TYPE_CHECKING:
    from sim.panel import Panel

Value = bool | int | float | str


@dataclass(frozen=True)
class PanelConfig:
    """Which firms are followed through a run and what is kept of them; nothing without columns.

    Attributes:
        columns: firm columns.
        where: a value or a list of values by column; all have to hold.
        at_least: smallest value by column.
        quarters: every quarter, the last one of each year, or the last one of the run.
    """

    __pydantic_config__ = FORBID_EXTRA
    columns: tuple[Name, ...] = ()
    where: Mapping[str, Value | tuple[Value, ...]] = field(default_factory=dict)
    at_least: Mapping[str, Number] = field(default_factory=dict)
    quarters: Literal["all", "year_end", "last"] = "year_end"

    def panel(self) -> Panel | None:
        """The panel of the model; None if nothing is to be kept."""
        from sim.panel import Panel

        if not self.columns:
            return None
        where = {name: value if isinstance(value, tuple) else (value,) for name, value in self.where.items()}
        return Panel(self.columns, where, self.at_least, self.quarters)


class PanelWriter:
    """Appends quarters of a panel to a Parquet file; in memory is one quarter at a time."""

    def __init__(self, path: Path, metadata: Mapping[bytes, bytes]) -> None:
        """Open nothing yet.

        Args:
            path: the file to write, a temporary one that is renamed when it is whole.
            metadata: what the file says of itself.
        """
        self._path, self._metadata = path, dict(metadata)
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, frame: pd.DataFrame) -> None:
        """Append one quarter."""
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            schema = table.schema.with_metadata({**(table.schema.metadata or {}), **self._metadata})
            self._writer = pq.ParquetWriter(self._path, schema, write_page_checksum=True)
        self._writer.write_table(table.cast(self._writer.schema))

    def __exit__(self, kind: type[BaseException] | None, error: Any, trace: TracebackType | None) -> None:
        if self._writer is not None:
            self._writer.close()
        elif kind is None:  # a run without a due quarter still leaves a file that can be read
            pq.write_table(pa.table({}).replace_schema_metadata(self._metadata), self._path)
