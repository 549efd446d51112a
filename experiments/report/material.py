"""What the sections of a report are made from: the finished blocks of a result folder, its manifest, the registries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow.compute as pc

from experiments.design import Block
from experiments.labels import target_name
from experiments.report.command_line import run_command
from experiments.results import Results
from experiments.store import load
from experiments.store.folder import ResultStore
from experiments.store.loading import StoredResults
from sim.errors import ConfigError, Problem, shown_path
from sim.preparation import Inputs, load_inputs

Language = Literal["en", "zh"]

SHOWN_FIRST = ("none", "current", "three_levers", "plan", "plan_adaptive")
"""Policies of the overview, where a run has them."""
OVERVIEW_POLICIES = 5


@dataclass(frozen=True)
class Material:
    """A result folder opened for a report.

    Attributes:
        stored: the folder as it was found.
        results: frames of its finished blocks of the design that was asked for last, in the report's language.
        inputs: province, parameters, scenario and policies as they are now on this computer.
        drawn: SVG files of figures by name, in the report's language; None if the report has no figures.
        answers: folder in which analyses left their tables; the result folder if None.
        unanswered: why an analysis has no answer, by its name.
    """

    stored: StoredResults
    results: Results
    inputs: Inputs
    drawn: Mapping[str, Path] | None = None
    answers: Path | None = None
    unanswered: Mapping[str, str] = field(default_factory=dict)

    @property
    def lang(self) -> Language:
        """Language of the report."""
        return self.results.config.lang

    def say(self, en: str, zh: str) -> str:
        """The text in the report's language."""
        return zh if self.lang == "zh" else en

    @property
    def folder(self) -> Path:
        """The result folder."""
        return self.stored.folder

    @property
    def manifest(self) -> Mapping[str, Any]:
        """Settings, content, versions and checksums of the last run on the folder."""
        return self.stored.manifest

    @property
    def missing(self) -> tuple[Block, ...]:
        """Blocks of the design that are not there."""
        return tuple(block for block in self.results.config.design.blocks if block in set(self.stored.missing))

    @cached_property
    def cases(self) -> list[Results]:
        """The results case by case, those of which at least one block is finished."""
        return [case for case in self.results.cases if len(case.outcomes)]

    @property
    def first(self) -> Results:
        """The results that are told in full: the only case, or the first of several."""
        return self.cases[0]

    @cached_property
    def seeds(self) -> list[int]:
        """Seeds of the first case that are finished."""
        return sorted(int(seed) for seed in self.first.outcomes["seed"].unique())

    @cached_property
    def groups(self) -> pd.DataFrame:
        """The last year by group in the first case under the foremost policy, as `StoredResults.groups` has it."""
        case, seeds = self.first.config.design.cases[0], set(self.seeds)
        blocks = [block for block in self.stored.finished if block.case == case and block.seed in seeds]
        own = (pc.field("policy") == self.foremost) & (pc.field("year") == self.results.config.last_year)
        return ResultStore(self.folder).read("groups", blocks, (self.foremost,), own)

    @cached_property
    def target_names(self) -> dict[str, str]:
        """Name of every target by its id."""
        rows = self.first.registry.iterrows()
        return {str(target["target_id"]): target_name(target, self.lang) for _, target in rows}

    @cached_property
    def shown_policies(self) -> tuple[str, ...]:
        """Policies of the overview: references and the plan where they are run, else the first ones."""
        run = self.results.config.policies
        chosen = [name for name in SHOWN_FIRST if name in run]
        return tuple(chosen if len(chosen) > 1 else run[:OVERVIEW_POLICIES])

    @property
    def foremost(self) -> str:
        """The policy that single statements are about: the plan if it is run, else the last one."""
        run = self.results.config.policies
        return "plan" if "plan" in run else run[-1]

    def label(self, policy: str) -> str:
        """How a policy is written."""
        known = policy in self.results.config.policies
        return self.results.policy_label(policy, self.lang) if known else policy

    def rule_label(self, behaviour: str) -> str:
        """A decision rule: its Chinese name, in English the name used in settings."""
        from agents.behaviour import RULES

        return RULES[behaviour].zh if self.lang == "zh" and behaviour in RULES else behaviour

    def scenario_label(self, scenario: str) -> str:
        """A scenario: its Chinese name, in English the name used in settings."""
        from sim.inputs.scenario import load_scenario

        return load_scenario(scenario).zh if self.lang == "zh" else scenario

    def command(self, *more: str) -> str:
        """The command that makes the results, in the report's language."""
        return run_command(self.results.config, *self._language, *more)

    @property
    def _language(self) -> tuple[str, ...]:
        """The word for the report's language, if it is not the default."""
        return ("lang=zh",) if self.lang == "zh" else ()

    def analysis_command(self, name: str) -> str:
        """The command that asks an analysis of these results."""
        config = self.results.config
        asked = config.analyses if name in config.analyses else (*config.analyses, name)
        return run_command(replace(config, analyses=asked), *self._language)

    @cached_property
    def tables(self) -> dict[str, Path]:
        """Tables that analyses left, by name without ending: those asked again before those of the result folder."""
        folders = [self.folder, *([self.answers] if self.answers else [])]
        return {path.stem: path for folder in folders for path in sorted(folder.glob("*.csv"))}

    def table(self, name: str) -> pd.DataFrame | None:
        """A table that an analysis left, by its name without ending; None if there is none or it has no rows."""
        path = self.tables.get(name)
        if path is None:
            return None
        try:
            frame = pd.read_csv(path, keep_default_na=False, na_values=[""])
        except (OSError, ValueError):  # another program may be writing it, or it is none of ours
            return None
        return frame if len(frame) else None


def open_folder(folder: Path, lang: Language | None = None) -> Material:
    """Open a result folder for a report.

    Args:
        folder: a result folder, finished or not.
        lang: language of the report; that of the run if None.

    Raises:
        ConfigError: if the folder is no result folder, no block is finished, or its province is not there any more.
    """
    stored = load(folder)
    config = replace(stored.config, lang=lang or stored.config.lang)
    there = set(stored.finished)
    if config.study:
        text = f"holds the study '{config.study}', which is no comparison of policies"
        raise ConfigError([Problem("", "folder", shown_path(folder), text)])
    blocks = [block for block in config.design.blocks_by_case if block in there]
    if not blocks:
        text = f"holds no finished block of its design yet ({len(stored.missing)} missing): nothing can be reported"
        raise ConfigError([Problem("", "folder", shown_path(folder), text)])
    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    return Material(stored, Results.of_blocks(config, ResultStore(folder), blocks), inputs)
