"""Parks, pilots, diagnosis of the stock, siting and prefectures in the model: each lever moves its own indicator."""

import numpy as np
import pytest
from model_runs import run, start, steps, with_parameters

from sim.phases.record_parks import COUNTED
from sim.prefectures import prefecture_frame

FROM_2026 = "2026Q1"


def last(model, indicator):
    return model.rows[-1][indicator]


def at(value):
    return {FROM_2026: value}


@pytest.fixture(scope="module")
def none(demo_block):
    return run(demo_block, "none")


@pytest.mark.parametrize(("changes", "indicator"), [
    ({"parks_programme.quota": 60.0, "parks_programme.support": 0.2}, "green_parks"),
    ({"parks_programme.projects": 40.0, "parks_programme.discount": 0.15}, "park_projects"),
    ({"parks_programme.projects": 60.0, "parks_programme.discount": 0.15}, "retrofit_projects"),
    ({"zero_carbon_pilots.pursued": 1.0, "zero_carbon_pilots.new_pilots": 6.0, "zero_carbon_pilots.green_share": 1.0},
     "zero_carbon_sites"),
    ({"stock_diagnosis.factories": 390.0, "stock_diagnosis.parks": 50.0}, "existing_green_diagnosis"),
    ({"siting.clean_zone_share": 0.6}, "clean_zone_entry_share"),
    ({"siting.entry_refusal": 0.5}, "entrants_refused"),
])
def test_a_lever_at_its_upper_value_raises_its_indicator(demo_block, none, changes, indicator):
    model = run(demo_block, "none", {name: at(value) for name, value in changes.items()})
    total = sum if indicator == "retrofit_projects" else (lambda values: list(values)[-1])
    assert total(row[indicator] for row in model.rows) > total(row[indicator] for row in none.rows)


def test_support_without_places_lists_no_park(demo_block, none):
    model = run(demo_block, "none", {"parks_programme.support": at(0.2)})
    assert last(model, "green_parks") == last(none, "green_parks") < 100.0
    assert last(model, "green_park_applicants") > last(none, "green_park_applicants")


def test_the_parks_of_2025_are_those_of_the_table(sichuan_block):
    table, first = sichuan_block.province.prefectures, sichuan_block.first_parks
    number = len(table)
    np.testing.assert_array_equal(np.bincount(first.prefecture, minlength=number), table["parks"])
    np.testing.assert_array_equal(np.bincount(first.prefecture[first.green], minlength=number), table["green_parks"])
    pilots = np.bincount(first.prefecture[first.pilot], minlength=number)
    np.testing.assert_array_equal(pilots, table["zero_carbon_pilots"])
    assert first.green_share[first.green].mean() > first.green_share[~first.green].mean()


def test_a_shared_project_costs_its_firms_less_for_three_years_and_nobody_else(demo_block):
    model = steps(start(demo_block, "none", {
        "parks_programme.projects": {FROM_2026: 5.0, "2027Q1": 0.0}, "parks_programme.discount": at(0.1),
    }), 1)
    inside = model.parks.of_firms(model.parks.project_since >= 0, model.sites.park_group)
    assert 0 < inside.sum() < len(inside)
    np.testing.assert_array_equal(model.terms.capex_factor, np.where(inside, 0.9, 1.0))
    assert (model.invited == (inside & model.columns["alive"])).all()
    steps(model, 11)
    np.testing.assert_array_equal(model.terms.capex_factor, np.where(inside, 0.9, 1.0))
    assert not model.invited.any()
    steps(model, 1)
    assert (model.terms.capex_factor == 1.0).all()


def test_nothing_is_complete_before_it_was_built_and_clean(demo_block):
    pilots = {"zero_carbon_pilots.pursued": at(1.0), "zero_carbon_pilots.green_share": at(1.0)}
    model = run(demo_block, "none", pilots)
    complete = [row["zero_carbon_parks"] for row in model.rows]
    assert complete[:11] == [0.0] * 11 and 0.0 < complete[-1] <= 4.0
    strict = with_parameters(demo_block, "parks", zero_carbon_clean_share=1.01)
    assert last(run(strict, "none", pilots), "zero_carbon_sites") == 0.0


def test_factories_are_recognised_among_certified_clean_ones_only(sichuan_block):
    model = run(sichuan_block, "plan")
    factories = model.zero_carbon.factories
    assert 0 < factories.sum() <= 16
    assert (model.columns["certified_since"][factories] >= 0).all()


def test_the_stock_is_diagnosed_once_each_and_learns_once(demo_block):
    stream = {"stock_diagnosis.factories": at(390.0), "stock_diagnosis.parks": at(50.0)}
    model = start(demo_block, "none", stream)
    c, carried_out = model.columns, 0.0
    before = c["diagnosed"].copy()
    aware = c["aware"].copy()
    model.step()
    new = c["diagnosed_since_2026"]
    assert (c["certified_initial"][new]).all() and 0 < new.sum() <= 3
    assert model.flows.stock_diagnoses == new.sum() + 12 * demo_block.scale
    old_hands = new & before & ~aware
    none = steps(start(demo_block, "none"), 1)
    np.testing.assert_array_equal(c["aware"][old_hands], none.columns["aware"][old_hands])
    while not model.finished:
        carried_out += model.flows.stock_diagnoses
        model.step()
    everything = np.count_nonzero(c["certified_initial"]) + 100.0 * demo_block.scale
    assert carried_out <= everything + 1e-9
    assert last(model, "existing_green_diagnosis") == pytest.approx(1.0)


def test_moved_newcomers_get_the_prices_and_the_sun_of_their_new_place(demo_block):
    model = run(demo_block, "none", {"siting.clean_zone_share": at(0.6)})
    c, table = model.columns, demo_block.province.prefectures
    moved = np.flatnonzero(c["prefecture"] != demo_block.columns["prefecture"])
    assert len(moved) and (demo_block.key_sector & ~demo_block.incumbents())[moved].all()
    assert (table["clean_energy_zone"].to_numpy()[c["prefecture"][moved]] == 1).all()
    np.testing.assert_array_equal(model.sites.pv_yield[moved], 1450.0)
    cheaper = model.sites.electricity_price[moved] / demo_block.electricity_price[moved]
    np.testing.assert_allclose(cheaper, 0.42 / 0.60)
    assert ((c["park"][moved] >= 0) == (demo_block.columns["park"][moved] >= 0)).all()
    others = np.setdiff1d(np.arange(demo_block.slots), moved)
    np.testing.assert_array_equal(model.sites.local_group[others], demo_block.local_group[others])


def test_a_higher_share_moves_everybody_that_a_lower_one_moves(demo_block):
    home = demo_block.columns["prefecture"]
    low, high = (run(demo_block, "none", {"siting.clean_zone_share": at(share)}) for share in (0.2, 0.5))
    went = low.columns["prefecture"] != home
    np.testing.assert_array_equal(high.columns["prefecture"][went], low.columns["prefecture"][went])
    assert (high.columns["prefecture"] != home).sum() > went.sum() > 0


def test_the_wanted_share_comes_out_in_the_whole_province(sichuan_block):
    key = sichuan_block.key_entrants
    model = run(sichuan_block, "none", {"siting.clean_zone_share": at(0.25)})
    assert model.sites.in_zone(model.columns["prefecture"][key]).mean() == pytest.approx(0.25, abs=0.03)


def test_prefectures_sum_to_the_province(demo_block):
    model = run(demo_block, "plan")
    frame = prefecture_frame(model)
    assert len(frame) == 5 * 21 and set(COUNTED) <= set(frame.columns)
    end = frame[frame["year"] == 2030]
    for name in ("firms", "green_factories", "green_parks"):
        assert end[name].sum() == last(model, name)
    assert end["city_outlay"].sum() == pytest.approx(model.ledger.total(payer="city"))
    assert end["firms_covered"].sum() / end["firms_present"].sum() == pytest.approx(last(model, "retrofit_coverage"))
    assert prefecture_frame(start(demo_block, "none")).empty


def test_a_park_is_paid_by_its_own_prefecture(demo_block):
    model = run(demo_block, "none", {"parks_programme.quota": at(60.0), "parks_programme.award_share": at(1.0)})
    paid = model.governments.paid["parks_programme"] / demo_block.scale
    table = demo_block.province.prefectures["award_park"].to_numpy()
    approvals = paid / table
    np.testing.assert_allclose(approvals, np.rint(approvals), atol=1e-9)
    assert approvals.sum() == pytest.approx(model.parks.approved)
