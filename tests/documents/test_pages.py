"""Links reach something, files that are named exist, commands are valid, both READMEs name the same ones."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml
from document_pages import ANCHOR, CODE, FENCE, LINK, PAGES, ROOT, anchors, blocks, commands, text

from configs import CONFIG_ROOT
from experiments.arguments import TOPICS
from experiments.settings.compose import compose_settings, compose_sweep
from sim.api import check
from sim.inputs.clauses import WITHOUT
from sim.inputs.policy_files import load_catalogue
from sim.preparation import load_inputs


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


def test_yaml_of_the_documents_is_readable() -> None:
    for page in PAGES:
        for body in blocks(page, "yaml"):
            assert isinstance(yaml.safe_load(body), dict)
