"""How far a run is: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from experiments.executors import BlockReport

SECONDS_BETWEEN_LINES = 2.0


def show_progress(reports: Iterable[BlockReport], total: int, console: Console) -> Iterator[BlockReport]:
    """Pass reports through and show how many of `total` seed blocks are done, how fast, and the time left."""
    if total == 0:
        return iter(())
    return _bar(reports, total, console) if console.is_terminal else _lines(reports, total, console)


def time_text(seconds: float) -> str:
    """A duration for a reader: ``42 s``, ``3 min 20 s``, ``1 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def _rate_text(done: int, seconds: float) -> str:
    return f"{60 * done / max(seconds, 1e-9):.1f} blocks/min"


def _bar(reports: Iterable[BlockReport], total: int, console: Console) -> Iterator[BlockReport]:
    columns = (
        TextColumn("seed blocks"),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    start = time.perf_counter()
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total, rate="")
        for done, report in enumerate(reports, start=1):
            progress.update(task, completed=done, rate=_rate_text(done, time.perf_counter() - start))
            yield report


def _lines(reports: Iterable[BlockReport], total: int, console: Console) -> Iterator[BlockReport]:
    start = last = time.perf_counter()
    for done, report in enumerate(reports, start=1):
        now = time.perf_counter()
        if done in (1, total) or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            left = time_text((total - done) * (now - start) / done)
            console.print(
                f"seed blocks {done}/{total}, {_rate_text(done, now - start)}, {left} left", highlight=False
            )
        yield report
