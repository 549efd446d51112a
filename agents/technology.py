"""Technology push: pilots that open breakthrough measures, and stocks that a programme builds up over the years.

A pilot-gated measure comes on the market in the later of two moments: the year in which the technology arrives (the
menu's first year, moved by the programme) and the quarter in which enough pilots have been completed. Without a
programme nobody runs pilots, so it stays closed. Pilots are demonstration lines paid by the programme: they do not
change the energy use of the firm that hosts them, but they count as experience, so they lower cost like any project.

Evidence: mechanism only. Arrival years and the number of pilots are judgements of grade D.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.measures import Menu
from agents.parameter import number
from agents.terms import Terms

PILOT_PROGRAMME = {
    "process": "process_pilots", "ccus": "frontier_pilots", "hydrogen": "hydrogen_pilots",
    "ironmaking": "hydrogen_pilots",
}
"""Field of the terms that pays pilots of a class; the gated routes of mills are both hydrogen routes."""


@dataclass(frozen=True)
class TechnologyParameters:
    """Numbers of technology push."""

    arrival_delay: float = number("years", "later arrival of all pilot-gated measures than the menu says")
    pilot_gate: float = number("pilots", "pilots completed before a measure is open to all")
    pilot_quarters: float = number("quarters", "from the start of a pilot to its end")
    build_up_years: float = number("years", "until local supply and advanced materials reach what is aimed at")


def pilot_rates(menu: Menu, terms: Terms) -> FloatArray:
    """Pilots begun a year by measure (M,): zero for measures that need none."""
    rates = [float(getattr(terms, PILOT_PROGRAMME[name])) if name in PILOT_PROGRAMME else 0.0
             for name in menu.measure_class]
    return np.where(menu.pilot_gated, rates, 0.0)


def opened(
    menu: Menu, pilots: IntArray, year: int, advance: float, parameters: TechnologyParameters
) -> BoolArray:
    """Pilot-gated measures that are open to all (M,).

    Args:
        menu: the menu.
        pilots: (M,) pilots completed.
        year: calendar year.
        advance: years by which the programme brings arrival forward.
        parameters: gate and delay.
    """
    arrived = menu.available_from + parameters.arrival_delay - advance <= year
    # a gate of zero or less would open measures that nobody ever tried
    return menu.pilot_gated & arrived & (pilots >= max(round(parameters.pilot_gate), 1))


def built_up(level: float, aim: float, years: float) -> float:
    """A stock one quarter later: equal steps until it reaches its aim after `years`; it never falls."""
    return level + max(0.0, min(aim / (4.0 * years), aim - level))


def with_digital_gain(menu: Menu, gain: float) -> Menu:
    """The menu in which digital measures save more: every share they remove grows by `gain` (share of it)."""
    factor = 1.0 + gain * menu.digital
    return dataclasses.replace(menu, removed=menu.removed * factor[:, None])


def equipment_factor(menu: Menu, cut: float) -> FloatArray:
    """Multiplier on capex (M,): measures that consist of equipment cost less by the cut."""
    return np.asarray(1.0 - cut * menu.equipment, dtype=np.float64)
