"""Exit of firms and the end of life of their equipment. Entry is part of the population drawn at the start."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import lowest
from agents.parameter import number

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


def chance(hazard: FloatArray | float, years: float) -> FloatArray:
    """Probability that an event with a constant hazard happens within `years`: 1 - exp(-hazard x years)."""
    return np.asarray(-np.expm1(-np.asarray(hazard) * years))


def event(uniform: FloatArray, hazard: FloatArray | float, years: float) -> BoolArray:
    """Whether an event with a constant hazard happens within `years`: the draw lies below its probability."""
    return uniform < chance(hazard, years)


def equipment_since(initial_age: FloatArray, arrival: IntArray, renewed: IntArray, start: int) -> FloatArray:
    """When the present main equipment was new, in quarters with fractions (N,).

    Args:
        initial_age: (N,) age at `start`, or on arrival if that is later, years.
        arrival: (N,) quarter of arrival.
        renewed: (N,) quarter of the last renewal, -1 never.
        start: quarter to which the first figure belongs.
    """
    return np.where(renewed >= 0, renewed, np.maximum(arrival, start) - initial_age / QUARTER)


def highest_renewal(hazard: float, multiplier: float) -> float:
    """Probability of `renewal` this quarter at the age at which it is most likely."""
    return max(float(chance(hazard, QUARTER)), float(chance(hazard * multiplier, QUARTER)))


def renewal(uniform: FloatArray, over_age: BoolArray, hazard: float, multiplier: float) -> BoolArray:
    """Whose main equipment reaches the end of its life this quarter (N,).

    Args:
        uniform: (N,) draw of the quarter.
        over_age: (N,) firms with over-age equipment.
        hazard: of equipment that is not over-age, 1/yr.
        multiplier: hazard of over-age equipment over that of other; 1 makes no difference, bit for bit.
    """
    ends = event(uniform, hazard, QUARTER)
    if multiplier != 1.0:
        ends = (over_age & event(uniform, hazard * multiplier, QUARTER)) | (~over_age & ends)
    return ends


def ordered_out(since: FloatArray, open_to: BoolArray, places: int) -> IntArray:
    """Rows ordered to retire their equipment: the oldest first, ties to the lower row, ascending.

    Args:
        since: (N,) when the equipment was new.
        open_to: (N,) equipment that may be ordered out.
        places: orders at hand.
    """
    rows = np.flatnonzero(open_to)
    return rows[lowest(since.take(rows), places)]
