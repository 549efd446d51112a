"""Runs from what a manifest recorded: parameters, draws and policies of another day under the present code.

Tables, scenario and code are those of the present checkout. Whatever was recorded and is unknown here (a parameter, an
instrument, a setting) is named and left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.mix import Mix
from policies.recompose import recompose
from policies.schedule import parse_quarter
from sim.api import BlockResult, run_policies
from sim.errors import ConfigError, Problem
from sim.inputs.parameters import Node
from sim.inputs.uncertainty import Ridge, Spread, Uncertainty
from sim.preparation import load_inputs, prepare_block

HISTORY = "current"
"""The policy whose recorded values before 2026 the burn-in follows."""


@dataclass(frozen=True)
class Recorded:
    """One case of an experiment: what was recorded of it, ready to run.

    Attributes:
        province: name of a province pack.
        scenario: name of a scenario.
        behaviour: rule of decision.
        end: last quarter, such as ``2030Q4``.
        central: central value of every parameter by path, overrides included.
        fixed: overridden parameters, which are not drawn.
        uncertainty: what is drawn for every seed.
        mixes: the policies by name.
        unknown: recorded parameters (``parameters.PATH``), instruments, settings and adaptive links
            (``policies.NAME.PATH``) that this version does not have.
    """

    province: str
    scenario: str
    behaviour: str
    end: str
    central: Mapping[str, float]
    fixed: Mapping[str, float]
    uncertainty: Uncertainty
    mixes: Mapping[str, Mix]
    unknown: tuple[str, ...]

    def overrides(self, seed: int, nodes: Mapping[str, Node]) -> dict[str, float]:
        """Values of one seed that differ from the present central ones, or were drawn or overridden, by path.

        Args:
            seed: the seed of the block.
            nodes: the present nodes; what was recorded and is none of them is left out.
        """
        drawn = self.uncertainty.sample_around(seed, self.central)
        return self._known({**drawn, **self.fixed}, nodes)

    def problems(self) -> list[Problem]:
        """Recorded values that this version refuses, such as those outside the present range of a parameter."""
        draws, ridges = self.uncertainty.draws, self.uncertainty.ridges
        ends = (
            {path: end(spread.low, spread.high) for path, spread in draws.items()}
            | {path: end(y for _, y in ridge.points) for path, ridge in ridges.items()}
            for end in (min, max)
        )
        found: list[Problem] = []
        nodes = load_inputs(self.province, self.scenario).parameters.nodes
        for values in ends:
            try:
                load_inputs(self.province, self.scenario, self._known({**values, **self.fixed}, nodes))
            except ConfigError as error:
                found += error.problems
        return list(dict.fromkeys(found))

    def _known(self, values: Mapping[str, float], nodes: Mapping[str, Node]) -> dict[str, float]:
        """Central values that differ from the nodes, and `values` whatever they are; none without a node."""
        moved = {path: value for path, value in self.central.items() if path in nodes and nodes[path].value != value}
        return moved | {path: value for path, value in values.items() if path in nodes}


def read_recorded(content: Mapping[str, Any], scenario: str, overrides: Mapping[str, float]) -> Recorded:
    """Read the recorded content of one case.

    Args:
        content: what `sim.api.model_content` gave, also after a journey through JSON.
        scenario: name of the scenario, which the content does not hold.
        overrides: the overrides of the run, which win over what is drawn.

    Raises:
        ConfigError: if the content is not complete, or the province or the scenario is unknown here.
    """
    try:
        mixes = {name: recompose(name, each["settings"]) for name, each in content["policies"].items()}
        central: dict[str, float] = dict(content["parameters"])
        uncertainty = _uncertainty(content["uncertainty"])
        nodes = load_inputs(content["province"], scenario).parameters.nodes
        lost = [f"parameters.{path}" for path in central if path not in nodes]
        lost += [f"policies.{name}.{path}" for name, each in mixes.items() for path in each.unknown]
        return Recorded(
            province=content["province"], scenario=scenario, behaviour=content["behaviour"], end=content["end"],
            central=central, fixed={path: value for path, value in overrides.items() if path in central},
            uncertainty=uncertainty, mixes={name: each.mix for name, each in mixes.items()}, unknown=tuple(lost),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        text = f"cannot be run again: it is not complete, or of another version ({error!r})"
        raise ConfigError([Problem("", "recorded content", None, text)]) from error


def run_recorded(recorded: Recorded, seed: int, policies: Sequence[str]) -> BlockResult:
    """Run recorded policies on one seed block.

    Args:
        recorded: what to run.
        seed: any integer.
        policies: names of recorded policies.

    Raises:
        ConfigError: for values that this version refuses.
    """
    nodes = load_inputs(recorded.province, recorded.scenario).parameters.nodes
    block = prepare_block(
        recorded.province, seed, recorded.scenario, recorded.overrides(seed, nodes), parse_quarter(recorded.end),
        behaviour=recorded.behaviour, history=recorded.mixes.get(HISTORY),
    )
    return run_policies(block, {policy: recorded.mixes[policy] for policy in policies})


def _uncertainty(recorded: Mapping[str, Any]) -> Uncertainty:
    """What was drawn, in the order that a design may depend on."""
    draws = recorded["draws"]
    return Uncertainty(
        name="recorded",
        draws={path: Spread(**draws[path]) for path in recorded.get("order", draws)},
        ridges={
            path: Ridge(of, tuple((x, y) for x, y in points)) for path, (of, *points) in recorded["ridges"].items()
        },
        sampling=recorded["sampling"],
    )
