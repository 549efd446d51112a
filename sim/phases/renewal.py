"""Part of phase 3: whose main equipment reaches the end of its life, by age or by order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import demography as rules
from agents.demography import QUARTER
from agents.terms import BoolArray
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def end_of_life(model: ProvinceModel) -> BoolArray:
    """Firms whose main equipment is renewed this quarter (N,): over-age equipment more often, and by order."""
    c, terms, parameters = model.columns, model.terms, model.parameters.retrofit
    over = over_age(model)
    uniform = model.draws.uniform("renewal", model.quarter, remember=True)
    renewed = c["alive"] & rules.renewal(uniform, over, parameters.renewal_hazard, terms.renewal_multiplier)
    places = whole_places(terms.retirement_orders * np.count_nonzero(over), model.quarter)
    ordered = rules.ordered_out(model.equipment_since, over & ~renewed, places)
    renewed[ordered] = True
    rows = np.flatnonzero(renewed)
    c["equipment_renewed"][rows] = model.quarter
    model.equipment_since[rows] = model.quarter
    model.flows.retirement_orders = len(ordered)
    model.replacements = len(rows)
    return renewed


def over_age(model: ProvinceModel) -> BoolArray:
    """Firms alive whose main equipment is over-age this quarter (N,)."""
    limit = model.quarter - model.parameters.retrofit.over_age_years / QUARTER
    return np.asarray(model.columns["alive"] & (model.equipment_since < limit))
