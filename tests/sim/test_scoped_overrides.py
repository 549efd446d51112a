"""Overrides for one prefecture, sector or size class: where they act, by which names, and which are refused."""

import pytest

from sim.api import simulate
from sim.errors import ConfigError
from sim.preparation import load_inputs

INPUTS = load_inputs("demo")


def test_an_override_acts_where_the_instrument_is_in_force_and_leaves_none_alone():
    path = "green_finance_catalogue.rate_cut@sector=31"
    inputs = load_inputs("demo", overrides={path: 0.002})
    assert inputs.compose("none").content() == INPUTS.compose("none").content()
    assert inputs.compose("plan").content()["scoped"] == [[path, {"2026Q1": 0.002}]]
    assert "scoped" not in INPUTS.compose("plan").content()


def test_chinese_and_english_names_are_one_override():
    one = load_inputs("demo", overrides={"retrofit_subsidy.rate@size_class=小型,prefecture=成都市": 0.1})
    other = load_inputs("demo", overrides={"retrofit_subsidy.rate@prefecture=Chengdu,size_class=small": 0.1})
    assert one.settings == other.settings
    with pytest.raises(ConfigError, match="the same firms have a value already"):
        load_inputs("demo", overrides={
            "retrofit_subsidy.rate@prefecture=成都市": 0.1, "retrofit_subsidy.rate@prefecture=Chengdu": 0.2,
        })


def test_all_wrong_names_are_told_at_once_with_the_nearest():
    wrong = {
        "retrofit_subsidy.rate@prefecture=Chengdoo": 0.1,
        "retrofit_subsidy.rate@sector=99,size_class=smal": 0.1,
        "retrofit_subsidy.rat@prefecture=Chengdu": 0.1,
        "retrofit_subsidy.rate@prefectur=Chengdu": 0.1,
        "retrofit_subsidy.appropriation@prefecture=Chengdu": 0.1,
        "retrofit_subsidy.rate@sector=": 0.1,
        "retrofit_subsidy.rate@sector=31": 7.0,
    }
    with pytest.raises(ConfigError) as caught:
        simulate("subsidy", "demo", overrides=wrong)
    text = str(caught.value)
    for expected in (
        "no prefecture Chengdoo in demo; there are Chengdu, Zigong", "did you mean 'Chengdu'", "no sector 99",
        "did you mean 'small'", "did you mean 'retrofit_subsidy.rate'", "did you mean 'prefecture'",
        "retrofit_subsidy.appropriation@prefecture=Chengdu: is one number for the whole province",
        "are written as @prefecture=Chengdu|Deyang,sector=31", "has to lie within 0 and 0.3",
    ):
        assert expected in text, expected


def test_overlapping_overrides_need_a_word_on_the_firms_in_both():
    both = {"retrofit_subsidy.rate@prefecture=Chengdu": 0.1, "retrofit_subsidy.rate@size_class=small": 0.2}
    with pytest.raises(ConfigError, match="give a value for @prefecture=Chengdu,size_class=small too"):
        load_inputs("demo", overrides=both)
    load_inputs("demo", overrides=both | {"retrofit_subsidy.rate@prefecture=Chengdu,size_class=small": 0.2})
