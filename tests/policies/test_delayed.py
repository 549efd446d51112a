"""Later starts of mixes and instruments: nothing before the start, everything from it on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.delayed import delayed, split_start
from policies.problems import PolicyError
from policies.schedule import Schedule, parse_quarter
from sim.api import simulate
from sim.inputs.policy_files import load_catalogue
from sim.preparation import prepare_block

NAMES = ("subsidy", "plan", "plan_adaptive", "subsidy+procurement", "diagnosis", "three_levers")
STEPS = st.dictionaries(st.integers(8104, 8123), st.floats(0.0, 1.0), min_size=1, max_size=4)


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@given(STEPS, st.integers(8104, 8123))
def test_a_delayed_schedule_has_the_values_of_the_undelayed_from_its_start_on(steps, start):
    whole = Schedule(0.0, tuple(sorted(steps.items())))
    late = delayed(whole, start)
    assert [late.at(quarter) for quarter in range(start, 8130)] == [whole.at(quarter) for quarter in range(start, 8130)]
    assert late.first is not None and late.first >= start
    assert delayed(late, start) == late


@pytest.mark.parametrize("name", NAMES)
def test_a_start_at_the_beginning_changes_nothing(catalogue, name):
    parts = "+".join(f"{part}@2026Q1" for part in name.split("+"))
    assert catalogue.mix(parts).content() == catalogue.mix(name).content()


def test_a_mix_holds_from_its_start_on_and_what_it_stands_on_until_then(catalogue):
    late, current, plan = (catalogue.mix(name) for name in ("plan@2028Q3", "current", "plan"))
    for quarter in range(parse_quarter("2021Q1"), parse_quarter("2031Q1")):
        whole = current if quarter < parse_quarter("2028Q3") else plan
        for instrument in late.instruments:
            for name, schedule in instrument.schedules.items():
                assert schedule.at(quarter) == whole[instrument.name].schedules[name].at(quarter), (name, quarter)


def test_each_part_has_its_own_start(catalogue):
    mix = catalogue.mix("subsidy@2027Q1+procurement@2029Q1")
    rate, share = mix["retrofit_subsidy"].rate, mix["government_procurement"].reserved_share
    dates = [parse_quarter(label) for label in ("2026Q4", "2027Q1", "2028Q4", "2029Q1")]
    assert [rate.at(date) for date in dates] == [0.05, 0.10, 0.10, 0.10]
    assert [share.at(date) for date in dates] == [0.12, 0.12, 0.12, 0.30]


def test_dynamic_evaluation_does_not_respond_before_the_start(catalogue):
    late = catalogue.mix("plan_adaptive@2029Q1").adaptive
    assert late.start == parse_quarter("2029Q1")
    assert catalogue.mix("plan_adaptive").adaptive.start == parse_quarter("2027Q1")


def test_runs_are_the_same_bit_for_bit_where_the_start_makes_no_difference():
    block = prepare_block("demo", 1, last=parse_quarter("2027Q4"))
    same = (("plan@2026Q1", "plan"), ("plan@2028Q1", "current"))
    for one, other in same:
        assert simulate(one, block=block).indicators.drop(columns="policy").equals(
            simulate(other, block=block).indicators.drop(columns="policy")
        )


def test_labels_say_from_when(catalogue):
    assert catalogue.label("plan@2028Q1") == ("行动方案（2028Q1起）", "Action plan from 2028Q1")
    assert split_start("plan-without:II-7@2028Q1") == ("plan-without:II-7", "2028Q1")


@pytest.mark.parametrize(("name", "said"), [
    ("plan@2028", "needs a quarter such as 2028Q1"), ("plan@", "needs a quarter"), ("plan@2025Q4", "before 2026Q1"),
    ("current@2028Q1", "from the beginning"), ("plam@2028Q1", "did you mean 'plan'"),
])
def test_wrong_starts_are_refused(catalogue, name, said):
    with pytest.raises(PolicyError, match=said):
        catalogue.mix(name)
