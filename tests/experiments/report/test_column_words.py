"""Tables without a section of their own are read in the reader's language: no column name of a file in Chinese."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.analysis.attribution import PART_COLUMNS, SYNERGY_COLUMNS
from experiments.analysis.replicates import COLUMNS, COURSE_COLUMNS
from experiments.analysis.timing import EFFECT_COLUMNS, LAST_COLUMNS
from experiments.report.analysis_tables import whole_table
from experiments.report.column_words import HEADINGS, HIDDEN, VALUES
from experiments.report.document import Column, Table
from experiments.report.material import Material, open_folder
from experiments.report.registries import parameter_section
from experiments.tables.runs import COST_UNITS, SPLIT_UNITS

ATTRIBUTION = {
    "scenario": "reference", "behaviour": "logit", "target_id": "green_factories", "by": 2027, "quantity": "value",
    "unit": "share", "lever": "plan", "part": 0.125, "low": -0.01, "high": 0.26, "share_of_total": 0.5, "total": 0.25,
    "total_low": 0.1, "total_high": 0.4, "seeds": 3, "method": "all combinations", "orders": None, "order_error": None,
}
SYNERGY = {
    "target_id": "green_factories", "quantity": "share of draws", "scale": "log odds", "unit": "log odds",
    "lever_a": "plan", "lever_b": "current", "context": "alone", "synergy": 1.5, "low": -1.0, "high": 4.0, "seeds": 3,
}


@pytest.fixture(scope="module")
def chinese(folder: Path) -> Material:
    """The folder opened for a report in Chinese."""
    return open_folder(folder, "zh")


def heads(table: Table) -> list[str]:
    return [column.head for column in table.columns]


def test_parts_of_levers_are_told_in_chinese_with_their_numbers(chinese: Material):
    table = whole_table(chinese, "attribution", pd.DataFrame([ATTRIBUTION]))
    assert not [head for head in heads(table) if re.search("[A-Za-z]", head)]
    texts = dict(zip(heads(table)[:6], (cell.text for cell in table.rows[0]), strict=False))
    assert texts["目标"] == "绿色工厂数量" and texts["项目"] == "结果值" and texts["政策工具"] == "行动方案"
    assert texts["贡献"] == "+12.5 个百分点"
    assert 0.125 in [cell.value for cell in table.rows[0]]


def test_parameters_have_chinese_units_and_no_powers_of_ten(chinese: Material):
    (table, _) = parameter_section(chinese).tables
    place = heads(table).index("单位")
    units = {row[place].text for row in table.rows}
    assert "百万元" in units and not units & {"share", "1/yr", "m CNY", "years"}
    assert not any("e+" in cell.text for row in table.rows for cell in row[2:6])


def test_units_stand_in_brackets_of_the_language():
    assert Column("财政成本", "亿元").title == "财政成本（亿元）"
    assert Column("public cost", "bn CNY").title == "public cost (bn CNY)"


def test_a_synergy_of_log_odds_is_no_share(chinese: Material):
    (row,) = whole_table(chinese, "synergy", pd.DataFrame([SYNERGY])).rows
    assert [cell.text for cell in row][-4:-1] == ["+1.5", "-1", "+4"]
    assert not [cell.text for cell in row if re.search("[A-Za-z]{3}", cell.text)]


@pytest.mark.parametrize("columns", [
    PART_COLUMNS, SYNERGY_COLUMNS, EFFECT_COLUMNS, LAST_COLUMNS, COLUMNS, COURSE_COLUMNS,
])
def test_every_column_of_the_questions_has_words_or_is_left_out(columns: Sequence[str]):
    assert [name for name in columns if name not in HEADINGS and name not in HIDDEN] == []


def test_every_quantity_of_the_tables_of_a_run_has_words():
    assert [name for name in (*COST_UNITS, *SPLIT_UNITS) if name not in VALUES] == []


def test_delivery_targets_and_earlier_years_stay_in_the_file(material: Material):
    frame = pd.DataFrame([ATTRIBUTION, {**ATTRIBUTION, "target_id": "standards"}])
    assert len(whole_table(material, "attribution", frame).rows) == 1
    years = pd.DataFrame({"policy": "plan", "year": [2029, 2030], "quantity": "gini_coverage", "mean": [0.5, 0.25]})
    (row,) = whole_table(material, "inequality", years).rows
    assert [cell.text for cell in row] == ["plan", "2030", "Gini of coverage", "0.25"]


def test_a_table_nobody_knows_keeps_its_names(material: Material):
    table = whole_table(replace(material), "mine", pd.DataFrame({"my_number": [1.5], "my_word": ["x"]}))
    assert heads(table) == ["my number", "my word"] and table.rows[0][0].value == 1.5
