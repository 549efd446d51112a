"""Discovery: a planted region is found and told in words; nothing is found where there is nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fake_model import TARGETS, run_block
from point_models import commission, planted_block, refusing_block
from rich.cells import cell_len
from rich.console import Console

from experiments.questions import Finished
from experiments.results import Results
from experiments.run import prepare
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store.folder import ResultStore
from experiments.study.discovery import analyse_discovery, find, study_discovery
from experiments.study.discovery_config import DiscoveryConfig
from experiments.study.futures import SCENARIO, conditions, drawn_parameters, sampled_futures
from sim.api import RunSpec
from sim.errors import ConfigError

AWARENESS = "information.initial_awareness"


@pytest.fixture
def settings() -> ExperimentConfig:
    """The plan in two scenarios with core parameters drawn."""
    return ExperimentConfig(
        name="discovery", policies=("plan",), province="demo", scenario=("reference", "drought_years"),
        study="discovery", executor=ExecutorConfig("serial"), figures=True,
        discovery=DiscoveryConfig(futures=80, targets=("green_factories",)),
    )


def test_futures_are_blocks_of_a_sweep_and_extend(settings: ExperimentConfig):
    points = sampled_futures(settings, 40)
    assert sampled_futures(settings, 60)[:40] == points
    assert [point.seed for point in points] == list(range(1, 41))
    assert 15 <= sum(point.scenario == "reference" for point in points) <= 25
    drawn = drawn_parameters(settings, [3, 1])
    spec = RunSpec("demo", uncertainty="core").parameters_for(3)
    assert drawn.iloc[0].to_dict() == {path: spec[path] for path in drawn.columns}
    assert "retrofit.choice_constant" not in drawn, "it follows another parameter"


def test_a_planted_region_is_told(settings: ExperimentConfig, tmp_path: Path):
    out = Console(file=io.StringIO(), width=100)
    study_discovery(commission(settings, tmp_path, out), planted_block)
    told = " ".join(out.file.getvalue().split())  # type: ignore[attr-defined]
    row = pd.read_csv(tmp_path / "discovery.csv").iloc[0]
    limits = pd.read_csv(tmp_path / "discovery_limits.csv").set_index("dimension")
    assert set(limits.index) == {AWARENESS, SCENARIO}
    assert limits["high"][AWARENESS] == pytest.approx(0.4, abs=0.04)
    assert limits["values"][SCENARIO] == "drought_years"
    futures = pd.read_csv(tmp_path / "discovery_futures.csv")
    missed = (futures[AWARENESS] < 0.4) & (futures["scenario"] == "drought_years")
    assert (futures["missed"] == missed).all()
    assert row["misses"] == missed.sum()
    assert f"covers {100 * row['coverage']:.0f}% of the misses ({row['cases']:.0f} of {row['misses']})" in told
    assert f"(initial_awareness) < {limits['high'][AWARENESS]:.3g}" in told or f"({AWARENESS}) <" in told
    assert "the scenario is drought_years" in told
    peeling = pd.read_csv(tmp_path / "discovery_peeling.csv")
    assert peeling["chosen"].sum() == 1
    assert (tmp_path / "figures" / "box_plan_green_factories.png").stat().st_size > 10_000
    drawn = pd.read_csv(tmp_path / "figures" / "box_plan_green_factories.csv")
    assert list(drawn["missed"]) == list(futures["missed"])


def test_it_is_told_again_in_chinese_without_simulating(settings: ExperimentConfig, tmp_path: Path):
    study_discovery(commission(settings, tmp_path), planted_block)
    out = Console(file=io.StringIO(), width=100)
    study_discovery(commission(replace(settings, lang="zh"), tmp_path, out), refusing_block)
    told = out.file.getvalue()  # type: ignore[attr-defined]
    assert max(cell_len(line.rstrip()) for line in told.splitlines()) <= 100
    flat = told.replace("\n", "")
    assert "情景为连续枯水" in flat and "未达“绿色工厂数量”" in flat and f"（{AWARENESS}）<" in flat


@pytest.mark.parametrize(("misses", "words"), [
    (40, "misses Green factories (stock) in 40 of 40 futures (95 % interval 91% to 100%)"),
    (0, "meets Green factories (stock) in 40 of 40 futures (95 % interval 91% to 100%)"),
    (1, "meets Green factories (stock) in 39 of 40 futures"),
])
def test_no_box_is_invented(settings: ExperimentConfig, misses: int, words: str):
    from experiments.study.discovery_report import sentence
    from experiments.study.future_labels import Labels

    known = conditions(settings, pd.DataFrame({"seed": range(1, 41), "scenario": ["reference", "drought_years"] * 20}))
    found = find(settings, "plan", "green_factories", known, np.arange(40) < misses)
    assert found.box is None and not found.looked
    assert words in sentence(found, "plan", "Green factories (stock)", Labels({}, "en"), "en")


def test_a_finished_design_is_analysed(settings: ExperimentConfig, tmp_path: Path):
    config = replace(settings, scenario=("reference",), seeds=24, study="", policies=("current", "plan"))
    store = ResultStore(tmp_path)
    for block in config.design.blocks_by_case:
        found = run_block(config.run_spec(block.case), block.seed, config.policies)
        store.write_block(block, found, config.policies)
    frames = [store.read(name, config.design.blocks_by_case, config.policies)
              for name in ("indicators", "outcomes", "ledger")]
    results = Results(config, *frames, TARGETS, {"current": "现行", "plan": "方案"})
    out = Console(file=io.StringIO(), width=100)
    analyse_discovery(Finished(results, store, out))
    table = pd.read_csv(tmp_path / "discovery.csv").set_index("policy")
    rows = results.outcomes[(results.outcomes["target_id"] == "green_factories") & results.outcomes["headline"]]
    missed = (~rows["met"].astype(bool)).groupby(rows["policy"]).sum()
    assert table["misses"].to_dict() == missed.to_dict()
    assert set(table["futures"]) == {24}


def test_few_futures_are_no_ground_for_a_box(settings: ExperimentConfig, tmp_path: Path):
    config = replace(settings, seeds=5)
    out = Console(file=io.StringIO(), width=100)
    outcomes = pd.concat([run_block(config.run_spec(case), seed, ("plan",)).outcomes.assign(behaviour="logit")
                          for case in config.design.cases[:1] for seed in config.seed_list])
    results = Results(config, outcomes, outcomes, outcomes, TARGETS, {})
    analyse_discovery(Finished(results, ResultStore(tmp_path), out))
    assert "needs at least 20 futures, not 5" in out.file.getvalue()  # type: ignore[attr-defined]
    assert not list(tmp_path.iterdir())


def test_bad_input_is_told_at_once():
    with pytest.raises(ConfigError) as error:
        prepare(["experiment=discovery", "province=demo", "uncertainty=none", "scenario=reference",
                 "discovery.targets=[green_park]"])
    told = str(error.value)
    assert "uncertainty = none: draws nothing" in told
    assert "did you mean 'green_parks'?" in told
    with pytest.raises(ConfigError, match=r"discovery.futures = 3: at least 20 is needed"):
        prepare(["experiment=discovery", "province=demo", "discovery.futures=3"])
