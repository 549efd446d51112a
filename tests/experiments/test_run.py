"""A whole experiment: the same results wherever it runs, failures kept apart, finished blocks reused."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from fake_model import FAILING_SEED, failing_block, kill_worker_once, run_block
from rich.console import Console

from experiments.executors.blocks import attempt, run_blocks, worker_count
from experiments.missing_blocks import BlocksFailedError
from experiments.progress import show_progress, time_text
from experiments.run import Experiment, prepare, run_experiment
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store import load
from experiments.store.fingerprint import digest, fingerprint
from experiments.store.folder import FRAMES, ResultStore
from sim.errors import ConfigError

POLICIES = ("none", "current", "subsidy+green_finance", "plan")
FAILED = f"reference-logit-seed-{FAILING_SEED:05d}"
SERIAL, TWO_WORKERS = ExecutorConfig("serial", 1), ExecutorConfig("local", 2)


def quiet() -> Console:
    return Console(file=io.StringIO(), width=100)


def experiment(config: ExperimentConfig) -> Experiment:
    return Experiment(
        replace(config, figures=False), {"model": "stand-in"}, fingerprint(config, {"model": "stand-in"})
    )


def test_one_and_two_workers_write_the_same_bytes(config: ExperimentConfig, tmp_path: Path):
    folders = []
    for name, executor in (("serial", SERIAL), ("local", TWO_WORKERS)):
        output = replace(config.output, root=str(tmp_path / name))
        trial = experiment(replace(config, executor=executor, output=output))
        folders.append(run_experiment(trial, quiet(), quiet(), run_block))
    assert folders[0].name == folders[1].name
    for path in [*folders[0].rglob("*.parquet"), folders[0] / "targets.csv", folders[0] / "summary.csv"]:
        assert path.read_bytes() == (folders[1] / path.relative_to(folders[0])).read_bytes()
    assert len(list(folders[0].rglob("*.parquet"))) == config.seeds * len(FRAMES)


def test_model_results_do_not_depend_on_the_executor(tmp_path: Path):
    frames = []
    for name, executor in (("serial", "executor=serial"), ("local", "executor.workers=2")):
        settings = ["province=demo", "policies=[none,plan]", "seeds=2", "figures=false", executor]
        trial = prepare([*settings, f"output.root={tmp_path / name}"])
        store = ResultStore(run_experiment(trial, quiet(), quiet()))
        frames.append([store.read(frame, trial.config.design.blocks, trial.config.policies) for frame in FRAMES])
    for one, two in zip(*frames, strict=True):
        pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_failing_block_is_recorded_and_the_others_go_on(config: ExperimentConfig):
    trial = experiment(replace(config, executor=TWO_WORKERS))
    with pytest.raises(BlocksFailedError, match=f"1 of 5 .*\n  {FAILED}: policy plan: ArithmeticError"):
        run_experiment(trial, quiet(), quiet(), failing_block)
    store = ResultStore(trial.folder)
    assert [store.finished(block, POLICIES) for block in config.design.blocks] == [
        seed != FAILING_SEED for seed in config.seed_list
    ]
    failure = json.loads((trial.folder / "manifest.json").read_text())["failures"][0]
    assert failure["block"] == FAILED
    assert "does not balance" in failure["trace"]
    found = load(trial.folder)
    assert [block.label for block in found.missing] == [FAILED]
    event = found.blocks[found.blocks["state"] == "failed"].iloc[0]
    assert event["error"] == f"policy plan: ArithmeticError: seed {FAILING_SEED} does not balance"
    assert "Traceback" in event["trace"]


def test_a_rerun_computes_only_what_is_missing(config: ExperimentConfig):
    trial = experiment(replace(config, executor=SERIAL))
    with pytest.raises(BlocksFailedError):
        run_experiment(trial, quiet(), quiet(), failing_block)
    kept = ResultStore(trial.folder).block_path("indicators", trial.config.design.blocks[0])
    before = kept.stat().st_mtime_ns
    run_experiment(trial, quiet(), quiet(), run_block)
    manifest = json.loads((trial.folder / "manifest.json").read_text())
    assert manifest["computed_blocks"] == [FAILED]
    assert manifest["failures"] == []
    assert kept.stat().st_mtime_ns == before


def test_more_seeds_extend_the_same_folder(config: ExperimentConfig):
    first, more = (experiment(replace(config, seeds=seeds, executor=SERIAL)) for seeds in (2, 4))
    assert first.folder == more.folder
    run_experiment(first, quiet(), quiet(), run_block)
    run_experiment(more, quiet(), quiet(), run_block)
    assert json.loads((more.folder / "manifest.json").read_text())["computed_blocks"] == [
        "reference-logit-seed-00003", "reference-logit-seed-00004"
    ]  # fmt: skip
    assert set(pd.read_csv(more.folder / "targets.csv")["seeds"]) == {4}


def test_blocks_of_a_killed_worker_are_handed_out_again(tmp_path: Path):
    task = partial(kill_worker_once, tmp_path / "killed")
    reports = list(run_blocks(task, [1, 2, 3], TWO_WORKERS))
    assert sorted(report.key for report in reports) == [1, 2, 3]
    assert all(report.error == "" for report in reports)


def test_attempt_reports_instead_of_raising():
    def fail(seed: int) -> None:
        raise ValueError(f"bad seed {seed}\nsecond line")

    report = attempt(fail, 9)
    assert report.error == "ValueError: bad seed 9"
    assert "Traceback" in report.trace


def test_worker_count_never_exceeds_the_blocks():
    assert worker_count(SERIAL, 10) == 1
    assert worker_count(TWO_WORKERS, 10) == 2
    assert worker_count(TWO_WORKERS, 1) == 1
    assert worker_count(TWO_WORKERS, 0) == 1
    assert worker_count(ExecutorConfig(), 1000) >= 1


def test_fingerprint_covers_content_but_not_seeds_machine_or_language(config: ExperimentConfig):
    same = replace(config, seeds=99, first_seed=5, executor=SERIAL, lang="zh", figures=False)
    content = {"a": 1, "b": 2.5}
    assert fingerprint(config, content) == fingerprint(same, {"b": 2.5, "a": 1})
    assert fingerprint(config, content) != fingerprint(config, {"a": 1, "b": 2.50001})
    assert fingerprint(config, content) != fingerprint(replace(config, policies=("plan",)), content)
    assert fingerprint(config, content) != fingerprint(replace(config, behaviour=("npv",)), content)
    turned = replace(config, policies=config.policies[::-1])
    assert fingerprint(config, content) == fingerprint(turned, content)
    assert len(digest(content)) == 64


def test_overrides_change_the_fingerprint_of_the_model():
    settings = ["province=demo", "policies=[plan]"]
    plain, changed = prepare(settings), prepare([*settings, "overrides.finance.loan_rate=0.04"])
    assert plain.fingerprint != changed.fingerprint
    assert plain.fingerprint == prepare([*settings, "seeds=3"]).fingerprint


def test_prepare_reports_settings_and_model_problems_together(tmp_path: Path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as caught:
        prepare(
            ["sed=1", "policies=[plam]", "overrides.finance.loan_rat=0.04", f"output.root={tmp_path}/file/x"]
        )
    text = str(caught.value)
    for part in ("sed: no such setting", "finance.loan_rate", "is a file, not a folder"):
        assert part in text


@pytest.mark.parametrize(
    ("place", "expected"),
    [("x" * 300, "no folder can be made there: File name too long"), ("nowhere", "is a link, not a folder"),
     ("itself/out", "is a link, not a folder"), ("file", "is a file, not a folder")],
)
def test_a_place_where_no_folder_can_be_made_is_refused(place: str, expected: str, tmp_path: Path):
    (tmp_path / "file").touch()
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    with pytest.raises(ConfigError, match=expected):
        prepare(["province=demo", "policies=[none]", f"output.root={tmp_path}/{place}"])


def test_progress_passes_reports_through_and_counts(config: ExperimentConfig):
    log = quiet()
    reports = [attempt(lambda seed: None, seed) for seed in (1, 2, 3)]
    assert list(show_progress(iter(reports), 3, 2, log, kept=4)) == reports
    assert isinstance(log.file, io.StringIO)
    assert "runs 10/10" in log.file.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"), [(4.4, "4 s"), (59.6, "1 min 00 s"), (200, "3 min 20 s"), (3900, "1 h 05 min")]
)
def test_time_text(seconds: float, text: str):
    assert time_text(seconds) == text
