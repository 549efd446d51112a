"""Effects of switching clauses off: hand-made frames, a small sweep with two clauses, and `explain clauses`."""

from __future__ import annotations

import io
import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from rich.cells import cell_len
from rich.console import Console
from scipy.stats import t

from configs import CONFIG_ROOT
from experiments.clause_document import BEGIN, END, document_tables, write_document
from experiments.clause_effects import (
    COLUMNS,
    FILE,
    clause_effects,
    effect_text,
    show_clause_effects,
    studied,
    write_clause_effects,
)
from experiments.cli import main
from experiments.explain import show
from experiments.run import prepare
from experiments.stored_effects import keep_effects, load_effects, objections
from sim.errors import ConfigError
from sim.preparation import load_inputs

CLAUSES = load_inputs("demo").clauses
TARGETS = pd.DataFrame([
    {"target_id": "coverage", "definition_id": "all", "role": "outcome", "kind": "level", "unit": "share",
     "name_en": "Coverage", "name_zh": "覆盖率"},
    {"target_id": "intensity", "definition_id": "province", "role": "outcome", "kind": "trend", "unit": "tce",
     "name_en": "Intensity", "name_zh": "强度"},
    {"target_id": "standards", "definition_id": "all", "role": "delivery", "kind": "flow", "unit": "standards",
     "name_en": "Standards", "name_zh": "标准"},
])
LOSS = (-0.02, -0.04, -0.03, -0.03)
"""What coverage loses without II-9, by seed; the seeds themselves differ by far more."""
NOISE = (0.5, -0.5, 0.2, -0.2)
"""What intensity changes without II-9, by seed."""


def frames(seeds=4):
    """Two quarters and three definitions of the plan with and without clause II-9, one other definition among them."""
    indicators, outcomes = [], []
    for seed in range(1, seeds + 1):
        for policy, loss, noise in (("plan", 0.0, 0.0), ("plan-without:II-9", LOSS[seed - 1], NOISE[seed - 1])):
            key = {"policy": policy, "scenario": "reference", "behaviour": "logit", "seed": seed}
            for quarter, level in (("2026Q1", 0.1), ("2026Q2", 0.3)):
                indicators.append({**key, "quarter": quarter, "aware_share": level * seed + loss})
            for target, definition, value in (
                ("coverage", "all", 0.1 * seed + loss), ("coverage", "other", 99.0),
                ("intensity", "province", -float(seed) + noise), ("standards", "all", 10.0),
            ):
                outcomes.append({**key, "target_id": target, "definition": definition, "value": value})
    return pd.DataFrame(indicators), pd.DataFrame(outcomes)


def effects(seeds=4):
    return clause_effects(*frames(seeds), CLAUSES, TARGETS)


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


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_clauses_tells_settings_dates_evidence_and_gaps(lang, capsys: pytest.CaptureFixture[str]):
    show("clauses", [f"lang={lang}"])
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].strip() == {"en": "clauses (33)", "zh": "条款（33）"}[lang]
    assert max(map(cell_len, lines)) <= 100
    text = "\n".join(line.rstrip() for line in lines)
    assert "certification_quota.quota  0 → 190 (2026Q1), 150 (2028Q1)" in text
    assert "equipment_renewal.hazard_multiplier  1 → 1.6 (2026Q1)" in text
    in_part = [name for name, clause in CLAUSES.items() if clause.status == "partly"]
    assert text.count("部分体现" if lang == "zh" else "partly ·") == len(in_part) > 0


def test_explain_clauses_narrows_down(capsys: pytest.CaptureFixture[str]):
    show("clauses", ["standards", "design"])
    out = capsys.readouterr().out
    assert "II-1 " in out
    assert "IV-3" not in out
    assert math.isclose(float(out.split("design_standards  0 → ")[1].split(" ")[0]), 3.0)


def test_a_misspelt_clause_is_answered_with_the_nearest(capsys: pytest.CaptureFixture[str]):
    assert main(["run", "policies=[plan,plan-without:II-99]"]) == 2
    assert "did you mean 'plan-without:II-9'" in capsys.readouterr().err


STORED = load_effects(load_inputs("sichuan").province)
"""What is kept with the province pack."""


def test_effects_of_every_clause_are_kept_with_their_origin():
    assert STORED is not None
    assert list(dict.fromkeys(STORED.effects["clause"])) == list(CLAUSES)
    outcomes = load_inputs("sichuan").province.targets.query("headline and role == 'outcome'")["target_id"]
    for name, clause in CLAUSES.items():
        rows = STORED.of(name)
        assert rows["name"].tolist() == [clause.indicator, *outcomes]
        assert rows["quantity"].tolist() == ["indicator", *["target"] * len(outcomes)]
    known = STORED.effects.dropna()
    assert len(known) == len(STORED.effects)
    assert (known["low"] <= known["difference"]).all() and (known["difference"] <= known["high"]).all()
    assert (known["includes_zero"] == ((known["low"] <= 0.0) & (known["high"] >= 0.0))).all()
    assert (known["seeds"] == STORED.provenance["seeds"]).all() and STORED.provenance["seeds"] >= 8
    assert len(STORED.provenance["code"]) == len(STORED.provenance["fingerprint"]) == 64


def test_the_document_shows_what_is_kept():
    page = Path(__file__).resolve().parents[2] / "docs" / "clauses.md"
    assert document_tables(STORED, CLAUSES) in page.read_text(encoding="utf-8")


def test_a_document_is_written_between_its_marks_alone(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    write_document(page, STORED, CLAUSES)
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\nMeasured: ") and text.endswith(f"{END}\nafter\n") and "old" not in text
    row = STORED.of("III-4").query("quantity == 'target' and name == 'green_factories'").iloc[0]
    assert effect_text(row) in next(line for line in text.splitlines() if line.startswith("| III-4 | -363"))
    page.write_text("no marks", encoding="utf-8")
    with pytest.raises(ValueError, match="does not hold"):
        write_document(page, STORED, CLAUSES)


def test_a_finished_experiment_is_kept_and_read_again(tmp_path: Path):
    table = effects()
    write_clause_effects(table, tmp_path)
    settings = {"province": "sichuan", "uncertainty": "core", "end": "2030Q4", "seeds": 4, "first_seed": 1,
                "scenario": ["reference"], "behaviour": ["logit"]}
    manifest = {"experiment": "clauses", "fingerprint": "f" * 64, "settings": settings,
                "code": {"sha256": "c" * 64, "greenmill": "0.1.0"}}
    (tmp_path / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    pack = replace(load_inputs("sichuan").province, folder=tmp_path / "pack")
    assert load_effects(pack) is None
    assert all(path.exists() for path in keep_effects(tmp_path, pack.folder))
    stored = load_effects(pack)
    assert stored.provenance["code"] == "c" * 64
    pd.testing.assert_frame_equal(stored.effects, table, rtol=1e-5)
    (tmp_path / "pack" / "measured" / FILE).write_text("clause\nII-1\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="does not have the columns"):
        load_effects(pack)


def test_only_the_packaged_experiment_is_kept():
    plain = prepare(["experiment=clauses"]).config
    assert objections(prepare(["experiment=clauses", "seeds=3", "executor=serial"]).config, plain) == []
    other = prepare(["experiment=clauses", "province=demo", "end=2027Q4", "policies=[plan]"]).config
    assert objections(other, plain) == ["policies", "province", "end"]


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_clauses_tells_measured_effects_on_indicator_and_targets(lang, capsys: pytest.CaptureFixture[str]):
    show("clauses", [f"lang={lang}"])
    lines = capsys.readouterr().out.splitlines()
    assert max(map(cell_len, lines)) <= 100
    joined = "\n".join(lines)
    for name in CLAUSES:
        own = effect_text(STORED.of(name).iloc[0], decimals=6)
        assert f"{'去掉该条款' if lang == 'zh' else 'without it'} {own} " in joined
    shown = [line for line in lines if line.startswith("III-4 ")]
    assert sum(line.count("±") for line in shown) == len(STORED.of("III-4")) - 1
    assert str(STORED.provenance["fingerprint"])[:8] in joined


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_one_clause_is_told_in_full(lang, capsys: pytest.CaptureFixture[str]):
    show("clauses", ["II-3", f"lang={lang}"])
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= 100
    assert "III-3" not in out and "II-3 " in out
    rows = STORED.of("II-3")
    assert out.count("…") == len(rows)
    flat = "".join(out.split())
    zero = "区间含零" if lang == "zh" else "includes"
    # once a row, and once in the legend
    assert flat.count(zero) >= int(rows["includes_zero"].sum())
    low = 100.0 * float(rows.set_index("name").loc["retrofit_coverage", "low"])
    assert f"{low:+.3g}…" in flat
