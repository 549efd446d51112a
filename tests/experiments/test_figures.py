"""Figures: the files, the numbers beside them, and letters that can be read."""

from __future__ import annotations

import warnings
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments.figures import draw_all
from experiments.figures.distribution import distribution_data, draw_distribution
from experiments.figures.fan import draw_fan, due_date, fan_data
from experiments.figures.style import has_chinese_font, house_style, policy_styles, usable_language
from experiments.results import Results
from policies.catalogue import COMPARED


def target(results: Results, name: str) -> pd.Series:
    return results.headline_targets.set_index("target_id", drop=False).loc[name]


def test_every_headline_target_has_two_figures_in_three_files(results: Results, tmp_path: Path):
    written = draw_all(results, tmp_path / "figures")
    names = {path.name for path in written}
    assert names == {
        f"{kind}_{name}.{suffix}"
        for kind in ("fan", "distribution")
        for name in results.headline_targets["target_id"]
        for suffix in ("svg", "png", "csv")
    }
    assert all(path.stat().st_size > 0 for path in written)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_nothing_stands_on_the_edge_of_a_figure(results: Results, tmp_path: Path, lang: str):
    draw_all(replace(results, config=replace(results.config, lang=lang)), tmp_path)
    pictures = {path: np.asarray(Image.open(path).convert("L")) for path in tmp_path.rglob("*.png")}
    edges = {name: (each[0], each[-1], each[:, 0], each[:, -1]) for name, each in pictures.items()}
    assert pictures and not [name for name, sides in edges.items() if min(side.min() for side in sides) < 255]


def test_fan_csv_holds_the_quantiles_of_the_draws(results: Results, tmp_path: Path):
    draw_fan(results, target(results, "retrofit_coverage"), tmp_path)
    table = pd.read_csv(tmp_path / "fan_retrofit_coverage.csv").set_index(["policy", "time"])
    draws = results.indicators.query("policy == 'plan' and quarter == '2028Q3'")["retrofit_coverage"]
    row = table.loc[("plan", "2028Q3")]
    assert row["draws"] == 5
    assert row[["p05", "p50", "p95"]].to_numpy() == pytest.approx(np.quantile(draws, [0.05, 0.5, 0.95]))
    assert row["mean"] == pytest.approx(draws.mean())


def test_flows_and_ratios_are_drawn_by_year(results: Results):
    flow = fan_data(results, target(results, "retrofit_projects"))
    assert set(flow["time"].astype(str)) == {"2026", "2027", "2028", "2029", "2030"}
    year = results.indicators[results.indicators["quarter"].str.startswith("2027")]
    sums = year.groupby(["policy", "seed"])["retrofit_projects"].sum()
    row = flow.set_index(["policy", "time"]).loc[("current", "2027")]
    assert row["mean"] == pytest.approx(sums["current"].mean())
    ratio = fan_data(results, target(results, "energy_intensity"))
    energy, output = (year.groupby(["policy", "seed"])[name].sum() for name in ("energy", "output"))
    row = ratio.set_index(["policy", "time"]).loc[("plan", "2027")]
    assert row["p50"] == pytest.approx((100 * (energy / output * 0.01 / 0.09 - 1))["plan"].median())


def test_an_incomplete_last_year_is_not_drawn_as_a_year(results: Results):
    cut = replace(results, indicators=results.indicators[results.indicators["quarter"] <= "2029Q2"])
    assert fan_data(cut, target(results, "retrofit_projects"))["time"].max() == "2028"


def test_target_date_lies_inside_its_period(results: Results):
    assert due_date(target(results, "green_factories")) == 2027.875
    assert due_date(target(results, "retrofit_projects")) == 2030.5


def test_distribution_csv_holds_every_draw_best_policy_first(results: Results, tmp_path: Path):
    for name, best in (("retrofit_coverage", "max"), ("energy_intensity", "min")):
        draw_distribution(results, target(results, name), tmp_path)
        table = pd.read_csv(tmp_path / f"distribution_{name}.csv", keep_default_na=False)
        medians = table.groupby("policy")["value"].median()
        assert table["policy"].iloc[0] == (medians.idxmax() if best == "max" else medians.idxmin())
        own = distribution_data(results, target(results, name))
        assert len(table) == len(own) == 4 * 5
        assert table["value"].to_numpy() == pytest.approx(own["value"].to_numpy())


def test_svg_keeps_text_and_is_reproducible(results: Results, tmp_path: Path):
    row = target(results, "green_factories")
    for folder in ("one", "two"):
        draw_distribution(results, row, tmp_path / folder)
    first, second = (tmp_path / folder / "distribution_green_factories.svg" for folder in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert "Green factories (stock)" in first.read_text(encoding="utf-8")


def test_one_seed_and_one_policy_can_be_drawn(results: Results, tmp_path: Path):
    alone = replace(
        results,
        config=replace(results.config, seeds=1, policies=("plan",)),
        indicators=results.indicators.query("seed == 1 and policy == 'plan'"),
        outcomes=results.outcomes.query("seed == 1 and policy == 'plan'"),
    )
    assert len(draw_all(alone, tmp_path)) == 2 * 3 * len(alone.headline_targets)


@pytest.mark.skipif(
    not has_chinese_font(), reason="Noto Sans CJK SC is not installed (Debian: fonts-noto-cjk)"
)
def test_chinese_labels_have_every_letter(results: Results, tmp_path: Path):
    chinese = replace(results, config=replace(results.config, lang="zh"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        written = draw_all(chinese, tmp_path)
    fan = next(path for path in written if path.name == "fan_green_factories.svg").read_text(encoding="utf-8")
    assert "绿色工厂数量" in fan
    assert "行动方案" in fan


def test_without_the_font_labels_are_english_with_one_warning(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("experiments.figures.style.has_chinese_font", lambda: False)
    usable_language.cache_clear()
    chinese = replace(results, config=replace(results.config, lang="zh"))
    with pytest.warns(UserWarning, match="fonts-noto-cjk") as caught:
        draw_distribution(chinese, target(results, "green_factories"), tmp_path)
        draw_distribution(chinese, target(results, "retrofit_coverage"), tmp_path)
    usable_language.cache_clear()
    assert len(caught) == 1
    assert "行动方案" not in (tmp_path / "distribution_green_factories.svg").read_text(encoding="utf-8")


def test_policies_look_different():
    styles = policy_styles(COMPARED)
    assert len(set(styles.values())) == len(COMPARED) == 11


def test_style_leaves_no_trace():
    import matplotlib

    before = dict(matplotlib.rcParams)
    with house_style("en"):
        assert matplotlib.rcParams["svg.fonttype"] == "none"
    assert dict(matplotlib.rcParams) == before


def test_several_cases_have_a_folder_of_figures_each(results: Results, tmp_path: Path):
    frames = [
        pd.concat([frame, frame.assign(scenario="wet")])
        for frame in (results.indicators, results.outcomes, results.ledger)
    ]
    config = replace(results.config, scenario=("reference", "wet"))
    both = Results(config, *frames, results.registry.iloc[:1], results.labels_zh)
    written = draw_all(both, tmp_path / "figures")
    assert {path.parent.name for path in written} == {"reference-logit", "wet-logit"}
    assert len(written) == 2 * 2 * 3
    for path in written:
        if path.suffix == ".svg":
            assert f"({path.parent.name.replace('-', ', ')})" in path.read_text(encoding="utf-8")
        elif path.suffix == ".csv":
            assert set(pd.read_csv(path)["scenario"]) == {path.parent.name.removesuffix("-logit")}


def test_the_numbers_beside_a_figure_name_their_case(results: Results, tmp_path: Path):
    tables = [pd.read_csv(path) for path in draw_all(results, tmp_path) if path.suffix == ".csv"]
    assert len(tables) == 2 * len(results.headline_targets)
    for table in tables:
        assert list(table.columns[:3]) == ["policy", "scenario", "behaviour"]
        assert set(table["scenario"]) == {"reference"}
        assert set(table["behaviour"]) == {"logit"}
