"""Each scenario moves what it names, in the direction it says, and nothing else; broken files are refused."""

import dataclasses
import shutil

import numpy as np
import pytest
import yaml
from model_runs import run, start, steps

from agents.carriers import CARRIERS
from configs import CONFIG_ROOT
from sim.api import RunSpec, model_content
from sim.errors import ConfigError
from sim.inputs.scenario import SETTINGS, Scenario, load_scenario
from sim.inputs.sources import source_ids
from sim.inputs.yaml_files import file_names
from sim.phases.retrofit import weigh
from sim.preparation import FIRST, LAST, load_inputs, prepare_block

FOLDER = CONFIG_ROOT / "scenario"
NAMES = file_names(FOLDER)
SOURCES = source_ids(CONFIG_ROOT / "province" / "sichuan" / "sources.csv")
MOVES = {
    "drought_years": {"hydro"},
    "high_carbon_price": {"carbon_price"},
    "weak_demand": {"revenue"},
    "cheap_coal": {"prices"},
    "high_load_growth": set(),
}
"""Exogenous paths of the environment that a scenario moves; the load is in the power balance."""

QUARTERS = range(FIRST, LAST + 1)


@pytest.fixture(scope="module")
def blocks(demo_block):
    """A demo block a scenario, seed 1."""
    return {name: demo_block if name == "reference" else prepare_block("demo", 1, name) for name in NAMES}


@pytest.fixture(scope="module")
def finished(blocks):
    """Finished demo runs under `current`."""
    return {name: run(block, "current") for name, block in blocks.items()}


def last_year(model, name):
    return sum(row[name] for row in model.rows[-4:])


def by_quarter(model, name):
    return np.array([row[name] for row in model.rows])


def test_there_is_a_test_for_every_scenario():
    assert set(NAMES) == {"reference", *MOVES}


def test_the_reference_is_what_a_scenario_has_without_settings():
    reference, empty = load_scenario("reference"), Scenario("empty", "空", "Empty", "空", "Empty")
    assert reference.content() == empty.content()
    assert {reference.year_type(year) for year in range(2026, 2031)} == {"drawn"}


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_has_a_source_and_differs_from_the_reference_only_in_what_it_names(name):
    scenario, reference = load_scenario(name, sources=SOURCES), load_scenario("reference")
    named = set(yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))["settings"])
    content, usual = scenario.content(), reference.content()
    differing = {each for each in SETTINGS if content[each] != usual[each]}
    assert differing == (set() if name == "reference" else named)


@pytest.mark.parametrize("name", MOVES)
def test_only_the_named_path_moves_and_the_past_stays(blocks, name):
    one, other = blocks["reference"], blocks[name]
    paths = [field.name for field in dataclasses.fields(one.environment) if field.name != "first"]
    moved = {
        path for path in paths
        if not np.array_equal(getattr(one.environment, path), getattr(other.environment, path))
    }
    assert moved == MOVES[name]
    before = one.first - one.burn_in
    for path in ("revenue", "alive", "prices", "carbon_price", "hydro", "trend"):
        np.testing.assert_array_equal(
            getattr(one.environment, path)[:before], getattr(other.environment, path)[:before]
        )
    for column, values in one.snapshot.columns.items():
        np.testing.assert_array_equal(values, other.snapshot.columns[column], err_msg=column)
    np.testing.assert_array_equal(one.snapshot.options["adopted"], other.snapshot.options["adopted"])


@pytest.mark.parametrize("name", MOVES)
def test_only_the_load_scenario_moves_the_balance_beside_hydrology(blocks, name):
    fields = set()
    for quarter in QUARTERS:
        one, other = (blocks[each].markets.supply(quarter) for each in ("reference", name))
        fields |= {f.name for f in dataclasses.fields(one) if getattr(one, f.name) != getattr(other, f.name)}
    expected = {
        "high_load_growth": {"other_consumption"}, "drought_years": {"hydro", "exports", "tradable_hydro"},
    }
    assert fields == expected.get(name, set())


def test_drought_lowers_the_physical_green_share(blocks, finished):
    table = blocks["reference"].province.hydrology.set_index(["year_type", "quarter"])["multiplier"]
    hydro = blocks["drought_years"].environment.hydro[-20:]
    kinds = ["dry", "extreme_dry", "dry", "dry", "dry"]
    assert hydro.tolist() == [table[kind, quarter] for kind in kinds for quarter in range(1, 5)]
    share = {name: by_quarter(model, "green_power_share_physical") for name, model in finished.items()}
    usual = blocks["reference"].environment.hydro[-20:]
    # an extreme year is wet in winter (2022 was) and dry from spring on: quarter by quarter the share follows the water
    assert (share["drought_years"][hydro < usual] < share["reference"][hydro < usual]).all()
    assert share["drought_years"].mean() < share["reference"].mean() - 0.02


def test_a_high_carbon_price_raises_what_avoided_carbon_is_worth(blocks, finished):
    price = {name: block.environment.carbon_price[-20:] for name, block in blocks.items()}
    assert (price["high_carbon_price"] >= price["reference"]).all()
    assert price["high_carbon_price"].mean() > 1.3 * price["reference"].mean()
    terms = [finished[name].terms.carbon_price for name in ("reference", "high_carbon_price")]
    covered = terms[0] > 0.0
    np.testing.assert_array_equal(covered, terms[1] > 0.0)
    assert covered.any()
    assert (terms[1][covered] > terms[0][covered]).all()


def test_a_high_carbon_price_makes_more_measures_wanted_in_the_carbon_market(sichuan_block):
    """The whole province, since the sample holds hardly any firm of the market."""
    wanted = []
    for block in (sichuan_block, prepare_block("sichuan", 1, "high_carbon_price")):
        model = steps(start(block, "current"), 1)
        covered = block.columns["ets_covered_2024"] & model.columns["alive"]
        model.terms.carbon_price = np.where(covered, block.environment.carbon_price[-1], 0.0)
        wanted.append((weigh(model, np.flatnonzero(covered)).score > 0.0).sum())
    assert wanted[0] < wanted[1]


def test_weak_demand_lowers_output_of_every_sector(blocks, finished):
    growth = blocks["reference"].province.growth
    revenue = {name: blocks[name].environment.revenue[-1] for name in ("reference", "weak_demand")}
    sector = blocks["reference"].columns["sector"]
    for index, row in enumerate(growth.itertuples()):
        here = (sector == index) & (revenue["reference"] > 0.0)
        if here.any() and (blocks["reference"].columns["arrival"][sector == index] < FIRST).any():
            ratio = revenue["weak_demand"][here].sum() / revenue["reference"][here].sum()
            assert ratio == pytest.approx(np.exp(5.0 * (row.low - row.value)), rel=1e-9)
    for name in ("output", "energy", "electricity"):
        assert last_year(finished["weak_demand"], name) < last_year(finished["reference"], name)


def test_cheap_coal_lowers_the_value_of_coal_saved(blocks):
    ratio = blocks["cheap_coal"].environment.prices[-20:] / blocks["reference"].environment.prices[-20:]
    years = np.arange(1, 21) / 4.0
    for carrier, name in enumerate(CARRIERS):
        expected = np.exp(-0.04 * years) if name in ("coal", "coke", "process_gas") else np.ones(20)
        np.testing.assert_allclose(ratio[:, carrier], expected, rtol=1e-12)
    model = steps(start(blocks["reference"], "current"), 1)
    model.quarter = LAST
    rows = np.flatnonzero(model.columns["alive"])
    wishes = [weigh(model, rows)]
    model.block = dataclasses.replace(model.block, environment=blocks["cheap_coal"].environment)
    wishes.append(weigh(model, rows))
    menu, firm = model.menu, model.options.firm[wishes[0].position]
    removed = menu.removed[model.options.measure[wishes[0].position]]
    burns_coal = model.columns["energy"][firm, 0] > 0.0
    saves_coal = (removed[:, 0] > 0.0) & (removed[:, 1:3] >= 0.0).all(axis=1) & burns_coal
    assert saves_coal.sum() > 50
    assert (wishes[1].saving < wishes[0].saving)[saves_coal].all()
    untouched = (removed[:, :3] == 0.0).all(axis=1)
    np.testing.assert_array_equal(wishes[1].saving[untouched], wishes[0].saving[untouched])


def test_high_load_growth_takes_supply_from_manufacturing(blocks, finished):
    ratio = [
        blocks["high_load_growth"].markets.supply(quarter).other_consumption
        / blocks["reference"].markets.supply(quarter).other_consumption for quarter in QUARTERS
    ]
    assert min(ratio) > 1.0 and ratio[-1] > 1.1 and ratio[-1] > ratio[0]
    assert last_year(finished["high_load_growth"], "electricity") == last_year(finished["reference"], "electricity")
    for name in ("green_power_share_physical", "green_power_share_province"):
        assert by_quarter(finished["high_load_growth"], name)[-1] < by_quarter(finished["reference"], name)[-1]


@pytest.mark.parametrize("name", NAMES)
def test_the_content_of_a_run_tells_scenarios_apart(name):
    contents = {each: model_content(RunSpec("demo", each), ["current"])["scenario"] for each in NAMES}
    assert [each for each in NAMES if contents[each] == contents[name]] == [name]


def broken(tmp_path, **changes):
    """A folder with a scenario whose file is changed; None takes a key away."""
    content = {"zh": "甲", "en": "a", "summary_zh": "甲", "summary_en": "a", "settings": {}} | changes
    kept = {key: value for key, value in content.items() if value is not None}
    (tmp_path / "mine.yaml").write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        load_scenario("mine", tmp_path, SOURCES)
    return [str(problem) for problem in caught.value.problems]


def entry(value, source="judgement", grade="D", **more):
    return {"value": value, "source": source, "grade": grade, **more}


@pytest.mark.parametrize(("setting", "value", "said"), [
    ("carbon_path", "hihg", "hihg: one of low, central, high; did you mean 'high'?"),
    ("growth_path", True, "one of low, central, high"),
    ("load_path", "sane", "did you mean 'same'?"),
    ("coal_price_growth", -0.5, "a number from -0.1 to 0.1 a year is needed"),
    ("coal_price_growth", "-4 %", "a number from -0.1 to 0.1 a year is needed"),
    ("hydrology", "dri", "did you mean 'dry'?"),
    ("hydrology", {2027: "dri"}, "settings.hydrology.value.2027 = dri"),
    ("hydrology", {2031: "dry"}, "a year from 2026 to 2030 is needed"),
    ("hydrology", {"2027Q1": "dry"}, "a year from 2026 to 2030 is needed"),
    ("hydrology", [1], "one of drawn, normal, dry, wet, extreme_dry"),
])
def test_values_outside_what_is_allowed_are_refused(tmp_path, setting, value, said):
    assert said in "\n".join(broken(tmp_path, settings={setting: entry(value)}))


def test_all_problems_of_a_file_are_told_at_once(tmp_path):
    said = "\n".join(broken(
        tmp_path, summary_zh=None, colour="red",
        settings={
            "carbon_pat": entry("high"), "power_path": "low", "load_path": {"value": "low", "grade": "E"},
            "growth_path": entry("low", source="S1000", remark="x"),
        },
    ))
    for part in (
        "summary_zh: a text is needed", "colour = red: unknown key", "did you mean 'settings.carbon_path'?",
        "settings.power_path = low: an entry {value, source, grade} is needed", "settings.load_path.source: missing",
        "settings.load_path.grade = E: one of A, B, C, D is needed", "'S1000' is not an id of sources.csv",
        "settings.growth_path.remark = x: unknown key",
    ):
        assert part in said


def test_settings_have_to_be_a_mapping(tmp_path):
    assert "settings among power_path" in broken(tmp_path, settings=["dry"])[0]


def test_a_run_checks_the_sources_of_its_scenario(tmp_path, monkeypatch):
    shutil.copytree(FOLDER, tmp_path / "scenario")
    (tmp_path / "scenario" / "mine.yaml").write_text(yaml.safe_dump({
        "zh": "甲", "en": "a", "summary_zh": "甲", "summary_en": "a",
        "settings": {"carbon_path": entry("high", source="nobody")},
    }), encoding="utf-8")
    monkeypatch.setattr("sim.inputs.scenario.CONFIG_ROOT", tmp_path)
    with pytest.raises(ConfigError, match=r"'nobody' is not an id of sources\.csv"):
        load_inputs("demo", "mine")
