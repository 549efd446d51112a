"""The province pack: what it holds, that its figures agree, and that every corruption is named."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.measures import CARRIERS, ELECTRICITY, TCE_PER_MWH
from configs import CONFIG_ROOT
from sim.errors import ConfigError
from sim.province import PROVINCE_ROOT, Province, accept_tables, load_province, main
from sim.sources import split_sources
from sim.table_schema import Column

PACK = PROVINCE_ROOT / "sichuan"


@pytest.fixture(scope="module")
def sichuan() -> Province:
    return load_province()


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    folder = tmp_path / "sichuan"
    shutil.copytree(PACK, folder)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def set_cell(path: Path, row: int, column: str, value: str) -> str:
    """Change one cell of a table (row 0 is the first below the header); returns what stood there."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.reader(lines))
    place = rows[0].index(column)
    before = rows[row + 1][place]
    rows[row + 1][place] = value
    with path.open("w", encoding="utf-8", newline="") as lines:
        csv.writer(lines, lineterminator="\n").writerows(rows)
    return before


def problems_of(folder: Path, name: str = "copy") -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load_province(name, folder)
    return str(caught.value).splitlines()


# ---- what the pack holds


def test_both_provinces_load_from_the_same_tables(sichuan: Province) -> None:
    demo = load_province("demo")
    assert (sichuan.firms, demo.firms) == (17600, 500)
    assert demo.checksums == sichuan.checksums
    assert demo.sectors.equals(sichuan.sectors)
    assert demo.parameters_folder == sichuan.parameters_folder
    assert (sichuan.name_en, demo.name_zh) == ("Sichuan", "四川省（演示）")


def test_a_province_is_read_once_until_a_file_changes(pack: Path) -> None:
    first = load_province("copy", pack)
    assert load_province("copy", pack) is first
    edit(pack / "province.yaml", "en: Sichuan", "en: Szechuan")
    assert load_province("copy", pack).name_en == "Szechuan"


def test_totals_of_the_province(sichuan: Province) -> None:
    assert sichuan.firm_counts.shape == (31, 21)
    assert sichuan.firm_counts.sum() == sichuan.firms
    assert sichuan.sectors["revenue"].sum() == pytest.approx(4_390_000)
    assert sichuan.prefectures["green_factories"].sum() == 780
    assert sichuan.prefectures["green_parks"].sum() == 100
    assert sichuan.prefectures["parks"].sum() == 200
    clean = sichuan.prefectures[sichuan.prefectures["clean_energy_zone"]]
    assert clean["name_zh"].tolist() == ["攀枝花市", "阿坝州", "甘孜州", "凉山州"]
    assert set(clean["tariff"]) == {0.42}


def test_emissions_follow_from_fuel_use_and_factors(sichuan: Province) -> None:
    energy = sichuan.sectors[[f"energy_{carrier}" for carrier in CARRIERS]].to_numpy()
    factors = sichuan.fuel_co2_factors()
    direct = (energy * factors).sum(axis=1) + sichuan.sectors["process_co2"]
    assert np.abs(direct - sichuan.sectors["direct_co2"]).max() <= 1.0
    assert (factors[:, ELECTRICITY] == 0).all()
    # Inventory: process emissions of 45.76 Mt scaled from 141.6 to 100 Mt of cement; 117.9 Mt direct in all.
    assert sichuan.sectors["process_co2"].sum() == pytest.approx(45.76e6 * 100 / 141.6, rel=1e-4)
    assert sichuan.sectors["direct_co2"].sum() == pytest.approx(117.9e6, rel=1e-3)
    by_code = dict(zip(sichuan.sectors["code"], factors[:, CARRIERS.index("process_gas")], strict=True))
    assert (by_code[30], by_code[31], by_code[26]) == (2.26, 1.91, 1.30)


def test_every_number_has_unit_range_grade_and_source(sichuan: Province) -> None:
    for name, table in sichuan.schema.items():
        for column, spec in table.columns.items():
            if spec.type not in ("int", "float"):
                continue
            assert spec.unit, f"{name}.{column} has no unit"
            if column in table.key or spec.foreign or name == "targets":
                continue
            ranged = (
                spec.spread or (spec.low and spec.high) or spec.min is not None or column in ("low", "high")
            )
            assert ranged, f"{name}.{column} has no range"
            assert spec.grade or "grade" in table.columns, f"{name}.{column} has no grade"
            assert spec.source or "source" in table.columns, f"{name}.{column} has no source"


def test_no_source_is_invented_at_the_point_of_use(sichuan: Province) -> None:
    known = set(sichuan.sources["id"])
    for name in sichuan.schema:
        table = getattr(sichuan, name) if name != "firm_counts" else None
        for column in (
            [] if table is None else [c for c in table.columns if c == "source" or c.endswith("_source")]
        ):
            used = {part for entry in table[column] for part in split_sources(entry)}
            assert used <= known, f"{name}.{column}: {used - known}"


def test_measures_exclude_and_require_each_other_as_equipment_does(sichuan: Province) -> None:
    table = sichuan.measures.set_index("measure_id")
    assert len(table) == 40
    excludes = {name: set(filter(None, entry.split(";"))) for name, entry in table["excludes"].items()}
    assert excludes["M38"] == {"M04", "M05"}
    assert table["requires"]["M05"] == "M04"
    assert "M05" not in excludes["M04"]
    assert excludes["M18"] == {"M20", "M21"}
    assert excludes["M24"] == set()
    assert table["sectors"]["M30"] == "21;22;23;29;33;35;36;39"
    assert table.index[table["plant_decision"]].tolist() == ["M18", "M20", "M21"]
    assert table.index[~table["process_gas_priced"]].tolist() == ["M18", "M21", "M24"]


def single_base(sichuan: Province) -> list[tuple[str, float, float]]:
    """Measure, recomputed payback and stated payback of measures that touch one carrier only."""
    price = sichuan.carriers.set_index("carrier")["reference_price"]
    result = []
    for row in sichuan.measures.to_dict("records"):
        bases = [carrier for carrier in CARRIERS if row[f"base_{carrier}"]]
        touched = [carrier for carrier in CARRIERS if row[f"d_{carrier}"] != 0.0]
        if len(bases) != 1 or set(touched) - set(bases):
            continue
        base = bases[0]
        removed = row[f"d_{base}"]
        benefit = removed * price[base] + row["d_grid_purchase"] * price["electricity"]
        added = row["electricity_mwh_per_tce_removed"] * max(removed, 0.0)
        added += row["electricity_mwh_per_tce_covered"] * row["coverage_share"]
        benefit -= added * TCE_PER_MWH * price["electricity"]
        benefit -= row["natural_gas_tce_per_tce_removed"] * removed * price["natural_gas"]
        benefit -= row["opex_per_tce"] * row["coverage_share"]
        payback = row["capex_per_tce"] * row["coverage_share"] / benefit if benefit > 0 else np.inf
        result.append((row["measure_id"], payback, row["payback_reference_years"]))
    return result


def test_stated_paybacks_follow_from_the_columns(sichuan: Province) -> None:
    """Cost over benefit at reference prices is the stated payback; without one the measure does not pay."""
    rows = single_base(sichuan)
    assert len(rows) >= 20
    for measure, recomputed, stated in rows:
        if np.isnan(stated):
            assert recomputed > 30.0, measure
        else:
            assert recomputed == pytest.approx(stated, rel=0.02), measure


def test_physical_share_of_2023_matches_the_announced_grid_factor(sichuan: Province) -> None:
    table = sichuan.power_balance
    year = table[(table["path"] == "central") & (table["year"] == 2023)]
    share = year["nonfossil_supply"].sum() / year["consumption_total"].sum()
    assert share == pytest.approx(1 - 0.1564 / 0.8273, abs=2e-3)


def test_targets_quote_the_plan_and_have_one_headline_each(sichuan: Province) -> None:
    table = sichuan.targets
    assert table.groupby("target_id")["headline"].sum().eq(1).all()
    assert table["quote_zh"].str.contains("[一-鿿]").all()
    headline = table[table["headline"]].set_index("target_id")
    assert headline["definition_id"]["green_power_share"] == "hybrid"
    assert headline["value"]["retrofit_projects"] == 1000
    assert (headline["from_year"]["retrofit_projects"], headline["by_year"]["retrofit_projects"]) == (
        2026,
        2030,
    )
    assert headline["value"][["energy_intensity", "carbon_intensity"]].isna().all()
    assert headline.index[headline["role"] == "delivery"].tolist() == [
        "key_firm_diagnosis", "existing_green_diagnosis", "material_diagnoses", "design_benchmarks", "standards",
        "service_providers", "equipment_makers", "equipment_clusters",
    ]
    assert headline["definition_id"]["solid_waste_utilisation"] == "manufacturing"
    assert headline["value"][["solid_waste_utilisation"]].isna().all()


def test_mills_decide_once_each_over_a_furnace_campaign(sichuan: Province) -> None:
    mills = sichuan.plants[sichuan.plants["subtype"] == "bfbof"]
    assert len(mills) == 8
    assert mills["decision_quarter"].is_unique
    assert mills["decision_quarter"].min() == "2026Q3"
    assert mills["decision_quarter"].max() <= "2034Q4"
    assert mills["share"].max() <= 0.2


# ---- what is refused: what to do, the file the message names, its text

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
    assert "growth.csv: the table was changed; if that is meant, run python -m sim.province" in message
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
    place: tuple[str, str, Column], pick: int, distance: int, above: bool, tmp_path: Path
) -> None:
    name, column, spec = place
    pack = tmp_path / "sichuan"
    if not pack.exists():
        shutil.copytree(PACK, pack)
    low, high = spec.min, spec.max
    limit = high + distance if (above and high is not None) or low is None else low - distance
    path = pack / load_province().schema[name].file
    content = path.read_bytes()
    rows = content.count(b"\n") - 1
    try:
        set_cell(path, pick % rows, column, f"{limit:g}")
        messages = problems_of(pack)
    finally:
        path.write_bytes(content)
    assert any(f"line {pick % rows + 2}, {column} = {limit:g}: " in message for message in messages)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(row=st.integers(0, 30), place=st.integers(0, 20), extra=st.integers(1, 50))
def test_any_change_of_one_firm_count_breaks_both_totals(
    row: int, place: int, extra: int, tmp_path: Path
) -> None:
    pack = tmp_path / "sichuan"
    if not pack.exists():
        shutil.copytree(PACK, pack)
    path = pack / "tables/firm_counts.csv"
    content = path.read_bytes()
    province = load_province()
    sector, prefecture = province.sectors["code"][row], province.prefectures["code"][place]
    try:
        set_cell(path, row, str(prefecture), str(province.firm_counts[row, place] + extra))
        messages = "\n".join(problems_of(pack))
    finally:
        path.write_bytes(content)
    assert re.search(rf"division {sector} = \d+: sectors.csv says", messages)
    assert re.search(rf"prefecture {prefecture} = \d+: prefectures.csv says", messages)


# ---- the packages beside this one


def test_a_foreign_package_named_agents_is_named_with_a_remedy(tmp_path: Path) -> None:
    (tmp_path / "agents").mkdir()
    (tmp_path / "agents" / "__init__.py").write_text("", encoding="utf-8")
    path = os.pathsep.join([str(tmp_path), str(CONFIG_ROOT.parent)])
    done = subprocess.run(
        [sys.executable, "-c", "import sim"],
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert f"the package 'agents' in {tmp_path / 'agents'} is not GreenMill's" in done.stderr
    assert "uninstall the distribution it belongs to" in done.stderr
