"""The default experiment answers all of its questions, also again from what it has kept."""

from __future__ import annotations

import io
import os
import signal
from itertools import takewhile
from pathlib import Path

import pandas as pd
import pytest
from fake_model import run_block
from rich.cells import cell_len
from rich.console import Console
from sweeps import PATIENCE, child_pids, sweep, wait_for

from experiments.executors.block_task import StorageError
from experiments.questions import ANALYSES
from experiments.run import prepare, run_experiment

FILES = {
    "comparison": ["comparison.csv"], "verdicts": ["verdicts.csv"], "cost": ["pareto.csv", "equal_cost.csv"],
    "gains": ["gains.csv"], "bottlenecks": ["bottlenecks.csv"], "prefectures": ["prefectures.csv"],
    "sectors": ["sectors.csv"],
}
SMALL = ("province=demo", "executor=serial", "figures=false", "tables=full")


def run(root: Path, words: list[str], model) -> tuple[Path, str, str]:
    log, out = (Console(file=io.StringIO(), width=100) for _ in range(2))
    folder = run_experiment(prepare([*SMALL, f"output.root={root}", *words]), log, out, model)
    return folder, log.file.getvalue(), out.file.getvalue()


def simulate_nothing(*_):
    pytest.fail("a finished store was simulated again")


def test_every_analysis_is_asked_again_without_simulating(tmp_path: Path):
    words = ["seeds=3", "policies=[none,current,plan]"]
    folder, log, out = run(tmp_path, words, run_block)
    assert [line for line in log.splitlines() if "analysing" in line] == [f"analysing: {name} ..." for name in FILES]
    names = [name for each in FILES.values() for name in each]
    before = {name: (folder / name).read_bytes() for name in names}
    assert all({"scenario", "behaviour"} <= set(pd.read_csv(folder / name)) for name in names)
    assert all(cell_len(line.rstrip()) <= 100 for line in out.splitlines() if not line.startswith("results"))
    _, _, again = run(tmp_path, words, simulate_nothing)
    assert again == out
    assert {name: (folder / name).read_bytes() for name in names} == before


def test_two_processes_write_and_print_what_one_does(tmp_path: Path):
    words = ["seeds=2", "policies=[current,plan]", "end=2027Q4", "figures=true"]
    alone, log, out = run(tmp_path, words, None)
    found = {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*.[csp][svn][vg]")}
    assert len(found) > 50
    for path in found:
        (alone / path).unlink()
    folder, again, shown = run(tmp_path, [*words, "executor=local", "executor.workers=2"], simulate_nothing)
    assert folder == alone and shown == out
    told = [[line for line in each.splitlines() if line.endswith("...")] for each in (log, again)]
    assert told[0] == told[1] == [*(f"analysing: {name} ..." for name in FILES), "drawing figures ...",
                                  "writing the report ..."]
    assert {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*.[csp][svn][vg]")} == found


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interruption_of_analyses_leaves_no_process_and_loses_nothing(tmp_path: Path):
    words = ["seeds=2", "policies=[none,current,plan]"]
    folder, _, _ = run(tmp_path, words, run_block)
    settings = [*SMALL, *words, "figures=true", "executor=local", "executor.workers=2"]
    with sweep(tmp_path, settings) as process:
        seen = list(takewhile(lambda line: "analysing: verdicts" not in line, process.stderr))
        os.killpg(process.pid, signal.SIGINT)
        _, rest = process.communicate(timeout=PATIENCE)
        assert process.returncode == 130
        wait_for(lambda: not child_pids(process.pid), "worker processes to end")
    assert "2 of 2 blocks are kept" in rest
    assert "Traceback" not in "".join(seen) + rest
    run(tmp_path, words, simulate_nothing)
    assert [path.name for path in folder.rglob(".*")] == [".lock"]


@pytest.mark.parametrize("executor", [["executor=serial"], ["executor=local", "executor.workers=2"]])
def test_figures_that_cannot_be_written_are_one_message(tmp_path: Path, executor: list[str]):
    words = ["seeds=2", "policies=[current,plan]"]
    folder, _, _ = run(tmp_path, words, run_block)
    (folder / "figures").write_text("a file in the way", encoding="utf-8")
    with pytest.raises(StorageError, match=r"results cannot be written: .*figures.*\n2 of 2 blocks are kept"):
        run(tmp_path, [*words, "figures=true", *executor], simulate_nothing)
    (folder / "figures").unlink()
    run(tmp_path, words, simulate_nothing)


def test_what_fails_in_an_analysis_is_told_after_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(ANALYSES, "gains", "fake_model:failing_block")  # type: ignore[misc]
    log, out = (Console(file=io.StringIO(), width=100) for _ in range(2))
    words = ["seeds=1", "policies=[current,plan]", "analyses=[comparison,gains,sectors]", f"output.root={tmp_path}"]
    with pytest.raises(TypeError):
        run_experiment(prepare([*SMALL, *words]), log, out, run_block)
    assert log.file.getvalue().splitlines()[-1] == "analysing: gains ..."


def test_brief_tables_keep_the_files_and_tell_their_names_alone(tmp_path: Path):
    words = ["seeds=2", "policies=[current,plan]"]
    folder, _, full = run(tmp_path, words, run_block)
    kept = {path.name: path.read_bytes() for path in folder.glob("*.csv")}
    _, _, brief = run(tmp_path, [*words, "tables=brief"], simulate_nothing)
    assert {path.name: path.read_bytes() for path in folder.glob("*.csv")} == kept
    assert len(brief.splitlines()) < len(full.splitlines()) / 2
    assert "printed with tables=full: comparison, verdicts" in brief


def test_tables_that_are_not_printed_are_not_laid_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("experiments.analysis.comparison.show_comparison", simulate_nothing)
    words = ["seeds=2", "policies=[current,plan]", "analyses=[comparison]", "tables=brief"]
    folder, _, _ = run(tmp_path, words, run_block)
    assert (folder / "comparison.csv").exists()


def test_one_policy_and_one_seed_are_enough_for_what_can_be_said(tmp_path: Path):
    folder, _, out = run(tmp_path, ["seeds=1", "policies=[none]", "end=2027Q4"], run_block)
    assert "Where the firms stand" in out
    assert all((folder / name).exists() for each in FILES.values() for name in each)


@pytest.mark.parametrize(("end", "said", "kept"), [
    ("2026Q4", "comparison: the run ends before any target is due", {"gains.csv", "bottlenecks.csv", "sectors.csv"}),
    ("2026Q2", "gains: the run ends before its first year does", {"bottlenecks.csv"}),
])
def test_a_run_that_ends_too_early_says_so(tmp_path: Path, end: str, said: str, kept: set[str]):
    folder, _, out = run(tmp_path, ["seeds=1", "policies=[current,plan]", f"end={end}"], None)
    assert said in out
    names = {name for each in FILES.values() for name in each}
    assert {path.name for path in folder.glob("*.csv")} & names == kept


def test_every_name_leads_to_a_function():
    from experiments.questions import function_at

    assert set(FILES) < set(ANALYSES)
    assert all(callable(function_at(place)) for place in ANALYSES.values())
