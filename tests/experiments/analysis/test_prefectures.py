"""Targets by prefecture and shares by sector on real runs: everything adds up to the province."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from printed_text import printed
from rich.console import Console

from experiments.analysis import prefectures_report, sectors
from experiments.analysis.prefectures import LOCAL_TARGETS, local_values, prefecture_table
from experiments.figures.tile_map import TILES, tile_places
from experiments.questions import Finished
from experiments.results import Results
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore
from sim.api import run_block
from sim.inputs.province import load_province
from sim.targets import yearly_values

CONFIG = ExperimentConfig(name="t", policies=("current", "plan"), seeds=2, province="demo", figures=False)
PREFECTURES = load_province("demo").prefectures


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Finished:
    """Two policies on two seeds of the real model."""
    store = ResultStore(tmp_path_factory.mktemp("results"))
    for block in CONFIG.design.blocks_by_case:
        result = run_block(CONFIG.run_spec(block.case), block.seed, CONFIG.policies)
        store.write_block(block, result, CONFIG.policies)
    return Finished(Results.load(CONFIG, store), store, Console(file=io.StringIO(), width=100))


def of_run(frame: pd.DataFrame, policy: str, seed: int) -> pd.DataFrame:
    return frame[(frame["policy"] == policy) & (frame["seed"] == seed)]


@pytest.mark.parametrize("local", LOCAL_TARGETS, ids=lambda local: local.target_id)
def test_contributions_add_up_to_the_province_in_every_run(finished: Finished, local):
    results = finished.results
    target = results.headline_targets.set_index("target_id").loc[local.target_id]
    rows = finished.year_ends()[finished.year_ends()["dimension"] == "prefecture"]
    since = 2026 if local.kind == "flow" else 0
    by = int(target["by_year"])
    sums = local_values(rows, local, since, by).contribution.sum(axis=1)
    assert len(sums) == 4
    for (policy, _, _, seed), found in sums.items():
        run = of_run(results.indicators, policy, seed)
        years = yearly_values(run.assign(year=run["quarter"].str[:4].astype(int)), target["indicator"], target["kind"])
        if local.target_id == "green_factory_output_share":
            # output of certified factories over the whole year, of which the last quarter alone decides the target
            own = of_run(rows, policy, seed)
            province = own[own["year"] == by].groupby("indicator")["value"].sum()
            assert found == pytest.approx(province["certified_output"] / province["output"], rel=1e-12)
        elif local.kind == "flow":
            assert found == years.loc[since:by].min()
        elif local.kind == "count":
            assert found == years[by]
        else:
            assert found == pytest.approx(years[by], rel=1e-12)


def test_the_table_adds_up_and_apportions_numbers(finished: Finished):
    table = prefecture_table(finished.results, finished.year_ends(), PREFECTURES)
    sums = table.groupby(["policy", "target_id"])[["contribution", "share_of_province"]].sum()
    province = table.groupby(["policy", "target_id"])["province"].first()
    assert sums["contribution"].to_numpy() == pytest.approx(province.to_numpy(), rel=1e-12)
    assert sums["share_of_province"].to_numpy() == pytest.approx(1.0)
    targets = finished.results.headline_targets.set_index("target_id")
    asked = table[table["policy"] == "plan"].groupby("target_id")["threshold"].sum()
    for name in ("green_factories", "retrofit_projects"):
        assert asked[name] == pytest.approx(targets.loc[name, "threshold"])
    chengdu = table.query("policy == 'plan' and prefecture == 'Chengdu'").set_index("target_id")
    revenue = PREFECTURES.set_index("name_en")["revenue"]
    part = targets.loc["green_factories", "threshold"] * revenue["Chengdu"] / revenue.sum()
    assert chengdu.loc["green_factories", "threshold"] == pytest.approx(part)
    assert chengdu.loc["retrofit_coverage", "threshold"] == 1.0
    assert np.isnan(chengdu.loc["energy_intensity", ["threshold", "share_met"]].astype(float)).all()


def test_shares_of_draws_by_prefecture(finished: Finished):
    table = prefecture_table(finished.results, finished.year_ends(), PREFECTURES)
    row = table.query("policy == 'plan' and prefecture == 'Deyang' and target_id == 'green_factories'").iloc[0]
    rows = finished.year_ends().query(
        "policy == 'plan' and group == 'Deyang' and indicator == 'certified_firms' and year == 2027")["value"]
    assert (row["met"], row["draws"]) == ((rows >= row["threshold"]).sum(), 2)
    assert row["mean"] == rows.mean()


def test_tables_are_printed_and_kept(finished: Finished):
    prefectures_report.answer(finished)
    sectors.answer(finished)
    text = printed(finished)
    assert "An illustration: the plan has no prefecture targets" in text and "Coverage by sector" in text
    for name in ("prefectures.csv", "sectors.csv"):
        table = pd.read_csv(finished.store.folder / name)
        assert {"scenario", "behaviour"} <= set(table) and set(table["policy"]) == {"current", "plan"}


def test_sector_coverage_is_that_of_its_firms(finished: Finished):
    table = sectors.sector_table(finished.results, finished.year_ends(), load_province("demo").sectors)
    row = table.query("policy == 'plan' and sector == '26' and year == 2030 and quantity == 'coverage'").iloc[0]
    rows = finished.year_ends().query("policy == 'plan' and dimension == 'sector' and group == '26' and year == 2030")
    wide = rows.pivot(index="seed", columns="indicator", values="value")
    assert row["mean"] == pytest.approx((wide["covered_firms"] / wide["present_firms"]).mean())


def test_every_prefecture_has_a_tile_of_its_own():
    names = PREFECTURES["name_en"].tolist()
    assert set(names) == set(TILES) and len(set(TILES.values())) == 21
    places = tile_places([*names, "Elsewhere"])
    assert len(set(places.values())) == 22
    # what is farther north or west stands higher or farther left
    for upper, lower in (("Mianyang", "Deyang"), ("Chengdu", "Leshan"), ("Leshan", "Liangshan"), ("Zigong", "Yibin")):
        assert TILES[upper][1] < TILES[lower][1]
    for left, right in (("Ganzi", "Chengdu"), ("Ya'an", "Meishan"), ("Suining", "Guang'an"), ("Nanchong", "Dazhou")):
        assert TILES[left][0] < TILES[right][0]


def test_figures_are_drawn(finished: Finished, tmp_path: Path):
    from experiments.figures.sector_heat import draw_sectors
    from experiments.figures.tile_map import draw_prefectures

    table = prefecture_table(finished.results, finished.year_ends(), PREFECTURES)
    drawn = draw_prefectures(finished.results, table, tmp_path, policy="current")
    numbers = pd.read_csv(next(path for path in drawn if path.suffix == ".csv"))
    assert set(numbers["policy"]) == {"current"} and numbers["threshold"].notna().all()
    heat = sectors.sector_table(finished.results, finished.year_ends(), load_province("demo").sectors)
    assert {path.suffix for path in draw_sectors(finished.results, heat, tmp_path)} == {".svg", ".png", ".csv"}
    assert draw_prefectures(finished.results, table[table["threshold"].isna()], tmp_path) == []
