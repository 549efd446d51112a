"""Tasks for executors that workers can import: blocks that kill their worker, and frames that are thrown away."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

import numpy as np

KILLER = 2


def kill_worker_always(key: int) -> None:
    """Kill the worker process whenever block 2 is computed."""
    if key == KILLER:
        os.kill(os.getpid(), signal.SIGKILL)


def large_block(key: int) -> None:
    """Make a megabyte and drop it."""
    assert np.full(131_072, float(key)).sum() >= 0.0


def block_killed_once(marker: Path, spec: Any, seed: int, policies: Any) -> Any:
    """The real model, except that the worker is killed while it computes seed 2 for the first time."""
    from sim.api import run_block

    result = run_block(spec, seed, policies)
    if seed == KILLER and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return result
