"""The command as a user meets it: exit codes, one clear message, nothing written by mistake."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from rich.cells import cell_len

from experiments.arguments import TOPICS
from experiments.cli import main

SMALL = ("province=demo", "policies=[none,current]", "seeds=1", "executor=serial")


def greenmill(
    arguments: Sequence[str], folder: Path, module: str = "experiments.cli"
) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONSAFEPATH": "1"}
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=300,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["run", "sedes=3"], "did you mean 'seeds'"),
        (["run", "provincce=demo", "lang=fr"], "2 problems"),
        (["run", "province=sichaun"], "did you mean 'sichuan'"),
        (["run", "policies=[current,plam]"], "did you mean 'plan'"),
        (["run", "scenario=referense"], "did you mean 'reference'"),
        (["run", "overrides.finance.loan_rat=0.04"], "did you mean 'finance.loan_rate'"),
        (["run", "overrides.finance.loan_rate=7"], "outside its range"),
        (["run", "uncertainty=cor"], "did you mean 'core'"),
        (["run", "end=2031Q4"], "2030Q4"),
        (["run", "seeds=none"], "a whole number is needed"),
        (["run", "experiment=policy_mixs"], "policy_mixes"),
        (["run", "end=2025Q4"], "before the first quarter"),
        (["run", "policies=[plan"], "cannot be read"),
        (["explain", "parameters", "language=zh"], "did you mean 'lang'"),
        (["explain", "policies", "plam"], "did you mean 'plan'"),
        (["explain", "phase"], "invalid choice"),
        (["explain", "parameters", "retrofit.choise_constant"], "did you mean 'retrofit.choice_constant'"),
        (["explain", "measures", "rooftop", "nowhere"], "no entry with all these words"),
        (["run", "policies=[current,plan@2031Q1]"], "starts after the last quarter of the data, 2030Q4"),
        (["run", "experiment=discovery", "province=demo", "end=2026Q3"], "no target is judged by then"),
        (["run", "experiment=attribution", f"attribution.permutations={10**18}"], "from 2 to 10000"),
        (["run", "overrides.retrofit_subsidy.rate@prefecture=Chengdoo=0.1"], "did you mean 'Chengdu'"),
        (["run", "overrides.retrofit_subsidy.rate@sector=31|{x}=0.1"], "no sector {x} in sichuan; there are 13, 14"),
        (["run", "overrides.retrofit_subsidy.cap@sector=31=0.1"], "one number for the whole province"),
        (["run", "overrides.finance.loan_rate@sector=31=0.04"], "a parameter holds for all firms"),
        (["run", "overrides.retrofit_subsidi.rate@sector=31=0.1"], "did you mean 'retrofit_subsidy.rate'"),
        (["run", "scenario=reference,x"], "greenmill run -m"),
        (["run", "behaviour=lojit"], "did you mean 'logit'"),
        (["run", "-m", "seeds=1,2"], "takes one value"),
        (["run", "seeds=1", "-m", "lang=en,zh", "--fast"], "unrecognized arguments: lang=en,zh --fast"),
        (["status", "nowhere"], "does not exist"),
        (["diff", "nowhere", "else"], "2 problems"),
        (["diff", "a", "b", "policies=[none]"], "is no setting of diff"),
        (["rnu"], "invalid choice"),
        ([], "required"),
    ],
)
def test_wrong_input_exits_2_with_a_message_and_writes_nothing(
    arguments: list[str],
    expected: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
):
    monkeypatch.chdir(tmp_path)
    try:
        code: object = main(arguments)
    except SystemExit as leave:
        code = leave.code
    out, err = capsys.readouterr()
    assert code == 2
    assert expected in err
    assert out == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments", [["run", "provincce=demo", "seeds=x"], ["run", "province=sichaun"], ["rnu"]]
)
def test_wrong_input_shows_no_traceback_in_a_shell(arguments: list[str], tmp_path: Path):
    done = greenmill(arguments, tmp_path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "did you mean" in done.stderr or "invalid choice" in done.stderr
    assert done.stdout == ""
    assert list(tmp_path.iterdir()) == []


def test_run_writes_the_result_folder_and_nothing_else(tmp_path: Path):
    done = greenmill(["run", *SMALL, "lang=zh", "end=2026Q4", "figures=false"], tmp_path)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["outputs"]
    (folder,) = (tmp_path / "outputs").iterdir()
    assert folder.name.startswith("policy_mixes-")
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "blocks.jsonl", ".lock", "runs", "outcomes", "ledger", "additional", "groups", "targets.csv",
        "definitions.csv",
        "summary.csv", "costs.csv", "payers.csv", "unit_costs.csv", "groups.csv", "inequality.csv", "decomposition.csv",
        # what can be asked before any target is due
        "gains.csv", "bottlenecks.csv", "sectors.csv",
    }  # fmt: skip
    assert "现行政策" in done.stdout
    assert str(folder.relative_to(tmp_path)) in done.stdout
    assert "runs 2/2" in done.stderr


def test_module_run_is_the_same_command(tmp_path: Path):
    done = greenmill([*SMALL, "sedes=1"], tmp_path, "experiments.run")
    assert done.returncode == 2
    assert "did you mean 'seeds'" in done.stderr


@pytest.mark.parametrize(
    "line", ["--help", "run --help", "status --help", "diff --help", "explain --help", "run -x", ""]
)
def test_help_and_refusals_load_nothing_heavy(line: str, tmp_path: Path):
    script = (
        "import sys\n"
        "from experiments.cli import main\n"
        "try:\n"
        f"    main({line.split()!r})\n"
        "except SystemExit:\n"
        "    pass\n"
        "heavy = {'numpy', 'pandas', 'mesa', 'hydra', 'omegaconf', 'pydantic', 'yaml', 'matplotlib', 'pyarrow',\n"
        "         'rich', 'joblib', 'filelock', 'duckdb', 'scipy', 'sim', 'policies', 'agents'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-P", "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "greenmill" in done.stdout + done.stderr


def test_help_tells_the_settings_and_the_version(tmp_path: Path):
    told = greenmill(["run", "--help"], tmp_path).stdout
    assert "overrides.PATH=NUMBER" in told
    assert "greenmill run -m" in told
    assert greenmill(["--version"], tmp_path).stdout.startswith("greenmill ")


@pytest.mark.parametrize("topic", [topic for topic in TOPICS if topic != "population"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_explain_lists_something(topic: str, lang: str, capsys: pytest.CaptureFixture[str]):
    from experiments.explain.rows import TITLES_ZH
    from experiments.explain.topics import show

    show(topic, [f"lang={lang}"])
    out = capsys.readouterr().out
    assert out.startswith(TITLES_ZH[topic] if lang == "zh" else topic)
    assert len(out.splitlines()) > 6
    assert max(map(cell_len, out.splitlines())) <= 100


def test_explain_narrows_down_and_tells_differences(capsys: pytest.CaptureFixture[str]):
    from experiments.explain.topics import show

    show("indicators", ["bottleneck", "queue"])
    assert capsys.readouterr().out.splitlines()[0].strip() == "indicators (1)"
    show("policies", ["plan"])
    out = capsys.readouterr().out
    assert max(map(cell_len, out.splitlines())) <= 100
    lines = [line.split() for line in out.splitlines()]
    (place,) = (number for number, words in enumerate(lines) if words[:1] == ["retrofit_subsidy.rate"])
    assert lines[place][1:4] == ["2026Q1", "0.05", "0.1"]
    # the label stands below, whole
    assert ["grant", "rate"] in lines[place + 1 : place + 7]


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_interruption_exits_130_and_says_what_is_kept(tmp_path: Path):
    settings = ["province=demo", "policies=[current]", "seeds=500", "executor=serial", "figures=false"]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "experiments.cli", "run", *settings],
        cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob("outputs/*/runs/*.parquet")) and time.monotonic() < deadline:
        time.sleep(0.1)
    os.killpg(process.pid, signal.SIGINT)
    _, log = process.communicate(timeout=120)
    assert process.returncode == 130
    assert "of 500 blocks are kept in outputs" in log
    assert "Traceback" not in log
    assert [path.name for path in tmp_path.rglob(".*")] == [".lock"]
