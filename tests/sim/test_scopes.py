"""Settings of one prefecture, sector or size class: who faces them, and that the others see nothing of it."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from model_runs import differing_columns, differing_indicators, run, start

from agents.terms import Terms
from policies.instrument import Context
from policies.ledger import Ledger
from policies.mix import Mix
from policies.registry import registered
from policies.schedule import Schedule, parse_quarter
from policies.scope import Scope, ScopedSchedule
from sim.identities.every_quarter import violations
from sim.model import ProvinceModel
from sim.preparation import load_inputs, prepare_block
from sim.scopes import scope_codes

INPUTS = load_inputs("demo")
SETTINGS = INPUTS.catalogue.settings()
SCOPABLE = sorted(name for name, setting in SETTINGS.items() if setting.scopable)
START = parse_quarter("2026Q1")
NAMES = {
    "prefecture": INPUTS.province.prefectures["name_en"].tolist(),
    "sector": [str(code) for code in INPUTS.province.sectors["code"]],
    "size_class": ["large", "medium", "small", "micro"],
}


def whole(value, null=0.0):
    return Schedule(null, ((START, value),))


def offered(block, instrument):
    """Terms of one instrument alone at the first quarter."""
    context = Context(block.subtype_index, 80.0, 1.0, block.energy_order, block.scope_codes)
    return Mix("one", [instrument]).terms(START, block.snapshot.columns, block.slots, Ledger(), context)


def assert_same_bits(one, other, rows=slice(None)):
    """Arrays compared on some rows, scalars as they are."""
    for field in dataclasses.fields(Terms):
        first, second = getattr(one, field.name), getattr(other, field.name)
        if isinstance(first, np.ndarray):
            first, second = first[rows], second[rows]
        assert np.asarray(first).tobytes() == np.asarray(second).tobytes(), field.name


def with_value(name, value, *scopes):
    """An instrument with every setting at the upper end of its range, but one at `value`, for the scopes or for all.

    Without a value that one, too, is at the upper end.
    """
    instrument, setting = name.split(".")
    cls = registered()[instrument]
    schedules = {each: whole(SETTINGS[f"{instrument}.{each}"].high, declared.null)
                 for each, declared in cls.settings.items()}
    if value is None:
        return cls(schedules)
    if not scopes:
        return cls(schedules | {setting: whole(value)})
    return cls(schedules, {setting: [ScopedSchedule(each, whole(value)) for each in scopes]})


@st.composite
def cases(draw):
    """A scopable setting, a value, and a division of the firms by names of one column."""
    name, column = draw(st.sampled_from(SCOPABLE)), draw(st.sampled_from(sorted(NAMES)))
    node, names = SETTINGS[name], NAMES[column]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=len(names) - 1, unique=True))
    rest = [each for each in names if each not in chosen]
    value = draw(st.just(node.null) | st.floats(node.low, node.high))
    return name, value, Scope.of({column: chosen}), Scope.of({column: rest})


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_firms_of_a_scope_face_its_value_and_the_others_that_of_the_province(demo_block, case):
    name, value, scope, _ = case
    inside = scope.holds(demo_block.snapshot.columns, demo_block.scope_codes)
    some, nobody = offered(demo_block, with_value(name, value, scope)), offered(demo_block, with_value(name, None))
    assert_same_bits(some, nobody, ~inside)
    if value != SETTINGS[name].null:
        assert_same_bits(some, offered(demo_block, with_value(name, value)), inside)


@settings(max_examples=60, deadline=None)
@given(case=cases())
def test_scopes_that_share_out_all_firms_are_the_unscoped_setting_bit_for_bit(demo_block, case):
    name, value, scope, rest = case
    everybody = Scope.of({column: [*one, *dict(rest.conditions)[column]] for column, one in scope.conditions})
    unscoped = offered(demo_block, with_value(name, value))
    if value == SETTINGS[name].null:
        return
    assert_same_bits(offered(demo_block, with_value(name, value, scope, rest)), unscoped)
    assert_same_bits(offered(demo_block, with_value(name, value, everybody)), unscoped)


@pytest.mark.parametrize("name", SCOPABLE)
def test_a_null_scope_puts_no_instrument_in_force(demo_block, name):
    instrument, setting = name.split(".")
    own = {setting: [ScopedSchedule(Scope.of({"prefecture": ["Chengdu"]}), whole(0.0))]}
    assert_same_bits(offered(demo_block, registered()[instrument]({}, own)), Terms(START, demo_block.slots))


@pytest.mark.parametrize("name", SCOPABLE)
def test_every_scopable_setting_reaches_a_firm_and_no_other(sichuan_block, name):
    scope = Scope.of({"size_class": ["medium"]})
    instrument, setting = name.split(".")
    cls = registered()[instrument]
    switching = [each for each, declared in cls.settings.items() if declared.switch]
    switches = {each: whole(SETTINGS[f"{instrument}.{each}"].high) for each in switching}
    at_null = cls(switches | {setting: whole(SETTINGS[name].null)})
    scoped = {setting: [ScopedSchedule(scope, whole(SETTINGS[name].high))]}
    some = offered(sichuan_block, cls(at_null.schedules, scoped))
    none = offered(sichuan_block, at_null)
    inside = scope.holds(sichuan_block.snapshot.columns, sichuan_block.scope_codes)
    changed = np.zeros(sichuan_block.slots, dtype=bool)
    for field in dataclasses.fields(Terms):
        if isinstance(getattr(some, field.name), np.ndarray):
            changed |= getattr(some, field.name) != getattr(none, field.name)
    assert changed.any()
    assert not changed[~inside].any()


def scoped_run(block, policy, *entries):
    """A finished run of a mix with values of its own for some firms: pairs of path and value."""
    mix = INPUTS.catalogue.mix(policy, {path: {"2026Q1": value} for path, value in entries})
    return run(block, mix)


def assert_same_run(one, other):
    assert differing_indicators(one, other) == set()
    assert differing_columns(one.columns, other.columns) == []
    assert one.ledger.rows() == other.ledger.rows()


def test_whole_runs_agree_bit_for_bit_however_all_firms_are_scoped(demo_block):
    unscoped = scoped_run(demo_block, "subsidy", ("retrofit_subsidy.rate", 0.2))
    parts = ("large|small", "medium|micro")
    shared = [(f"retrofit_subsidy.rate@size_class={names}", 0.2) for names in parts]
    assert_same_run(scoped_run(demo_block, "subsidy", *shared), unscoped)
    assert_same_run(scoped_run(demo_block, "subsidy", (f"retrofit_subsidy.rate@size_class={'|'.join(parts)}", 0.2)),
                    unscoped)
    plain = run(demo_block, "subsidy")
    assert_same_run(scoped_run(demo_block, "subsidy", ("retrofit_subsidy.rate@prefecture=Chengdu", 0.1)), plain)
    assert differing_indicators(unscoped, plain)


def chengdu(block):
    return block.columns["prefecture"] == scope_codes(block.province)["prefecture"]["Chengdu"]


def first_quarter(block, entries):
    base = {"retrofit_subsidy.rate": {"2026Q1": 0.05}, "retrofit_subsidy.appropriation": {"2026Q1": 10000.0}}
    mix = block.catalogue.mix("subsidy", base | {path: {"2026Q1": value} for path, value in entries.items()})
    model = start(block, mix)
    model.step()
    return model


def test_chengdu_pays_ten_percent(sichuan_block):
    plain = first_quarter(sichuan_block, {})
    model = first_quarter(sichuan_block, {"retrofit_subsidy.rate@prefecture=Chengdu": 0.10})
    there = chengdu(sichuan_block)
    assert set(model.terms.grant_rate[there]) == {0.10}
    assert set(model.terms.grant_rate[~there]) == {0.05}
    changed = model.columns["grants_received"] != plain.columns["grants_received"]
    assert changed[there].any()
    assert not changed[~there].any()
    granted = model.columns["grants_received"] - sichuan_block.snapshot.columns["grants_received"]
    assert model.flows.grants == pytest.approx(granted.sum(), rel=1e-12)


def test_identities_hold_while_one_place_pays_more():
    block = prepare_block("demo", 3, overrides={
        "retrofit_subsidy.rate@prefecture=Chengdu": 0.3, "risk_pool.guarantee_share@size_class=small": 0.2,
        "retrofit_loan_interest.points@sector=31": 0.0,
    })
    model = ProvinceModel("plan_adaptive", block=block)
    code = block.scope_codes["prefecture"]["Chengdu"]
    while not model.finished:
        there = model.columns["prefecture"] == code  # newcomers can be moved later in the quarter
        model.step()
        assert violations(model) == []
        assert set(model.terms.grant_rate[there]) == {0.3}


def test_a_rate_of_one_prefecture_alone_puts_the_grant_in_force(demo_block):
    mix = INPUTS.catalogue.mix("subsidy", {
        "retrofit_subsidy.rate": {"2026Q1": 0.0}, "retrofit_subsidy.rate@prefecture=成都市": {"2027Q1": 0.1},
    })
    assert not mix["retrofit_subsidy"].in_force(START)
    assert mix["retrofit_subsidy"].in_force(START + 4)
    model = run(demo_block, mix)
    received = model.columns["grants_received"] > 0.0
    assert received[chengdu(demo_block)].any()
    assert not received[~chengdu(demo_block)].any()


def test_of_several_values_the_narrowest_counts(demo_block):
    paths = {"": 0.05, "@prefecture=Chengdu,size_class=small": 0.2, "@prefecture=Chengdu": 0.1}
    changes = {f"retrofit_subsidy.rate{scope}": {"2026Q1": value} for scope, value in paths.items()}
    rate = offered(demo_block, INPUTS.catalogue.mix("subsidy", changes)["retrofit_subsidy"]).grant_rate
    there, small = chengdu(demo_block), demo_block.columns["size_class"] == 2
    assert np.array_equal(rate, np.where(there, np.where(small, 0.2, 0.1), 0.05))
