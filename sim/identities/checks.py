"""What the accounting identities are written with: comparisons that turn into sentences, and looks at the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel

EXACT = 1e-12
SUMS = 1e-9
"""Relative tolerances: of closed formulas, and of sums over many firms and quarters."""


def unequal(what: str, left: float, right: float, tolerance: float = SUMS, scale: float = 0.0) -> Iterator[str]:
    """A sentence if two amounts differ by more than the tolerance, relative to the larger of them and `scale`."""
    if not abs(left - right) <= tolerance * max(abs(left), abs(right), scale):
        yield f"{what}: {left:.15g} against {right:.15g}"


def exceeds(what: str, amount: float, limit: float, tolerance: float = SUMS) -> Iterator[str]:
    """A sentence if an amount lies above its limit, or is no number."""
    if not amount <= limit + tolerance * max(abs(limit), abs(amount)):
        yield f"{what}: {amount:.15g} above {limit:.15g}"


def some(what: str, firms: BoolArray) -> Iterator[str]:
    """A sentence if any firm is flagged."""
    if firms.any():
        yield f"{what}: {np.count_nonzero(firms)} firms, first slot {int(np.argmax(firms))}"


def ended(model: ProvinceModel) -> int:
    """The quarter that the model has just finished."""
    return model.quarter - 1


def before_quarter(model: ProvinceModel, indicator: str, start: float) -> float:
    """An indicator a quarter earlier; `start` if the model has run one quarter only."""
    return model.rows[-2][indicator] if len(model.rows) > 1 else start


def burnt_in(model: ProvinceModel) -> Mapping[str, np.ndarray]:
    """Firm columns at the end of the burn-in."""
    snapshot = model.block.snapshot
    assert snapshot is not None
    return snapshot.columns
