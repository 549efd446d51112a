"""Effects of clauses that are kept with the province: complete, shown by the document, read and written."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from clause_sweeps import CLAUSES, STORED, effects

from experiments.clauses.document import BEGIN, END, document_tables, write_document
from experiments.clauses.effects import FILE, effect_text, write_clause_effects
from experiments.clauses.stored import keep_effects, load_effects, objections
from experiments.run import prepare
from sim.errors import ConfigError
from sim.preparation import load_inputs


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
