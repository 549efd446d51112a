"""Small runs to be compared, result folders with an edited manifest, and how targets change from one to another."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
from rich.console import Console

from experiments.diff.changes import paired_outcomes, target_changes
from experiments.run import prepare, run_experiment
from experiments.store import load

SMALL = ("province=demo", "policies=[current,plan]", "seeds=2", "end=2027Q4", "figures=false", "executor=serial")
SLOPE, RATE = "overrides.retrofit.payback_slope=1.5", "overrides.retrofit_subsidy.rate=0.2"
FACTS = ["policy", "target_id", "definition"]


def sweep(root: Path, *words: str) -> Path:
    quiet = Console(file=io.StringIO())
    return run_experiment(prepare([*SMALL, f"output.root={root}", *words]), quiet, quiet)


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


def changes_of(a: Path, b: Path) -> pd.Series:
    return target_changes(paired_outcomes(load(a).outcomes, load(b).outcomes)).set_index(FACTS)["change"].sort_index()
