"""The design of an experiment: which policies meet which scenarios and behaviours, over which seeds.

The unit of work is a block: all policies of the design on the population, the burn-in and the draws of one seed
under one scenario and one behaviour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

DEFAULT_BEHAVIOUR = "logit"

_LABEL = re.compile(r"(?P<scenario>.+)-(?P<behaviour>[^-]+)-seed-(?P<seed>-?\d+)")


def behaviour_names() -> tuple[str, ...]:
    """The decision rules that firms can follow, by the names used in settings."""
    from agents.behaviour import BEHAVIOURS

    return BEHAVIOURS


class Case(NamedTuple):
    """What surrounds the policies compared: an exogenous future and a decision rule of the firms."""

    scenario: str
    behaviour: str

    @property
    def label(self) -> str:
        """Name for folders and headings, such as ``reference-logit``."""
        return f"{self.scenario}-{self.behaviour}"


@dataclass(frozen=True, order=True)
class Block:
    """One unit of work: every policy of the design on one seed of one case."""

    scenario: str
    behaviour: str
    seed: int

    @property
    def case(self) -> Case:
        """The block without its seed."""
        return Case(self.scenario, self.behaviour)

    @property
    def label(self) -> str:
        """Name for files, such as ``reference-logit-seed-00001``."""
        return f"{self.case.label}-seed-{self.seed:05d}"

    @classmethod
    def from_label(cls, label: str) -> Block | None:
        """The block of that label, or None if the text is no label."""
        found = _LABEL.fullmatch(label)
        return cls(found["scenario"], found["behaviour"], int(found["seed"])) if found else None


@dataclass(frozen=True)
class Design:
    """Policies x scenarios x behaviours x seeds, each list in the order in which results are shown."""

    policies: tuple[str, ...]
    scenarios: tuple[str, ...]
    behaviours: tuple[str, ...]
    seeds: tuple[int, ...]

    @property
    def cases(self) -> tuple[Case, ...]:
        """Every pair of scenario and behaviour, scenario by scenario."""
        return tuple(Case(scenario, behaviour) for scenario in self.scenarios for behaviour in self.behaviours)

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Every block, seed by seed: what is finished early covers all cases alike."""
        return tuple(Block(*case, seed) for seed in self.seeds for case in self.cases)

    @property
    def blocks_by_case(self) -> tuple[Block, ...]:
        """Every block, case by case: the order of tables."""
        return tuple(Block(*case, seed) for case in self.cases for seed in self.seeds)

    @property
    def runs(self) -> int:
        """Number of runs of the model: a run is one policy on one block."""
        return len(self.policies) * len(self.scenarios) * len(self.behaviours) * len(self.seeds)
