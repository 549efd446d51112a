"""How far a sweep is: a bar on a terminal, plain lines in a log."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from experiments.executors.blocks import BlockReport

SECONDS_BETWEEN_LINES = 2.0


def show_progress(
    reports: Iterable[BlockReport], blocks: int, policies: int, console: Console, kept: int = 0
) -> Generator[BlockReport]:
    """Pass reports through and show how many runs are done, how fast, the time left and failures.

    Args:
        reports: one a block as it ends.
        blocks: number of reports to come.
        policies: runs a block.
        console: where to show it.
        kept: runs that were there before.
    """
    if blocks:
        yield from show_runs(reports, lambda _: policies, blocks * policies, console, kept + blocks * policies)


def show_runs(
    reports: Iterable[BlockReport], runs: Callable[[Any], int], left: int, console: Console, total: int
) -> Generator[BlockReport]:
    """As `show_progress`, for blocks of different sizes.

    Args:
        reports: one a block as it ends.
        runs: runs of a block, by the key of its report.
        left: runs to come.
        console: where to show it.
        total: runs to come and those that were there before.
    """
    yield from (_bar if console.is_terminal else _lines)(reports, runs, left, console, total)


def time_text(seconds: float) -> str:
    """A duration for a reader: ``42 s``, ``3 min 20 s``, ``1 h 05 min``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def rate_text(runs: int, seconds: float) -> str:
    """How fast runs are done."""
    return f"{60 * runs / max(seconds, 1e-9):,.0f} runs/min"


def left_text(done: int, total: int, seconds: float) -> str:
    """The time left at the pace so far."""
    return f"{time_text((total - done) * seconds / done)} left"


def _status(done: int, left: int, seconds: float, failed: int) -> str:
    """Rate, time left and blocks that failed, after `done` of `left` runs."""
    parts = [rate_text(done, seconds), left_text(done, left, seconds)]
    parts += [f"{failed} block{'s' * (failed > 1)} failed"] if failed else []
    return ", ".join(parts)


def _bar(
    reports: Iterable[BlockReport], runs: Callable[[Any], int], left: int, console: Console, total: int
) -> Iterator[BlockReport]:
    columns = (TextColumn("runs"), BarColumn(bar_width=30), MofNCompleteColumn(), TextColumn("{task.fields[status]}"))
    start, done, failed = time.perf_counter(), 0, 0
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=total, completed=total - left, status="")
        for report in reports:
            done += runs(report.key)
            failed += bool(report.error)
            status = _status(done, left, time.perf_counter() - start, failed)
            progress.update(task, completed=total - left + done, status=status)
            yield report


def _lines(
    reports: Iterable[BlockReport], runs: Callable[[Any], int], left: int, console: Console, total: int
) -> Iterator[BlockReport]:
    start = last = time.perf_counter()
    done = failed = 0
    for number, report in enumerate(reports, start=1):
        now = time.perf_counter()
        done += runs(report.key)
        failed += bool(report.error)
        if number == 1 or done == left or now - last >= SECONDS_BETWEEN_LINES:
            last = now
            status = _status(done, left, now - start, failed)
            console.print(f"runs {total - left + done}/{total}, {status}", highlight=False)
        yield report
