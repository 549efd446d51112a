"""Tables, analyses and figures of a design tried out on the frames of one block, laid out over all policies and blocks.

The numbers are not those of the run, but frames, tables and figures have the size that they will have.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import joblib
import pandas as pd
from rich.console import Console

from experiments.answering import answer
from experiments.design import Block
from experiments.peak_memory import peak_memory
from experiments.questions import BY_GROUP, Finished
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore

if TYPE_CHECKING:
    from experiments.results import Results
    from sim.api import BlockResult

MOST_BLOCKS = 100
"""Blocks that a trial is laid out over at most."""

MEGABYTE = 1e6


class TableTrial(NamedTuple):
    """Tables and figures of a design of some blocks: seconds, bytes, MB."""

    blocks: int = 1
    tables: float = 0.0
    """Reading the blocks, writing the tables and showing them, and the analyses asked for, shared by the workers."""
    bytes_tables: float = 0.0
    """Size of the tables on the disk, those of the analyses among them."""
    frames: float = 0.0
    """MB of the frames in memory."""
    warm: float = 0.0
    """Seconds by which the first figures of a worker take longer."""
    figure: float = 0.0
    """Seconds of the figures of one target."""
    bytes_figure: float = 0.0
    """Size of the figures of one target on the disk, in the page at the end as well."""
    targets: int = 0
    """Targets that get figures, each in every case."""
    parent: float = 0.0
    """Largest resident size of this process so far, MB."""
    worker: float = 0.0
    """Largest resident size of a worker that has drawn, MB; 0 where this process draws."""


class Drawing(NamedTuple):
    """The figures of one target: seconds, bytes, and the largest resident size of the process, MB."""

    seconds: float
    size: float
    memory: float


def try_tables(config: ExperimentConfig, result: BlockResult, workers: int) -> TableTrial:
    """Write and show tables, run the analyses, and draw the figures of one target in every worker, twice.

    Args:
        config: the settings; of a long design `MOST_BLOCKS` blocks are laid out.
        result: frames of one block with some of the policies.
        workers: processes that draw.
    """
    from experiments.results import Results
    from experiments.tables.result import show_results

    cases = len(config.design.cases)
    config = replace(config, seeds=min(config.seeds, max(1, MOST_BLOCKS // cases)))
    with tempfile.TemporaryDirectory() as root:
        store = ResultStore(Path(root, "results"))
        whole = with_policies(result, config.policies)
        for block in config.design.blocks:
            store.write_block(block, of_block(whole, block), config.policies)
        began, quiet = time.perf_counter(), Console(file=io.StringIO(), width=100)
        results = Results.load(config, store)
        results.write(store)
        show_results(results, store.folder, quiet)
        shown, finished = time.perf_counter(), Finished(results, store, quiet)
        answer(finished, quiet)
        answered = (time.perf_counter() - shown) / (workers if config.figures else 1)
        trial = TableTrial(
            blocks=len(config.design.blocks), tables=shown - began + answered, frames=_megabytes(finished),
            bytes_tables=_size(path for path in store.folder.rglob("*") if path.suffix != ".parquet"),
            parent=peak_memory(),
        )
        drawn = config.figures and len(results.headline_targets) > 0
        return _with_figures(trial, results, Path(root), workers) if drawn else trial


def _with_figures(trial: TableTrial, results: Results, folder: Path, workers: int) -> TableTrial:
    """The trial with the figures of one target: the first drawing loads the libraries, the second one counts."""
    warm, counted = (
        joblib.Parallel(n_jobs=workers)(
            joblib.delayed(draw_one)(results, folder / f"{turn}-{worker}") for worker in range(workers)
        )
        for turn in ("warm", "counted")
    )
    seconds = max(each.seconds for each in counted)
    return trial._replace(
        warm=max(0.0, max(each.seconds for each in warm) - seconds), figure=seconds, bytes_figure=counted[0].size,
        targets=len(results.headline_targets), parent=peak_memory(),
        worker=max(each.memory for each in counted) if workers > 1 else 0.0,
    )


def draw_one(results: Results, folder: Path) -> Drawing:
    """Draw the figures of one target in one case; runs in a worker process."""
    began = time.perf_counter()
    from experiments.figures import draw_all

    own = results.cases[0]
    target = own.headline_targets.index[0]
    files = draw_all(replace(own, registry=own.registry.loc[[target]]), folder)
    # The page at the end of a run holds every SVG once more.
    size = _size(files) + _size(path for path in files if path.suffix == ".svg")
    return Drawing(time.perf_counter() - began, size, peak_memory())


def _size(files: Iterable[Path]) -> float:
    """Bytes of the files among some paths."""
    return float(sum(path.stat().st_size for path in files if path.is_file()))


def with_policies(result: BlockResult, policies: Sequence[str]) -> BlockResult:
    """The frames with rows for every one of some policies, taken in turn from those that are there."""
    there = list(dict.fromkeys(result.indicators["policy"]))
    source = {policy: there[place % len(there)] for place, policy in enumerate(policies)}
    frames = {
        field.name: pd.concat(
            [frame[frame["policy"] == tried].assign(policy=name) for name, tried in source.items()], ignore_index=True
        )
        for field in fields(result) for frame in [getattr(result, field.name)]
    }
    return replace(result, **frames)


def of_block(result: BlockResult, block: Block) -> BlockResult:
    """The frames labelled as those of another block."""
    labels = {"scenario": block.scenario, "behaviour": block.behaviour, "seed": block.seed}
    return replace(result, **{
        field.name: getattr(result, field.name).assign(**labels) for field in fields(result)
    })


def _megabytes(finished: Finished) -> float:
    """Size of the frames that tables and analyses hold in memory, MB."""
    results = finished.results
    frames = [results.indicators, results.outcomes, results.ledger]
    # No analysis by group reads more than the year ends of the largest dimension.
    frames += [finished.year_ends(dimension=["sector"])] if set(BY_GROUP) & {*results.config.analyses} else []
    return sum(float(frame.memory_usage(deep=True).sum()) for frame in frames) / MEGABYTE
