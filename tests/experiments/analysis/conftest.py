"""Finished experiments of the stand-in model, ready to be analysed."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fake_model import TARGETS, run_block
from rich.console import Console

from experiments.questions import Finished
from experiments.results import Results
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore

Sweep = Callable[..., Finished]


@pytest.fixture
def sweep(config: ExperimentConfig, tmp_path: Path) -> Sweep:
    """A function that runs the stand-in with settings that differ from `config`."""

    def run(**settings: object) -> Finished:
        own = replace(config, **settings)
        store = ResultStore(tmp_path / "analysed")
        blocks = own.design.blocks_by_case
        for block in blocks:
            result = run_block(own.run_spec(block.case), block.seed, own.policies)
            store.write_block(block, result, own.policies)
        frames = [store.read(name, blocks, own.policies) for name in ("indicators", "outcomes", "ledger")]
        labels = {name: f"政策{place}" for place, name in enumerate(own.policies)}
        results = Results(own, *frames, TARGETS, labels)
        return Finished(results, store, Console(file=io.StringIO(), width=100))

    return run
