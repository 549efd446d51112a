"""The block `scoped` of a mix's document: what it becomes, what is refused, how it is told."""

from __future__ import annotations

import pytest
import yaml

from policies.build_catalogue import build_catalogue
from policies.problems import PolicyError
from policies.schedule import Schedule, parse_quarter
from policies.scope import Scope, ScopedSchedule, parse_scope
from sim.errors import ConfigError
from sim.inputs.policy_files import POLICY_FOLDER
from sim.preparation import load_inputs
from sim.scopes import compose_scoped

START = parse_quarter("2026Q1")
EVIDENCE = {"source": "judgement", "grade": "D", "clause": "IV-2"}
RATE = "retrofit_subsidy.rate"
CHENGDU, SMALL = Scope.of({"prefecture": ["Chengdu"]}), Scope.of({"size_class": ["small"]})
PROVINCE = load_inputs("demo").province


def entry(where: object, values: dict[str, float], setting: str = RATE, unit: str = "share of project cost") -> dict:
    return {"where": where, "set": {setting: {"values": values, "unit": unit, **EVIDENCE}}}


def catalogue_with(scoped: object, **more: object):
    """The packaged policies and the mix `local` with this block."""
    documents = {
        kind: {file.stem: yaml.safe_load(file.read_text("utf-8")) for file in (POLICY_FOLDER / kind).glob("*.yaml")}
        for kind in ("instrument", "mix")
    }
    labels = dict.fromkeys(("zh", "en", "summary_zh", "summary_en"), "local")
    documents["mix"]["local"] = {"name": "local", **labels, "base": "current", "scoped": scoped, **more}
    return build_catalogue(documents["instrument"], documents["mix"])


def problems_of(scoped: object) -> list[str]:
    with pytest.raises(PolicyError) as caught:
        catalogue_with(scoped)
    return [str(problem) for problem in caught.value.problems]


def test_the_block_becomes_schedules_of_some_firms_and_the_rest_stays():
    catalogue = catalogue_with([entry({"prefecture": "Chengdu"}, {"2026Q1": 0.1, "2028Q1": 0.15})])
    local, current = catalogue.mix("local"), catalogue.mix("current")
    own = ScopedSchedule(CHENGDU, Schedule.of(0.0, {"2026Q1": 0.1, "2028Q1": 0.15}))
    assert local["retrofit_subsidy"].scoped == {"rate": (own,)}
    assert local["retrofit_subsidy"].schedules == current["retrofit_subsidy"].schedules
    plain = {name: each for name, each in local.content().items() if name != "scoped"}
    assert plain == current.content()
    assert local.content()["scoped"] == [[f"{RATE}@prefecture=Chengdu", {"2026Q1": 0.1, "2028Q1": 0.15}]]


def test_a_scope_survives_what_is_laid_over_it_and_adaptive_changes():
    catalogue = catalogue_with([entry({"prefecture": "Chengdu"}, {"2026Q1": 0.1})])
    over = catalogue.mix("local+subsidy")
    assert [each.where for each in over["retrofit_subsidy"].scoped["rate"]] == [CHENGDU]
    changed = over.with_schedule("retrofit_subsidy", "rate", Schedule(0.0, ((START, 0.02),)))
    assert changed["retrofit_subsidy"].scoped == over["retrofit_subsidy"].scoped


def test_differences_name_the_scope_its_dates_and_its_evidence():
    scoped = [
        entry({"prefecture": "Chengdu"}, {"2026Q1": 0.1, "2028Q1": 0.05}),
        entry({"size_class": "small", "prefecture": "Chengdu"}, {"2027Q1": 0.2}),
    ]
    rows = catalogue_with(scoped).describe("local")
    assert [(row.where, row.quarter, row.current, row.value, row.source) for row in rows] == [
        ("prefecture=Chengdu", "2026Q1", 0.05, 0.1, "judgement"),
        ("prefecture=Chengdu", "2028Q1", 0.05, 0.05, "judgement"),
        ("prefecture=Chengdu,size_class=small", "2027Q1", 0.05, 0.2, "judgement"),
    ]


def test_wrong_blocks_are_told_all_at_once():
    found = problems_of([
        entry({"prefectur": "Chengdu"}, {"2026Q1": 0.1}),
        entry({"sector": [31, True]}, {"2026": 0.1}),
        entry({}, {"2026Q1": 0.1}, "retrofit_subsidy.rat"),
        entry({"sector": 31}, {"2026Q1": 300.0}, "retrofit_subsidy.appropriation", "m CNY/yr"),
        {"were": {"sector": 31}, "set": {}},
        "Chengdu",
    ])
    for expected in (
        "scoped[0].where.prefectur: unknown; did you mean 'prefecture'?",
        "scoped[1].where.sector = [31, True]: has to be a name",
        f"scoped[1].set.{RATE}.values.2026 = 2026: has to be a quarter",
        "scoped[2].where: needs a condition on prefecture, sector, size_class",
        "scoped[2].set.retrofit_subsidy.rat: unknown; did you mean 'retrofit_subsidy.rate'?",
        "scoped[3].set.retrofit_subsidy.appropriation: is one number for the whole province",
        "scoped[4].were: unknown; did you mean 'where'?",
        "scoped[4].where: is missing",
        "scoped[4].set: needs at least one setting",
        "scoped[5] = Chengdu: has to be a mapping",
    ):
        assert any(line.startswith(f"policy/mix/local.yaml: {expected}") for line in found), (expected, found)
    assert problems_of({"where": {}})[0].endswith("{where: {prefecture: Chengdu}, set: {...}}")


def test_names_of_a_document_are_checked_with_the_province_when_it_is_used():
    catalogue = catalogue_with([
        entry({"prefecture": ["Chengdoo", "成都市"]}, {"2026Q1": 0.1}), entry({"sector": 99}, {"2026Q1": 0.1}),
    ])
    compose_scoped(catalogue, "plan", {}, PROVINCE)
    with pytest.raises(ConfigError) as caught:
        compose_scoped(catalogue, ["plan", "local"], {}, PROVINCE)
    lines = str(caught.value).splitlines()
    assert lines[0].startswith("policy/mix/local.yaml: scoped[0].where.prefecture: no prefecture Chengdoo in demo;")
    assert lines[0].endswith("did you mean 'Chengdu'?")
    assert lines[1].startswith("policy/mix/local.yaml: scoped[1].where.sector: no sector 99 in demo; there are 13, 14")
    assert len(lines) == 2


def test_scopes_are_written_and_read_alike():
    scope = Scope.of({"size_class": ["small"], "prefecture": ["Deyang", "Chengdu"]})
    assert str(scope) == "prefecture=Deyang|Chengdu,size_class=small"
    assert parse_scope(str(scope)) == scope
    assert CHENGDU.both(SMALL) == Scope.of({"prefecture": ["Chengdu"], "size_class": ["small"]})
    assert CHENGDU.both(Scope.of({"prefecture": ["Deyang"]})) is None
    assert scope.both(CHENGDU) == CHENGDU.both(SMALL)
    for wrong in ("prefecture", "prefecture=", "prefecture=Deyang,prefecture=Chengdu", "colour=red", ""):
        with pytest.raises(ValueError, match=r"form|condition"):
            parse_scope(wrong)
