"""Running models under made-up mixes, and comparing what came out bit for bit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

import numpy as np

from policies.mix import Mix
from sim.block import SeedBlock
from sim.model import ProvinceModel

Changes = Mapping[str, Mapping[str, float]]


def start(block: SeedBlock, policy: str | Mix, changes: Changes | None = None) -> ProvinceModel:
    """A model at 2026Q1 under a named policy with changed settings, or under a mix of its own."""
    mix = policy if isinstance(policy, Mix) else block.catalogue.mix(policy, changes)
    return ProvinceModel(block=block, mix=mix)


def steps(model: ProvinceModel, quarters: int) -> ProvinceModel:
    """The model after some more quarters."""
    for _ in range(quarters):
        model.step()
    return model


def run(block: SeedBlock, policy: str | Mix, changes: Changes | None = None) -> ProvinceModel:
    """A finished model."""
    return start(block, policy, changes).run()


def with_parameters(block: SeedBlock, part: str, **values: float) -> SeedBlock:
    """The same block (population, draws, burn-in) whose runs from 2026 on read other parameters."""
    changed = dataclasses.replace(getattr(block.parameters, part), **values)
    return dataclasses.replace(block, parameters=dataclasses.replace(block.parameters, **{part: changed}))


def differing_columns(one: Mapping[str, np.ndarray], other: Mapping[str, np.ndarray]) -> list[str]:
    """Names of the columns that are not equal bit for bit."""
    return [name for name in one if not np.array_equal(one[name], other[name])]


def differing_indicators(one: ProvinceModel, other: ProvinceModel) -> set[str]:
    """Names of the indicators that differ in any quarter, however little."""
    pairs = list(zip(one.rows, other.rows, strict=True))
    return {name for a, b in pairs for name in a if a[name] != b[name]}
