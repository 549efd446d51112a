"""`greenmill explain clauses`: settings, dates, evidence, gaps and measured effects."""

from __future__ import annotations

import math

import pytest
from clause_sweeps import CLAUSES, STORED
from rich.cells import cell_len

from experiments.clauses.effects import effect_text
from experiments.explain.topics import show


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
