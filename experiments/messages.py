"""What a run says of itself: what it is about to do, what failed, what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.executors.blocks import BlockReport, workers_text
from experiments.store.folder import ResultStore

if TYPE_CHECKING:
    from experiments.run import Experiment

ERRORS_SHOWN = 5


def opening_text(experiment: Experiment, missing: int) -> str:
    """What is run, what is there already, and with how many workers `missing` blocks are computed."""
    config, design = experiment.config, experiment.config.design
    kept = len(design.blocks) - missing
    parts = [
        f"{config.name}: {_counted(len(config.policies), 'policy', 'policies')}, {_counted(config.seeds, 'seed')}",
        f"province {config.province}",
        f"{'scenarios' if len(design.scenarios) > 1 else 'scenario'} {' '.join(design.scenarios)}",
        f"{'behaviours' if len(design.behaviours) > 1 else 'behaviour'} {' '.join(design.behaviours)}",
        f"uncertainty {config.uncertainty}, to {config.end}",
    ]
    parts += [f"{_counted(kept, 'block')} of {len(design.blocks)} already there"] if kept else []
    parts += [workers_text(config.executor, missing)] if missing else []
    return ", ".join(parts)


def _counted(number: int, one: str, several: str = "") -> str:
    return f"{number} {one if number == 1 else several or one + 's'}"


def kept_text(experiment: Experiment, store: ResultStore) -> str:
    """How many blocks are finished; a study keeps points, of which only it knows how many it wants."""
    if experiment.config.study:
        return "finished points"
    blocks = experiment.config.design.blocks
    done = sum(store.finished(block, experiment.config.policies) for block in blocks)
    return f"{done} of {len(blocks)} blocks"


def storage_text(experiment: Experiment, store: ResultStore, reason: str) -> str:
    """Why nothing more can be written, and what is kept."""
    return (
        f"results cannot be written: {reason}.\n"
        f"{kept_text(experiment, store)} are kept in {store.folder}; once this is mended, the same command goes on."
    )


def failure_text(failures: Sequence[BlockReport], blocks: int, folder: Path) -> str:
    """The first failures of `blocks` blocks, and where to read more."""
    lines = [f"{len(failures)} of {blocks} blocks failed; the others are kept in {folder}."]
    ordered = sorted(failures, key=lambda each: each.key)
    lines += [f"  {report.key.label}: {report.error}" for report in ordered[:ERRORS_SHOWN]]
    lines += [f"  and {len(failures) - ERRORS_SHOWN} more"] if len(failures) > ERRORS_SHOWN else []
    return "\n".join(
        [*lines, "Full tracebacks are in its manifest.json; the same command tries the failed ones again."]
    )
