"""The page of a study: told again from kept points, in both languages, and never by simulating."""

from __future__ import annotations

import shutil
from pathlib import Path

import pandas as pd
import pytest
from report_pages import QUIET

from experiments.cli import main
from experiments.run import prepare, run_experiment

SETTINGS = ["experiment=solve", "province=demo", "seeds=2", "end=2027Q4", "executor=serial", "solve.tolerance=0.25"]


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished study of four settings, with its figures."""
    root = tmp_path_factory.mktemp("study")
    return run_experiment(prepare([*SETTINGS, f"output.root={root}"]), QUIET, QUIET)


def kept(folder: Path) -> dict[Path, int]:
    return {path: path.stat().st_mtime_ns for path in folder.rglob("*") if path.is_file()}


def test_a_study_leaves_its_page_with_its_table_and_figure(study: Path):
    text = (study / "report.html").read_text(encoding="utf-8")
    trials = pd.read_csv(next(study.glob("solve_*.csv")))
    listing = text[text.index("<pre"):text.index("</pre>")]
    for _, row in trials[trials["policy"].isna()].iterrows():
        shown = next(line.split() for line in listing.splitlines() if line.split()[:1] == [f"{row['setting']:g}"])
        assert shown[1] == f"{row['met']}/{row['draws']}"
        assert shown[2] == f"{100 * row['share_met']:.0f}%"
    assert text.count("<svg") == 1 and "https://" not in text
    assert "greenmill run experiment=solve province=demo seeds=2" in text
    assert f"tables: {study.name}" in listing and "/tmp" not in listing


def test_the_page_in_the_other_language_simulates_and_changes_nothing(study: Path):
    before = kept(study)
    assert main(["report", str(study), "lang=zh"]) == 0
    after = kept(study)
    page = after.pop(study / "report.zh.html")
    assert page and after == before
    text = (study / "report.zh.html").read_text(encoding="utf-8")
    assert 'lang="zh-CN"' in text and "答案：" in text and "Answer:" not in text


def test_an_unfinished_study_and_another_format_are_refused(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    copy = shutil.copytree(study, tmp_path / study.name)
    next((copy / "points").glob("*.parquet")).unlink()
    before = kept(copy)
    assert main(["report", str(copy)]) == 2
    assert "the study is not finished" in capsys.readouterr().err
    assert main(["report", str(copy), "format=xlsx"]) == 2
    assert "has a page alone (format=html)" in capsys.readouterr().err
    assert kept(copy) == before


def test_status_tells_of_runs_instead_of_blocks(study: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["status", str(study)]) == 0
    told = capsys.readouterr().out
    rows = pd.concat(pd.read_parquet(path) for path in (study / "points").glob("*.parquet"))
    assert f"runs of the model kept: {len(rows[['surroundings', 'policy']].drop_duplicates())}" in told
    assert "blocks" not in told and "solve_certification_quota" in told
