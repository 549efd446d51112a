"""The settings of a run: what they are called, of which type they are, and what follows from them.

What is given for them is checked in `experiments.settings.checks`.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from experiments.design import DEFAULT_BEHAVIOUR, Case, Design
from experiments.settings.attribution import AttributionConfig
from experiments.settings.executor import ExecutorConfig
from experiments.settings.panel import PanelConfig
from experiments.settings.replicates import ReplicatesConfig
from experiments.settings.strict_types import FORBID_EXTRA, FolderName, Name, Number, Seed, SeedCount
from experiments.settings.verdict import VerdictConfig
from experiments.stopping import UntilConfig
from experiments.study.discovery_config import DiscoveryConfig
from experiments.study.search_config import SearchConfig
from experiments.study.sensitivity_config import SensitivityConfig
from experiments.study.solve_config import SolveConfig
from policies.schedule import parse_quarter, year_of

if TYPE_CHECKING:
    from sim.api import RunSpec

LISTS = ("policies", "scenario", "behaviour")
"""Settings that take one name or a list of names; together with the seeds they make up the design."""

Names = Annotated[tuple[Name, ...], Field(min_length=1)]


@dataclass(frozen=True)
class OutputConfig:
    """Where results go."""

    __pydantic_config__ = FORBID_EXTRA
    root: Name = "outputs"


@dataclass(frozen=True)
class ExperimentConfig:
    """One whole experiment: which policies, on which province, scenarios and behaviours, over how many seeds."""

    __pydantic_config__ = FORBID_EXTRA
    name: FolderName
    policies: Names
    province: Name = "sichuan"
    scenario: Names = ("reference",)
    behaviour: Names = (DEFAULT_BEHAVIOUR,)
    seeds: SeedCount = 20
    first_seed: Seed = 1
    uncertainty: Name = "core"
    end: Name = "2030Q4"
    overrides: Mapping[str, Number] = field(default_factory=dict)
    lang: Literal["en", "zh"] = "en"
    figures: Annotated[bool, Field(strict=True)] = True
    analyses: tuple[Name, ...] = ()
    study: str = ""
    tables: Literal["brief", "full"] = "full"
    until: UntilConfig = field(default_factory=UntilConfig)
    verdict: VerdictConfig = field(default_factory=VerdictConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)
    replicates: ReplicatesConfig = field(default_factory=ReplicatesConfig)
    panel: PanelConfig = field(default_factory=PanelConfig)
    sensitivity: SensitivityConfig = field(default_factory=SensitivityConfig)
    discovery: DiscoveryConfig = field(default_factory=DiscoveryConfig)
    solve: SolveConfig = field(default_factory=SolveConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    executor: ExecutorConfig = field(default_factory=ExecutorConfig)
    output: OutputConfig = field(default_factory=OutputConfig)

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds of this run in order."""
        return tuple(range(self.first_seed, self.first_seed + self.seeds))

    @property
    def last_year(self) -> int:
        """The last year that a run completes."""
        return year_of(parse_quarter(self.end) + 1) - 1

    @property
    def design(self) -> Design:
        """What is run: every policy in every case over every seed."""
        return Design(self.policies, self.scenario, self.behaviour, self.seed_list)

    def run_spec(self, case: Case) -> RunSpec:
        """What a block of that case needs to know besides its seed and the policies."""
        from sim.api import RunSpec

        return RunSpec(
            province=self.province,
            scenario=case.scenario,
            end=self.end,
            overrides=dict(self.overrides),
            uncertainty=self.uncertainty,
            behaviour=case.behaviour,
            panel=self.panel.panel(),
        )


NESTED: Mapping[str, type] = {
    "until": UntilConfig, "panel": PanelConfig, "executor": ExecutorConfig, "output": OutputConfig,
    "sensitivity": SensitivityConfig, "discovery": DiscoveryConfig,
    "solve": SolveConfig, "search": SearchConfig,
    "verdict": VerdictConfig, "attribution": AttributionConfig, "replicates": ReplicatesConfig,
}
"""Settings that consist of settings."""

OPEN_ENDED = ("overrides.", "panel.where.", "panel.at_least.")
"""Beginnings of settings whose last part is a name of the model."""


def setting_names() -> tuple[str, ...]:
    """Every setting as written on the command line, nested ones with a dot."""
    names: list[str] = []
    for entry in dataclasses.fields(ExperimentConfig):
        nested = NESTED.get(entry.name)
        if nested is None:
            names.append(entry.name)
        else:
            names.extend(f"{entry.name}.{inner.name}" for inner in dataclasses.fields(nested))
    return tuple(names)
