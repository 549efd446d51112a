"""What a catalogue makes of documents: instruments from outside, names, differences, and all problems at once."""

from __future__ import annotations

import copy

import pytest

from agents.terms import Terms
from policies.build_catalogue import build_catalogue
from policies.instrument import Instrument, Setting
from policies.ledger import Ledger
from policies.problems import Checker, PolicyError
from policies.registry import register, registered, unregister
from policies.schedule import parse_quarter

NOW = parse_quarter("2026Q1")


class ToyLottery(Instrument):
    """An instrument that this package does not know."""

    name = "toy_lottery"
    clauses = ("III-7",)
    payer = "province"
    prize = Setting("1/yr", 0.0, 10.0, doc="added awareness", switch=True)

    def apply(self, quarter, firms, terms, ledger, context):
        terms.awareness_rate += self.prize.at(quarter)


EVIDENCE = {"source": "judgement", "grade": "D", "clause": "III-7"}
INSTRUMENTS = {
    "toy_lottery": {
        "name": "toy_lottery",
        "zh": "抽奖",
        "en": "lottery",
        "settings": {
            "prize": {
                "unit": "1/yr",
                "range": [0.0, 1.0],
                "null_value": 0.0,
                "zh": "奖",
                "en": "prize",
                **EVIDENCE,
            }
        },
    }
}


def mix(name: str, base: str = "current", includes: tuple[str, ...] = (), **values: dict) -> dict:
    labels = {"zh": name, "en": name, "summary_zh": name, "summary_en": name}
    nodes = {
        f"toy_lottery.{key}": {"values": each, "unit": "1/yr", **EVIDENCE} for key, each in values.items()
    }
    return {"name": name, **labels, "base": base, "includes": list(includes), "set": nodes}


MIXES = {
    "none": mix("none", "none"),
    "current": mix("current", "none", prize={"2021Q1": 0.1}),
    "plan": mix("plan", includes=("bonus",)),
    "bonus": mix("bonus", prize={"2026Q1": 0.2, "2028Q1": 0.3}),
}


@pytest.fixture
def toy():
    """A catalogue of one instrument registered from outside."""
    register(ToyLottery)
    yield build_catalogue(INSTRUMENTS, MIXES)
    unregister("toy_lottery")


def prize(catalogue, name, label: str) -> float:
    return catalogue.mix(name)["toy_lottery"].schedules["prize"].at(parse_quarter(label))


def test_an_instrument_can_be_registered_from_outside(toy):
    terms = toy.mix("plan").terms(NOW, {}, 2, Ledger())
    assert terms.awareness_rate == 0.2
    assert toy.mix("none").terms(NOW, {}, 2, Ledger()).awareness_rate == Terms(NOW, 2).awareness_rate


def test_registration_refuses_what_cannot_be_told_apart():
    with pytest.raises(ValueError, match="name of its own"):
        register(type("Again", (ToyLottery,), {"name": "diagnosis"}))
    with pytest.raises(ValueError, match="payer"):
        register(type("Unpaid", (ToyLottery,), {"name": "unpaid", "payer": "county"}))
    assert "toy_lottery" not in registered()


@pytest.mark.parametrize(
    ("name", "before", "from_2026", "from_2028"),
    [
        ("none", 0.0, 0.0, 0.0),
        ("current", 0.1, 0.1, 0.1),
        ([], 0.1, 0.1, 0.1),
        ("bonus", 0.1, 0.2, 0.3),
        (["bonus"], 0.1, 0.2, 0.3),
        ("none+bonus", 0.0, 0.2, 0.3),
        (["none", "bonus"], 0.0, 0.2, 0.3),
        ("current+bonus", 0.1, 0.2, 0.3),
        ("plan", 0.1, 0.2, 0.3),
        ("toy_lottery", 0.1, 0.2, 0.3),
        ("bonus + plan", 0.1, 0.2, 0.3),
    ],
)
def test_name_grammar(toy, name, before, from_2026, from_2028):
    assert [prize(toy, name, label) for label in ("2025Q4", "2027Q4", "2028Q1")] == [
        before,
        from_2026,
        from_2028,
    ]


@pytest.mark.parametrize("name", ["", "bonus+none", "bonus+current", "bonos", "plan+", ["plan", "lottery"]])
def test_other_names_are_refused(toy, name):
    with pytest.raises(PolicyError):
        toy.mix(name)


def test_wrong_names_are_answered_with_the_nearest(toy):
    with pytest.raises(PolicyError) as caught:
        toy.mix(["bonos", "toy_lotery"])
    assert [problem.nearest for problem in caught.value.problems] == ["bonus", "toy_lottery"]


def test_description_lists_dated_differences(toy):
    rows = [(row.quarter, row.current, row.value, row.source) for row in toy.describe("plan")]
    assert rows == [("2026Q1", 0.1, 0.2, "judgement"), ("2028Q1", 0.1, 0.3, "judgement")]
    assert toy.describe("current") == []
    assert [(row.quarter, row.value) for row in toy.describe("none")] == [("2026Q1", 0.0)]


def test_changes_are_laid_over_all_else_and_checked(toy):
    changed = toy.mix("plan", {"toy_lottery.prize": {"2027Q1": 0.9}})["toy_lottery"].schedules["prize"]
    assert [changed.at(parse_quarter(label)) for label in ("2026Q4", "2027Q1", "2029Q1")] == [0.2, 0.9, 0.9]
    with pytest.raises(PolicyError) as caught:
        toy.mix("plan", {"toy_lottery.price": {"2027Q1": 0.9}, "toy_lottery.prize": {"2027Q1": 1.9}})
    assert len(caught.value.problems) == 2


def test_every_problem_of_every_document_is_reported_at_once(toy):
    instruments, mixes = copy.deepcopy(INSTRUMENTS), copy.deepcopy(MIXES)
    instruments["toy_loterry"] = {}
    setting = instruments["toy_lottery"]["settings"]["prize"]
    setting |= {"unit": "share", "null_value": 1.0, "grade": "E", "range": [0.0, 99.0], "colour": "red"}
    del setting["source"]
    node = mixes["bonus"]["set"]["toy_lottery.prize"]
    node |= {"values": {"2026Q5": 0.1, "2027Q1": -3.0, "2028Q1": "high"}, "unit": "%", "clause": "V-1"}
    mixes["plan"]["set"] = {"toy_lottery.price": node}
    mixes["plan"]["includes"] = ["bonos"]
    mixes["current"]["bases"] = mixes["current"].pop("base")
    with pytest.raises(PolicyError) as caught:
        build_catalogue(instruments, mixes)
    found = {(problem.file, problem.key) for problem in caught.value.problems}
    lottery, bonus, plan = (
        f"policy/{file}.yaml" for file in ("instrument/toy_lottery", "mix/bonus", "mix/plan")
    )
    values = "set.toy_lottery.prize"
    assert found >= {
        ("policy/instrument/toy_loterry.yaml", "name"),
        *(
            (lottery, f"settings.prize.{key}")
            for key in ("unit", "null_value", "grade", "range", "colour", "source")
        ),
        *(
            (bonus, f"{values}.{key}")
            for key in ("unit", "clause", "values.2026Q5", "values.2027Q1", "values.2028Q1")
        ),
        (plan, "set.toy_lottery.price"),
        (plan, "includes"),
        ("policy/mix/current.yaml", "bases"),
        ("policy/mix/current.yaml", "base"),
    }
    nearest = {problem.key: problem.nearest for problem in caught.value.problems}
    assert nearest["set.toy_lottery.price"] == "toy_lottery.prize"
    assert nearest["includes"] == "bonus"
    assert nearest["bases"] == "base"


def test_circles_missing_mixes_and_double_names_are_reported(toy):
    circle = {**MIXES, "bonus": mix("bonus", includes=("plan",)), "toy_lottery": mix("toy_lottery")}
    del circle["none"]
    with pytest.raises(PolicyError) as caught:
        build_catalogue(INSTRUMENTS, circle)
    found = {(problem.file, problem.key) for problem in caught.value.problems}
    assert {
        ("policy/mix/plan.yaml", "includes"),
        ("policy/mix/bonus.yaml", "includes"),
        ("policy/mix/toy_lottery.yaml", "name"),
        ("policy/mix/none.yaml", "name"),
    } <= found


@pytest.mark.parametrize("value", [10**400, -(10**400), float("inf"), float("nan"), True, "1", None])
def test_what_is_no_number_that_can_be_counted_with_is_told(value: object):
    checker = Checker("instrument/any.yaml", [])
    checker.number("settings.rate.value", value)
    (problem,) = checker.problems
    assert problem.allowed == "has to be a number"
