"""Units in Chinese: every unit of the model has a word, and the tables of `explain` are readable within 100 columns."""

from __future__ import annotations

import re

import pytest
from rich.cells import cell_len

from experiments.arguments import TOPICS
from experiments.cli import main
from experiments.explain.figures import measures
from experiments.explain.model import population
from experiments.unit_names import UNITS_ZH, unit_name
from sim.indicators import INDICATORS
from sim.preparation import load_inputs


def test_every_unit_of_the_model_has_a_chinese_word() -> None:
    inputs = load_inputs("sichuan")
    units = {node.unit for node in inputs.parameters.nodes.values()} | set(inputs.province.targets["unit"])
    units |= {entry.unit for entry in INDICATORS.values()}
    units |= {node.unit for each in inputs.catalogue.instruments.values() for node in each.settings.values()}
    assert len(units) > 80 and not units - UNITS_ZH.keys()


def test_only_chinese_readers_get_chinese_units() -> None:
    assert unit_name("projects/yr", "zh") == "项/年"
    assert unit_name("projects/yr", "en") == "projects/yr"
    assert unit_name("a unit nobody has named", "zh") == "a unit nobody has named"


@pytest.mark.parametrize("topic", TOPICS)
def test_chinese_tables_of_explain_fit_and_have_a_chinese_title(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", topic, "province=demo", "lang=zh"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines and max(cell_len(line.rstrip()) for line in lines) <= 100
    assert re.fullmatch(r"[一-鿿]+（\d+）", lines[0].strip())


def test_measures_are_listed_in_chinese() -> None:
    rows = measures(load_inputs("sichuan"), "zh")
    assert all(re.fullmatch("[一-鿿]+", row["class"]) for row in rows)
    assert rows[0]["sectors"] == "全部"


@pytest.mark.parametrize("topic", ["clauses", "indicators", "parameters", "targets"])
def test_chinese_tables_of_explain_have_chinese_units(topic: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", topic, "province=demo", "lang=zh"]) == 0
    told = capsys.readouterr().out
    assert not [word for word in (" firms", "%-points", " projects", "m CNY", "decrease") if word in told]


def test_comparison_of_the_population_is_chinese_throughout_and_breaks_no_figure(
    capsys: pytest.CaptureFixture[str]
) -> None:
    inputs, words = load_inputs("sichuan"), re.compile(r"[A-Za-z]{4,}")
    assert not [row for row in population(inputs, "zh") if words.search(" ".join(row.values()))]
    rows = population(inputs, "en")
    assert len(rows) == len(population(inputs, "zh")) > 35
    assert main(["explain", "population", "lang=en"]) == 0
    told = capsys.readouterr().out.splitlines()
    for row in rows:
        figures = "  ".join((row["table"], row["low"]))
        assert any(re.sub(" +", "  ", line).find(figures) >= 0 for line in told), row
