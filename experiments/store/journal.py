"""What happened to each block, as lines that are only ever added: when it was handed out, ended or failed.

The journal tells the course of a run; whether a block is finished is decided by its Parquet files alone. A kill at
any time leaves at most one torn line at the end, which is passed over.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from experiments.design import Block

JOURNAL = "blocks.jsonl"


@dataclass(frozen=True)
class Event:
    """The last that is known of a block.

    Attributes:
        state: pending, done or failed.
        time: when, in UTC.
        seconds: how long the block took; NaN if it has not ended.
        error: one line; empty unless it failed.
        trace: the traceback that goes with `error`.
    """

    state: str
    time: datetime
    seconds: float = float("nan")
    error: str = ""
    trace: str = ""


@dataclass(frozen=True)
class History:
    """What a journal says.

    Attributes:
        events: last event of each block.
        started: when the last run on the folder began; None if no run is on record.
        ends: when blocks ended in that run, in order.
    """

    events: Mapping[Block, Event]
    started: datetime | None
    ends: tuple[datetime, ...]


@dataclass(frozen=True)
class Journal:
    """The journal of a result folder; only the process that runs the sweep writes to it."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / JOURNAL

    def begin(self, pending: Iterable[Block]) -> None:
        """Write down that a run begins and which blocks it is going to compute."""
        lines = [{"event": "start", "pid": os.getpid(), "host": socket.gethostname()}]
        self._append([*lines, *({"event": "pending", **vars(block)} for block in pending)])

    def end(self, block: Block, seconds: float, error: str = "", trace: str = "") -> None:
        """Write down how a block ended."""
        facts = {"event": "failed", "error": error, "trace": trace} if error else {"event": "done"}
        self._append([{**facts, **vars(block), "seconds": round(seconds, 4)}])

    def read(self) -> History:
        """What the journal says; lines that are torn or not understood are passed over."""
        events: dict[Block, Event] = {}
        started: datetime | None = None
        ends: list[datetime] = []
        for block, event in self._entries():
            if block is None:
                started, ends = event.time, []
                continue
            events[block] = event
            if event.state != "pending":
                ends.append(event.time)
        return History(events, started, tuple(ends))

    def _append(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add lines in one write; flushed to the system, so that they outlive this process."""
        self.folder.mkdir(parents=True, exist_ok=True)
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        text = "".join(json.dumps({"time": time, **line}, ensure_ascii=False) + "\n" for line in lines)
        with self.path.open("ab+") as file:
            # A line torn by a kill is ended here, or it would swallow the next one.
            if file.tell() and not _ends_line(file):
                text = "\n" + text
            file.write(text.encode())

    def _entries(self) -> Iterator[tuple[Block | None, Event]]:
        """Events in order, each with its block; the start of a run has none."""
        try:
            text = self.path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # the files of the blocks decide what is there; the journal only tells of it
            return
        for line in text.split("\n"):
            try:
                yield _entry(json.loads(line))
            except (ValueError, TypeError, KeyError, RecursionError):
                continue


def _entry(line: Mapping[str, Any]) -> tuple[Block | None, Event]:
    """What a line tells; ValueError, TypeError or KeyError if it is none of a journal."""
    state, time = str(line["event"]), datetime.fromisoformat(line["time"]).astimezone(UTC)
    if state == "start":
        return None, Event(state, time)
    block = Block(str(line["scenario"]), str(line["behaviour"]), int(line["seed"]))
    seconds, texts = float(line.get("seconds", "nan")), (str(line.get(name, "")) for name in ("error", "trace"))
    return block, Event(state, time, seconds, *texts)


def _ends_line(file: Any) -> bool:
    file.seek(-1, os.SEEK_END)
    return bool(file.read(1) == b"\n")
