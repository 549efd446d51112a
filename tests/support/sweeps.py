"""Real sweeps of the small province in processes of their own, to be watched and killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

PATIENCE = 60.0
SETTINGS = ("province=demo", "policies=[none,plan]", "seeds=8", "end=2026Q4", "figures=false", "executor.workers=2")


@contextmanager
def sweep(folder: Path, settings: Sequence[str] = SETTINGS) -> Iterator[subprocess.Popen[str]]:
    """Start `greenmill run` in a process group of its own, results below `folder`; nothing of it survives the block."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "experiments.cli", "run", *settings, f"output.root={folder}"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    try:
        yield process
    finally:
        for pid in [pid for pid, facts in _processes() if facts[2] == process.pid]:
            os.kill(pid, 9)
        process.wait(PATIENCE)
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()


def wait_for(condition: Callable[[], object], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.02)


def finished_files(folder: Path) -> list[Path]:
    """Files that mark finished blocks below a folder of results."""
    return sorted(folder.glob("*/runs/*.parquet"))


def worker_pids(parent: int) -> list[int]:
    """Worker processes of a sweep."""
    return [pid for pid in child_pids(parent) if b"popen_loky" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def child_pids(parent: int) -> list[int]:
    """Processes that a process started."""
    return [pid for pid, facts in _processes() if facts[1] == parent]


def _processes() -> Iterator[tuple[int, tuple[str, int, int]]]:
    """Every process with its state, parent and process group."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            yield int(entry.name), (fields[0], int(fields[1]), int(fields[2]))
