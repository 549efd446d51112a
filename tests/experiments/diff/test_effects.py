"""Which part each difference explains: parameters, policies, data and code, told apart by running designs again."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from compared_runs import FACTS, RATE, SLOPE, SMALL, changes_of, edited, older_code, sweep
from rich.console import Console

from experiments.cli import main
from experiments.diff.changes import paired_outcomes, target_changes
from experiments.diff.differences import differences
from experiments.run import prepare, run_experiment
from experiments.store import load
from experiments.store.folder import ResultStore


def parts_of(a: Path, b: Path, folder: Path, *words: str) -> pd.DataFrame:
    words = words or ("executor=serial",)
    assert main(["diff", str(a), str(b), "--effects", "--csv", str(folder / "out.csv"), *words]) == 0
    return pd.read_csv(folder / "out-parts.csv").set_index([*FACTS, "part"])["mean"].unstack("part").sort_index()


def test_runs_that_end_before_any_target_is_due_say_so(root: Path, capsys: pytest.CaptureFixture[str]):
    short = "seeds=1", "end=2026Q1"
    a, b = sweep(root, *short), sweep(root, *short, RATE, SLOPE)
    assert main(["diff", str(a), str(b), "--effects"]) == 0
    out = capsys.readouterr().out
    assert "retrofit_subsidy.rate" in out and "No target is due by 2026Q1" in out


def test_a_single_difference_explains_all(
    plain: Path, graced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    parts = parts_of(plain, graced, tmp_path)
    assert list(parts.columns) == ["policy"]
    assert parts["policy"].to_dict() == changes_of(plain, graced).to_dict()
    assert changes_of(plain, graced).any()
    assert "Only policy differs" in capsys.readouterr().out
    assert not list(plain.parent.glob(f"diff-*{graced.name[-8:]}"))


def test_parameters_and_policies_are_told_apart(
    plain: Path, both: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    forth = parts_of(plain, both, tmp_path)
    assert list(forth.columns) == ["parameter", "policy"]
    change = changes_of(plain, both)
    pd.testing.assert_series_equal(forth.sum(axis=1), change, check_names=False, rtol=1e-12, atol=1e-14)
    assert forth["parameter"].any() and forth["policy"].any()
    back = parts_of(both, plain, tmp_path)
    pd.testing.assert_frame_equal(back, -forth, rtol=1e-12, atol=1e-14)
    monkeypatch.setattr("experiments.diff.effects.run_recorded", lambda *_: pytest.fail("kept designs were run again"))
    pd.testing.assert_frame_equal(parts_of(plain, both, tmp_path), forth)


def test_two_workers_and_two_cases_give_what_one_process_gives(root: Path, tmp_path: Path):
    words = ("scenario=[reference,weak_demand]", "policies=[plan]", "seeds=1")
    a, b = sweep(root, *words), sweep(root, *words, RATE, SLOPE)
    keys = ["scenario", *FACTS, "part"]
    parts = {}
    for name, executor in {"serial": ("executor=serial",), "local": ("executor=local", "executor.workers=2")}.items():
        file = tmp_path / f"{name}.csv"
        assert main(["diff", str(a), str(b), "--effects", "--csv", str(file), *executor]) == 0
        parts[name] = pd.read_csv(tmp_path / f"{name}-parts.csv").set_index(keys)
        for kept in root.glob(f"diff-{a.name[-8:]}-{b.name[-8:]}"):
            kept.rename(tmp_path / f"kept-{name}")
    pd.testing.assert_frame_equal(parts["local"], parts["serial"], check_exact=True)
    change = target_changes(paired_outcomes(load(a).outcomes, load(b).outcomes)).set_index(["scenario", *FACTS])
    assert set(change.index.get_level_values("scenario")) == {"reference", "weak_demand"}
    total = parts["local"]["mean"].unstack("part").sum(axis=1)
    pd.testing.assert_series_equal(
        total.sort_index(), change["change"].sort_index(), check_names=False, rtol=1e-12, atol=1e-14
    )
    # both cases of B were run again, and each gives B's own rows
    again = ResultStore(tmp_path / "kept-local" / "bb").blocks_found()
    assert [block.label for block in again] == ["reference-logit-seed-00001", "weak_demand-logit-seed-00001"]


@pytest.fixture(scope="module")
def changed_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of this checkout with another table, another parameter, another policy and another line of code."""
    copy, here = tmp_path_factory.mktemp("checkout"), Path(__file__).resolve().parents[3]
    for package in ("agents", "policies", "sim", "experiments", "configs"):
        shutil.copytree(here / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    pack, mixes = copy / "configs" / "province" / "sichuan", copy / "configs" / "policy" / "mix"
    replaced(pack / "tables" / "growth.csv", "13,0.035,", "13,0.05,")
    replaced(pack / "parameters" / "retrofit.yaml", "payback_slope: {value: 0.86,", "payback_slope: {value: 1.2,")
    replaced(mixes / "subsidy.yaml", "{2026Q1: 0.10}, unit: share of project", "{2026Q1: 0.18}, unit: share of project")
    replaced(copy / "sim" / "groups.py", "from __future__", "# another version\nfrom __future__")
    python(copy, "sim.inputs.province", "--update-checksums", "sichuan")
    return copy


def replaced(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(old) == 1, (file, old)
    file.write_text(text.replace(old, new), encoding="utf-8")


def python(checkout: Path, module: str, *words: str) -> None:
    """Run a module of another checkout."""
    environment = {**os.environ, "PYTHONPATH": str(checkout)}
    subprocess.run([sys.executable, "-m", module, *words], cwd=checkout, env=environment, check=True,
                   capture_output=True)  # fmt: skip


def test_a_changed_table_parameter_policy_and_code_are_each_reported(
    changed_checkout: Path, root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    words = [*SMALL, "policies=[subsidy]", "uncertainty=none"]
    quiet = Console(file=io.StringIO())
    here = run_experiment(prepare([*words, f"output.root={root}"]), quiet, quiet)
    python(changed_checkout, "experiments.cli", "run", *words, f"output.root={tmp_path / 'there'}")
    (there,) = (tmp_path / "there").iterdir()
    found = {each.path: each for each in differences(load(there), load(here))}
    assert {each.category for each in found.values()} == {"data", "parameter", "policy", "code"}
    assert found["tables.growth"].category == "data"
    slope = found["parameters.retrofit.payback_slope"]
    rate = found["policies.subsidy.retrofit_subsidy.rate from 2026Q1"]
    assert (slope.category, slope.a, slope.b) == ("parameter", 1.2, 0.86)
    assert (rate.category, rate.a, rate.b) == ("policy", 0.18, 0.10)
    assert found["code.sha256"].category == "code"
    # this checkout made the second folder and can tell the parts apart
    parts = parts_of(there, here, tmp_path, "executor=local", "executor.workers=2")
    assert list(parts.columns) == ["data and code", "parameter", "policy"]
    assert all(parts[name].any() for name in parts.columns)
    pd.testing.assert_series_equal(
        parts.sum(axis=1), changes_of(there, here), check_names=False, rtol=1e-12, atol=1e-14
    )
    capsys.readouterr()
    assert main(["diff", str(here), str(there), "--effects"]) == 1
    told = capsys.readouterr().err
    assert "was not made by this checkout (code, table growth)" in told


def test_code_is_told_apart_by_running_the_recorded_content(plain: Path, graced: Path, tmp_path: Path):
    older = edited(plain, tmp_path / "older", older_code)
    parts = parts_of(older, graced, tmp_path)
    assert list(parts.columns) == ["code", "policy"]
    # The other code is pretended: the recorded content gives the stored results, so all is the policy's.
    assert (parts["code"] == 0.0).all()
    assert parts["policy"].to_dict() == changes_of(plain, graced).to_dict()


def test_another_checkout_is_named_and_the_whole_change_given(
    plain: Path, graced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    older = edited(plain, tmp_path / "older", older_code)
    assert main(["diff", str(graced), str(older), "--effects"]) == 1
    out, err = capsys.readouterr()
    assert "Change of targets" in out
    assert "was not made by this checkout (code)" in err and "code 000000000000" in err
    assert f"greenmill diff {older} {graced} --effects" in err


def test_results_that_do_not_come_again_are_not_explained(
    graced: Path, both: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    def forget(manifest: dict[str, Any]) -> None:
        manifest["settings"]["overrides"] = {}
        manifest["fingerprint"] = "e" * 64

    older = edited(graced, tmp_path / "older", older_code)
    forged = edited(both, tmp_path / "forged", forget)
    assert main(["diff", str(older), str(forged), "--effects", "executor=serial"]) == 1
    assert "does not give the results of" in capsys.readouterr().err
