"""Designs, their blocks, and what several values of one setting become."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs import CONFIG_ROOT
from experiments.cli import main
from experiments.design import Block, Case, Design, behaviour_names
from experiments.run import prepare, prepare_sweep
from experiments.settings.compose import compose_sweep
from experiments.settings.config import LISTS, ExperimentConfig
from experiments.settings.multirun import points
from experiments.store import load

NAMES = st.text("abc_-1", min_size=1, max_size=6)
QUICK = ("province=demo", "end=2026Q1", "seeds=2", "executor=serial", "figures=false", "uncertainty=none")


def test_blocks_go_seed_by_seed_over_all_cases():
    design = Design(("none", "plan"), ("b", "a"), ("logit", "npv"), (1, 2))
    assert design.cases == (Case("b", "logit"), Case("b", "npv"), Case("a", "logit"), Case("a", "npv"))
    assert design.blocks[:4] == tuple(Block(*case, 1) for case in design.cases)
    assert sorted(design.blocks) == sorted(design.blocks_by_case)
    assert design.blocks_by_case[:2] == (Block("b", "logit", 1), Block("b", "logit", 2))
    assert len(design.blocks) * len(design.policies) == design.runs == 16


@given(NAMES, st.text("abc_", min_size=1, max_size=6), st.integers(0, 200_000))
def test_a_label_names_one_block(scenario: str, behaviour: str, seed: int):
    block = Block(scenario, behaviour, seed)
    assert Block.from_label(block.label) == block
    assert block.case.label in block.label


@pytest.mark.parametrize("text", ["", "seed-00001", "reference-seed-00001", "reference-logit", ".reference-logit"])
def test_other_file_names_are_no_labels(text: str):
    assert Block.from_label(text) is None


def test_block_label():
    assert Block("reference", "logit", 1).label == "reference-logit-seed-00001"
    assert Block("reference", "logit", 1) < Block("reference", "logit", 2) < Block("wet", "logit", 1)


def test_the_settings_make_the_design(config: ExperimentConfig):
    design = replace(config, scenario=("a", "b"), seeds=2, first_seed=7).design
    assert (design.policies, design.scenarios, design.seeds) == (config.policies, ("a", "b"), (7, 8))
    assert design.behaviours == behaviour_names()[:1]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "policies": st.lists(st.lists(NAMES, min_size=1, max_size=3), min_size=1, max_size=3),
            "scenario": st.lists(NAMES, min_size=1, max_size=3),
            "province": st.lists(NAMES, min_size=1, max_size=3),
            "end": st.lists(NAMES, min_size=1, max_size=2),
        },
    )
)
def test_swept_lists_merge_and_the_rest_multiplies(choices: dict[str, list]):
    found = list(points(choices))
    assert len(found) == len(choices.get("province", [1])) * len(choices.get("end", [1]))
    for point in found:
        assert point.keys() == choices.keys()
        for key in LISTS:
            if len(choices.get(key, [])) > 1:
                given_names = {n for value in choices[key] for n in (value if isinstance(value, list) else [value])}
                assert len(point[key]) == len(given_names)
                assert set(point[key]) == given_names


def test_a_multirun_of_lists_is_one_experiment():
    (merged,) = compose_sweep(["policies=[none,current],[plan,none]", "scenario=reference", "seeds=4"], CONFIG_ROOT)[0]
    assert merged.policies == ("none", "current", "plan")
    (other,) = compose_sweep(["policies=plan,current,none"], CONFIG_ROOT)[0]
    assert other.policies == ("plan", "current", "none")


def test_the_order_of_points_does_not_matter_to_the_store():
    one, two = (
        prepare_sweep([*QUICK, f"policies={policies}"]) for policies in ("[none,current],[plan]", "plan,none,current")
    )
    assert [each.folder for each in one] == [each.folder for each in two]
    assert one[0].folder == prepare([*QUICK, "policies=[current,none,plan]"]).folder


def test_other_settings_make_an_experiment_each():
    rates = "overrides.finance.loan_rate=0.035,0.04"
    found = prepare_sweep(["province=demo", "policies=[plan]", "uncertainty=core,none", rates])
    assert len({each.folder for each in found}) == 4
    values = [(each.config.uncertainty, each.config.overrides["finance.loan_rate"]) for each in found]
    assert values == [("core", 0.035), ("core", 0.04), ("none", 0.035), ("none", 0.04)]
    same = prepare_sweep(["province=demo", "policies=[plan]", "end=2026Q4,2026Q4"])
    assert len(same) == 1


def test_a_pattern_stands_for_names():
    found, problems = compose_sweep(["province=glob(*)", "scenario=glob(ref*)"], CONFIG_ROOT)
    assert problems == []
    assert {config.province for config in found} >= {"demo", "sichuan"}
    assert found[0].scenario == ("reference",)


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("seeds=1,2", "takes one value; policies, scenario, behaviour"),
        ("lang=en,zh", "takes one value"),
        ("executor=serial,local", "takes one value"),
        ("overrides.finance.loan_rate=interval(0,1)", "holds no points"),
        ("scenario=glob(nothing*)", "matches none of"),
        ("experiment=policy_mixes,policy_mixs", "did you mean 'policy_mixes'"),
        ("scenario=a,", "cannot be read"),
    ],
)
def test_a_bad_sweep_is_named(argument: str, expected: str):
    problems = [str(problem) for problem in compose_sweep([argument], CONFIG_ROOT)[1]]
    assert len(problems) == 1
    assert expected in problems[0]


def test_a_multirun_reports_every_problem_once(capsys: pytest.CaptureFixture[str], tmp_path: Path):
    arguments = ["run", "-m", "province=demo,dmo", "policies=[plam],[current]", "behaviour=logit,npw", "sedes=1"]
    assert main([*arguments, f"output.root={tmp_path / 'out'}"]) == 2
    told = capsys.readouterr().err
    assert told.count("'plan'") == 1
    assert "did you mean 'demo'" in told
    assert "behaviour = npw" in told
    assert "did you mean 'seeds'" in told
    assert not (tmp_path / "out").exists()


def test_a_multirun_completes_only_missing_points(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    settings = [*QUICK, f"output.root={tmp_path}", "policies=[none],[plan]"]
    assert main(["run", *settings[:-1], "-m", "uncertainty=core,none", settings[-1]]) == 0
    folders = sorted(tmp_path.iterdir())
    assert len(folders) == 2
    gone = load(folders[0]).folder / "runs" / "reference-logit-seed-00002.parquet"
    gone.unlink()
    capsys.readouterr()
    assert main(["run", "--multirun", *settings, "uncertainty=none,core"]) == 0
    told = capsys.readouterr().err
    assert told.count("1 block of 2 already there") == 1
    assert told.count("2 blocks of 2 already there") == 1
    assert gone.exists()


def test_a_multirun_goes_on_after_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    from experiments.store.lock import sole_writer

    settings = [*QUICK, "policies=[none]", f"output.root={tmp_path}", "end=2026Q1,2026Q2"]
    first = prepare_sweep(settings)[0]
    with sole_writer(first.folder):
        assert main(["run", "-m", *settings]) == 1
    assert "is being written by" in capsys.readouterr().err
    assert sorted(len(list(folder.glob("runs/*"))) for folder in tmp_path.iterdir()) == [0, 2]


def test_module_run_takes_a_multirun(tmp_path: Path):
    command = [sys.executable, "-P", "-m", "experiments.run", "-m", *QUICK, "policies=none,plan"]
    done = subprocess.run(
        command, cwd=tmp_path, env={**os.environ, "PYTHONIOENCODING": "utf-8"}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    (folder,) = (tmp_path / "outputs").iterdir()
    assert set(load(folder).indicators["policy"]) == {"none", "plan"}
