"""Two result folders compared: what differs, how targets change, and which part each difference explains."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from experiments.changes import paired_outcomes, shapley_parts, target_changes
from experiments.cli import main
from experiments.diff import differences
from experiments.diff_report import _cell
from experiments.effects import groups_of
from experiments.run import prepare, run_experiment
from experiments.store import ResultStore, load

SMALL = ("province=demo", "policies=[current,plan]", "seeds=2", "end=2027Q4", "figures=false", "executor=serial")
SLOPE, RATE = "overrides.retrofit.payback_slope=1.5", "overrides.retrofit_subsidy.rate=0.2"
FACTS = ["policy", "target_id", "definition"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


def sweep(root: Path, *words: str) -> Path:
    quiet = Console(file=io.StringIO())
    return run_experiment(prepare([*SMALL, f"output.root={root}", *words]), quiet, quiet)


@pytest.fixture(scope="module")
def plain(root: Path) -> Path:
    return sweep(root)


@pytest.fixture(scope="module")
def graced(root: Path) -> Path:
    """Another grant rate."""
    return sweep(root, RATE)


@pytest.fixture(scope="module")
def both(root: Path) -> Path:
    """Another grant rate and another parameter."""
    return sweep(root, RATE, SLOPE)


def edited(source: Path, target: Path, change: Callable[[dict[str, Any]], object]) -> Path:
    """A copy of a result folder with another manifest."""
    for path in source.rglob("*.parquet"):
        place = target / path.relative_to(source)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(path.read_bytes())
    manifest = json.loads((source / "manifest.json").read_text(encoding="utf-8"))
    change(manifest)
    (target / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return target


def older_code(manifest: dict[str, Any]) -> None:
    manifest["code"]["sha256"] = "0" * 64
    manifest["fingerprint"] = "f" * 64


def parts_of(a: Path, b: Path, folder: Path, *words: str) -> pd.DataFrame:
    words = words or ("executor=serial",)
    assert main(["diff", str(a), str(b), "--effects", "--csv", str(folder / "out.csv"), *words]) == 0
    return pd.read_csv(folder / "out-parts.csv").set_index([*FACTS, "part"])["mean"].unstack("part").sort_index()


def changes_of(a: Path, b: Path) -> pd.Series:
    return target_changes(paired_outcomes(load(a).outcomes, load(b).outcomes)).set_index(FACTS)["change"].sort_index()


def test_each_difference_is_one_line_with_its_category(plain: Path, tmp_path: Path):
    def change(manifest: dict[str, Any]) -> None:
        content = manifest["content"]
        content["tables"]["growth"] = "1" * 64
        content["scenario"]["carbon_path"] = "high"
        content["parameters"]["finance.loan_rate"] = 0.05
        content["parameters"]["finance.horses"] = 1.0
        content["uncertainty"]["draws"].pop("finance.bank_margin")
        steps = content["policies"]["plan"]["settings"]["instruments"]["retrofit_subsidy"]["rate"]
        steps |= {"2028Q1": 0.3, "2029Q1": steps["2026Q1"]}
        manifest["versions"]["numpy"] = "0.1"
        older_code(manifest)

    found = {each.path: each for each in differences(load(plain), load(edited(plain, tmp_path / "b", change)))}
    categories = {path: each.category for path, each in found.items()}
    rate = "policies.plan.retrofit_subsidy.rate"
    assert categories == {
        "tables.growth": "data", "scenario.carbon_path": "data", "parameters.finance.loan_rate": "parameter",
        "uncertainty.finance.bank_margin": "parameter", f"{rate} from 2028Q1": "policy",
        f"{rate} equal again from 2029Q1": "policy", "versions.numpy": "code", "code.sha256": "code",
        "parameters.finance.horses": "code",
    }  # fmt: skip
    assert (found[f"{rate} from 2028Q1"].a, found[f"{rate} from 2028Q1"].b) == (0.1, 0.3)
    assert found["uncertainty.finance.bank_margin"].b is None
    assert groups_of(list(found.values())) == ("data and code", "parameter", "policy")


def test_names_and_seeds_of_one_alone_belong_to_the_design(plain: Path, root: Path):
    other = sweep(root, "policies=[current,none]", "seeds=3")
    found = differences(load(plain), load(other))
    assert [(each.category, each.path, each.a, each.b) for each in found] == [
        ("design", "policies only here", ["plan"], ["none"]), ("design", "seeds only here", None, [3]),
    ]  # fmt: skip
    assert (changes_of(plain, other) == 0.0).all()


def test_an_overridden_parameter_is_no_longer_drawn(plain: Path, both: Path):
    found = {each.path: (each.a, each.b) for each in differences(load(plain), load(both))}
    assert found["overrides.retrofit.payback_slope"] == (None, 1.5)
    assert found["policies.plan.retrofit_subsidy.rate from 2026Q1"] == (0.1, 0.2)


def test_adaptive_rules_are_compared_link_by_link(root: Path, tmp_path: Path):
    source = sweep(root, "policies=[plan_adaptive]", "seeds=1", "end=2026Q1")

    def change(manifest: dict[str, Any]) -> None:
        rule = manifest["content"]["policies"]["plan_adaptive"]["settings"]["adaptive"]
        rule["parameters"]["gain"] += 1.0
        rule["links"].pop(0)

    found = differences(load(source), load(edited(source, tmp_path / "b", change)))
    assert {each.category for each in found} == {"policy"}
    assert "policies.plan_adaptive.adaptive.parameters.gain" in {each.path for each in found}


def outcome_rows(values: Mapping[int, float]) -> pd.DataFrame:
    return pd.DataFrame([
        {"policy": "plan", "scenario": "s", "behaviour": "logit", "seed": seed, "target_id": "t", "definition": "all",
         "headline": True, "role": "outcome", "by": 2027, "value": value, "met": value > 2.0}
        for seed, value in values.items()
    ])  # fmt: skip


def test_changes_are_paired_over_the_common_seeds():
    a, b = outcome_rows({1: 1.0, 2: 2.0, 3: 9.0}), outcome_rows({2: 4.0, 1: 2.0, 4: 9.0})
    (row,) = target_changes(paired_outcomes(a, b)).to_dict("records")
    assert (row["seeds"], row["mean_a"], row["mean_b"], row["change"]) == (2, 1.5, 3.0, 1.5)
    # Student, one degree of freedom: 12.706 x 0.7071 / sqrt(2)
    assert row["high"] - row["change"] == pytest.approx(12.7062 * 0.5, rel=1e-4)
    assert (row["share_met_a"], row["share_met_b"]) == (0.0, 0.5)
    (single,) = target_changes(paired_outcomes(a[:1], b)).to_dict("records")
    assert single["change"] == 1.0 and np.isnan(single["low"])


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=5),
    st.lists(st.sampled_from(["data and code", "parameter", "policy"]), min_size=1, unique=True).map(sorted),
)
def test_parts_add_up_to_the_change(values: list[float], groups: list[str]):
    corners = {name: pd.Series([value]) for name, value in zip(("a", "aa", "ab", "ba", "b"), values, strict=True)}
    if "data and code" not in groups:
        corners["aa"] = corners["a"]
    parts = shapley_parts(corners, groups)
    assert set(parts) == set(groups)
    assert sum(part[0] for part in parts.values()) == pytest.approx(values[4] - values[0], abs=1e-9)


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
    monkeypatch.setattr("experiments.effects.run_recorded", lambda *_: pytest.fail("kept designs were run again"))
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
    copy, here = tmp_path_factory.mktemp("checkout"), Path(__file__).resolve().parents[2]
    for package in ("agents", "policies", "sim", "experiments", "configs"):
        shutil.copytree(here / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    pack, mixes = copy / "configs" / "province" / "sichuan", copy / "configs" / "policy" / "mix"
    replaced(pack / "tables" / "growth.csv", "13,0.035,", "13,0.05,")
    replaced(pack / "parameters" / "retrofit.yaml", "payback_slope: {value: 0.86,", "payback_slope: {value: 1.2,")
    replaced(mixes / "subsidy.yaml", "{2026Q1: 0.10}, unit: share of project", "{2026Q1: 0.18}, unit: share of project")
    replaced(copy / "sim" / "groups.py", "from __future__", "# another version\nfrom __future__")
    python(copy, "sim.province", "--update-checksums", "sichuan")
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


def test_nothing_differs(plain: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["diff", str(plain), str(plain)]) == 0
    out = capsys.readouterr().out
    assert "Nothing differs" in out and "No target changes." in out


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_fit_the_page(plain: Path, both: Path, lang: str, capsys: pytest.CaptureFixture[str]):
    from rich.cells import cell_len

    assert main(["diff", str(plain), str(both), "--definitions", f"lang={lang}"]) == 0
    out = capsys.readouterr().out
    tables = [line for line in out.splitlines() if str(plain.parent) not in line]
    assert max(map(cell_len, tables)) <= 100
    assert ("模拟" in out) == (lang == "zh")


def test_a_partial_store_is_used_as_far_as_it_goes(
    plain: Path, graced: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    part = edited(plain, tmp_path / "part", lambda manifest: None)
    (part / "runs" / "reference-logit-seed-00002.parquet").unlink()
    assert main(["diff", str(part), str(graced)]) == 0
    out = capsys.readouterr().out
    assert "1 of 2 blocks are missing (reference-logit-seed-00002)" in out
    assert "on 1 common seeds" in out


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("province", "sichuan", "different provinces"), ("policies", ["none"], "no common policy"),
     ("scenario", ["weak_demand"], "no common case")],
)  # fmt: skip
def test_what_has_nothing_in_common_is_refused(
    plain: Path, tmp_path: Path, key: str, value: object, expected: str, capsys: pytest.CaptureFixture[str]
):
    other = edited(plain, tmp_path / "other", lambda manifest: manifest["settings"].update({key: value}))
    assert main(["diff", str(plain), str(other)]) == 2
    told = capsys.readouterr()
    assert expected in told.err and "one problem" in told.err and told.out == ""


def test_no_common_seed_is_refused(plain: Path, root: Path, capsys: pytest.CaptureFixture[str]):
    later = sweep(root, RATE, SLOPE, "uncertainty=none", "seeds=1", "first_seed=7")
    assert main(["diff", str(plain), str(later)]) == 2
    assert "no common seed" in capsys.readouterr().err


def test_long_lists_are_cut_with_a_count():
    assert _cell(list(range(20)), {"items": "{count} in all"}) == "0, 1, 2, 3, 4, 5, ... (20 in all)"
    assert _cell("a" * 64, {}) == "a" * 12
