"""Exit of firms and the end of life of their equipment. Entry is part of the population drawn at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.parameter import number
from agents.terms import BoolArray, FloatArray, IntArray

QUARTER = 0.25
"""Length of a time step, years."""


@dataclass(frozen=True)
class DemographyParameters:
    """Exit hazards by size class."""

    exit_large: float = number("1/yr", "exit hazard of large firms")
    exit_medium: float = number("1/yr", "exit hazard of medium firms")
    exit_small: float = number("1/yr", "exit hazard of small firms")
    exit_micro: float = number("1/yr", "exit hazard of micro firms")


def exit_hazard(size_class: IntArray, parameters: DemographyParameters) -> FloatArray:
    """Exit hazard of each firm, 1/yr, by size class (0 large ... 3 micro)."""
    by_class = np.array(
        [parameters.exit_large, parameters.exit_medium, parameters.exit_small, parameters.exit_micro]
    )
    return np.asarray(by_class[size_class])


def event(uniform: FloatArray, hazard: FloatArray | float, years: float) -> BoolArray:
    """Whether an event with a constant hazard happens within `years`: u < 1 - exp(-hazard x years)."""
    return uniform < -np.expm1(-np.asarray(hazard) * years)
