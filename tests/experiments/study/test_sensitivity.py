"""The sensitivity study on a model whose answers are known, and what it refuses."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from point_models import commission, linear_block, refusing_block
from rich.cells import cell_len
from rich.console import Console

from experiments.cli import main
from experiments.run import prepare
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.study.factors import Factors
from experiments.study.point_files import PointFiles
from experiments.study.sensitivity import (
    CHANCE,
    GROUPS,
    PARAMETERS,
    SOBOL,
    Sensitivity,
    planned_runs,
    strongest,
    study_sensitivity,
)
from experiments.study.sensitivity_config import SensitivityConfig, round_log2
from sim.errors import ConfigError

STRONG, WEAK, DUMMY = "service.providers", "service.duration_small", "service.projects_per_provider"
WEIGHTS = {STRONG: 0.2, WEAK: 3.0}
RUNNER = partial(linear_block, WEIGHTS)


def settings(**changes: object) -> ExperimentConfig:
    """One target of the small province, central values but for what is varied."""
    chosen = SensitivityConfig(targets=("green_factories",), samples=8, **changes)  # type: ignore[arg-type]
    return ExperimentConfig(
        name="sensitivity", policies=("plan",), province="demo", seeds=1, uncertainty="none", study="sensitivity",
        executor=ExecutorConfig("serial"), sensitivity=chosen, figures=False,
    )


@pytest.fixture(scope="module")
def nodes() -> dict[str, float]:
    """Weight times width of the range of each parameter that matters."""
    factors = Factors.load(settings())
    return {path: weight * (factors.nodes[path].high - factors.nodes[path].low) for path, weight in WEIGHTS.items()}


def test_screening_finds_the_parameters_that_matter(tmp_path: Path, nodes: dict[str, float]):
    config = settings(groups=("service", "waste"), strongest_groups=1, strongest=2, steps=("parameters",))
    study_sensitivity(commission(config, tmp_path), RUNNER)
    groups = pd.read_csv(tmp_path / GROUPS).set_index("factor")["mu_star"]
    assert groups["waste"] == 0.0
    assert 0.0 < groups["service"] <= sum(nodes.values()) + 1e-9
    single = pd.read_csv(tmp_path / PARAMETERS).set_index("factor")
    assert {path: single["mu_star"][path] for path in nodes} == pytest.approx(nodes)
    assert single["mu_star"].drop(list(nodes)).abs().max() == 0.0
    assert single["grade"][STRONG] == Factors.load(config).nodes[STRONG].grade
    assert strongest(single.reset_index(), 5) == tuple(sorted(nodes, key=lambda path: -nodes[path]))


def test_indices_of_the_chosen_parameters(tmp_path: Path, nodes: dict[str, float]):
    config = settings(parameters=(STRONG, WEAK, DUMMY), steps=("sobol",))
    study_sensitivity(commission(config, tmp_path), RUNNER)
    table = pd.read_csv(tmp_path / SOBOL)
    assert set(table["samples"]) == {2, 4, 8}
    last = table[table["samples"] == 8].set_index("parameter")
    assert last["total"][DUMMY] == last["first"][DUMMY] == 0.0
    expected = max(nodes, key=lambda path: nodes[path])
    assert last["total"].idxmax() == expected


def test_everything_is_drawn_again_from_the_points(tmp_path: Path):
    config = replace(settings(parameters=(STRONG, WEAK), steps=("sobol",)), policies=("current", "plan"), figures=True)
    study_sensitivity(commission(config, tmp_path), RUNNER)
    written = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.suffix in (".csv", ".svg")}
    assert tmp_path / "figures" / "sensitivity_sobol.svg" in written
    study_sensitivity(commission(config, tmp_path), refusing_block)
    assert {path: path.read_bytes() for path in written} == written
    table = pd.read_csv(tmp_path / SOBOL)
    assert table.loc[table["quantity"] == "plan - current", "total"].isna().all(), "both policies do the same here"
    drawn = pd.read_csv(tmp_path / "figures" / "sensitivity_sobol.csv").set_index("parameter")["total"]
    kept = table[(table["quantity"] == "plan") & (table["samples"] == 8)].set_index("parameter")["total"]
    assert drawn.to_dict() == pytest.approx(kept[drawn.index].to_dict())


def test_chance_and_ignorance_of_the_stand_in(tmp_path: Path):
    config = settings(steps=("chance",), futures=6, replicates=2)
    core = replace(config, uncertainty="core")
    drawn = Factors.load(core).uncertainty.draws
    assert STRONG in drawn
    study_sensitivity(commission(core, tmp_path), partial(linear_block, {STRONG: 1.0}))
    row = pd.read_csv(tmp_path / CHANCE).iloc[0]
    sampled = [Factors.load(core).uncertainty.sample(1 + k, Factors.load(core).nodes)[STRONG] for k in range(6)]
    assert (row["chance"], row["share"]) == (0.0, 1.0)
    assert row["ignorance"] == pytest.approx(np.var(sampled, ddof=1))


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_fit_and_say_how_to_go_on(tmp_path: Path, lang: str):
    out = Console(file=io.StringIO(), width=100)
    config = replace(settings(groups=("service", "waste"), steps=("groups",)), lang=lang)  # type: ignore[arg-type]
    study_sensitivity(commission(config, tmp_path, out), RUNNER)
    told = out.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line.rstrip()) for line in told.splitlines()) <= 100
    assert "sensitivity.groups=[service]" in told.replace("\n", "")
    assert ("绿色工厂数量" if lang == "zh" else "green factories") in told
    assert ("以第1次抽样为条件" if lang == "zh" else "Conditional on seed 1") in told


def test_the_plan_counts_what_is_run(tmp_path: Path):
    config = settings(groups=("service", "waste"), strongest_groups=1, strongest=2, steps=("sobol",), trajectories=2)
    study = Sensitivity(commission(config, tmp_path), RUNNER)
    planned = planned_runs(config)
    service = len(Factors.load(config).members("service"))
    assert planned == {"groups": 2 * 3, "parameters": 2 * (service + 1), "sobol": 8 * 4}
    study.undertake()
    computed = len(PointFiles(tmp_path).runs())
    assert planned["sobol"] <= computed <= sum(planned.values()), "points of a screening may coincide"


def test_ridge_followers_move_with_their_leader():
    factors = Factors.load(replace(settings(), uncertainty="core"))
    leader, follower = "information.initial_awareness", "retrofit.choice_constant"
    assert follower not in factors.paths
    assert leader in factors.paths
    low, high = (factors.overrides([leader], np.array([u])) for u in (0.0, 1.0))
    assert low == {leader: 0.25, follower: 0.15}
    assert high == {leader: 0.55, follower: -1.0}


def test_a_factor_follows_its_distribution():
    slope = "retrofit.payback_slope"
    uniform, core = (Factors.load(replace(settings(), uncertainty=name)) for name in ("none", "core"))
    node = uniform.nodes[slope]
    middle = np.array([0.5])
    assert uniform.overrides([slope], middle)[slope] == pytest.approx((node.low + node.high) / 2)
    assert core.overrides([slope], middle)[slope] == pytest.approx((node.low * node.high) ** 0.5)


def test_single_parameters_leave_their_group():
    factors = Factors.load(settings())
    groups = factors.groups(("service", STRONG))
    assert groups[STRONG] == (STRONG,)
    assert STRONG not in groups["service"]
    assert set(factors.groups(())) == set(factors.blocks)


def problems_of(*words: str) -> str:
    with pytest.raises(ConfigError) as error:
        prepare(["experiment=sensitivity", "province=demo", *words])
    return str(error.value)


def test_bad_input_is_told_at_once():
    told = problems_of(
        "sensitivity.samples=48", "sensitivity.levels=3", "sensitivity.parameters=[service.provider]",
        "sensitivity.targets=[green_factory]", "sensitivity.groups=[retrofits]", "sensitivity.strongest=13",
    )
    assert len(told.splitlines()) == 6
    assert "sensitivity.samples = 48: a power of two from 8 on is needed, such as 64" in told
    assert "sensitivity.levels = 3: an even number is needed" in told
    assert "service.provider: no such parameter; did you mean 'service.providers'?" in told
    assert "did you mean 'green_factories'?" in told
    assert "retrofits: no such parameter or block; did you mean 'retrofit'?" in told


def test_more_than_twelve_parameters_are_refused():
    names = ",".join(Factors.load(settings()).paths[:13])
    assert "at most 12 parameters can be decomposed, not 13; screen them first" in problems_of(
        f"sensitivity.parameters=[{names}]"
    )


def test_fixed_and_following_parameters_are_refused():
    told = problems_of(
        f"sensitivity.parameters=[{STRONG},retrofit.choice_constant,service]", f"overrides.{STRONG}=100"
    )
    assert f"{STRONG}: is fixed" in told
    assert "moves along a ridge with information.initial_awareness" in told
    assert "service: is a block" in told


def test_the_plan_of_a_study_is_told_and_nothing_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["experiment=discovery", "province=demo", "end=2027Q4", "executor=serial", "discovery.futures=40",
             "seeds=1", "scenario=[reference]"]
    assert main(["run", "--plan", *words, f"output.root={tmp_path / 'out'}"]) == 0
    told = capsys.readouterr().out
    assert "futures: 40 runs" in told and "at most 40 runs, about" in told
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_for_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    words = ["experiment=sensitivity", "province=demo", "sensitivity.samples=5", f"output.root={tmp_path / 'out'}"]
    assert main(["run", *words]) == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_nearest_power_of_two():
    assert [2 ** round_log2(number) for number in (1, 5, 6, 7, 48, 100)] == [1, 4, 8, 8, 64, 128]


@pytest.mark.parametrize("name", ["sensitivity", "discovery"])
def test_the_experiment_files_are_valid(name: str, tmp_path: Path):
    config = prepare([f"experiment={name}", "province=demo", f"output.root={tmp_path}"]).config
    assert config.study == name
