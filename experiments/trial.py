"""A short trial on this machine: one block with a few policies in every worker, timed and measured, nothing kept."""

from __future__ import annotations

import gc
import tempfile
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from experiments.design import Block
from experiments.peak_memory import peak_memory
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore

if TYPE_CHECKING:
    from sim.api import BlockResult


class Trial(NamedTuple):
    """Blocks with a few policies in one worker: seconds, bytes, MB."""

    start: float
    """Until blocks take what the next ones take: process, imports, tables, first use of every library."""
    block: float
    """Population, burn-in and the first policy."""
    further: float
    """Every further policy."""
    write: float
    """Writing the frames of a block."""
    bytes_block: float
    """Size of a block's frames and panel on the disk, whatever the policies."""
    bytes_policy: float
    """What every policy adds to it."""
    memory: float
    """Largest resident size of the worker so far, MB."""


def try_block(
    config: ExperimentConfig, policies: Sequence[str], block: Block, called: float
) -> tuple[Trial, BlockResult]:
    """Compute a block with one policy, again, and with all the given ones; runs in a worker process.

    Args:
        config: the settings.
        policies: policies of the trial.
        block: the block.
        called: when the worker was asked for, seconds of the machine's clock: it had to come up first.

    Returns:
        What it took, and the frames of all the given policies.
    """
    from sim.preparation import load_inputs

    spec = config.run_spec(block.case)
    load_inputs(spec.province, spec.scenario, spec.overrides)
    start = time.time() - called
    cold, one, all_of_them = (_try(config, block, tried) for tried in (policies[:1], policies[:1], policies))
    first, more = min(cold.run, one.run), max(len(policies) - 1, 1)
    each = (all_of_them.size - one.size) / more if len(policies) > 1 else one.size
    trial = Trial(
        start=start + cold.run - first, block=first, further=max(all_of_them.run - first, 0.0) / more,
        write=all_of_them.write, bytes_block=max(one.size - each, 0.0), bytes_policy=each, memory=peak_memory(),
    )
    return trial, all_of_them.result


class _Attempt(NamedTuple):
    """A block computed and written once: frames, seconds of both, bytes."""

    result: BlockResult
    run: float
    write: float
    size: float


def _try(config: ExperimentConfig, block: Block, policies: Sequence[str]) -> _Attempt:
    """Compute a block as a sweep does, into a folder that goes again."""
    from sim.api import run_block

    run = partial(run_block, config.run_spec(block.case), block.seed, policies)
    with tempfile.TemporaryDirectory() as folder:
        store, began = ResultStore(Path(folder), bool(config.panel.columns)), time.perf_counter()
        result = store.write_panel(block, policies, run) if store.with_panel else run()
        computed = time.perf_counter()
        store.write_block(block, result, policies)
        written = time.perf_counter()
        size = float(sum(path.stat().st_size for path in store.folder.rglob("*.parquet")))
    # the model's objects point at each other: without this, two blocks would be in memory at once
    gc.collect()
    return _Attempt(result, computed - began, written - computed, size)
