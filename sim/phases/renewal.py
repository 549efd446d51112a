"""Part of phase 3: whose main equipment reaches the end of its life, by age or by order."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import demography as rules
from agents.array_types import BoolArray, IntArray
from agents.demography import QUARTER
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def end_of_life(model: ProvinceModel) -> IntArray:
    """Firms whose main equipment is renewed this quarter (K,), ascending: over-age more often, and by order."""
    hazard, multiplier = model.parameters.retrofit.renewal_hazard, model.terms.renewal_multiplier
    # the age is asked only of firms that are renewed at one age or another
    drawn = model.draws.below("renewal", model.quarter, limit=rules.highest_renewal(hazard, multiplier))
    drawn = drawn[model.columns["alive"][drawn]]
    uniform = model.draws.uniform("renewal", model.quarter, remember=True)[drawn]
    over = model.equipment_since[drawn] < _over_age_limit(model)
    renewed = drawn[rules.renewal(uniform, over, hazard, multiplier)]
    ordered = _ordered_out(model, renewed)
    rows = np.sort(np.concatenate([renewed, ordered])) if len(ordered) else renewed
    model.columns["equipment_renewed"][rows] = model.quarter
    model.equipment_since[rows] = model.quarter
    model.renewed = np.zeros(model.block.slots, dtype=bool)
    model.renewed[rows] = True
    model.flows.retirement_orders = len(ordered)
    model.replacements = len(rows)
    return rows


def _ordered_out(model: ProvinceModel, renewed: IntArray) -> IntArray:
    """Firms that have to retire over-age equipment by order (K,), beside those that renew it anyway."""
    if model.terms.retirement_orders == 0.0:
        return np.zeros(0, dtype=np.int64)
    over = over_age(model)
    places = whole_places(model.terms.retirement_orders * np.count_nonzero(over), model.quarter)
    over[renewed] = False
    return rules.ordered_out(model.equipment_since, over, places)


def over_age(model: ProvinceModel) -> BoolArray:
    """Firms alive whose main equipment is over-age this quarter (N,)."""
    return np.asarray(model.columns["alive"] & (model.equipment_since < _over_age_limit(model)))


def _over_age_limit(model: ProvinceModel) -> float:
    """Quarter before which equipment has to have been new to be over-age today."""
    return model.quarter - model.parameters.retrofit.over_age_years / QUARTER
