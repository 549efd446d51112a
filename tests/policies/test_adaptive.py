"""The adaptive rule against its closed form, and its use on a mix."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.adaptive import AdaptiveGovernance, AdaptiveParameters, TargetPath, adapt
from policies.schedule import parse_quarter
from sim.inputs.policy_files import load_catalogue

RULE = AdaptiveParameters(0.5, 0.03, 0.5, 2.0, 0.2, 2.0)
ON_TRACK = {
    "retrofit_projects": 250.0,
    "retrofit_coverage": 0.15,  # the path's level in 2026Q3, seen in 2027Q1
    "green_factories": 1000.0,
    "green_factory_output_share": 0.30,
}
levels = st.floats(0.0, 10.0)
PLAN = load_catalogue()


def quarter(label: str) -> int:
    return parse_quarter(label)


def test_closed_form():
    # gap 20 % of the target, half of it, times the envelope's width 1.5 x 0.10
    assert adapt(0.10, 0.10, 800.0, 1000.0, RULE) == pytest.approx(0.10 + 0.5 * 0.2 * 0.15)
    assert adapt(0.10, 0.10, 1200.0, 1000.0, RULE) == pytest.approx(0.10 - 0.5 * 0.2 * 0.15)


def test_money_grows_by_no_more_than_the_cap():
    assert adapt(0.10, 0.10, 200.0, 1000.0, RULE) == pytest.approx(0.16)
    assert adapt(0.10, 0.10, 200.0, 1000.0, RULE, costs_money=True) == pytest.approx(0.12)


def test_envelope_is_cut_to_what_makes_sense():
    assert adapt(0.7, 0.7, 0.0, 1.0, RULE, high=1.0) == 1.0
    assert adapt(0.10, 0.10, 9000.0, 1000.0, RULE) == pytest.approx(0.05)


@pytest.mark.parametrize("observed", [970.0, 1000.0, 1030.0])
def test_nothing_changes_within_the_dead_band(observed):
    assert adapt(0.1234, 0.10, observed, 1000.0, RULE) == 0.1234


def test_nothing_changes_without_a_target():
    assert adapt(0.1234, 0.10, 5.0, 0.0, RULE) == 0.1234


@given(st.floats(0.05, 0.2), levels, levels, st.booleans())
def test_settings_stay_in_the_envelope_and_move_against_the_gap(current, observed, target, costs_money):
    after = adapt(current, 0.10, observed, target, RULE, costs_money=costs_money)
    assert 0.05 <= after <= 0.2
    assert (after - current) * (target - observed) >= 0.0
    if costs_money:
        assert after <= max(current * 1.2, 0.05) * (1.0 + 1e-12)


@given(st.floats(0.0, 1.0), levels, levels)
def test_null_gain_returns_the_setting_bit_for_bit(current, observed, target):
    assert adapt(current, 0.10, observed, target, dataclasses.replace(RULE, gain=0.0)) == current


def test_a_path_is_straight_between_knots_and_flat_outside():
    path = TargetPath(((quarter("2025Q4"), 0.0), (quarter("2030Q4"), 1.0)))
    labels = ("2024Q1", "2025Q4", "2028Q2", "2030Q4", "2033Q1")
    assert [path.at(quarter(label)) for label in labels] == pytest.approx([0.0, 0.0, 0.5, 1.0, 1.0])
    assert TargetPath(((quarter("2027Q4"), 7.0),)).at(quarter("2026Q1")) == 7.0


def run(mix, indicators, until: str = "2030Q4"):
    """Observe constant indicators at the end of each quarter and adjust at its start."""
    governance = mix.governance()
    history = {}
    for now in range(quarter("2026Q1"), quarter(until) + 1):
        mix = governance.adjust(now, mix)
        history[now] = mix
        governance.observe(now, indicators)
    return governance, history


def value(mix, instrument: str, setting: str, label: str) -> float:
    return mix[instrument].schedules[setting].at(quarter(label))


def test_on_track_the_plan_stays_the_very_same_object(catalogue):
    plan = catalogue.mix("plan_adaptive")
    _, history = run(plan, ON_TRACK, "2027Q4")
    assert all(each is plan for each in history.values())


def test_null_gain_leaves_the_mix_untouched(catalogue):
    plan = catalogue.mix("plan_adaptive")
    rule = plan.adaptive
    plan.adaptive = dataclasses.replace(rule, parameters=dataclasses.replace(rule.parameters, gain=0.0))
    _, history = run(plan, dict.fromkeys(ON_TRACK, 0.0))
    assert all(each is plan for each in history.values())


def test_only_first_quarters_respond_and_only_from_the_start(catalogue):
    plan = catalogue.mix("plan_adaptive")
    _, history = run(plan, {**ON_TRACK, "green_factories": 800.0})
    changes = [now for now in history if now > quarter("2026Q1") and history[now] is not history[now - 1]]
    assert changes[0] == quarter("2027Q1")
    assert all(now % 4 == 0 for now in changes)


def test_a_later_step_of_the_plan_is_kept_and_scaled(catalogue):
    plan = catalogue.mix("plan_adaptive")
    governance, history = run(plan, {**ON_TRACK, "green_factories": 800.0}, "2027Q4")
    factor = 1.0 + 0.5 * 0.2 * 1.5
    assert governance.multipliers()["certification_quota.quota"] == pytest.approx(factor)
    adjusted = history[quarter("2027Q4")]
    assert value(adjusted, "certification_quota", "quota", "2026Q4") == 190.0
    assert value(adjusted, "certification_quota", "quota", "2027Q1") == pytest.approx(190.0 * factor)
    assert value(adjusted, "certification_quota", "quota", "2028Q1") == pytest.approx(150.0 * factor)
    assert value(plan, "certification_quota", "quota", "2027Q1") == 190.0


def test_yearly_flows_are_read_as_a_trailing_year(catalogue):
    # 200 completions a quarter are 800 a year; only three quarters are known in 2027Q1
    _, history = run(catalogue.mix("plan_adaptive"), {**ON_TRACK, "retrofit_projects": 200.0}, "2027Q1")
    rate = value(history[quarter("2027Q1")], "retrofit_subsidy", "rate", "2027Q1")
    assert rate == pytest.approx(0.10 + 0.5 * 0.2 * 0.15)


@given(st.lists(st.fixed_dictionaries({name: st.floats(0.0, 3.0) for name in ON_TRACK}), min_size=20, max_size=20))
@settings(max_examples=40, deadline=None)
def test_whatever_is_measured_settings_stay_within_the_fiscal_envelope_every_year(shares):
    """Twenty quarters of indicators between nothing and three times what is on track."""
    plan = PLAN.mix("plan_adaptive")
    governance, mix, parameters = plan.governance(), plan, plan.adaptive.parameters
    before = governance.multipliers()
    for now, observed in zip(range(quarter("2026Q1"), quarter("2030Q4") + 1), shares, strict=True):
        mix = governance.adjust(now, mix)
        after = governance.multipliers()
        for link in plan.adaptive.links:
            name, cls = f"{link.instrument}.{link.setting}", plan[link.instrument].settings[link.setting]
            central = plan[link.instrument].schedules[link.setting].at(now)
            set_now = mix[link.instrument].schedules[link.setting].at(now)
            lower, upper = parameters.envelope_low * central, parameters.envelope_high * central
            assert max(cls.low, lower) * (1.0 - 1e-12) <= set_now <= min(cls.high, upper) * (1.0 + 1e-12)
            if link.costs_money:
                assert after[name] <= max(before[name] * (1.0 + parameters.budget_growth_cap), 0.5) * (1.0 + 1e-12)
        linked = {(link.instrument, link.setting) for link in plan.adaptive.links}
        for name in (each.name for each in mix.instruments):
            for setting, schedule in mix[name].schedules.items():
                assert (name, setting) in linked or schedule == plan[name].schedules[setting]
        before = after
        governance.observe(now, {name: share * ON_TRACK[name] for name, share in observed.items()})


def test_lag_is_respected(catalogue):
    plan = catalogue.mix("plan_adaptive")
    governance = plan.governance()
    governance.observe(quarter("2026Q4"), dict.fromkeys(ON_TRACK, 0.0))
    assert governance.adjust(quarter("2027Q1"), plan) is plan


def test_two_runs_of_one_mix_do_not_see_each_other(catalogue):
    plan = catalogue.mix("plan_adaptive")
    run(plan, dict.fromkeys(ON_TRACK, 0.0))
    governance, _ = run(plan, ON_TRACK, "2027Q4")
    assert set(governance.multipliers().values()) == {1.0}


def test_a_missing_indicator_is_an_error(catalogue):
    plan = catalogue.mix("plan_adaptive")
    assert isinstance(plan.governance(), AdaptiveGovernance)
    with pytest.raises(KeyError, match="retrofit_projects"):
        plan.governance().observe(quarter("2026Q1"), {})
    assert catalogue.mix("plan").governance() is None
