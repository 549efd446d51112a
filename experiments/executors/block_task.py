"""One block from its specification to its files: what a worker process does, with few imports of its own."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING

from experiments.design import Block
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore

if TYPE_CHECKING:
    from sim.api import BlockResult, KeepPanel, RunSpec

Runner = Callable[..., "BlockResult"]
"""Computes one block: specification, seed, policies, and what takes the quarters of a panel where there is one."""


class RunFailedError(RuntimeError):
    """A run inside a block failed; the text names the policy."""


class StorageError(RuntimeError):
    """Results cannot be written: there is no point in computing more."""


def compute_block(runner: Runner | None, config: ExperimentConfig, store: ResultStore, block: Block) -> None:
    """Compute one block and keep it; runs in a worker process.

    Args:
        runner: the model; None for `sim.api.run_block`, which a worker imports itself.
        config: what to run.
        store: where the frames go.
        block: the block.

    Raises:
        RunFailedError: if the model fails; the text names the policy.
        StorageError: if the frames cannot be written.
    """
    if runner is None:
        from sim.api import run_block

        runner = run_block
    run = partial(_run, runner, config.run_spec(block.case), block.seed, config.policies)
    try:
        result = store.write_panel(block, config.policies, run) if store.with_panel else run()
        store.write_block(block, result, config.policies)
    except OSError as error:
        raise StorageError(error.strerror or str(error)) from error
    finally:
        _collect()


def _collect() -> None:
    """Free the models of a block before the next one begins.

    Models and their agents point at each other and wait for the collector, which counts objects, not megabytes. What
    stays after the first block (libraries, tables) is set aside: looking through it again would take as long each time
    as writing a block.
    """
    gc.collect()
    _set_aside()


@cache
def _set_aside() -> None:
    """Keep what is there after the first block of this process out of further collections."""
    gc.freeze()
    # Libraries that tidy up when the process ends want to find their objects.
    atexit.register(gc.unfreeze)


def _run(runner: Runner, spec: RunSpec, seed: int, policies: Sequence[str], *keep: KeepPanel) -> BlockResult:
    """Run the model; whatever fails in it is told with the name of the policy."""
    try:
        return runner(spec, seed, policies, *keep)
    except Exception as error:
        if keep and isinstance(error, OSError):
            raise
        parts = (*getattr(error, "__notes__", ()), type(error).__name__, str(error))
        raise RunFailedError(": ".join(part for part in parts if part)) from error
