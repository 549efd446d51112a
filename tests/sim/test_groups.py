"""Indicators by group, inequality among prefectures, cost per additional unit, payers."""

import numpy as np
import pandas as pd
import pytest
from model_runs import run

from sim.additionality import PAID_ON_PROJECTS, by_payer, unit_costs
from sim.api import RunSpec, run_block
from sim.groups import COLUMNS, DIMENSIONS, gini, group_frame, group_shares, prefecture_inequality


@pytest.fixture(scope="module")
def model(demo_block):
    return run(demo_block, "plan")


def test_every_dimension_sums_to_the_province(model):
    frame = group_frame(model)
    assert tuple(frame.columns) == COLUMNS
    sums = frame.groupby(["year", "dimension", "indicator"])["value"].sum().unstack()
    for year in range(2026, 2031):
        rows = model.rows[4 * (year - 2026):4 * (year - 2025)]
        for dimension in DIMENSIONS:
            values = sums.loc[(year, dimension)]
            assert values["firms"] == rows[-1]["firms"]
            assert values["certified_firms"] == rows[-1]["green_factories"]
            assert values["covered_firms"] / values["present_firms"] == pytest.approx(rows[-1]["retrofit_coverage"])
            for name in ("output", "energy", "co2", "electricity"):
                assert values[name] == pytest.approx(sum(row[name] for row in rows), rel=1e-9)


def test_newcomers_that_were_sent_elsewhere_count_where_they_settled(model):
    moved = model.columns["prefecture"] != model.block.columns["prefecture"]
    assert np.count_nonzero(moved & model.columns["alive"]) > 0
    frame = group_frame(model)
    own = frame[frame["dimension"] == "prefecture"]
    local = own.pivot(index=["year", "indicator"], columns="group", values="value")
    names = model.block.province.prefectures["name_en"].tolist()
    for year, table in model.governments.years.items():
        for counted, state in (("firms", "firms"), ("firms_covered", "covered_firms"),
                               ("green_factories", "certified_firms")):
            np.testing.assert_array_equal(local.loc[(year, state), names].to_numpy(), table[counted])


def test_the_grouping_by_place_follows_the_moves(model):
    place = model.sites.local_group
    assert (place != model.block.local_group).any()
    counts = np.bincount(place, minlength=model.block.local_groups)
    np.testing.assert_array_equal(model.sites.by_place.sum(np.ones(model.block.slots)), counts)
    unmoved = np.bincount(model.block.local_group, minlength=model.block.local_groups)
    np.testing.assert_array_equal(model.block.by_place.sum(np.ones(model.block.slots)), unmoved)


def test_a_group_holds_its_own_firms(model):
    c, frame = model.columns, group_frame(model)
    chosen = frame[(frame["year"] == 2030) & (frame["dimension"] == "size_class")]
    last = chosen.set_index(["group", "indicator"])["value"]
    for code, name in enumerate(("large", "medium", "small", "micro")):
        assert last[name, "firms"] == np.count_nonzero(c["alive"] & (c["size_class"] == code))


def test_shares_by_firms_and_by_output_by_hand():
    values = {"firms": 10.0, "present_firms": 8.0, "covered_firms": 2.0, "certified_firms": 1.0, "output": 50.0,
              "covered_output": 20.0, "certified_output": 10.0, "energy": 100.0, "co2": 500.0, "electricity": 4.0,
              "green_electricity": 1.0, "grants": 5.0}
    rows = [(2026, "prefecture", "A", name, value) for name, value in values.items()]
    shares = group_shares(pd.DataFrame(rows, columns=list(COLUMNS))).iloc[0]
    assert shares[["coverage", "coverage_output", "certified_share", "certified_output_share"]].tolist() == [
        0.25, 0.4, 0.1, 0.2]
    assert shares[["energy_intensity", "carbon_intensity", "grants_per_output"]].tolist() == [0.02, 0.1, 0.1]


def test_gini_by_hand():
    assert gini(np.array([3.0, 3.0, 3.0])) == 0.0
    # mean absolute difference of 0, 0, 3 over all nine pairs: 12 / 9; over twice the mean of 1
    assert gini(np.array([0.0, 0.0, 3.0])) == pytest.approx(2.0 / 3.0)
    # a group of twice the weight counts like two groups
    assert gini(np.array([0.0, 3.0]), np.array([2.0, 1.0])) == pytest.approx(2.0 / 3.0)
    assert np.isnan(gini(np.zeros(3)))


def test_inequality_among_prefectures_by_hand():
    cells = {"A": (4.0, 1.0, 10.0, 0.0), "B": (4.0, 3.0, 30.0, 6.0)}
    names = ("present_firms", "covered_firms", "output", "grants")
    rows = [(2026, "prefecture", place, *each) for place, values in cells.items()
            for each in zip(names, values, strict=True)]
    found = prefecture_inequality(pd.DataFrame(rows, columns=list(COLUMNS))).iloc[0]
    assert found["gini_coverage"] == pytest.approx(0.25)  # 0.25 and 0.75, equal weights
    assert found["gini_grants_per_output"] == pytest.approx(0.25)  # 0 and 0.2, weights 1 : 3


def test_unit_costs_by_hand_and_undefined_where_nothing_is_additional():
    frame = pd.DataFrame({"public_cost": [12.0, 12.0], "additional_projects": [4.0, 0.0], "energy_saved": [600.0, -1.0],
                          "co2_avoided": [2000.0, 0.0]})
    costs = unit_costs(frame)
    assert costs.loc[0, ["cost_per_additional_project", "cost_per_tce", "cost_per_tco2"]].tolist() == [3.0, 2e4, 6e3]
    assert costs.loc[1, ["cost_per_additional_project", "cost_per_tce", "cost_per_tco2"]].isna().all()


def test_payers_and_leverage_by_hand():
    labels = {"policy": "p", "scenario": "s", "behaviour": "b", "seed": 1}
    indicators = pd.DataFrame([{**labels, "private_investment": 60.0}, {**labels, "private_investment": 40.0}])
    booked = [("retrofit_subsidy", "province", "outlay", 10.0), ("tax_credit", "centre", "forgone_tax", 5.0),
              ("certification_quota", "city", "outlay", 2.0), ("risk_pool", "province", "contingent", 99.0),
              ("green_power_programme", "city", "outlay", 3.0), ("equipment_renewal", "province", "outlay", 1.0)]
    columns = ("instrument", "payer", "kind", "amount")
    ledger = pd.DataFrame([{**labels, "year": 2026, **dict(zip(columns, row, strict=True))} for row in booked])
    row = by_payer(indicators, ledger).iloc[0]
    assert row[["centre", "province", "city", "public", "investment", "firms"]].tolist() == [5, 11, 5, 21, 100, 81]
    assert row["leverage"] == pytest.approx(81 / 21)
    without = by_payer(indicators, ledger.iloc[:0]).iloc[0]
    assert without["firms"] == 100.0
    assert np.isnan(without["leverage"])


def test_every_instrument_that_grants_on_measures_pays_part_of_projects(model):
    windows = set(model.measure_grants.window.tolist()) - {-1}
    paying = {each.name for each in model.mix.instruments if each.position in windows}
    assert len(paying) == len(windows) > 0
    assert paying < set(PAID_ON_PROJECTS)


def test_a_block_reports_groups_of_every_policy():
    block = run_block(RunSpec("demo", end="2026Q4"), 1, ["none", "current"])
    assert block.groups.columns.tolist() == ["policy", "scenario", "behaviour", "seed", *COLUMNS]
    assert block.groups["policy"].unique().tolist() == ["none", "current"]
    assert block.groups["year"].unique().tolist() == [2026]
