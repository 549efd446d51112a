"""Faults in a province pack: every corruption is named, with the file, the key, the value and what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pack_files import edit, problems_of, restored, set_cell

from sim.errors import ConfigError
from sim.inputs.province import accept_tables, load_province, main
from sim.inputs.table_schema import Column

Change = Callable[[Path], object]
CORRUPTIONS: dict[str, tuple[Change, str, str]] = {
    "unknown sector": (
        lambda f: set_cell(f / "tables/growth.csv", 5, "sector_code", "118"),
        "growth.csv",
        "line 7, sector_code = 118: not found in sectors.code; did you mean '18'?",
    ),
    "unknown prefecture": (
        lambda f: set_cell(f / "tables/plants.csv", 0, "prefecture_code", "5112"),
        "plants.csv",
        "line 2, prefecture_code = 5112: not found in prefectures.code; did you mean",
    ),
    "unknown measure": (
        lambda f: set_cell(f / "tables/measures.csv", 4, "requires", "M044"),
        "measures.csv",
        "line 6, requires = M044: not found in measures.measure_id; did you mean 'M04'?",
    ),
    "unknown sector in a list": (
        lambda f: set_cell(f / "tables/measures.csv", 12, "sectors", "25;26;300;32"),
        "measures.csv",
        "sectors = 300: not found in sectors.code; did you mean '30'?",
    ),
    "unknown source": (
        lambda f: set_cell(f / "tables/sectors.csv", 0, "source", "DV+S999"),
        "sectors.csv",
        "line 2, source = DV+S999: 'S999' is not an id of sources.csv",
    ),
    "no source": (
        lambda f: set_cell(f / "tables/sectors.csv", 0, "source", ""),
        "sectors.csv",
        "line 2, source = (empty): may not be empty",
    ),
    "share above one": (
        lambda f: set_cell(f / "tables/subtypes.csv", 0, "share_coal", "1.4"),
        "subtypes.csv",
        "share_coal = 1.4: above its maximum 1 share of division use",
    ),
    "text for a number": (
        lambda f: set_cell(f / "tables/prefectures.csv", 3, "tariff", "0,60"),
        "prefectures.csv",
        "line 5, tariff = 0,60: a number is needed",
    ),
    "part of a firm": (
        lambda f: set_cell(f / "tables/firm_counts.csv", 0, "5101", "229.5"),
        "firm_counts.csv",
        "5101 = 229.5: a whole number is needed",
    ),
    "more than can be counted": (
        lambda f: set_cell(f / "tables/sectors.csv", 0, "employees", "1e308"),
        "sectors.csv",
        "line 2, employees = 1e308: a whole number is needed",
    ),
    "one firm too many": (
        lambda f: set_cell(f / "tables/size_classes.csv", 0, "count", "11"),
        "size_classes.csv",
        "division 13 = 1331: sectors.csv says 1330 firms",
    ),
    "unknown word": (
        lambda f: set_cell(f / "tables/measures.csv", 0, "class", "eficiency"),
        "measures.csv",
        "did you mean 'efficiency'?",
    ),
    "no such quarter": (
        lambda f: set_cell(f / "tables/plants.csv", 0, "decision_quarter", "2026Q5"),
        "plants.csv",
        "decision_quarter = 2026Q5: a quarter such as 2027Q4 is needed",
    ),
    "row given twice": (
        lambda f: set_cell(f / "tables/hydrology.csv", 1, "quarter", "1"),
        "hydrology.csv",
        "line 3, year_type+quarter = normal, 1: this key appears twice",
    ),
    "power that does not balance": (
        lambda f: set_cell(f / "tables/power_balance.csv", 0, "fossil_equivalent", "1.0"),
        "power_balance.csv",
        "low 2023Q1: consumption_total = nonfossil_supply + fossil_equivalent fails by",
    ),
    "misspelt column": (
        lambda f: edit(f / "tables/growth.csv", "value", "valeu"),
        "growth.csv",
        "column valeu: unknown column; did you mean 'value'?",
    ),
    "row cut short": (
        lambda f: edit(f / "tables/carbon_prices.csv", ",D,DV", ""),
        "carbon_prices.csv",
        "cells instead of 7",
    ),
    "missing table file": (
        lambda f: (f / "tables/growth.csv").rename(f / "tables/growht.csv"),
        "growth.csv",
        "the file is missing; did you mean 'growht.csv'?",
    ),
    "two headlines": (
        lambda f: set_cell(f / "tables/targets.csv", 1, "headline", "1"),
        "targets.csv",
        "green_power_share, headline = 2: exactly one definition has to be the headline",
    ),
    "no firms": (
        lambda f: edit(f / "province.yaml", "firms: 17600", "firms: 0"),
        "province.yaml",
        "firms = 0: a whole number of at least 1 is needed",
    ),
    "misspelt key": (
        lambda f: edit(f / "province.yaml", "firms: 17600", "frims: 17600"),
        "province.yaml",
        "frims: unknown key; did you mean 'firms'?",
    ),
    "misspelt column entry": (
        lambda f: edit(f / "province.yaml", "min: 13, max: 43", "minimum: 13, max: 43"),
        "province.yaml",
        "tables.sectors.code.minimum = 13: unknown key",
    ),
    "no number for a limit": (
        lambda f: edit(f / "province.yaml", "min: 13, max: 43", "min: x, max: 43"),
        "province.yaml",
        "tables.sectors.code.min = x: a finite number is needed",
    ),
    "no words for the words there are": (
        lambda f: edit(f / "province.yaml", "values: [", "values: [5, "),
        "province.yaml",
        ": a list of words is needed",
    ),
    "a column without its entry": (
        lambda f: edit(f / "province.yaml", "code: {type: int, unit: code,", "code: {unit: code,"),
        "province.yaml",
        "tables.sectors.code.type: one of int, float",
    ),
    "no key": (
        lambda f: edit(f / "province.yaml", "key: [parameter, group]", "key: []"),
        "province.yaml",
        "tables.heterogeneity.key = []: a list of columns is needed",
    ),
    "broken YAML": (
        lambda f: edit(f / "province.yaml", "name: {zh:", "name: {{zh:"),
        "province.yaml",
        "broken YAML",
    ),
    "missing schema": (
        lambda f: (f / "province.yaml").unlink(),
        "province.yaml",
        "the file is missing",
    ),
}


CONSEQUENCES = {"misspelt key": 2, "misspelt column": 2, "no firms": 2}
"""Faults that show in two places: a stranger and the missing one; no firms where the divisions hold some."""


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_gives_a_clear_message(name: str, pack: Path) -> None:
    change, file, text = CORRUPTIONS[name]
    change(pack)
    with contextlib.suppress(ConfigError):
        accept_tables(pack)
    messages = problems_of(pack)
    assert any(file in message and text in message for message in messages), messages
    assert len(messages) == CONSEQUENCES.get(name, 1), messages


def test_a_changed_table_says_how_to_accept_it(pack: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = set_cell(pack / "tables/growth.csv", 0, "value", "0.031")
    assert before != "0.031"
    (message,) = problems_of(pack)
    assert "growth.csv: the table was changed; if that is meant, run python -m sim.inputs.province" in message
    assert "--update-checksums" in message
    assert main(["--update-checksums", str(pack)]) == 0
    assert "tables/growth.csv: new checksum" in capsys.readouterr().out
    assert load_province("copy", pack).growth["value"][0] == 0.031
    assert accept_tables(pack) == []


def test_line_ends_do_not_change_a_checksum(pack: Path) -> None:
    path = pack / "tables/growth.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_province("copy", pack).growth.equals(load_province().growth)


def test_several_faults_are_reported_together(pack: Path) -> None:
    set_cell(pack / "tables/growth.csv", 5, "sector_code", "118")
    set_cell(pack / "tables/subtypes.csv", 0, "share_coal", "1.4")
    set_cell(pack / "tables/sectors.csv", 2, "firms", "0")
    (pack / "tables/hydrology.csv").unlink()
    edit(pack / "province.yaml", "firms: 17600", "firms: -5")
    messages = "\n".join(problems_of(pack))
    for text in (
        "sector_code = 118",
        "share_coal = 1.4",
        "firms = 0",
        "hydrology.csv: the file is missing",
        "firms = -5",
    ):
        assert text in messages
    assert messages.count("the table was changed") == 3


def test_an_unknown_province_comes_with_the_nearest_name() -> None:
    with pytest.raises(ConfigError, match=r"province: sichaun: unknown province.*did you mean 'sichuan'"):
        load_province("sichaun")


def test_a_view_may_not_hold_more_firms_than_its_base(tmp_path: Path, pack: Path) -> None:
    view = tmp_path / "view"
    view.mkdir()
    (view / "province.yaml").write_text(
        "name: {zh: 小, en: Small}\nbase: sichuan\nfirms: 99999\n", encoding="utf-8"
    )
    (message,) = problems_of(view, "view")
    assert "firms = 99999: sichuan has 17600 firms" in message


def test_the_check_command_ends_with_code_two_and_no_traceback(
    pack: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["demo"]) == 0
    assert "500 firms" in capsys.readouterr().out
    edit(pack / "province.yaml", "firms: 17600", "firms: 17599")
    assert main([str(pack)]) == 2
    captured = capsys.readouterr()
    assert "firms = 17599: the divisions hold 17600 firms" in captured.err
    assert "Traceback" not in captured.err


NUMBERS: list[tuple[str, str, Column]] = [
    (name, column, spec)
    for name, table in load_province().schema.items()
    for column, spec in table.columns.items()
    if spec.type in ("int", "float") and (spec.min is not None or spec.max is not None)
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    place=st.sampled_from(NUMBERS),
    pick=st.integers(0, 10**6),
    distance=st.integers(1, 1000),
    above=st.booleans(),
)
def test_any_single_cell_outside_its_limits_is_caught(
    place: tuple[str, str, Column], pick: int, distance: int, above: bool, pack: Path
) -> None:
    name, column, spec = place
    low, high = spec.min, spec.max
    limit = high + distance if (above and high is not None) or low is None else low - distance
    path = pack / load_province().schema[name].file
    with restored(path) as content:
        rows = content.count(b"\n") - 1
        set_cell(path, pick % rows, column, f"{limit:g}")
        messages = problems_of(pack)
    assert any(f"line {pick % rows + 2}, {column} = {limit:g}: " in message for message in messages)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(row=st.integers(0, 30), place=st.integers(0, 20), extra=st.integers(1, 50))
def test_any_change_of_one_firm_count_breaks_both_totals(
    row: int, place: int, extra: int, pack: Path
) -> None:
    path = pack / "tables/firm_counts.csv"
    province = load_province()
    sector, prefecture = province.sectors["code"][row], province.prefectures["code"][place]
    with restored(path):
        set_cell(path, row, str(prefecture), str(province.firm_counts[row, place] + extra))
        messages = "\n".join(problems_of(pack))
    assert re.search(rf"division {sector} = \d+: sectors.csv says", messages)
    assert re.search(rf"prefecture {prefecture} = \d+: prefectures.csv says", messages)
