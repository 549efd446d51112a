"""What the documents say of the model, its clauses, data and authors is what the code and the data say."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml
from document_pages import CODE, text

from agents.firm import BOTTLENECKS, FIRM_COLUMNS
from policies.registry import registered
from sim.inputs.uncertainty import load_uncertainty
from sim.model import QUARTER_PHASES
from sim.preparation import load_inputs


def test_odd_names_every_column_and_phase_in_order() -> None:
    odd = text("docs/ODD.md")
    named = set(CODE.findall(odd))
    assert {column.name for column in FIRM_COLUMNS} <= named
    rows = re.findall(r"^\| \d+ \| `(\w+)` \|", odd, re.MULTILINE)
    assert rows == list(QUARTER_PHASES)
    assert len(BOTTLENECKS) == 8, "the ODD speaks of eight classes"


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
    pattern = r"All 33 clauses of the plan act here, ([\w -]+) in part\.(.*?)association"
    (english,) = re.findall(pattern, text("README.md"), re.DOTALL)
    assert english[0].split(" and ") == partly
    assert re.findall(r"\d+", english[1]) == numbers
    (chinese,) = re.findall(r"33条举措均已体现，其中\d条（([\w、-]+)）为部分体现。(.*?)相关关系", text("README.zh.md"))
    assert chinese[0].split("、") == partly
    assert re.findall(r"\d+", chinese[1]) == numbers


def test_documents_count_estimated_parameters_as_the_nodes_do() -> None:
    grades = [node.grade for node in load_inputs("sichuan").parameters.nodes.values()]
    estimated = grades.count("D")
    assert f"({estimated} of {len(grades)})" in text("docs/limits.md")
    assert round(7 * estimated / len(grades)) == 6
    drawn = load_uncertainty("wide", load_inputs("sichuan").parameters.nodes).draws
    assert f"the {len(drawn)} parameters of `wide`" in text("docs/data.md")
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
