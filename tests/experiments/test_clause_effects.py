"""Effects of switching clauses off: hand-made frames, and a small sweep with two clauses."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from clause_sweeps import CLAUSES, LOSS, TARGETS, effects, frames
from rich.cells import cell_len
from rich.console import Console
from scipy.stats import t

from configs import CONFIG_ROOT
from experiments.clauses.effects import COLUMNS, FILE, clause_effects, effect_text, show_clause_effects, studied
from experiments.cli import main


def test_effects_are_means_of_paired_differences_with_students_interval():
    table = effects()
    assert tuple(table.columns) == COLUMNS
    assert list(table["clause"].unique()) == ["II-9"]
    assert list(zip(table["quantity"], table["name"], strict=True)) == [
        ("indicator", "aware_share"), ("target", "coverage"), ("target", "intensity"),
    ]
    own, coverage, intensity = (row for _, row in table.iterrows())
    half = t.ppf(0.975, 3) * np.std(LOSS, ddof=1) / 2.0
    for row in (own, coverage):
        assert row["difference"] == pytest.approx(np.mean(LOSS))
        assert (row["low"], row["high"]) == pytest.approx((np.mean(LOSS) - half, np.mean(LOSS) + half))
        assert not row["includes_zero"]
        assert row["seeds"] == 4
    assert intensity["includes_zero"]
    assert intensity["unit"] == "% of 2025"
    assert effect_text(coverage).startswith("-3.0 ±")
    assert effect_text(intensity).endswith("°")


def test_one_seed_has_no_interval_and_excludes_nothing():
    table = effects(seeds=1)
    assert table["low"].isna().all()
    assert table["includes_zero"].all()
    assert "±" not in effect_text(table.iloc[0])


def test_a_clause_without_effect_says_that_its_interval_includes_zero():
    row = pd.Series({"unit": "firms", "difference": 0.0, "low": 0.0, "high": 0.0, "includes_zero": True})
    assert effect_text(row) == "0 ±0°"


def test_policies_without_such_a_pair_give_no_row():
    indicators, outcomes = frames()
    rest = outcomes["policy"] == "plan"
    assert clause_effects(indicators, outcomes[rest], CLAUSES, TARGETS).empty
    assert studied(["plan", "plan-without:II-9"])
    assert not studied(["plan", "plan_adaptive"])


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_tables_fit_a_terminal_and_explain_the_mark(lang):
    out = io.StringIO()
    show_clause_effects(effects(), CLAUSES, TARGETS, Console(file=out, width=140), lang)
    assert max(cell_len(line) for line in out.getvalue().splitlines()) <= 100
    assert "°" in out.getvalue()
    assert ("覆盖率" if lang == "zh" else "coverage") in out.getvalue()


def test_the_experiment_holds_every_clause_that_is_represented():
    document = yaml.safe_load((CONFIG_ROOT / "experiment" / "clauses.yaml").read_text(encoding="utf-8"))
    wanted = [clause.without_policy for clause in CLAUSES.values() if clause.settings]
    assert document["policies"] == ["plan", "plan_adaptive", *wanted]


def test_a_sweep_with_two_clauses_and_dynamic_evaluation(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    policies = "policies=[plan,plan_adaptive,plan-without:II-3,plan-without:III-2]"
    settings = ["experiment=clauses", "province=demo", "seeds=2", "executor=serial", policies]
    assert main(["run", *settings, f"output.root={tmp_path}"]) == 0
    table = pd.read_csv(next(tmp_path.glob(f"clauses-*/{FILE}"))).set_index(["clause", "quantity", "name"])
    assert set(table.index.get_level_values("clause")) == {"II-3", "III-2", "IV-1"}
    assert table.loc[("II-3", "indicator", "design_benchmarks"), "difference"] < 0.0
    assert (table["seeds"] == 2).all()
    assert not table["difference"].isna().any()
    told = capsys.readouterr().out
    assert "includes zero" in told.replace("\n", " ")
    assert "Green-design" in told


def test_a_misspelt_clause_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]):
    assert main(["run", "policies=[plan,plan-without:II-99]"]) == 2
    assert "did you mean 'plan-without:II-9'" in capsys.readouterr().err
