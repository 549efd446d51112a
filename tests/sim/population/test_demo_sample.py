"""The demo province is a stratified sample of the firms of the whole one."""

import numpy as np
import pytest

from sim.inputs.province import load_province
from sim.population.arrival import FIRST_ENTRY
from sim.population.report import population_report
from sim.population.size import Heterogeneity, size_table


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_demo_is_a_stratified_sample(build, province, seed):
    demo = build(seed, load_province("demo"))
    alive = demo["arrival"] < FIRST_ENTRY
    assert alive.sum() == 500
    np.testing.assert_array_equal(demo["unique_id"], np.arange(1, demo["unique_id"].size + 1))
    share = 500 / province.firm_counts.sum()
    sector = np.bincount(demo["sector"][alive], minlength=len(province.sectors))
    assert np.abs(sector - share * province.firm_counts.sum(axis=1)).max() <= 2.0
    city = np.bincount(demo["prefecture"][alive], minlength=len(province.prefectures))
    assert np.abs(city - share * province.firm_counts.sum(axis=0)).max() <= 12.0
    size = size_table(province, Heterogeneity(province.heterogeneity)).count.sum(axis=0)
    assert np.abs(np.bincount(demo["size_class"][alive]) - share * size).max() <= 8.0
    assert demo["certified_initial"].sum() in (22, 23)
    clinker = int(np.flatnonzero(province.subtypes["name"] == "clinker")[0]) + 1
    assert (demo["subtype"] == clinker).any()


def test_demo_firms_are_firms_of_the_full_population(build, columns):
    demo = build(1, load_province("demo"))
    assert set(demo["tax_rank"]) <= set(columns["tax_rank"])
    row = {rank: i for i, rank in enumerate(columns["tax_rank"])}
    rows = np.array([row[rank] for rank in demo["tax_rank"]])
    for name in demo.keys() - {"unique_id"}:
        np.testing.assert_array_equal(demo[name], columns[name][rows])


def test_demo_report_leaves_totals_out(build):
    demo = load_province("demo")
    quantities = set(population_report(build(1, demo), demo)["quantity"])
    assert "green factories" in quantities
    assert not any("largest deviation" in quantity for quantity in quantities)
