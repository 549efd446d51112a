"""What the documents give as examples works: their code, a new instrument, mix, analysis and study."""

from __future__ import annotations

import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import duckdb
import numpy as np
import pandas as pd
import pytest
from document_pages import EXAMPLE, READMES, blocks, named_block, text

from agents.bottleneck import UNFINANCED
from configs import CONFIG_ROOT
from experiments import questions
from experiments.cli import main
from experiments.explain.policies import policy_differences
from experiments.report.study_page import TITLES
from experiments.settings.compose import compose_settings
from experiments.store import load
from policies.registry import registered
from sim import simulate
from sim.inputs.policy_files import load_catalogue
from sim.preparation import load_inputs, prepare_block


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


@pytest.mark.parametrize(("page", "language"), [(READMES[0], "en"), (READMES[1], "zh")])
def test_firm_of_the_readme_answers_as_shown(page: str, language: str) -> None:
    firms = simulate(policy="plan", province="demo", seed=1).model.firms
    firm = next(firm for firm in firms if firm.bottleneck == UNFINANCED)
    assert f"{firm.explain(language).rstrip()}\n" in blocks(page, "text")


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
