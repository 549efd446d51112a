"""What a run will take, from a trial."""

import io
import time
from pathlib import Path

import pytest
from rich.console import Console

from experiments.estimate import Trial, estimate, extrapolate, show_estimate, try_block
from experiments.run import prepare

HAND = Trial(
    start=2.0, block=1.0, first=0.5, further=0.25, write=0.1, bytes_block=3e5, bytes_policy=1e5, memory=400.0
)


def test_a_design_of_five_blocks_and_four_policies_by_hand():
    """Two workers compute three and two blocks: 2 s to come up, then three times 1 + 0.5 + 3 x 0.25 + 0.1 s."""
    result = extrapolate([HAND, HAND], policies=4, blocks=5, workers=2)
    assert (result.runs, result.blocks, result.workers) == (20, 5, 2)
    assert result.seconds == pytest.approx(2.0 + 3 * 2.35)
    assert result.memory == 800.0
    assert result.disk == pytest.approx(5 * 0.7)


def test_nothing_missing_takes_nothing():
    result = extrapolate([], policies=4, blocks=0, workers=1)
    assert (result.runs, result.seconds, result.disk) == (0, 0.0, 0.0)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("estimate") / "out"
    settings = ["province=demo", "policies=[none,current,subsidy,plan]", "seeds=4", "uncertainty=none"]
    return prepare([*settings, "executor=serial", f"output.root={root}"])


def test_a_trial_times_and_measures_and_keeps_nothing(small):
    block = small.config.design.blocks[0]
    trial = try_block(small.config, ("none", "current", "plan"), block, time.time())
    assert trial.block > 0.0
    assert trial.first + trial.further > 0.0
    assert trial.memory > 50.0
    assert trial.bytes_policy > 1000.0
    assert not small.folder.exists()


def test_the_disk_is_told_within_a_third(small):
    from experiments.run import run_experiment
    from experiments.store import FRAMES

    told = estimate(small.config, small.config.design.blocks)
    quiet = Console(file=io.StringIO())
    folder = run_experiment(small, quiet, quiet)
    used = sum(path.stat().st_size for name in FRAMES.values() for path in Path(folder, name).glob("*.parquet"))
    assert told.disk * 1e6 == pytest.approx(used, rel=0.3)


def test_it_is_shown_in_plain_words(small):
    console = Console(file=io.StringIO(), width=100)
    show_estimate(small.config, 2, extrapolate([HAND], 4, 2, 1), console)
    text = console.file.getvalue()
    for part in ("8 in 2 blocks; 2 blocks are there", "1 (serial)", "about 7 s", "400 MB", "1.4 MB"):
        assert part in text


def test_the_plan_of_a_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from experiments.cli import main

    settings = ["province=demo", "policies=[none,plan]", "seeds=3", "executor=serial", f"output.root={tmp_path}/out"]
    assert main(["run", "--plan", *settings]) == 0
    text = capsys.readouterr().out
    assert "6 in 3 blocks" in text
    assert not (tmp_path / "out").exists()
