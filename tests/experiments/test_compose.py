"""Settings: composed from files and the command line, every problem reported at once."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs import CONFIG_ROOT
from experiments.cli import main
from experiments.settings.checks import check_settings, flatten
from experiments.settings.compose import compose_settings
from experiments.settings.config import ExperimentConfig
from policies.catalogue import COMPARED


def composed(*arguments: str) -> ExperimentConfig:
    config, problems = compose_settings(arguments, CONFIG_ROOT)
    assert problems == []
    assert config is not None
    return config


def problems_of(arguments: Sequence[str]) -> list[str]:
    return [str(problem) for problem in compose_settings(arguments, CONFIG_ROOT)[1]]


def test_defaults_are_the_eleven_mixes_in_order():
    config = composed()
    assert config.policies == COMPARED
    assert (config.province, config.scenario, config.end, config.seeds) == (
        "sichuan",
        ("reference",),
        "2030Q4",
        20,
    )
    assert config.uncertainty == "core"
    assert (config.executor.kind, config.executor.workers) == ("local", None)


def test_command_line_wins_over_files():
    config = composed("policies=[plan,none]", "province=demo", "executor=serial", "seeds=3", "first_seed=7")
    assert config.policies == ("plan", "none")
    assert config.province == "demo"
    assert config.executor.kind == "serial"
    assert config.seed_list == (7, 8, 9)


def test_one_policy_needs_no_brackets():
    assert composed("policies=subsidy+green_finance").policies == ("subsidy+green_finance",)


@pytest.mark.parametrize(
    "arguments",
    [
        ["overrides.retrofit.choice_constant=0.1", "overrides.finance.loan_rate=0.04"],
        ["overrides={retrofit.choice_constant: 0.1, finance: {loan_rate: 0.04}}"],
        ["overrides={finance.loan_rate: 0.04}", "overrides.retrofit.choice_constant=0.1"],
    ],
)
def test_parameters_need_no_plus_sign(arguments: list[str]):
    assert composed(*arguments).overrides == {"retrofit.choice_constant": 0.1, "finance.loan_rate": 0.04}


@pytest.mark.parametrize(
    "path",
    [
        "retrofit_subsidy.rate@prefecture=Chengdu", "retrofit_subsidy.rate@prefecture=成都市|德阳市,sector=31",
        "retrofit_subsidy.rate@prefecture=Guang'an",
    ],
)
def test_a_scope_is_part_of_the_path_of_an_override(path: str):
    assert composed(f"overrides.{path}=0.1").overrides == {path: 0.1}


def test_all_problems_at_once_each_with_the_nearest_name():
    found = problems_of(
        ["sedes=3", "lang=ch", "seeds=0", "executor=locl", "end=2025Q4", "overrides.a.b=much", "figures=7"]
    )
    assert any(line.startswith("sedes: no such setting; did you mean 'seeds'") for line in found)
    assert any(line.startswith("executor = locl") and "did you mean 'local'" in line for line in found)
    assert any(line.startswith("lang = ch") and "en or zh" in line for line in found)
    assert any(line.startswith("seeds = 0") for line in found)
    assert any(line.startswith("overrides.a.b = much: a number is needed") for line in found)
    assert any(line.startswith("figures = 7: true or false") for line in found)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("seeds=two", "a whole number"),
        ("seeds=2.5", "a whole number"),
        ("seeds=true", "a whole number"),
        ("seeds=1,2", "takes one value"),
        ("province=demo,sichuan", "one call is one experiment"),
        ("overrides.finance.loan_rate=0.035,0.04", "greenmill run -m"),
        ("scenario=a,b", "write a list, 'scenario=[a,b]', or give several values with -m"),
        ("scenario=3", "a name or a list such as [a,b]"),
        ("behaviour=[]", "at least one name"),
        ("behaviour=lojit", "did you mean 'logit'"),
        ("scenario=[reference,reference]", "more than once"),
        ("policies=[]", "at least one name"),
        ("policies=[plan,plan]", "more than once"),
        ("policies=[plan", "cannot be read"),
        ("plan", "cannot be read"),
        ("+seeds=3", "not added"),
        ("~seeds", "not added or removed"),
        ("end=2030", "a quarter such as 2030Q4"),
        ("end=2025Q4", "before the first quarter"),
        ("end=2031Q1", "after the last quarter"),
        ("province=null", "text is needed"),
        ("executor=ray", "choose from dask, local, serial, slurm"),
        ("hydra.run.dir=x", "no such setting"),
        ("executor.workers=0", "at least 1"),
        ("overrides=3", "mapping of parameter paths"),
        ("overrides.retrofit.choice_constant=.nan", "number is needed"),
        ("lang=${nowhere}", "nowhere"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_needed(argument: str, expected: str):
    found = problems_of([argument])
    assert len(found) == 1
    assert expected in found[0]


def test_serial_has_one_worker():
    assert "one worker" in problems_of(["executor=serial", "executor.workers=2"])[0]


def test_unknown_key_of_an_experiment_file_is_reported():
    _, problems = check_settings({"name": "x", "policies": ["plan"], "polices": ["none"]})
    assert [str(problem) for problem in problems] == ["polices: no such setting; did you mean 'policies'?"]


@given(
    st.recursive(
        st.floats(allow_nan=False),
        lambda inner: st.dictionaries(st.text("abc", min_size=1, max_size=3), inner, min_size=1, max_size=3),
        max_leaves=8,
    ).filter(lambda tree: isinstance(tree, dict))
)
def test_flatten_keeps_every_leaf(tree: dict):
    def leaves(node: object) -> int:
        return sum(leaves(child) for child in node.values()) if isinstance(node, dict) else 1

    flat = flatten(tree)
    assert len(flat) == leaves(tree)
    for path, value in flat.items():
        node: object = tree
        for part in path.split("."):
            assert isinstance(node, dict)
            node = node[part]
        assert node == value


@pytest.mark.parametrize("value", ["[1,2]", "{}", "{a: 1}", "[[a]]", "9" * 5000])
@pytest.mark.parametrize("name", ["seeds", "province", "lang", "name", "until.width"])
def test_a_list_or_mapping_for_a_plain_setting_is_refused(name: str, value: str, capsys: pytest.CaptureFixture[str]):
    assert main(["run", f"{name}={value}"]) == 2
    error = capsys.readouterr().err
    assert name in error
    assert "Traceback" not in error


@pytest.mark.parametrize("name", ["../elsewhere", "/etc/results", "a/b", "..", "a\\b", "x" * 300])
def test_the_name_of_an_experiment_stays_in_the_folder_of_results(name: str):
    (problem,) = problems_of([f"name='{name}'"])
    assert problem.startswith("name = ")
    assert "without slashes" in problem


@pytest.mark.parametrize("file", ["config.yaml", "experiment/policy_mixes.yaml", "executor/local.yaml"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"\xff\xfe", "not UTF-8 text"), (b"\nown: &own [*own]\n", "or in itself"), (b"\nown: !!int x\n", "is no int"),
        (b"\nown: 1\nown: 2\n", "given twice"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(file: str, text: bytes, expected: str, tmp_path: Path):
    for folder in ("experiment", "executor"):
        shutil.copytree(CONFIG_ROOT / folder, tmp_path / folder)
    shutil.copy(CONFIG_ROOT / "config.yaml", tmp_path)
    (tmp_path / file).write_bytes((tmp_path / file).read_bytes() + text)
    config, (problem,) = compose_settings([], tmp_path)
    assert config is None
    assert problem.file == (tmp_path / file).as_posix()
    assert expected in str(problem)


@pytest.mark.parametrize("argument", [f"seeds={10**24}", f"first_seed={10**24}"])
def test_more_seeds_than_can_be_counted_are_refused(argument: str):
    (problem,) = problems_of([argument])
    assert "at most 1000000" in problem


def test_an_empty_mapping_is_no_value_of_a_parameter():
    (problem,) = problems_of(["overrides.retrofit.payback_slope={}"])
    assert problem == "overrides.retrofit.payback_slope = {}: a number is needed"
