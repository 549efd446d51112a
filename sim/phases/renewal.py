"""Part of phase 3: whose main equipment reaches the end of its life, by age or by order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import demography as rules
from agents.terms import BoolArray
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def end_of_life(model: ProvinceModel) -> BoolArray:
    """Firms whose main equipment is renewed this quarter (N,): over-age equipment more often, and by order."""
    c, terms, parameters = model.columns, model.terms, model.parameters.retrofit
    age = equipment_age(model)
    over = over_age(model, age)
    uniform = model.draws.uniform("renewal", model.quarter, remember=True)
    renewed = c["alive"] & rules.renewal(uniform, over, parameters.renewal_hazard, terms.renewal_multiplier)
    places = whole_places(terms.retirement_orders * np.count_nonzero(over), model.quarter)
    ordered = rules.ordered_out(age, over & ~renewed, places)
    renewed[ordered] = True
    model.flows.retirement_orders = len(ordered)
    model.replacements = int(np.count_nonzero(renewed))
    return renewed


def equipment_age(model: ProvinceModel) -> np.ndarray:
    """Age of every firm's main equipment this quarter, years (N,)."""
    c = model.columns
    return rules.equipment_age(
        c["equipment_age"], c["arrival"], c["equipment_renewed"], model.quarter, model.block.burn_in
    )


def over_age(model: ProvinceModel, age: np.ndarray) -> BoolArray:
    """Firms alive whose main equipment is over-age (N,)."""
    return np.asarray(model.columns["alive"] & (age > model.parameters.retrofit.over_age_years))
