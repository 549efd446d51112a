"""What a run will take, from a trial."""

import io
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from experiments.design import Block
from experiments.estimate import estimate, extrapolate, show_estimate
from experiments.run import prepare
from experiments.settings.executor import ExecutorConfig
from experiments.trial import Trial, try_block
from experiments.trial_tables import TableTrial, of_block, with_policies

# The benchmarks are part of the repository, not of the package that is installed.
sys.path.append(str(Path(__file__).resolve().parents[2]))

from benchmarks.plan_accuracy import measured, told

HAND = Trial(start=2.0, block=1.5, further=0.25, write=0.1, bytes_block=3e5, bytes_policy=1e5, memory=400.0)
TABLES = TableTrial(
    blocks=5, tables=3.0, bytes_tables=2e5, frames=10.0, warm=1.0, figure=0.5, bytes_figure=4e5, targets=7,
    parent=250.0, worker=380.0,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory):
    root = tmp_path_factory.mktemp("estimate") / "out"
    settings = ["province=demo", "policies=[none,current,subsidy,plan]", "seeds=4", "uncertainty=none", "end=2027Q4"]
    return prepare([*settings, "executor=serial", f"output.root={root}"])


@pytest.fixture
def two_workers(small):
    """Five blocks of four policies on two processes."""
    return replace(small.config, seeds=5, executor=ExecutorConfig("local", 2))


def test_a_design_of_five_blocks_and_four_policies_by_hand(two_workers):
    """Two workers compute three and two blocks and draw four and three targets.

    Computing: 0.5 s before, 2 s to come up, then three times 1.5 + 3 x 0.25 + 0.1 s. Showing: 3 s of tables, 1 s until
    a worker can draw, four times 0.5 s. Memory: this process and twice the larger of computing and drawing.
    """
    result = extrapolate([HAND, HAND], TABLES, two_workers, missing=5, workers=2, before=0.5)
    assert (result.runs, result.blocks, result.workers) == (20, 5, 2)
    assert result.computing == pytest.approx(2.5 + 3 * 2.35)
    assert result.showing == pytest.approx(3.0 + 1.0 + 4 * 0.5)
    assert result.seconds == result.computing + result.showing
    assert result.memory == 250.0 + 2 * 400.0
    assert result.disk == pytest.approx(5 * 0.7 + 0.2 + 7 * 0.4)


def test_a_longer_design_has_more_rows_in_every_process(two_workers):
    """Ten times the blocks of the tables' trial: nine times 10 MB more, twice, in this process and in both workers."""
    result = extrapolate([HAND], TABLES, replace(two_workers, seeds=50), missing=50, workers=2)
    assert result.memory == pytest.approx(250.0 + 180.0 + 2 * (380.0 + 180.0))
    assert result.showing == pytest.approx(30.0 + 1.0 + 4 * 0.5)
    assert result.disk == pytest.approx(50 * 0.7 + 2.0 + 7 * 0.4)


def test_one_worker_is_this_process(small):
    result = extrapolate([HAND], TABLES._replace(blocks=4, parent=450.0, worker=0.0), small.config, 4, 1)
    assert result.memory == 450.0


def test_nothing_missing_takes_tables_and_figures_only(two_workers):
    result = extrapolate([HAND], TABLES, two_workers, missing=0, workers=1, before=0.5)
    assert (result.runs, result.computing) == (0, 0.5)
    assert result.seconds == pytest.approx(0.5 + 6.0)
    assert result.disk == pytest.approx(3.0)


def test_a_trial_times_and_measures_and_keeps_nothing(small):
    block = small.config.design.blocks[0]
    trial, result = try_block(small.config, ("none", "current", "plan"), block, time.time())
    assert trial.block > 0.0
    assert trial.start >= 0.0 and trial.further >= 0.0
    assert trial.memory > 50.0
    assert trial.bytes_policy > 1000.0
    assert list(result.indicators["policy"].unique()) == ["none", "current", "plan"]
    assert not small.folder.exists()


def test_frames_are_laid_out_over_policies_and_blocks():
    from fake_model import run_block

    tried = run_block(None, 1, ("none", "plan"))
    laid = with_policies(tried, ("none", "current", "plan"))
    rows = {name: len(part) for name, part in laid.indicators.groupby("policy")}
    assert rows == dict.fromkeys(("none", "current", "plan"), len(tried.indicators) // 2)
    same = laid.indicators.drop(columns="policy")
    first, second, third = (same[laid.indicators["policy"] == name].to_numpy() for name in ("none", "current", "plan"))
    assert (third == first).all() and not (second == first).all()
    other = of_block(laid, Block("weak_demand", "npv", 7))
    for frame in (other.indicators, other.outcomes, other.groups):
        assert (frame[["scenario", "behaviour", "seed"]] == ["weak_demand", "npv", 7]).all(axis=None)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the memory of processes is read from /proc")
def test_runs_memory_and_disk_are_told_within_thirty_per_cent(tmp_path: Path):
    settings = (
        "province=demo", "policies=[none,plan]", "seeds=4", "end=2026Q4", "figures=false",
        "executor.workers=2", "panel.columns=[revenue,rounds]",
    )  # fmt: skip
    plan, real = told(settings), measured(settings, tmp_path)
    assert plan.runs == real.runs == 8
    assert plan.memory == pytest.approx(real.memory, rel=0.3)
    assert plan.disk == pytest.approx(real.disk, rel=0.3)


def test_figures_are_part_of_the_plan(small):
    plain, drawn = (
        estimate(replace(small.config, seeds=1, policies=("none", "plan"), figures=figures), small.config.design.blocks)
        for figures in (False, True)
    )
    assert drawn.disk > plain.disk + 0.5
    assert drawn.showing > plain.showing


def test_it_is_shown_in_plain_words(small):
    console = Console(file=io.StringIO(), width=100)
    show_estimate(small.config, 2, extrapolate([HAND], TABLES._replace(blocks=4), small.config, 2, 1), console)
    text = console.file.getvalue()
    # 2 + 2 x 2.35 s, then 3 + 1 + 7 x 0.5 s in the one process
    parts = ("8 in 2 blocks; 2 blocks are there", "1 (serial)", "about 14 s, of it 8 s for", "400 MB", "4.4 MB")
    for part in parts:
        assert part in text


def test_the_plan_of_a_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from experiments.cli import main

    settings = ["province=demo", "policies=[none,plan]", "seeds=3", "executor=serial", f"output.root={tmp_path}/out"]
    assert main(["run", "--plan", *settings]) == 0
    text = capsys.readouterr().out
    assert "6 in 3 blocks" in text
    assert not (tmp_path / "out").exists()
