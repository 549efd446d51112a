"""The result on the terminal: what it says and that it fits."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from experiments.explain.model import PHASES_ZH
from experiments.labels import money_text, threshold_text, value_text
from experiments.results import Results
from experiments.tables.result import show_results, target_columns
from experiments.tables.terminal import folded
from sim.model import QUARTER_PHASES
from sim.preparation import load_inputs


def shown(results: Results, width: int | None = None) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=width is not None, no_color=True)
    show_results(results, Path("outputs/trial"), console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_cells_are_median_and_draws_met(results: Results):
    columns = target_columns(results, "outcome")
    coverage = next(column for column in columns if column.head.startswith("retrofit coverage"))
    draws = results.outcomes.query(
        "target_id == 'retrofit_coverage' and definition == 'all' and policy == 'plan'"
    )
    place = results.config.policies.index("plan")
    assert coverage.cells[place] == f"{100 * draws['value'].median():.0f}% · {draws['met'].sum()}/5"
    assert coverage.head == "retrofit coverage ≥100% by 2030"


def test_outcome_and_delivery_targets_stand_apart(results: Results):
    text = shown(results)
    assert text.index("outcome targets") < text.index("public cost") < text.index("delivery targets")
    assert "key firm" in text[text.index("delivery targets") :]
    assert "probability" not in text
    assert "outputs/trial" in text


@pytest.mark.parametrize(("width", "limit"), [(None, 80), (200, 100), (70, 70)])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_fit(results: Results, width: int | None, limit: int, lang: str):
    chosen = replace(results, config=replace(results.config, lang=lang))
    assert max(cell_len(line.rstrip()) for line in shown(chosen, width).splitlines()) <= limit


def test_chinese_table_is_whole(results: Results):
    text = shown(replace(results, config=replace(results.config, lang="zh")))
    assert "结果性目标：中位数" in text and ": " not in text.splitlines()[0]
    assert "行动方案" in text
    assert "…" not in text
    assert "财政成本" in text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.254, "share", "25%"),
        (0.0312, "share of key firms", "3.1%"),
        (0.0, "share", "0%"),
        (1234.4, "factories", "1,234"),
        (28.409, "factories", "28.4"),
        (0.08973, "tce per 10k CNY (2025 prices)", "0.0897"),
        (float("nan"), "share", "–"),
    ],
)
def test_value_text(value: float, unit: str, text: str):
    assert value_text(value, unit) == text


def test_money_is_billions_or_yi():
    assert money_text(1234.0, "en") == "1.23"
    assert money_text(1234.0, "zh") == "12.34"


def test_threshold_text(results: Results):
    texts = {
        (row["target_id"], lang): threshold_text(row, lang)
        for _, row in results.headline_targets.iterrows()
        for lang in ("en", "zh")
    }
    assert texts["green_factories", "en"] == "≥1,000 by 2027"
    assert texts["energy_intensity", "en"] == "falling by 2027"
    assert texts["energy_intensity", "zh"] == "2027年下降"


def test_a_flow_asks_for_every_year_of_its_span_or_for_its_one_year():
    flows = load_inputs().province.targets.query("target_id == 'retrofit_projects'").set_index("definition_id")
    flows["threshold"] = flows["value"]
    for lang, every, single in (
        ("en", "≥1,000 each year to 2030", "≥1,000 in 2027"), ("zh", "至2030年各年≥1,000", "2027年≥1,000"),
    ):
        assert threshold_text(flows.loc["all"], lang) == every
        assert threshold_text(flows.loc["y2027"], lang) == single


def test_every_phase_is_told_in_chinese():
    assert list(PHASES_ZH) == list(QUARTER_PHASES)


def test_several_cases_have_a_table_each(results: Results):
    frames = [
        pd.concat([frame, frame.assign(scenario="weak_demand"), frame.assign(behaviour="npv")])
        for frame in (results.indicators, results.outcomes, results.ledger)
    ]
    config = replace(results.config, scenario=("reference", "weak_demand"), behaviour=("logit",))
    both = Results(config, *frames, results.registry, results.labels_zh)
    text = shown(both, 100)
    assert text.index("scenario reference, behaviour logit") < text.index("scenario weak_demand, behaviour logit")
    assert text.count("outcome targets") == 2 * shown(results).count("outcome targets")
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 100
    assert "情景：需求疲弱，决策规则：随机效用（logit）" in shown(replace(both, config=replace(config, lang="zh")), 100)
    assert "behaviour" not in shown(results)


@pytest.mark.parametrize("width", (24, 47, 100))
def test_a_line_of_chinese_ends_outside_numbers_and_before_no_mark(width: int):
    text = "  财政成本：平均156百万元（5—95%抽样：99.9至212），较原设定-0.376 ±2.19百万元；见discovery_limits.csv。"
    lines = folded(text, width).splitlines()
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert lines[0].startswith("  财政成本") and max(map(cell_len, lines)) <= width
    for whole in ("156", "95%", "99.9", "212", "-0.376", "±2.19", "discovery_limits.csv"):
        assert sum(whole in line for line in lines) == 1
    assert not any(line[0] in "，。；：）" for line in lines)


@pytest.mark.parametrize(
    ("heading", "whole"),
    [
        ("retrofit coverage ≥100% by 2030", "≥100% by 2030"),
        ("规上工业企业绿色融合技改全覆盖 2030年≥100%", "2030年≥100%"),
        ("绿色电力消费占比 2027年≥85%", "2027年≥85%"),
        ("每年绿色融合技改项目 至2030年各年≥1,000", "≥1,000"),
    ],
)
def test_a_goal_stays_on_one_line_of_a_heading(heading: str, whole: str):
    assert whole in folded(heading, 13).splitlines()


def test_a_unit_in_chinese_brackets_is_not_broken(results: Results):
    chinese = replace(results, config=replace(results.config, lang="zh"))
    assert "（亿元）" in shown(chinese, 100)
