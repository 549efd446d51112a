"""Stand-ins for the model at points of a study: known functions of the overrides, importable by workers."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import fake_model
import numpy as np
from rich.console import Console

from experiments.questions import Commission
from experiments.run import Experiment
from experiments.settings.config import ExperimentConfig
from experiments.store.fingerprint import digest
from experiments.store.folder import ResultStore

KILLER = 2
FAILING = 0.99
SLOPE = "retrofit.payback_slope"


def commission(config: ExperimentConfig, folder: Path, out: Console | None = None) -> Commission:
    """A commission on a folder, without the checks and the fingerprint of a real run."""
    quiet = Console(quiet=True)
    return Commission(Experiment(config, {}, digest("test")), ResultStore(folder), quiet, out or quiet)


def counted_block(log: Path, spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """The stand-in's frames; every call leaves a line in a log."""
    with log.open("a") as file:
        file.write(f"{seed} {policies[0]} {sorted(spec.overrides.items())}\n")
    return fake_model.run_block(spec, seed, policies)


def killed_once(marker: Path, spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """Kill the worker process the first time that a seed is computed."""
    if seed == KILLER and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return fake_model.run_block(spec, seed, policies)


def failing_block(spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """Like the stand-in, except that one value of a parameter raises."""
    if spec.overrides.get(SLOPE) == FAILING:
        raise ArithmeticError("does not balance")
    return fake_model.run_block(spec, seed, policies)


def shifted(result: Any, target: str, value: float) -> Any:
    """The stand-in's frames with another value of a target, met if it is not negative."""
    rows = result.outcomes["target_id"] == target
    outcomes = result.outcomes.assign(
        value=np.where(rows, value, result.outcomes["value"]), met=np.where(rows, value >= 0.0, result.outcomes["met"])
    )
    return type(result)(result.indicators, outcomes, result.ledger, result.additional, result.groups)


def linear_block(weights: Mapping[str, float], spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """Frames in which the number of green factories is linear in overrides."""
    value = sum(weight * spec.overrides.get(path, 0.0) for path, weight in weights.items())
    return shifted(fake_model.run_block(spec, seed, policies), "green_factories", value)


def refusing_block(spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """A model that must not be asked."""
    raise AssertionError(f"seed {seed} was simulated")


def planted_block(spec: Any, seed: int, policies: Sequence[str]) -> Any:
    """Frames in which green factories are missed where awareness is low in a drought, and met elsewhere."""
    awareness = spec.parameters_for(seed)["information.initial_awareness"]
    missed = awareness < 0.4 and spec.scenario == "drought_years"
    return shifted(fake_model.run_block(spec, seed, policies), "green_factories", -1.0 if missed else 1.0)
