"""One writer a result folder: a lock of the operating system, which ends with the process that holds it."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from experiments.store.whole_files import write_whole

LOCK, HOLDER = ".lock", ".holder.json"
PATIENCE = 0.5
"""Seconds to wait for the lock: a look at who holds it takes it for an instant."""


@dataclass(frozen=True)
class Holder:
    """The process that runs a sweep on a folder; without a host if it has not said yet who it is."""

    pid: int = 0
    host: str = ""
    since: str = ""

    def __str__(self) -> str:
        if not self.host:
            return "a process that has just begun"
        return f"process {self.pid} on {self.host}, since {self.since}"


class FolderBusyError(RuntimeError):
    """Another process runs a sweep on the folder."""

    def __init__(self, folder: Path, holder: Holder) -> None:
        super().__init__(f"{folder} is being written by {holder}; wait for it to end, or stop it first.")


@contextmanager
def sole_writer(folder: Path) -> Iterator[None]:
    """Hold the folder; made if it is not there.

    Raises:
        FolderBusyError: if another process holds it. A process that was killed holds nothing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=PATIENCE)
    except Timeout:
        raise FolderBusyError(folder, _named_holder(folder)) from None
    holder = folder / HOLDER
    try:
        since = datetime.now(UTC).isoformat(timespec="seconds")
        content = json.dumps(asdict(Holder(os.getpid(), socket.gethostname(), since)))
        write_whole(holder, lambda path: path.write_text(content, encoding="utf-8"))
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def current_writer(folder: Path) -> Holder | None:
    """The process that holds the folder, or None; nothing is created."""
    if not (folder / LOCK).exists():
        return None
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return _named_holder(folder)
    except OSError:
        # Somebody who may not write here may still look.
        return None
    lock.release()
    return None


def _named_holder(folder: Path) -> Holder:
    """Who wrote the note beside the lock, which is done just after taking it."""
    try:
        return Holder(**json.loads((folder / HOLDER).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Holder()
