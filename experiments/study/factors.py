"""What a sensitivity analysis varies: parameters of the model over their declared ranges, in blocks or one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from experiments.settings.config import ExperimentConfig
from sim.errors import ConfigError, Problem, nearest_name

if TYPE_CHECKING:
    from sim.inputs.parameters import Node
    from sim.inputs.uncertainty import Uncertainty

Unit = NDArray[np.float64]


@dataclass(frozen=True)
class Factors:
    """Parameters that can be varied.

    A parameter that the uncertainty of the settings draws follows its distribution there, any other one is uniform
    over the range of its node. A parameter on a ridge moves with the one it follows and is no factor of its own.

    Attributes:
        nodes: nodes of the province by path, with the overrides of the settings in place.
        uncertainty: distributions and ridges.
        paths: parameters that can be varied: they have a range, follow no other and are not overridden.
    """

    nodes: Mapping[str, Node]
    uncertainty: Uncertainty
    paths: tuple[str, ...]

    @classmethod
    def load(cls, config: ExperimentConfig) -> Factors:
        """The factors of a province.

        Raises:
            ConfigError: if the province, the overrides or the uncertainty cannot be read.
        """
        from sim.inputs.uncertainty import load_uncertainty
        from sim.preparation import load_inputs

        nodes = load_inputs(config.province, config.scenario[0], config.overrides).parameters.nodes
        uncertainty = load_uncertainty(config.uncertainty, nodes)
        fixed = {*config.overrides, *uncertainty.ridges}
        return cls(nodes, uncertainty, tuple(p for p, node in nodes.items() if node.high > node.low and p not in fixed))

    @property
    def blocks(self) -> tuple[str, ...]:
        """Blocks that have factors."""
        return tuple(dict.fromkeys(map(block_of, self.paths)))

    def members(self, name: str) -> tuple[str, ...]:
        """Factors of a block, or the one of that path; none if there is no such factor."""
        return tuple(path for path in self.paths if name in (path, block_of(path)))

    def groups(self, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Factors by the name of their group: blocks and single parameters as named, all blocks if none is."""
        groups = {name: self.members(name) for name in (names or self.blocks)}
        alone = {path for name in names if "." in name for path in groups[name]}
        return {name: tuple(p for p in paths if "." in name or p not in alone) for name, paths in groups.items()}

    def overrides(self, paths: Sequence[str], unit: Unit) -> dict[str, float]:
        """Values at a point of the unit cube, with those that move along on ridges.

        Args:
            paths: factors.
            unit: (len(paths),) in [0, 1].
        """
        from sim.inputs.uncertainty import quantile

        values = {}
        for path, u in zip(paths, unit.tolist(), strict=True):
            node, spread = self.nodes[path], self.uncertainty.draws.get(path)
            value = quantile(spread, node.value, u) if spread else node.low + u * (node.high - node.low)
            values[path] = min(max(value, node.low), node.high)
        for path, ridge in self.uncertainty.ridges.items():
            if ridge.of in values:
                x, y = zip(*ridge.points, strict=True)
                values[path] = float(np.interp(values[ridge.of], x, y))
        return values

    def label(self, path: str, lang: str) -> str:
        """A parameter's own name, with its path in English tables."""
        node = self.nodes[path]
        return node.zh if lang == "zh" else node.en


def block_of(path: str) -> str:
    """The block of a parameter."""
    return path.split(".")[0]


def sensitivity_problems(config: ExperimentConfig) -> list[Problem]:
    """Names of factors and targets that the province does not have."""
    from sim.preparation import load_inputs

    missing = package_problems("sensitivity", "SALib")
    try:
        factors = Factors.load(config)
        registry = load_inputs(config.province, config.scenario[0], config.overrides).province.targets
    except ConfigError:
        return missing  # the rest is told by the check of the run itself
    settings = config.sensitivity
    problems = [*missing, *(_unknown("groups", name, factors, factors.blocks) for name in settings.groups)]
    problems += [_unknown("parameters", name, factors, ()) for name in settings.parameters]
    outcomes = registry.loc[registry["headline"] & (registry["role"] == "outcome"), "target_id"].tolist()
    return [each for each in problems if each] + target_problems("sensitivity.targets", settings.targets, outcomes)


def package_problems(question: str, package: str) -> list[Problem]:
    """Whether the library that answers a question is there."""
    if find_spec(package):
        return []
    return [Problem("", "study", question, f"{package} is not installed; pip install greenmill[analysis]")]


def target_problems(key: str, names: Sequence[str], known: Sequence[str]) -> list[Problem]:
    """Names of targets that are none of those there are."""
    text = f"there are {', '.join(known)}"
    return [Problem("", key, name, text, nearest_name(name, known)) for name in names if name not in known]


def _unknown(key: str, name: str, factors: Factors, blocks: Sequence[str]) -> Problem | None:
    """What is wrong with the name of a group or parameter."""
    if name in blocks or name in factors.paths:
        return None
    key = f"sensitivity.{key}"
    if name in factors.uncertainty.ridges:
        leader = factors.uncertainty.ridges[name].of
        return Problem("", key, name, f"moves along a ridge with {leader} under this uncertainty; name that one")
    if name in factors.nodes:
        return Problem("", key, name, "is fixed: it is overridden, or its range has no width")
    if name in factors.blocks:
        return Problem("", key, name, "is a block; parameters are needed, such as " + factors.members(name)[0])
    what = "no such parameter or block" if blocks else "no such parameter"
    return Problem("", key, name, what, nearest_name(name, (*blocks, *factors.paths)))
