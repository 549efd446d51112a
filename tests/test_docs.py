"""The documents: their code runs, the files they name exist, both READMEs name the same commands."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import numpy as np
import pytest
import yaml

from agents.firm import BOTTLENECKS, FIRM_COLUMNS
from configs import CONFIG_ROOT
from experiments.cli import TOPICS, main
from experiments.compose import compose_settings, compose_sweep
from experiments.explain_policies import policy_differences
from experiments.store import load
from policies.registry import register, registered, unregister
from sim import simulate
from sim.api import check
from sim.model import QUARTER_PHASES
from sim.policy_files import load_catalogue
from sim.preparation import load_inputs, prepare_block

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CONTRIBUTING.md", "docs/ODD.md", "docs/limits.md", "docs/data.md",
         "docs/executors.md", "docs/sensitivity.md", "docs/search.md", "docs/analysis.md", "docs/report.md")
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
CODE = re.compile(r"`([^`\n]+)`")
EXAMPLE = "energy_inspection"


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text(page)) if kind == language]


def commands(page: str) -> list[str]:
    lines = [line.split("  #")[0].strip() for body in blocks(page, "sh") for line in body.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def named_block(page: str, start: str) -> str:
    """The code block of a page whose first line names the file it belongs to."""
    found = [body for kind, body in FENCE.findall(text(page)) if body.startswith(f"# {start}\n")]
    assert len(found) == 1, start
    return found[0]


@pytest.fixture(scope="module")
def folder_with_results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results under the name that the READMEs use."""
    folder = tmp_path_factory.mktemp("work")
    settings = ["province=demo", "seeds=2", "policies=[none,plan]", "figures=false", "executor=serial"]
    assert main(["run", *settings, f"output.root={folder / 'outputs'}"]) == 0
    (made,) = (folder / "outputs").iterdir()
    made.rename(made.with_name("policy_mixes-0a1b2c3d"))
    return folder


@pytest.mark.parametrize("page", (*READMES, "docs/analysis.md"))
def test_python_of_the_documents_runs(
    page: str, folder_with_results: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_with_results)
    code = blocks(page, "python")
    assert code
    names: dict[str, object] = {}
    for body in code:
        assert "simulate(" not in body or 'province="demo"' in body or "block=" in body, "use the small one"
        exec(body, names)
    assert capsys.readouterr().out.strip()


@pytest.mark.parametrize("page", READMES)
def test_sql_of_the_readme_says_what_the_frames_say(
    page: str, folder_with_results: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder_with_results)
    (query,) = re.findall(r'duckdb\.sql\("""(.*?)"""\)', text(page), re.DOTALL)
    found = duckdb.sql(query).df().set_index(["policy", "year"])["projects"]
    rows = load("outputs/policy_mixes-0a1b2c3d").indicators
    rows = rows.assign(year=rows["quarter"].str[:4])
    expected = rows.groupby(["policy", "year"])["retrofit_projects"].sum() / rows["seed"].nunique()
    assert len(found) == 2 * 5
    assert found.to_dict() == pytest.approx(expected.to_dict())


@pytest.fixture
def documented_policies(tmp_path: Path) -> Iterator[Path]:
    """The policy folder with the examples of the documents added, and the example's class registered."""
    folder = tmp_path / "policy"
    shutil.copytree(CONFIG_ROOT / "policy", folder)
    names: dict[str, object] = {"__name__": "example"}
    exec(named_block("CONTRIBUTING.md", f"policies/{EXAMPLE}.py"), names)
    files = {f"instrument/{EXAMPLE}": "CONTRIBUTING.md", "mix/inspection": "CONTRIBUTING.md",
             "mix/chengdu_ten_percent": "CONTRIBUTING.md", "mix/grant_pulse": "README.md"}
    for name, page in files.items():
        body = named_block(page, f"configs/policy/{name}.yaml")
        (folder / f"{name}.yaml").write_text(body, encoding="utf-8")
    register(names["EnergyInspection"])  # type: ignore[type-var]
    try:
        yield folder
    finally:
        unregister(EXAMPLE)


def test_example_instrument_works(documented_policies: Path) -> None:
    block = prepare_block("demo", seed=1)
    before = simulate("current", block=block).indicators
    block.catalogue = load_catalogue(documented_policies)
    null = simulate("current", block=block).indicators
    inspected = simulate("inspection", block=block)
    assert null.equals(before), "an instrument at null changes nothing"
    early = before["quarter"] < "2027Q1"
    values = inspected.indicators.drop(columns=["policy"])
    assert values[early].equals(before[early].drop(columns=["policy"])), "nothing happens before the date"
    assert inspected.indicators["retrofit_projects"].sum() > before["retrofit_projects"].sum()
    firms = inspected.model.columns
    large = firms["energy_base"].sum(axis=1) >= 1000.0
    assert np.array_equal(inspected.model.terms.utility_shift > 0.0, large)


def test_example_instrument_combines_and_is_described(documented_policies: Path) -> None:
    catalogue = load_catalogue(documented_policies)
    rows = {(row.setting, row.quarter) for row in catalogue.describe("inspection")}
    assert rows == {("pressure", "2027Q1"), ("least_energy", "2027Q1")}
    instrument = catalogue.mix("plan+inspection")[EXAMPLE]
    assert instrument.in_force(2027 * 4) and not instrument.in_force(2027 * 4 - 1)


def test_new_mix_of_the_readme(documented_policies: Path) -> None:
    assert blocks("README.md", "yaml") == blocks("README.zh.md", "yaml")
    mix = load_catalogue(documented_policies).mix("grant_pulse")
    rate, subsidy = mix["retrofit_subsidy"].schedules["rate"], mix["retrofit_subsidy"]
    assert [rate.at(year * 4) for year in (2025, 2026, 2027, 2028, 2030)] == [0.05, 0.2, 0.2, 0.1, 0.1]
    assert subsidy.schedules["min_added_output"].at(2026 * 4) == 0.0, "the rest is that of the mix taken in"


def test_example_of_one_prefecture(documented_policies: Path) -> None:
    catalogue = load_catalogue(documented_policies)
    rows = [(row.where, row.quarter, row.current, row.value) for row in catalogue.describe("chengdu_ten_percent")]
    some = "prefecture=Deyang|Mianyang,sector=39,size_class=small|micro"
    assert rows == [("prefecture=Chengdu", "2026Q1", 0.05, 0.1), (some, "2027Q1", 0.05, 0.08)]
    inputs = replace(load_inputs("demo"), catalogue=catalogue)
    told = [row["setting"] for row in policy_differences(inputs, "chengdu_ten_percent", "en")]
    assert told[0] == "retrofit_subsidy.rate\n@prefecture=Chengdu"
    assert "".join(told[1].split()) == f"retrofit_subsidy.rate@{some}"
    block = prepare_block("demo", seed=1)
    block.catalogue = catalogue
    rate = simulate("chengdu_ten_percent", block=block).model.terms.grant_rate
    assert set(rate) == {0.05, 0.08, 0.1}


def test_example_is_forgotten_afterwards() -> None:
    assert EXAMPLE not in registered()


@pytest.mark.parametrize("page", PAGES)
def test_links_and_files_exist(page: str) -> None:
    here = (ROOT / page).parent
    broken = [link for link in LINK.findall(text(page)) if "://" not in link and not (here / link).exists()]
    assert not broken
    prose = FENCE.sub("", text(page))
    folders = ("agents/", "policies/", "sim/", "experiments/", "configs/", "tests/", "docs/", "benchmarks/")
    named = [name for name in CODE.findall(prose) if name.startswith(folders) and " " not in name]
    missing = [name for name in named if "<" not in name and not exists(name)]
    assert not missing


def exists(name: str) -> bool:
    return any(ROOT.glob(name)) if "*" in name else (ROOT / name).exists()


def test_readmes_give_the_same_commands() -> None:
    assert commands("README.md") == commands("README.zh.md")
    assert "make test" in commands("README.md") and "make run" in commands("README.md")


@pytest.mark.parametrize("page", PAGES)
def test_commands_are_valid(page: str, documented_policies: Path) -> None:
    catalogue = load_catalogue(documented_policies)
    targets = set(re.findall(r"^([a-z]+)\b[^=\n]*:(?!=)", text("Makefile"), re.MULTILINE))
    for line in commands(page):
        program, verb, *words = shlex.split(line)
        if program == "make":
            assert verb in targets, line
            words = [word for part in words for word in part.removeprefix("ARGS=").split()]
        if program == "greenmill" and verb == "explain":
            assert words[0] in TOPICS, line
        elif "--help" not in words and verb == "run":
            settings = [word for word in words if word not in ("-m", "--plan")]
            compose = compose_sweep if "-m" in words else compose_settings
            found, problems = compose(settings, CONFIG_ROOT)
            assert found and not problems, line
            for config in found if isinstance(found, list) else [found]:
                assert all(catalogue.mix(name) for name in config.policies), line
                for case in config.design.cases:
                    check(config.run_spec(case), [])


def test_odd_names_every_column_and_phase_in_order() -> None:
    odd = text("docs/ODD.md")
    named = set(CODE.findall(odd))
    assert {column.name for column in FIRM_COLUMNS} <= named
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|", odd, re.MULTILINE)
    assert rows == list(QUARTER_PHASES)
    assert len(BOTTLENECKS) == 8, "the ODD speaks of eight classes"


def test_yaml_of_the_documents_is_readable() -> None:
    for page in PAGES:
        for body in blocks(page, "yaml"):
            assert isinstance(yaml.safe_load(body), dict)


def test_limits_speak_of_every_clause_once() -> None:
    rows = re.findall(r"^\| [^|]+ \| ((?:I|V)[^|]+) \|$", text("docs/limits.md"), re.MULTILINE)
    sizes = {"II": 22, "III": 7, "IV": 4}
    listed = [clause for row in rows for clause in clauses(row)]
    assert sorted(listed) == sorted(f"{part}-{n}" for part, size in sizes.items() for n in range(1, size + 1))


def clauses(row: str) -> list[str]:
    """``II-1 to II-3, IV-4`` as single clauses."""
    result = []
    for entry in row.strip().split(", "):
        ends = [end.split("-") for end in entry.split(" to ")]
        result += [f"{ends[0][0]}-{n}" for n in range(int(ends[0][1]), int(ends[-1][1]) + 1)]
    return result


@pytest.mark.parametrize("page", ("docs/limits.md",))
def test_clauses_with_an_instrument_are_those_of_the_code(page: str) -> None:
    row = re.search(r"^\| an instrument rests on them \| ([^|]+) \|$", text(page), re.MULTILINE)
    assert row is not None
    rests = {clause for cls in registered().values() for clause in cls.clauses}
    assert set(clauses(row[1])) == rests | {"IV-1"}  # the adaptive rule is no instrument


def test_readmes_count_the_clauses_as_the_table_does() -> None:
    found = load_inputs("sichuan").clauses.values()
    tiers = [clause.evidence for clause in found]
    numbers = [str(tiers.count(tier)) for tier in ("mechanism only", "accounting", "association")]
    partly = [clause.name for clause in found if clause.status == "partly"]
    assert len(tiers) == 33 and all(clause.represented for clause in found)
    pattern = r"All 33 clauses of the plan act here, ([\w-]+) in part\.(.*?)association"
    (english,) = re.findall(pattern, text("README.md"), re.DOTALL)
    assert english[0].split() == partly
    assert re.findall(r"\d+", english[1]) == numbers
    (chinese,) = re.findall(r"33条举措均已体现，其中\d条（([\w-]+)）为部分体现。(.*?)相关关系", text("README.zh.md"))
    assert chinese[0].split() == partly
    assert re.findall(r"\d+", chinese[1]) == numbers
