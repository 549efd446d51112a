"""What is no result, what is half a result, and what is only one draw."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from report_pages import QUIET, SETTINGS, Page

from experiments.cli import main
from experiments.report.brief import write_brief
from experiments.report.contents import partial_notice
from experiments.report.material import open_folder
from experiments.report.page import page
from experiments.report.writing import Request, read_request, write_report, write_run_report
from experiments.results import Results
from experiments.run import prepare, run_experiment
from experiments.store import load
from experiments.store.folder import ResultStore
from sim.errors import ConfigError


@pytest.fixture
def half(folder: Path, tmp_path: Path) -> Path:
    """The same sweep with two of its three seeds: one file is missing, another was never begun."""
    copy = tmp_path / folder.name
    shutil.copytree(folder, copy)
    (copy / "runs" / "reference-logit-seed-00002.parquet").unlink()
    return copy


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["nowhere"], "does not exist"),
        ([".", "format=pdf"], "choose from html, docx, xlsx"),
        ([".", "lang=fr"], "choose from en, zh"),
        ([".", "fromat=html"], "did you mean 'format'"),
        ([".", "format=pdf", "lang=fr"], "3 problems"),
        (["."], "is no result folder"),
    ],
)
def test_one_message_and_nothing_written(words, expected, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["report", *words]) == 2
    error = capsys.readouterr().err
    assert expected in error
    assert "Traceback" not in error
    assert list(tmp_path.iterdir()) == []


def test_a_format_whose_package_is_missing_names_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match="needs python-docx: pip install"):
        read_request("folder", ["format=docx"])
    assert read_request("folder", ["lang=zh"]) == Request(Path("folder"), "zh", "html")


def test_a_partial_sweep_says_what_is_missing_and_what_it_rests_on(half: Path):
    material = open_folder(half, "en")
    notice = partial_notice(material)
    assert "2 of 3 blocks are finished" in notice
    assert "reference-logit-seed-00002" in notice
    assert "province=demo seeds=3" in notice
    text = page(material)
    assert text.index('class="notice"') < text.index("<nav")
    assert "(seeds 1, 3)" in text
    rows = Page(text).rows("outcome_targets", shared=3)
    assert {cells[9].text for cells in rows} == {"2"}
    own = load(half).outcomes.query("headline and target_id == 'green_factories' and policy == 'plan'")
    shown = next(cells for cells in rows if cells[0].text == "Green factories (stock) ★" and cells[3].text == "plan")
    assert float(shown[4].value) == own["value"].median()
    assert "结果不完整" in page(open_folder(half, "zh"))


def test_a_partial_sweep_is_answered_by_the_analyses_too(half: Path, tmp_path: Path):
    from experiments.report.answers import ask_again

    material = open_folder(half, "en")
    before = {path: path.stat().st_mtime_ns for path in half.rglob("*") if path.is_file()}
    for name in ("comparison", "gains"):
        reply = ask_again(name, material.results, half, material.stored.finished, tmp_path / "made", figures=False)
        assert reply == ""
        assert (tmp_path / "made" / f"{name}.csv").stat().st_size > 0
    assert {path: path.stat().st_mtime_ns for path in half.rglob("*") if path.is_file()} == before


def test_a_complete_sweep_has_no_notice(folder: Path):
    assert partial_notice(open_folder(folder, "en")) == ""
    assert 'class="notice"' not in page(open_folder(folder, "en"))


def test_a_sweep_with_nothing_finished_is_refused(half: Path):
    for path in half.glob("runs/*.parquet"):
        path.unlink()
    with pytest.raises(ConfigError, match="holds no finished block of its design yet"):
        open_folder(half)


def test_one_seed_has_no_interval(tmp_path: Path):
    settings = [*SETTINGS, "seeds=1", "policies=[current,plan]", "end=2028Q4", f"output.root={tmp_path}"]
    folder = run_experiment(prepare(settings), QUIET, QUIET)
    material = open_folder(folder, "en")
    text = page(material)
    assert "a single draw has none" in text
    rows = Page(text).rows("outcome_targets", shared=3)
    assert rows
    for cells in rows:
        assert [cells[place].text for place in (5, 6, 11, 12)] == ["–"] * 4
        assert cells[9].text == "1"
    assert "[" not in Page(text).rows("overview", shared=1)[0][3].text
    assert not re.search(r"\bnan\b", text, re.IGNORECASE)
    assert "which says nothing on how often" in text
    assert "95 % interval of the share" not in text.split("<section id=\"targets\"")[0]
    import docx

    brief = docx.Document(str(write_brief(material, tmp_path / "brief.docx")))
    assert "[" not in brief.tables[0].rows[1].cells[3].text


def test_the_page_of_a_run_shows_the_figures_that_lie_there(half: Path):
    """`greenmill run` draws nothing again: it takes what it has just left in the folder."""
    config = load(half).config
    figures = half / "figures"
    figures.mkdir()
    (figures / "fan_green_factories.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><text>kept</text></svg>', encoding="utf-8")
    blocks = [block for block in config.design.blocks_by_case if block in load(half).finished]
    path = write_run_report(Results.of_blocks(config, ResultStore(half), blocks), half)
    text = path.read_text(encoding="utf-8")
    assert path == half / "report.html"
    assert text.count("<svg ") == 1
    assert ">kept</text>" in text
    assert "Not in this folder" in text


def test_a_folder_that_cannot_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    def refuse(*_: object) -> None:
        raise PermissionError("read-only file system")

    monkeypatch.setattr("experiments.report.brief.write_whole", refuse)
    assert main(["report", str(folder), "format=docx"]) == 1
    assert "the report cannot be written: read-only file system" in capsys.readouterr().err


def test_a_run_writes_the_page_even_where_no_target_falls_due(tmp_path: Path):
    settings = [*SETTINGS, "seeds=1", "policies=[none]", "end=2026Q4", "figures=true", f"output.root={tmp_path}"]
    folder = run_experiment(prepare(settings), QUIET, QUIET)
    text = (folder / "report.html").read_text(encoding="utf-8")
    assert "No target falls due within the run." in text
    for kind in ("docx", "xlsx"):
        assert write_report(Request(folder, "zh", kind), QUIET) == folder / f"report.zh.{kind}"


def test_a_table_that_the_report_does_not_know_is_shown_all_the_same(half: Path):
    known = "policy,scenario,behaviour,amount\nplan,reference,logit,1.5\n"
    (half / "unheard_of.csv").write_text(known, encoding="utf-8")
    (half / "broken.csv").write_bytes(b"\xff\xfe\x00")
    rows = Page(page(open_folder(half, "en"))).rows("unheard_of")
    assert [(cells[0].text, cells[1].value) for cells in rows] == [("plan", "1.5")]


def test_the_folder_of_a_study_is_refused_with_the_reason(folder: Path, monkeypatch: pytest.MonkeyPatch):
    stored = load(folder)
    study = replace(stored, config=replace(stored.config, study="solve"))
    monkeypatch.setattr("experiments.report.material.load", lambda _: study)
    with pytest.raises(ConfigError, match="holds the study 'solve'"):
        open_folder(folder)
