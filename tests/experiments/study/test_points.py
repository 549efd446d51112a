"""Points: the model's own results, each run computed once, kept whatever happens, in any order."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
import point_models
import pytest
from fake_model import run_block
from point_models import FAILING, SLOPE, commission

from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.study.point_files import PointFiles
from experiments.study.point_task import Task, chunks_of
from experiments.study.points import Point, PointsFailedError, PointStore, chunk_size, evaluate
from sim import simulate
from sim.api import RunSpec
from sim.api import run_block as run_model
from sim.preparation import prepare_block

POLICIES = ("current", "plan")
VALUES = ["value", "threshold", "gap", "met"]


@pytest.fixture
def settings() -> ExperimentConfig:
    """The small province in this process, central values."""
    return ExperimentConfig(
        name="points", policies=POLICIES, province="demo", uncertainty="none", executor=ExecutorConfig("serial")
    )


def some_points() -> list[Point]:
    return [Point({SLOPE: 0.5 + 0.1 * place}, POLICIES, seed) for place in range(3) for seed in (1, 2, 3)]


def test_key_follows_from_the_content_alone():
    point = Point({"a.b": 1, "c.d": 2.5}, ("plan", "current"), 7)
    assert point.key == Point({"c.d": 2.5, "a.b": 1.0}, ("current", "plan"), 7).key
    others = [
        replace(point, overrides={"a.b": 1.0}), replace(point, policies=("plan",)), replace(point, seed=8),
        replace(point, scenario="drought_years"), replace(point, behaviour="npv"), replace(point, uncertainty="core"),
    ]
    assert len({point.key, *(each.key for each in others)}) == 7
    assert others[1].surroundings == point.surroundings


def test_rows_are_those_of_single_runs(settings: ExperimentConfig, tmp_path: Path):
    points = [
        Point({SLOPE: 0.6}, POLICIES, 1), Point({SLOPE: 0.6, "retrofit_subsidy.rate": 0.2}, POLICIES, 1),
        Point({"certification_quota.quota": 300.0, "chain_leaders.platforms": 3.0}, POLICIES, 1),
    ]
    rows = evaluate(points, commission(settings, tmp_path))
    assert list(rows["key"].unique()) == [point.key for point in points]
    for point in points:
        for policy in POLICIES:
            alone = simulate(policy, "demo", seed=1, overrides=point.overrides)
            found = rows[(rows["key"] == point.key) & (rows["policy"] == policy)].reset_index(drop=True)
            expected = alone.targets.reset_index(drop=True)
            pd.testing.assert_frame_equal(found[VALUES], expected[VALUES], check_exact=True)
            paid = alone.ledger[alone.ledger["kind"].isin(["outlay", "forgone_tax"]) & (alone.ledger["year"] >= 2026)]
            assert found["public_cost"].unique() == pytest.approx(paid["amount"].sum())
            projects = alone.indicators["retrofit_projects"].sum()
            assert set(found["retrofit_projects"]) == {projects}
    assert rows.groupby(["key", "policy"]).ngroups == 6


def test_drawn_parameters_are_those_of_a_seed_block(settings: ExperimentConfig, tmp_path: Path):
    settings = replace(settings, uncertainty="core")
    rows = evaluate([Point({}, POLICIES, 3, uncertainty="core")], commission(settings, tmp_path))
    spec = RunSpec("demo", uncertainty="core")
    expected = run_model(spec, 3, POLICIES).outcomes
    pd.testing.assert_frame_equal(rows[VALUES], expected[VALUES], check_exact=True)


def test_burn_in_does_not_depend_on_settings_of_instruments(demo_settings: dict[str, float]):
    one, other = (prepare_block("demo", 1, overrides=each) for each in ({}, demo_settings))
    assert one.snapshot is not None and other.snapshot is not None
    assert all((one.snapshot.columns[name] == values).all() for name, values in other.snapshot.columns.items())
    for name, values in other.snapshot.options.items():
        assert (one.snapshot.options[name] == values).all()


@pytest.fixture
def demo_settings() -> dict[str, float]:
    """Every setting of every instrument at the upper end of its range, from 2026 on."""
    from sim.preparation import load_inputs

    return {path: node.high for path, node in load_inputs("demo").catalogue.settings().items()}


def test_a_run_is_computed_once_whoever_asks(settings: ExperimentConfig, tmp_path: Path):
    log = tmp_path / "log"
    runner = partial(point_models.counted_block, log)
    points = some_points()
    first = evaluate([*points, *points], commission(settings, tmp_path), runner)
    assert len(log.read_text().splitlines()) == 18
    again = evaluate(points[::-1], commission(settings, tmp_path), runner)
    alone = evaluate([replace(points[0], policies=("plan",))], commission(settings, tmp_path), runner)
    assert len(log.read_text().splitlines()) == 18
    assert list(again["key"].unique()) == [point.key for point in points[::-1]]
    kept = first.set_index(["key", "policy", "target_id", "definition"])
    other = again.set_index(["key", "policy", "target_id", "definition"]).loc[kept.index]
    pd.testing.assert_frame_equal(other, kept, check_exact=True)
    assert list(alone["value"]) == list(first["value"][(first["key"] == points[0].key) & (first["policy"] == "plan")])


def test_two_workers_give_what_one_gives(settings: ExperimentConfig, tmp_path: Path):
    points = some_points()
    one = evaluate(points, commission(settings, tmp_path / "one"), run_block)
    pair = replace(settings, executor=ExecutorConfig("local", workers=2))
    two = evaluate(points, commission(pair, tmp_path / "two"), run_block)
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_killed_worker_is_replaced(settings: ExperimentConfig, tmp_path: Path):
    pair = replace(settings, executor=ExecutorConfig("local", workers=2))
    runner = partial(point_models.killed_once, tmp_path / "marker")
    rows = evaluate(some_points(), commission(pair, tmp_path), runner)
    assert (tmp_path / "marker").exists()
    pd.testing.assert_frame_equal(rows, evaluate(some_points(), commission(settings, tmp_path / "b"), run_block))


def test_what_a_kill_left_is_kept_and_the_rest_computed(settings: ExperimentConfig, tmp_path: Path):
    log = tmp_path / "log"
    runner = partial(point_models.counted_block, log)
    points = some_points()
    whole = evaluate(points, commission(settings, tmp_path), runner)
    files = sorted((tmp_path / "points").glob("*.parquet"))
    assert len(files) > 2
    files[0].unlink()
    torn = files[1].read_bytes()
    files[1].write_bytes(torn[: len(torn) // 2])
    (tmp_path / "points" / ".half.parquet-1.tmp").write_bytes(b"")
    lost = 18 - len(PointFiles(tmp_path).runs())
    assert 0 < lost < 18
    log.unlink()
    pd.testing.assert_frame_equal(evaluate(points, commission(settings, tmp_path), runner), whole, check_exact=True)
    assert len(log.read_text().splitlines()) == lost
    assert not list((tmp_path / "points").glob(".*"))


def test_failures_are_recorded_and_the_others_kept(settings: ExperimentConfig, tmp_path: Path):
    points = [*some_points(), Point({SLOPE: FAILING}, POLICIES, 1)]
    with pytest.raises(PointsFailedError, match=r"policy current, seed 1: ArithmeticError: does not balance"):
        evaluate(points, commission(settings, tmp_path), point_models.failing_block)
    assert "ArithmeticError" in (tmp_path / "manifest.json").read_text()
    store = PointStore(commission(settings, tmp_path))
    assert store.missing(points[:-1]) == []
    assert {task.policy for task in store.missing(points)} == set(POLICIES)
    assert len(evaluate(points, commission(settings, tmp_path), run_block)["key"].unique()) == 10


def test_a_point_outside_the_settings_is_refused(settings: ExperimentConfig, tmp_path: Path):
    with pytest.raises(ValueError, match="policy subsidy"):
        evaluate([Point({}, ("subsidy",), 1)], commission(settings, tmp_path), run_block)
    with pytest.raises(ValueError, match="scenario drought_years"):
        evaluate([Point({}, POLICIES, 1, scenario="drought_years")], commission(settings, tmp_path), run_block)
    assert not list(tmp_path.iterdir())


def test_chunks_keep_the_runs_of_a_block_together():
    rates = [Point({"retrofit_subsidy.rate": 0.01 * step, SLOPE: 0.5}, ("plan",), step % 2) for step in range(10)]
    chunks = chunks_of([Task(point, "plan") for point in rates], frozenset({SLOPE}), 4)
    assert [[task.point.seed for task in chunk] for chunk in chunks] == [[0] * 4, [0], [1] * 4, [1]]
    assert sorted(task.run for chunk in chunks for task in chunk) == sorted(Task(p, "plan").run for p in rates)
    assert max(map(len, chunks)) <= 4


def test_chunks_are_small_enough_for_all_workers(settings: ExperimentConfig):
    two = replace(settings, executor=ExecutorConfig("local", workers=2))
    assert chunk_size(two, 1) == 1
    assert chunk_size(two, 80) == 10
    assert chunk_size(two, 10_000) == 16
