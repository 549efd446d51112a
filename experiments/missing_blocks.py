"""The blocks of a design that its result folder does not have yet: found, computed, and what happened written down."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import track

from experiments.design import Block
from experiments.executors.block_task import RunFailedError, Runner, StorageError, compute_block
from experiments.executors.blocks import BlockReport, closing_reports, run_blocks
from experiments.messages import failure_text, opening_text
from experiments.progress import show_progress
from experiments.store.folder import ResultStore
from experiments.store.journal import Journal
from experiments.store.manifest import manifest

if TYPE_CHECKING:
    from experiments.run import Experiment

CHECKED_AT_ONCE = 300
"""Blocks that are looked at within a second."""


class BlocksFailedError(RuntimeError):
    """Some blocks could not be computed; the finished ones are kept."""


def compute_missing(experiment: Experiment, store: ResultStore, log: Console, runner: Runner | None) -> None:
    """Compute the blocks that are missing.

    Args:
        experiment: as made by `experiments.run.prepare`.
        store: its result folder; the journal and the manifest there tell what happened to every block.
        log: console for progress.
        runner: the model; None for the real one.

    Raises:
        BlocksFailedError: if a block failed; the others are on the disk.
        OSError: if something cannot be written; the finished blocks are on the disk.
    """
    config, start = experiment.config, time.perf_counter()
    store.clear_temporaries()
    states = {block: store.state(block, config.policies) for block in _watched(config.design.blocks, log)}
    missing = [block for block, state in states.items() if state != "whole"]
    damaged = [block.label for block, state in states.items() if state == "damaged"]
    log.print(opening_text(experiment, len(missing)))
    if damaged:
        log.print(f"not whole, computed again: {', '.join(damaged)}")
    store.write_manifest(manifest(experiment, missing))
    journal = Journal(store.folder)
    journal.begin(missing)
    failures = []
    task = partial(compute_block, runner, config, store)
    kept = config.design.runs - len(missing) * len(config.policies)
    reports = show_progress(
        run_blocks(task, missing, config.executor), len(missing), len(config.policies), log, kept
    )
    with closing_reports(reports):
        for report in map(_plain, reports):
            journal.end(report.key, report.seconds, report.error, report.trace)
            if report.error.startswith(_prefix(StorageError)):
                raise OSError(report.error.removeprefix(_prefix(StorageError)))
            failures += [report] if report.error else []
    store.write_manifest(manifest(experiment, missing, failures, time.perf_counter() - start))
    if failures:
        raise BlocksFailedError(failure_text(failures, len(states), store.folder))


def _watched(blocks: Sequence[Block], log: Console) -> Iterable[Block]:
    """The blocks, with a bar on a terminal if looking at all of them takes more than a moment."""
    silent = not log.is_terminal or len(blocks) < CHECKED_AT_ONCE
    return track(blocks, "checking blocks", console=log, transient=True, disable=silent)


def _prefix(error: type[Exception]) -> str:
    """What the one-line text of such an error begins with in a report."""
    return f"{error.__name__}: "


def _plain(report: BlockReport) -> BlockReport:
    """The report without the name of the error that only carries the model's own."""
    return replace(report, error=report.error.removeprefix(_prefix(RunFailedError)))
