"""What is not known: parameters drawn from their declared ranges, one draw a seed, shared by all policies.

Results then hold ignorance as well as chance. Which point a seed gets is the matter of `sim.inputs.sampling`.
Parameters that the data identify only together are moved along their ridge.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from configs import CONFIG_ROOT
from policies.problems import finite_number
from sim.errors import ConfigError, Problem, nearest_name
from sim.inputs.parameters import Node
from sim.inputs.sampling import SAMPLING, uniforms
from sim.inputs.yaml_files import file_names, read_named

DISTRIBUTIONS = ("triangular", "log_uniform")
KEYS = ("zh", "en", "sampling", "base", "others", "draws", "ridges")


@dataclass(frozen=True)
class Spread:
    """How one parameter is drawn: distribution and range."""

    distribution: str
    low: float
    high: float


@dataclass(frozen=True)
class Ridge:
    """A parameter that follows another one along points (x, y) that fit the data equally well."""

    of: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Uncertainty:
    """The parameters drawn for every seed, the ridges, and the design that spreads the seeds over them."""

    name: str
    draws: Mapping[str, Spread]
    ridges: Mapping[str, Ridge]
    sampling: str = SAMPLING[0]

    def sample(self, seed: int, nodes: Mapping[str, Node]) -> dict[str, float]:
        """Values for one seed by node path; empty if nothing is uncertain.

        Args:
            seed: the seed of the block.
            nodes: all nodes; the mode of a triangular draw is the node's central value.
        """
        return self.sample_around(seed, {path: nodes[path].value for path in self.draws})

    def sample_around(self, seed: int, modes: Mapping[str, float]) -> dict[str, float]:
        """Values for one seed by node path, around central values of one's own.

        Args:
            seed: the seed of the block.
            modes: central value of every parameter drawn, used by triangular draws.
        """
        point = uniforms(self.sampling, seed, list(self.draws))
        values = {path: quantile(spread, modes[path], point[path]) for path, spread in self.draws.items()}
        for path, ridge in self.ridges.items():
            x, y = zip(*ridge.points, strict=True)
            values[path] = float(np.interp(values[ridge.of], x, y))
        return values


def quantile(spread: Spread, mode: float, u: float) -> float:
    """Value of a spread at probability u in (0, 1).

    Args:
        spread: distribution and range.
        mode: central value, used by the triangular distribution.
        u: probability.
    """
    low, high = spread.low, spread.high
    if high <= low:
        return low
    if spread.distribution == "log_uniform":
        return math.exp(math.log(low) + u * math.log(high / low))
    mode = min(max(mode, low), high)
    split = (mode - low) / (high - low)
    if u < split:
        return low + math.sqrt(u * (high - low) * (mode - low))
    return high - math.sqrt((1.0 - u) * (high - low) * (high - mode))


def load_uncertainty(name: str, nodes: Mapping[str, Node], folder: Path | None = None) -> Uncertainty:
    """Read and check an uncertainty setting against the nodes of a province.

    A file with a ``base`` takes in the draws and ridges of that file; ``others`` draws every further node that has a
    range from this distribution, except the followers of ridges.

    Raises:
        ConfigError: with every unknown name, distribution, parameter or range.
    """
    place = folder or CONFIG_ROOT / "uncertainty"
    problems: list[Problem] = []
    file, raw = read_named("uncertainty", name, place, problems)
    problems += [
        Problem(file, str(key), raw[key], "unknown key", nearest_name(str(key), KEYS)) for key in raw if key not in KEYS
    ]
    base = _base(file, name, raw.get("base"), nodes, place, problems)
    sampling = _word(file, "sampling", raw.get("sampling", SAMPLING[0]), SAMPLING, problems)
    draws = dict(base.draws) if base else {}
    for key, entry in _entries(file, "draws", raw, problems).items():
        spread = _spread(file, key, entry, nodes, problems)
        draws |= {key: spread} if spread else {}
    ridges = dict(base.ridges) if base else {}
    for key, entry in _entries(file, "ridges", raw, problems).items():
        ridge = _ridge(file, key, entry, nodes, draws, problems)
        ridges |= {key: ridge} if ridge else {}
    if "others" in raw:
        draws |= _others(file, raw["others"], nodes, {*draws, *ridges}, problems)
    if problems:
        raise ConfigError(problems)
    return Uncertainty(name, {key: spread for key, spread in draws.items() if key not in ridges}, ridges, sampling)


def check_file(name: str) -> None:
    """Refuse an uncertainty setting whose file is not there or no YAML: what can be told without a province's nodes.

    Raises:
        ConfigError: with what is wrong with the file.
    """
    problems: list[Problem] = []
    read_named("uncertainty", name, CONFIG_ROOT / "uncertainty", problems)
    if problems:
        raise ConfigError(problems)


def _base(
    file: str, name: str, base: Any, nodes: Mapping[str, Node], folder: Path, problems: list[Problem]
) -> Uncertainty | None:
    """The uncertainty a file builds on, if it names one."""
    if base is None:
        return None
    names = [each for each in file_names(folder) if each != name]
    if base not in names:
        problems.append(Problem(file, "base", base, f"there are {', '.join(names)}", nearest_name(str(base), names)))
        return None
    _, raw = read_named("uncertainty", base, folder, problems)
    if "base" in raw:
        problems.append(Problem(file, "base", base, "a file is needed that has no base itself"))
        return None
    try:
        return load_uncertainty(base, nodes, folder)
    except ConfigError as error:
        problems.extend(error.problems)
        return None


def _entries(file: str, key: str, raw: Mapping[str, Any], problems: list[Problem]) -> dict[str, Any]:
    """The entries of `draws` or `ridges`, by parameter."""
    entries = raw.get(key) or {}
    if not isinstance(entries, dict):
        problems.append(Problem(file, key, entries, "entries by parameter are needed"))
        return {}
    return {str(path): entry for path, entry in entries.items()}


def _word(file: str, key: str, value: Any, allowed: tuple[str, ...], problems: list[Problem]) -> str:
    """A word out of a list; anything else is a problem."""
    if value not in allowed:
        problems.append(
            Problem(file, key, value, f"one of {', '.join(allowed)}", nearest_name(str(value), allowed))
        )
    return str(value)


def _others(
    file: str, kind: Any, nodes: Mapping[str, Node], named: set[str], problems: list[Problem]
) -> dict[str, Spread]:
    """Every node with a range that is not named."""
    if _word(file, "others", kind, DISTRIBUTIONS, problems) not in DISTRIBUTIONS:
        return {}
    rest = {path: node for path, node in sorted(nodes.items()) if path not in named and node.high > node.low}
    problems += [
        Problem(file, "others", kind, f"{path} has the range [{node.low}, {node.high}]; name it under draws")
        for path, node in rest.items() if kind == "log_uniform" and node.low <= 0.0
    ]
    return {path: Spread(kind, node.low, node.high) for path, node in rest.items()}


def _spread(file: str, key: str, entry: Any, nodes: Mapping[str, Node], problems: list[Problem]) -> Spread | None:
    """One entry of `draws`."""
    if key not in nodes:
        problems.append(Problem(file, f"draws.{key}", None, "unknown parameter", nearest_name(key, nodes)))
        return None
    node, kind = nodes[key], entry.get("distribution") if isinstance(entry, dict) else None
    if kind not in DISTRIBUTIONS:
        problems.append(Problem(
            file, f"draws.{key}.distribution", kind, f"one of {', '.join(DISTRIBUTIONS)}",
            nearest_name(str(kind), DISTRIBUTIONS),
        ))
        return None
    bounds = entry.get("range", [node.low, node.high])
    if not (isinstance(bounds, list) and len(bounds) == 2 and all(map(finite_number, bounds))):
        problems.append(Problem(file, f"draws.{key}.range", bounds, "two finite numbers [low, high] are needed"))
        return None
    low, high = bounds
    if not node.low <= low <= high <= node.high or (kind == "log_uniform" and low <= 0.0):
        problems.append(Problem(file, f"draws.{key}.range", [low, high], f"within [{node.low}, {node.high}]"))
        return None
    return Spread(str(kind), float(low), float(high))


def _ridge(
    file: str, key: str, entry: Any, nodes: Mapping[str, Node], draws: Mapping[str, Spread], problems: list[Problem]
) -> Ridge | None:
    """One entry of `ridges`."""
    if key not in nodes:
        problems.append(Problem(file, f"ridges.{key}", None, "unknown parameter", nearest_name(key, nodes)))
        return None
    leader = entry.get("of") if isinstance(entry, dict) else None
    if leader not in draws:
        problems.append(Problem(
            file, f"ridges.{key}.of", leader, "a parameter listed under draws", nearest_name(str(leader), draws)
        ))
        return None
    given = entry.get("points", [])
    if not (isinstance(given, list) and all(
        isinstance(point, list) and len(point) == 2 and all(map(finite_number, point)) for point in given
    )):
        problems.append(Problem(file, f"ridges.{key}.points", given, "pairs of finite numbers [x, y] are needed"))
        return None
    points = tuple((float(x), float(y)) for x, y in given)
    inside = all(nodes[key].low <= y <= nodes[key].high for _, y in points)
    rising = all(a[0] < b[0] for a, b in pairwise(points))
    if len(points) < 2 or not inside or not rising:
        problems.append(Problem(
            file, f"ridges.{key}.points", list(points), f"rising x, y within [{nodes[key].low}, {nodes[key].high}]"
        ))
        return None
    return Ridge(str(leader), points)
