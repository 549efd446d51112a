"""The province pack: what it holds, and that its figures agree."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from document_pages import ROOT
from pack_files import edit

from agents.carriers import CARRIERS, ELECTRICITY, TCE_PER_MWH
from sim.inputs.province import Province, load_province
from sim.inputs.sources import split_sources


@pytest.fixture(scope="module")
def sichuan() -> Province:
    return load_province()


def test_both_provinces_load_from_the_same_tables(sichuan: Province) -> None:
    demo = load_province("demo")
    assert (sichuan.firms, demo.firms) == (17600, 500)
    assert demo.checksums == sichuan.checksums
    assert demo.sectors.equals(sichuan.sectors)
    assert demo.folder == sichuan.folder
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


def test_every_row_of_the_population_is_read_or_says_that_it_is_not(sichuan: Province) -> None:
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "sim").rglob("*.py"))
    for row in sichuan.heterogeneity.itertuples():
        told = any(words in row.note for words in ("for checking only", "validation pattern", "not used"))
        assert (f'"{row.parameter}"' in code) or told, row.parameter


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
