"""Two result folders compared: what differs, how it is told, and what cannot be compared."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compared_runs import RATE, SLOPE, changes_of, edited, older_code, sweep

from experiments.cli import main
from experiments.diff.differences import differences
from experiments.diff.effects import groups_of
from experiments.diff.report import _cell
from experiments.store import load


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
