"""Parameter nodes: what loads, and that everything wrong is reported clearly and at once."""

from __future__ import annotations

import dataclasses
import pickle
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.parameter import number
from configs import CONFIG_ROOT
from sim.errors import ConfigError, Problem
from sim.inputs.model_parameters import BLOCKS
from sim.inputs.parameters import Node, apply_overrides, load_block, load_blocks
from sim.inputs.sources import GRADES, source_ids

PACK = CONFIG_ROOT / "province" / "sichuan"
FOLDER = PACK / "parameters"


@dataclasses.dataclass(frozen=True)
class Example:
    """A block of two numbers."""

    peer_hazard: float = number("1/yr", "hazard")
    tenor: float = number("years", "term")


GOOD = """
peer_hazard: {value: 0.15, unit: 1/yr, range: [0.0, 0.4], source: survey, grade: C, zh: 传播率, en: hazard}
tenor: {value: 5, unit: years, range: [3, 8], source: survey+judgement, grade: D, zh: 期限, en: term, note: x}
"""


def load(folder: Path, text: str) -> tuple[Example | None, dict[str, Node], list[Problem]]:
    (folder / "parameters").mkdir(exist_ok=True)
    (folder / "sources.csv").write_text("id,title\nsurvey,A survey\njudgement,Judgement\n", encoding="utf-8")
    path = folder / "parameters" / "example.yaml"
    path.write_text(text, encoding="utf-8")
    problems: list[Problem] = []
    instance, nodes = load_block(Example, path, problems)
    return instance, nodes, problems


def test_a_good_file_fills_the_block_and_keeps_the_nodes(tmp_path: Path) -> None:
    instance, nodes, problems = load(tmp_path, GOOD)
    assert not problems
    assert instance == Example(peer_hazard=0.15, tenor=5.0)
    assert isinstance(instance.tenor, float)
    assert nodes["tenor"] == Node(
        "example.tenor", 5.0, "years", 3.0, 8.0, "survey+judgement", "D", "期限", "term", "x"
    )


CORRUPTIONS = {
    "misspelt key": (
        "peer_hazard:",
        "peer_hazrd:",
        "peer_hazrd = 0.15: unknown key; did you mean 'peer_hazard'?",
    ),
    "misspelt node key": ("grade: C", "grad: C", "peer_hazard.grad = C: unknown key; did you mean 'grade'?"),
    "wrong unit": (
        "unit: 1/yr",
        "unit: 1/quarter",
        "unit = 1/quarter: the model reads this number in '1/yr'",
    ),
    "value above its range": ("value: 0.15", "value: 0.5", "peer_hazard = 0.5: outside its range [0.0, 0.4]"),
    "text for a number": ("value: 0.15", "value: high", "peer_hazard = high: a finite number is needed"),
    "bool for a number": ("value: 0.15", "value: true", "peer_hazard = True: a finite number is needed"),
    "not a number": ("value: 0.15", "value: .nan", "peer_hazard = nan: a finite number is needed"),
    "exponent that YAML reads as text": ("value: 0.15", "value: 1e-1", "write it with a point"),
    "range upside down": (
        "[0.0, 0.4]",
        "[0.4, 0.0]",
        "range = [0.4, 0.0]: the low end lies above the high end",
    ),
    "range of three": (
        "[0.0, 0.4]",
        "[0.0, 0.1, 0.4]",
        "a range of two finite numbers [low, high] is needed",
    ),
    "empty source": ("source: survey,", "source: '',", "peer_hazard.source = : a source is needed"),
    "unknown source": (
        "source: survey,",
        "source: survy,",
        "not an id of sources.csv; did you mean 'survey'?",
    ),
    "unknown second source": ("survey+judgement", "survey+judgment", "did you mean 'judgement'?"),
    "unknown grade": ("grade: C", "grade: E", "peer_hazard.grade = E: one of A, B, C, D is needed"),
    "empty label": ("zh: 传播率", "zh: ''", "peer_hazard.zh = : a text is needed"),
    "missing label": (", en: hazard", "", "peer_hazard.en: missing"),
    "missing source": ("source: survey, ", "", "peer_hazard.source: missing"),
    "bare number": ("{value: 5, ", "5 #", "tenor = 5: a node with value, unit"),
    "broken YAML": ("tenor: {", "tenor: {{", "broken YAML"),
    "key given twice": ("tenor:", "peer_hazard:", "key 'peer_hazard' is given twice"),
}


@pytest.mark.parametrize("name", CORRUPTIONS)
def test_a_corruption_gives_a_clear_message(name: str, tmp_path: Path) -> None:
    old, new, message = CORRUPTIONS[name]
    assert old in GOOD
    instance, _, problems = load(tmp_path, GOOD.replace(old, new))
    assert instance is None
    assert message in str(problems[0])
    assert "example.yaml" in str(problems[0])
    # A misspelt key is two facts: a stranger stands there and the right one is missing.
    assert len(problems) == (2 if "misspelt" in name else 1)


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("value: 0.15", "value: 9").replace("grade: D", "grade: Z").replace("survey,", "nobody,")
    )
    _, _, problems = load(tmp_path, text)
    assert len(problems) == 3
    assert len(str(ConfigError(problems)).splitlines()) == 3


def test_the_error_survives_the_way_between_processes() -> None:
    error = ConfigError(
        [Problem("a.yaml", "b.c", 3, "unknown key", "d"), Problem("e.csv", "", None, "missing")]
    )
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error) == "a.yaml: b.c = 3: unknown key; did you mean 'd'?\ne.csv: missing"


def test_a_missing_file_is_a_problem_with_the_nearest_name(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    problems: list[Problem] = []
    assert load_block(Example, tmp_path / "parameters" / "exampel.yaml", problems) == (None, {})
    assert "the file is missing; did you mean 'example.yaml'?" in str(problems[0])


def test_a_file_that_no_block_claims_is_a_problem(tmp_path: Path) -> None:
    load(tmp_path, GOOD)
    problems: list[Problem] = []
    blocks = load_blocks({"exemple": Example}, tmp_path / "parameters", problems)
    assert blocks == {}
    assert [p.allowed for p in problems] == ["the file is missing", "no part of the model reads this file"]
    assert problems[1].nearest == "exemple"


def test_overrides_replace_values_and_nothing_else(tmp_path: Path) -> None:
    instance, nodes, problems = load(tmp_path, GOOD)
    blocks = {"example": (instance, nodes)}
    changed = apply_overrides(blocks, {"example.tenor": 7}, problems)
    assert not problems
    assert changed["example"][0] == Example(peer_hazard=0.15, tenor=7.0)
    assert changed["example"][1]["tenor"].value == 7.0
    assert blocks["example"][0] == Example(peer_hazard=0.15, tenor=5.0)


def test_wrong_overrides_are_all_reported(tmp_path: Path) -> None:
    instance, nodes, problems = load(tmp_path, GOOD)
    overrides = {
        "example.tenur": 4.0,
        "example.tenor": 99.0,
        "example.peer_hazard": float("nan"),
        "tenor": True,
    }
    changed = apply_overrides({"example": (instance, nodes)}, overrides, problems)
    assert changed["example"][0] == instance
    assert [str(problem) for problem in problems] == [
        "overrides: example.tenur = 4.0: unknown parameter; did you mean 'example.tenor'?",
        "overrides: example.tenor = 99.0: outside its range [3.0, 8.0] years",
        "overrides: example.peer_hazard = nan: a finite number is needed",
        "overrides: tenor = True: unknown parameter",
    ]


@pytest.fixture(scope="module")
def shipped() -> dict[str, tuple[object, dict[str, Node]]]:
    problems: list[Problem] = []
    blocks = load_blocks(BLOCKS, FOLDER, problems)
    assert [str(problem) for problem in problems] == []
    return blocks


def test_every_block_of_the_model_loads(shipped: dict[str, tuple[object, dict[str, Node]]]) -> None:
    assert set(shipped) == set(BLOCKS)
    for name, (instance, nodes) in shipped.items():
        assert [field.name for field in dataclasses.fields(instance)] == list(nodes)  # type: ignore[arg-type]
        assert all(node.path == f"{name}.{field}" for field, node in nodes.items())


def test_labels_are_in_their_languages_and_no_label_repeats(
    shipped: dict[str, tuple[object, dict[str, Node]]],
) -> None:
    nodes = [node for _, fields in shipped.values() for node in fields.values()]
    assert all(re.search(r"[一-鿿]", node.zh) and node.en.isascii() for node in nodes)
    for _, fields in shipped.values():
        labels = [node.en for node in fields.values()]
        assert len(labels) == len(set(labels))


def test_an_unsourced_estimate_is_graded_as_one(shipped: dict[str, tuple[object, dict[str, Node]]]) -> None:
    nodes = [node for _, fields in shipped.values() for node in fields.values()]
    assert {node.grade for node in nodes} <= set(GRADES)
    assert all(node.grade == "D" for node in nodes if {"judgement", "DV"} & set(node.source.split("+")))
    assert all(node.grade in "CD" for node in nodes if node.source == "BK")


DECIDED = {
    "information.diagnosis_effect": (0.45, 0.3, 0.6),
    "retrofit.reopening_share": (0.3, 0.0, 0.6),
    "retrofit.project_scope_factor": (5.0, 1.0, 20.0),
    "retrofit.payback_slope": (0.86, 0.29, 1.8),
    "retrofit.project_floor": (0.5, 0.1, 2.0),
    "measures.realised_share": (0.7, 0.4, 1.0),
    "finance.loan_rate": (0.0377, 0.0327, 0.0427),
    "population.net_growth": (0.054, 0.03, 0.067),
    "power.fossil_factor": (0.8273, 0.75, 0.85),
}


@pytest.mark.parametrize("path", DECIDED)
def test_settled_values_and_ranges(path: str, shipped: dict[str, tuple[object, dict[str, Node]]]) -> None:
    block, field = path.split(".")
    node = shipped[block][1][field]
    assert (node.value, node.low, node.high) == DECIDED[path]


NUMBERS = [(name, field.name) for name, cls in BLOCKS.items() for field in dataclasses.fields(cls)]


@given(st.sampled_from(NUMBERS), st.booleans(), st.floats(1e-6, 1e6))
def test_any_single_number_outside_its_range_is_caught(
    place: tuple[str, str], above: bool, distance: float
) -> None:
    block, field = place
    known = source_ids(PACK / "sources.csv")
    text = (FOLDER / f"{block}.yaml").read_text(encoding="utf-8")
    _, nodes = load_block(BLOCKS[block], FOLDER / f"{block}.yaml", [], known)
    node = nodes[field]
    wrong = node.high + distance if above else node.low - distance
    pattern = rf"^({field}: {{value: )[^,]+,"
    broken, count = re.subn(pattern, rf"\g<1>{wrong:.17g},", text, flags=re.MULTILINE)
    assert count == 1
    # "1e+20" without a point is text for YAML, which is refused as well; both ways the number is named.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{block}.yaml"
        path.write_text(broken, encoding="utf-8")
        problems: list[Problem] = []
        instance, _ = load_block(BLOCKS[block], path, problems, known)
    assert instance is None
    assert [problem.key for problem in problems] == [f"{block}.{field}"]
