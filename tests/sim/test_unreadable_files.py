"""Files that are no YAML or no CSV, however they come to be so: one problem that says why, and no traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pack_files import problems_of

from sim.errors import MOST_SHOWN, ConfigError, Problem
from sim.inputs.csv_files import read_rows
from sim.inputs.province import load_province
from sim.inputs.yaml_files import MOST_LEVELS, read_yaml

BOMB = "a: &a [1, 1]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
YAML_FAULTS = {
    "a key that is a list": ("? [a, b]\n: 1\n", "line 1, column 3: broken YAML: a key has to be plain text"),
    "no such day": ("since: 2026-13-45\n", "line 1, column 8: broken YAML: '2026-13-45' is no timestamp"),
    "no such number": ("value: !!int many\n", "broken YAML: 'many' is no int"),
    "neither true nor false": ("value: !!bool 'x'\n", "broken YAML: 'x' is no bool"),
    "more digits than a number may have": (f"value: {'9' * 5000}\n", "' is no int"),
    "a list that holds itself": ("value: &v [*v]\n", f"nested more than {MOST_LEVELS} deep, or in itself"),
    "a file that holds itself": ("&v\nvalue: *v\n", f"nested more than {MOST_LEVELS} deep, or in itself"),
    "far too deep": ("value: " + "[" * 2000 + "]" * 2000, "deep"),
    "aliases of aliases": (BOMB, "more than 100,000 values"),
}


def yaml_problem(path: Path) -> str:
    problems: list[Problem] = []
    assert read_yaml(path, problems) is None
    (problem,) = problems
    return str(problem)


@pytest.mark.parametrize("name", YAML_FAULTS)
def test_yaml_that_cannot_be_taken_is_told(name: str, tmp_path: Path):
    text, expected = YAML_FAULTS[name]
    (tmp_path / "file.yaml").write_text(text, encoding="utf-8")
    assert expected in yaml_problem(tmp_path / "file.yaml")


def test_an_alias_that_is_no_cycle_is_taken(tmp_path: Path):
    (tmp_path / "file.yaml").write_text("a: &a {x: 1}\nb: *a\nc: {<<: *a, y: 2}\n", encoding="utf-8-sig")
    assert read_yaml(tmp_path / "file.yaml", []) == {"a": {"x": 1}, "b": {"x": 1}, "c": {"x": 1, "y": 2}}


PLACES: dict[str, tuple[Callable[[Path], object], str]] = {
    "a folder": (lambda path: path.mkdir(), "cannot be read: Is a directory"),
    "a link to itself": (lambda path: path.symlink_to(path), "cannot be read: Too many levels of symbolic links"),
    "a link to nothing": (lambda path: path.symlink_to(path.parent / "nowhere"), "the file is missing"),
    "nothing": (lambda path: None, "the file is missing"),
}


@pytest.mark.parametrize("name", PLACES)
def test_what_is_no_file_is_told_by_its_reason(name: str, tmp_path: Path):
    make, expected = PLACES[name]
    for path in (tmp_path / "file.yaml", tmp_path / "file.csv"):
        make(path)
    assert yaml_problem(tmp_path / "file.yaml").endswith(expected)
    problems: list[Problem] = []
    assert read_rows(tmp_path / "file.csv", problems) == []
    (problem,) = problems
    assert str(problem).endswith(expected)


def test_a_table_that_is_no_text_is_one_problem(pack: Path):
    path = pack / "tables/growth.csv"
    content = path.read_bytes()
    path.write_bytes(content + "四川".encode("gb18030"))
    assert problems_of(pack) == [f"{path}: the file is not UTF-8 text (in Excel: CSV UTF-8)"]
    path.unlink()
    path.mkdir()
    assert problems_of(pack) == [f"{path}: cannot be read: Is a directory"]


def test_the_mark_that_excel_puts_in_front_of_a_table_is_no_part_of_it(pack: Path):
    path = pack / "tables/growth.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    (problem,) = problems_of(pack)
    assert "the table was changed" in problem


def test_a_problem_can_be_told_apart_and_shown_whatever_its_value():
    endless: list[object] = []
    endless.append(endless)
    one, same, other = Problem("", "seeds", [1], "x"), Problem("", "seeds", [1], "x"), Problem("", "seeds", {}, "x")
    assert list(dict.fromkeys([one, same, other])) == [one, other]
    assert str(Problem("", "seeds", endless, "a number is needed")) == "seeds = [[...]]: a number is needed"
    assert len(str(Problem("", "seeds", "9" * 10_000, "x"))) < MOST_SHOWN + 20
    assert str(Problem("", "seeds", "1\n2", "x")) == "seeds = 1 2: x"
    assert str(Problem("file", 1, 2, "unknown key")) == "file: 1 = 2: unknown key"  # type: ignore[arg-type]
    assert str(Problem("file", 1, None, "unknown key")) == "file: 1: unknown key"  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["x" * 300, "../province/demo", ".", "demo/"])
def test_a_province_is_one_of_those_there_are(name: str):
    with pytest.raises(ConfigError, match="unknown province; there are demo, sichuan"):
        load_province(name)


def test_the_packaged_province_is_read_as_before():
    assert load_province("demo").firms == 500
