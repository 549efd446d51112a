"""The synthetic population: identity and order, and the totals that the province's tables fix exactly."""

import numpy as np
import pytest

from agents.carriers import CARRIERS
from sim.population.arrival import FIRST_ENTRY
from sim.population.size import Heterogeneity, size_table


def test_same_seed_same_bytes_other_seed_other_firms(build, columns):
    again, other = build(1), build(2)
    for name, values in columns.items():
        assert values.dtype == again[name].dtype and values.tobytes() == again[name].tobytes(), name
        assert values.shape == other[name].shape, name
    fixed = {"unique_id", "subtype", "plant", "ets_covered_2024"}
    assert all(np.any(columns[name] != other[name]) for name in columns.keys() - fixed)


def test_shape_and_order(columns, old):
    size = columns["unique_id"].size
    np.testing.assert_array_equal(columns["unique_id"], np.arange(1, size + 1))
    assert all(len(values) == size for values in columns.values())
    assert columns["energy_base"].shape == (size, len(CARRIERS))
    assert columns["certification_latent"].shape == (size, 5)
    assert np.all(old[:old.sum()])
    assert np.all(np.diff(columns["arrival"][~old]) >= 0)
    assert all(np.all(np.isfinite(values)) for values in columns.values())


def test_ranges(columns):
    for name in ("cash_share", "default_probability", "export_share", "library_rank", "tax_rank"):
        assert columns[name].min() >= 0.0 and columns[name].max() <= 1.0, name
    for name in ("energy_base", "process_co2_base", "equipment_age"):
        assert columns[name].min() >= 0.0, name
    assert columns["revenue_base"].min() >= 20.0


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_counts_and_class_means_are_exact(build, province, seed):
    drawn = build(seed)
    alive = drawn["arrival"] < FIRST_ENTRY
    sector, size_class = drawn["sector"][alive].astype(int), drawn["size_class"][alive].astype(int)
    counts = np.zeros_like(province.firm_counts)
    np.add.at(counts, (sector, drawn["prefecture"][alive]), 1)
    np.testing.assert_array_equal(counts, province.firm_counts)
    table = size_table(province, Heterogeneity(province.heterogeneity))
    number, total = np.zeros_like(table.count), np.zeros(table.count.shape)
    np.add.at(number, (sector, size_class), 1)
    np.add.at(total, (sector, size_class), drawn["revenue_base"][alive])
    np.testing.assert_array_equal(number, table.count)
    np.testing.assert_allclose(total, table.count * table.mean, rtol=1e-9)


def test_sector_energy_by_carrier_and_process_emissions(columns, old, province):
    sector = columns["sector"][old]
    for c, carrier in enumerate(CARRIERS):
        total = np.bincount(sector, columns["energy_base"][old, c], minlength=len(province.sectors))
        np.testing.assert_allclose(total, province.sectors[f"energy_{carrier}"], rtol=1e-9)
    process = np.bincount(sector, columns["process_co2_base"][old], minlength=len(province.sectors))
    np.testing.assert_allclose(process, province.sectors["process_co2"], rtol=1e-9)


def test_sub_types_hold_their_shares(columns, old, province):
    for row, kind in province.subtypes.iterrows():
        members = old & (columns["subtype"] == row + 1)
        assert members.sum() == kind["count"]
        sector = province.sectors[province.sectors["code"] == kind["sector_code"]].iloc[0]
        for c, carrier in enumerate(CARRIERS):
            expected = kind[f"share_{carrier}"] * sector[f"energy_{carrier}"]
            assert columns["energy_base"][members, c].sum() == pytest.approx(expected, rel=1e-9, abs=1e-6)
        expected = kind["share_process_co2"] * sector["process_co2"]
        assert columns["process_co2_base"][members].sum() == pytest.approx(expected, rel=1e-9, abs=1e-6)


def test_mills_stand_where_they_stand_and_split_coke_by_capacity(columns, province):
    mills = np.flatnonzero(columns["plant"] >= 0)
    plants = province.plants.iloc[columns["plant"][mills]]
    assert sorted(plants["plant_id"]) == sorted(province.plants.query("decision_quarter != ''")["plant_id"])
    codes = province.prefectures["code"].to_numpy()[columns["prefecture"][mills]]
    np.testing.assert_array_equal(codes, plants["prefecture_code"])
    coke = columns["energy_base"][mills, CARRIERS.index("coke")]
    np.testing.assert_allclose(coke / coke.sum(), plants["share"] / plants["share"].sum())
    revenue = columns["revenue_base"][mills]
    np.testing.assert_allclose(revenue / revenue.sum(), plants["share"] / plants["share"].sum())


def test_sub_types_follow_the_plant_table(columns, province):
    for name in ("aluminium_smelter", "polysilicon_lithium", "clinker"):
        row = int(np.flatnonzero(province.subtypes["name"] == name)[0])
        listed = set(province.plants[province.plants["subtype"] == name]["prefecture_code"])
        found = province.prefectures["code"].to_numpy()[columns["prefecture"][columns["subtype"] == row + 1]]
        assert set(found) <= listed
