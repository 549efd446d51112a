"""The documents: their code runs, the files they name exist, both READMEs name the same commands."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest
import yaml

from agents.firm import BOTTLENECKS, FIRM_COLUMNS
from configs import CONFIG_ROOT
from experiments import questions
from experiments.arguments import TOPICS
from experiments.cli import main
from experiments.compose import compose_settings, compose_sweep
from experiments.explain_policies import policy_differences
from experiments.report.study_page import TITLES
from experiments.store import load
from policies.registry import register, registered, unregister
from sim import simulate
from sim.api import check
from sim.clauses import WITHOUT
from sim.model import QUARTER_PHASES
from sim.policy_files import load_catalogue
from sim.preparation import load_inputs, prepare_block

ROOT = Path(__file__).resolve().parent.parent
READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CONTRIBUTING.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\(([^)#\s:]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
EXAMPLE = "energy_inspection"


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text(page)) if kind == language]


def commands(page: str) -> list[str]:
    """Every command of a page in order: those in blocks of code, and whole ones between backticks."""
    parts = [(body if kind == "sh" else "") + "\n".join(whole_commands(prose)) for kind, body, prose in sections(page)]
    lines = [line.split("  #")[0].strip() for part in parts for line in part.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def sections(page: str) -> list[tuple[str, str, str]]:
    """The page in blocks: kind and content of a block of code, and the prose that follows it."""
    pieces = FENCE.split(text(page))
    return [("", "", pieces[0]), *zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)]


def whole_commands(prose: str) -> list[str]:
    named = [code for code in CODE.findall(prose) if code.startswith(("greenmill run ", "greenmill explain "))]
    return [code for code in named if "|" not in code and "..." not in code]


def anchors(page: Path) -> set[str]:
    """The names by which links reach the headings of a page."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


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


def example_module(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A module of CONTRIBUTING.md as if its file existed."""
    module = ModuleType(name)
    exec(named_block("CONTRIBUTING.md", name.replace(".", "/") + ".py"), module.__dict__)
    monkeypatch.setitem(sys.modules, name, module)
    return module


def test_example_analysis_answers(
    folder_with_results: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = "experiments.analysis.awareness"
    example_module(place, monkeypatch)
    monkeypatch.setitem(questions.ANALYSES, "awareness", f"{place}:answer")
    root = tmp_path / "configs"
    shutil.copytree(CONFIG_ROOT, root)
    (body,) = [body for body in blocks("CONTRIBUTING.md", "yaml") if "\nname: awareness\n" in body]
    (root / "experiment" / "awareness.yaml").write_text(body, encoding="utf-8")
    config, problems = compose_settings(["experiment=awareness", "province=demo"], root)
    assert config is not None and not problems and config.analyses == ("awareness",)
    settings = ["province=demo", "seeds=2", "policies=[none,plan]", "executor=serial", "figures=false", "tables=full"]
    assert main(["run", *settings, "analyses=[awareness]", f"output.root={tmp_path / 'outputs'}"]) == 0
    (made,) = (tmp_path / "outputs").iterdir()
    table = pd.read_csv(made / "awareness.csv").set_index(["policy", "year"])
    rows = load(folder_with_results / "outputs" / "policy_mixes-0a1b2c3d").indicators
    last = rows[(rows["policy"] == "plan") & (rows["quarter"] == "2030Q4")]["aware_share"]
    assert table.loc[("plan", 2030), "share_p50"] == pytest.approx(last.median())
    assert table["seeds"].eq(2).all() and len(table) == 2 * 5
    assert "share_p50" in capsys.readouterr().out


def test_example_study_computes_its_points(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    place, name = "experiments.study.range_ends", "range_ends"
    example_module(place, monkeypatch)
    for table, function in (("STUDIES", name), ("CHECKS", "range_end_problems"), ("PLANS", "planned_runs")):
        monkeypatch.setitem(getattr(questions, table), name, f"{place}:{function}")
    monkeypatch.setitem(TITLES, name, ("Ends of the range", "取值范围两端"))
    asked = ["run", "province=demo", "seeds=1", "policies=[plan]", "study=range_ends", "executor=serial"]
    assert main([*asked, f"output.root={tmp_path}", "scenario=[reference,drought_years]"]) == 2
    assert "one of each is needed" in capsys.readouterr().err and not list(tmp_path.iterdir())
    assert main([*asked, f"output.root={tmp_path}"]) == 0
    (made,) = tmp_path.iterdir()
    assert "Ends of the range" in (made / "report.html").read_text(encoding="utf-8")
    rows = pd.read_csv(made / "range_ends.csv").query("target_id == 'retrofit_coverage'")
    rows = rows[rows["definition"] == "all"].set_index("end")["value"]
    assert rows.loc[rows.index.max()] > rows.loc[rows.index.min()], "who knows more retrofits more"
    config, _ = compose_settings(asked[1:], CONFIG_ROOT)
    assert config is not None and questions.planned_runs(config) == {"ends of the range": 2}


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


@pytest.mark.parametrize("page", PAGES)
def test_links_to_headings_reach_one(page: str) -> None:
    here = ROOT / page
    reached = [(target, anchor) for target, anchor in ANCHOR.findall(text(page)) if not target.startswith("http")]
    assert not [(target, anchor) for target, anchor in reached
                if anchor not in anchors(here if not target else here.parent / target)]


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
                without_clause = [name for name in config.policies if name.startswith(WITHOUT)]
                assert {name.removeprefix(WITHOUT) for name in without_clause} <= load_inputs("sichuan").clauses.keys()
                assert all(catalogue.mix(name) for name in config.policies if name not in without_clause), line
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


def test_documents_count_estimated_parameters_as_the_nodes_do() -> None:
    grades = [node.grade for node in load_inputs("sichuan").parameters.nodes.values()]
    estimated = grades.count("D")
    assert f"({estimated} of {len(grades)})" in text("docs/limits.md")
    assert round(7 * estimated / len(grades)) == 6
    assert "Six in seven parameters" in text("README.md") and "七分之六的参数" in text("README.zh.md")


def test_odd_counts_instruments_commitments_and_their_definitions() -> None:
    targets, odd = load_inputs("sichuan").province.targets, text("docs/ODD.md")
    by_role = targets.groupby("role")["target_id"].nunique()
    outcome, delivery = by_role["outcome"], by_role["delivery"]
    assert outcome + delivery == targets["target_id"].nunique()
    assert f"{len(registered())} instruments" in odd
    told = re.sub(r"\s+", " ", odd)
    assert f"The plan's {outcome + delivery} commitments are {outcome} outcome targets" in told
    assert f"{delivery} delivery targets" in told and f"in {len(targets)} rows" in told


def test_citation_and_licence_are_those_of_the_package() -> None:
    project = tomllib.loads(text("pyproject.toml"))["project"]
    citation = yaml.safe_load(text("CITATION.cff"))
    authors = [author["name"] for author in project["authors"]]
    assert [author["name"] for author in citation["authors"]] == authors
    assert citation["version"] == project["version"] and citation["license"] == project["license"]
    assert citation["keywords"] == project["keywords"]
    assert citation["title"] == f"GreenMill: {project['description'][0].lower()}{project['description'][1:]}"
    assert "Apache License" in text("LICENSE") and f"Copyright 2026 {authors[0]}" in text("LICENSE")
