"""What is not known: parameters drawn from their declared ranges, one draw a seed, shared by all policies.

Results then hold ignorance as well as chance. Each parameter has its own keyed stream, so adding one changes no other
draw. Parameters that the data identify only together are moved along their ridge.
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
from sim.draws import Draws
from sim.errors import ConfigError, Problem, nearest_name
from sim.parameters import Node
from sim.yaml_files import read_named

DISTRIBUTIONS = ("triangular", "log_uniform")


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
    """The parameters drawn for every seed, and the ridges."""

    name: str
    draws: Mapping[str, Spread]
    ridges: Mapping[str, Ridge]

    def sample(self, seed: int, nodes: Mapping[str, Node]) -> dict[str, float]:
        """Values for one seed by node path; empty if nothing is uncertain.

        Args:
            seed: the seed of the block.
            nodes: all nodes; the mode of a triangular draw is the node's central value.
        """
        draws = Draws(seed, 1)
        values = {
            path: quantile(spread, nodes[path].value, draws.scalar(f"uncertainty/{path}"))
            for path, spread in self.draws.items()
        }
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

    Raises:
        ConfigError: with every unknown name, distribution, parameter or range.
    """
    problems: list[Problem] = []
    file, raw = read_named("uncertainty", name, folder or CONFIG_ROOT / "uncertainty", problems)
    for key in raw:
        if key not in ("zh", "en", "draws", "ridges"):
            nearest = nearest_name(str(key), ("draws", "ridges"))
            problems.append(Problem(file, str(key), raw[key], "unknown key", nearest))
    draws = {
        key: spread for key, entry in (raw.get("draws") or {}).items()
        if (spread := _spread(file, key, entry, nodes, problems)) is not None
    }
    ridges = {
        key: ridge for key, entry in (raw.get("ridges") or {}).items()
        if (ridge := _ridge(file, key, entry, nodes, draws, problems)) is not None
    }
    if problems:
        raise ConfigError(problems)
    return Uncertainty(name, draws, ridges)


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
    low, high = entry.get("range", [node.low, node.high])
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
    points = tuple((float(x), float(y)) for x, y in entry.get("points", ()))
    inside = all(nodes[key].low <= y <= nodes[key].high for _, y in points)
    rising = all(a[0] < b[0] for a, b in pairwise(points))
    if len(points) < 2 or not inside or not rising:
        problems.append(Problem(
            file, f"ridges.{key}.points", list(points), f"rising x, y within [{nodes[key].low}, {nodes[key].high}]"
        ))
        return None
    return Ridge(str(leader), points)
