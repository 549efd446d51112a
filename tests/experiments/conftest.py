"""A finished experiment of the stand-in model, in memory; and commands under test that hear Ctrl-C."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from fake_model import TARGETS, run_block

from experiments.results import Results
from experiments.settings.config import ExperimentConfig, OutputConfig
from experiments.store.folder import ResultStore

POLICIES = ("none", "current", "subsidy+green_finance", "plan")


@pytest.fixture(scope="session", autouse=True)
def _interruptions_are_heard() -> None:
    """A shell has its background jobs, and whatever they start, ignore Ctrl-C; the commands under test must not."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def config(tmp_path: Path) -> ExperimentConfig:
    """Four policies, five seeds, results below the test's own folder."""
    return ExperimentConfig(
        name="trial", policies=POLICIES, seeds=5, province="demo", output=OutputConfig(str(tmp_path / "out"))
    )


@pytest.fixture
def results(config: ExperimentConfig, tmp_path: Path) -> Results:
    """What tables and figures are made from."""
    store = ResultStore(tmp_path / "store")
    blocks = config.design.blocks_by_case
    for block in blocks:
        store.write_block(block, run_block(config.run_spec(block.case), block.seed, config.policies), config.policies)
    frames = [store.read(name, blocks, config.policies) for name in ("indicators", "outcomes", "ledger")]
    labels = {
        "none": "无政策",
        "current": "现行政策",
        "subsidy+green_finance": "补助+金融",
        "plan": "行动方案",
    }
    return Results(config, *frames, TARGETS, labels)
