"""Answers to the questions of a finished design, and its figures: side by side in the processes of this machine.

An analysis may run in another process than the one that has the terminal: what it prints is kept there and printed
here, in the order of the settings.
"""

from __future__ import annotations

import gc
import io
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import joblib
from rich.console import Console

from experiments.executors.blocks import closing_reports
from experiments.labels import listed
from experiments.questions import (
    A_TARGET,
    A_YEAR,
    ANALYSES,
    BY_GROUP,
    NOT_PRINTED,
    TOO_SHORT,
    WITHOUT_TARGETS,
    Finished,
    function_at,
)
from experiments.tables.terminal import print_text, printed_width

if TYPE_CHECKING:
    from experiments.results import Results
    from experiments.store.folder import ResultStore


YOUNG_OBJECTS = 50_000
"""New objects after which the collector looks for unreachable ones while a figure is drawn: it has thousands of parts,
and at the default of 700 the search takes a tenth of the time."""


class KeptConsole(Console):
    """Keeps what is printed to it instead of showing it."""

    def __init__(self, width: int, terminal: bool) -> None:
        super().__init__(file=io.StringIO(), width=width, force_terminal=terminal)
        self.kept: list[tuple[tuple[Any, ...], dict[str, Any]]] = []

    def print(self, *objects: Any, **options: Any) -> None:
        """Keep the objects with the options they are to be printed with."""
        self.kept.append((objects, options))


class Reply(NamedTuple):
    """What an analysis printed, by call; `short` where it only says that the run is too short for it."""

    printed: Sequence[tuple[tuple[Any, ...], dict[str, Any]]]
    short: bool


@contextmanager
def asked(finished: Finished, figures: Sequence[Callable[[], object]], workers: int) -> Iterator[Generator[Any]]:
    """Have the analyses that the settings ask for answered and figures drawn, as far as there are free processes.

    Args:
        finished: the finished design.
        figures: what is to be drawn beside, each by a call that another process can make.
        workers: processes to share the work; with one, it is done in this process when it is waited for.

    Yields:
        What `tell` waits for; given up if that does not happen.
    """
    # A copy: what this process finds out about its own meanwhile must not change while another thread sends it off.
    results, store, out = replace(finished.results), finished.store, finished.out
    tasks = [partial(_reply, results, store, name, out.width, out.is_terminal) for name in results.config.analyses]
    parallel: joblib.Parallel[Any] = joblib.Parallel(n_jobs=workers, batch_size=1, return_as="generator")
    calls: list[Callable[[], object]] = [*tasks, *figures]
    replies: Any = parallel(joblib.delayed(_undisturbed)(call) for call in calls)
    with closing_reports(replies), warnings.catch_warnings():
        # joblib replaces a process that has grown by large tables, and warns, between two tasks: nothing is lost.
        warnings.filterwarnings("ignore", "A worker stopped while some jobs were given to the executor")
        yield replies


def tell(replies: Generator[Any], finished: Finished, log: Console) -> None:
    """Wait for what was asked and print what the analyses printed, each announced in the log.

    Where brief tables are asked for, those of the analyses are written but not printed.
    """
    config, out = finished.results.config, finished.out
    brief = config.tables == "brief"
    for name in config.analyses:
        log.print(f"analysing: {name} ...")
        reply = next(replies)
        for objects, options in reply.printed if reply.short or not brief else ():
            out.print(*objects, **options)
    if config.figures:
        log.print("drawing figures ...")
    for _ in replies:
        pass
    if brief and config.analyses:
        names = listed(config.analyses, config.lang)
        print_text(out, NOT_PRINTED[config.lang].format(names=names), printed_width(out))


def answer(finished: Finished, log: Console) -> None:
    """Run the analyses that the settings ask for in this process; see `tell`."""
    with asked(finished, (), 1) as replies:
        tell(replies, finished, log)


def _undisturbed(call: Callable[[], object]) -> object:
    """Make a call while unreachable objects are looked for less often."""
    young, *older = gc.get_threshold()
    gc.set_threshold(YOUNG_OBJECTS, *older)
    try:
        return call()
    finally:
        gc.set_threshold(young, *older)


def _reply(results: Results, store: ResultStore, name: str, width: int, terminal: bool) -> Reply:
    """Run one analysis."""
    console, lang = KeptConsole(width, terminal), results.config.lang
    finished = Finished(results, store, console)
    short = A_TARGET if name not in WITHOUT_TARGETS and results.headline_targets.empty else None
    if name in BY_GROUP and not store.has_rows("groups", results.config.design.blocks):
        short = A_YEAR
    if short:
        console.print(TOO_SHORT[lang].format(name=name, what=short[lang]))
    else:
        function_at(ANALYSES[name])(finished)
    return Reply(console.kept, short is not None)
