"""The 33 clauses of the plan: null settings leave no trace, upper values move the clause's own indicator."""

import dataclasses

import pytest
from model_runs import differing_columns, differing_indicators, run

from policies.adaptive import AdaptiveRule
from policies.mix import Mix
from policies.schedule import FIRST_QUARTER
from sim.errors import ConfigError
from sim.indicators import INDICATORS
from sim.inputs.clauses import NOT_REPRESENTED, read_clauses
from sim.model import ProvinceModel
from sim.preparation import load_inputs

INPUTS = load_inputs("sichuan")
CATALOGUE, CLAUSES = INPUTS.catalogue, INPUTS.clauses
SETTINGS = CATALOGUE.settings()
TASKS = [f"II-{number}" for number in range(1, 23)]
PATHS, SAFEGUARDS = [f"III-{number}" for number in range(1, 8)], [f"IV-{number}" for number in range(1, 5)]
REPRESENTED = [name for name, clause in CLAUSES.items() if clause.represented]
BY_SETTINGS = [name for name in REPRESENTED if CLAUSES[name].settings]

CONDITIONS = {"retrofit_subsidy.min_added_output"}
"""Settings that take support away: they stay where they are."""
ON_THE_PLAN = {"III-1"}
"""Clauses that act through others: they are raised within the plan, the others within the policy in force."""


def total(model, indicator):
    return sum(row[indicator] for row in model.rows)


def upper(clause):
    return {path: {FIRST_QUARTER: SETTINGS[path].high} for path in clause.settings if path not in CONDITIONS}


def at_null(clause):
    return {path: {FIRST_QUARTER: SETTINGS[path].null} for path in clause.settings}


def never(clause):
    """The plan composed as if the clause's settings had never been given a value."""
    instruments = []
    for instrument in CATALOGUE.mix("plan").instruments:
        own = {path.split(".")[1] for path in clause.settings if path.split(".")[0] == instrument.name}
        kept = {name: each for name, each in instrument.schedules.items() if name not in own}
        instruments.append(type(instrument)(kept))
    return Mix("plan", instruments, None)


@pytest.fixture(scope="module")
def base(sichuan_block):
    """Finished runs of whole Sichuan, made when first asked for."""
    runs = {}
    return lambda policy: runs.setdefault(policy, ProvinceModel(policy, block=sichuan_block).run())


def test_all_clauses_are_there_in_the_order_of_the_plan():
    assert list(CLAUSES) == TASKS + PATHS + SAFEGUARDS
    assert all(clause.zh and clause.en and clause.note for clause in CLAUSES.values())


def test_every_setting_stands_for_the_clause_it_is_marked_with():
    for path, node in SETTINGS.items():
        assert path in CLAUSES[node.clause].settings


def test_every_clause_is_represented():
    assert list(CLAUSES) == REPRESENTED
    assert all(clause.status != NOT_REPRESENTED and clause.indicator for clause in CLAUSES.values())


@pytest.mark.parametrize("name", BY_SETTINGS)
def test_null_settings_leave_no_trace(demo_block, name):
    clause = CLAUSES[name]
    nulled = run(demo_block, "plan", at_null(clause))
    absent = run(demo_block, never(clause))
    assert differing_indicators(nulled, absent) == set()
    assert differing_columns(nulled.columns, absent.columns) == []


def test_dynamic_evaluation_without_response_is_the_plan(demo_block):
    rule = CATALOGUE.mix("plan_adaptive").adaptive
    assert isinstance(rule, AdaptiveRule)
    silent = dataclasses.replace(rule, parameters=dataclasses.replace(rule.parameters, gain=0.0))
    one, other = run(demo_block, Mix("silent", CATALOGUE.mix("plan").instruments, silent)), run(demo_block, "plan")
    assert differing_indicators(one, other) == set()
    assert differing_columns(one.columns, other.columns) == []


@pytest.mark.parametrize("name", BY_SETTINGS)
def test_the_upper_value_moves_the_indicator_of_the_clause(sichuan_block, base, name):
    clause = CLAUSES[name]
    policy = "plan" if name in ON_THE_PLAN else "current"
    raised = run(sichuan_block, policy, upper(clause))
    change = total(raised, clause.indicator) - total(base(policy), clause.indicator)
    assert clause.direction * change > 0.0


def test_the_strongest_response_moves_the_indicator_of_dynamic_evaluation(sichuan_block, base):
    clause = CLAUSES["IV-1"]
    rule = CATALOGUE.mix(clause.mix).adaptive
    strong = dataclasses.replace(rule, parameters=dataclasses.replace(rule.parameters, gain=1.0))
    raised = run(sichuan_block, Mix("strong", CATALOGUE.mix("plan").instruments, strong))
    assert clause.direction * (total(raised, clause.indicator) - total(base("plan"), clause.indicator)) > 0.0


@pytest.mark.parametrize("name", BY_SETTINGS)
def test_the_plan_can_be_named_without_each_clause(name):
    clause = CLAUSES[name]
    plan, without = CATALOGUE.mix("plan"), CATALOGUE.mix(f"plan-without:{name}")
    for path, node in SETTINGS.items():
        instrument, setting = path.split(".")
        schedule = without[instrument].schedules[setting]
        if path in clause.settings:
            assert all(schedule.at(quarter) == node.null for quarter in range(2026 * 4, 2031 * 4))
        else:
            assert schedule == plan[instrument].schedules[setting]
    assert CATALOGUE.label(f"plan-without:{name}")[1] == f"Action plan without {name}"


def test_every_mistake_in_the_table_is_named_with_the_nearest_name():
    table = INPUTS.province.clauses.copy()
    at = dict(zip(table["clause"], table.index, strict=True))
    table.loc[at["II-3"], ["instruments", "settings"]] = "demonstraton", "demonstraton.benchmark"
    table.loc[at["II-7"], "indicator"] = "pilots_complete"
    table.loc[at["II-9"], ["status", "direction"]] = NOT_REPRESENTED, ""
    table.loc[at["II-13"], "instruments"] = ""
    table.loc[at["III-7"], ["instruments", "settings"]] = "tax_credit", "tax_credit.rate"
    table.loc[at["IV-1"], "mix"] = "plan_adapted"
    with pytest.raises(ConfigError) as caught:
        read_clauses(dataclasses.replace(INPUTS.province, clauses=table), CATALOGUE)
    text = str(caught.value)
    for expected in (
        "demonstraton: no such instrument; did you mean 'demonstration'?", "did you mean 'demonstration.benchmarks'?",
        "did you mean 'pilots_completed'?", "line 10, status", "green_power_programme is missing",
        "tax_credit rests on IV-2", "did you mean 'plan_adaptive'?",
    ):
        assert expected in text
    assert "configs/province/sichuan/tables/clauses.csv: line 4" in text


def test_indicators_of_clauses_are_results():
    assert {CLAUSES[name].indicator for name in REPRESENTED} <= set(INDICATORS)
