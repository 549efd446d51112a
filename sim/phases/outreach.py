"""Phase 5: managers are trained, and expert teams hold clinics in firms."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import programmes as rules
from agents.array_types import BoolArray, IntArray
from agents.demography import QUARTER
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def outreach(model: ProvinceModel) -> None:
    """Train managers, whose gain fades, and let expert teams visit firms that have had no diagnosis."""
    _train(model)
    _visit(model)


def _train(model: ProvinceModel) -> None:
    """What was learnt fades; the firms whose managers are trained now gain in full, however often they come."""
    c, parameters = model.columns, model.parameters.programmes
    if c["training"].any():
        c["training"] *= rules.left_after(parameters.training_fade, QUARTER)
    rows = _drawn(model, "training", c["alive"], model.terms.training_places * QUARTER)
    c["training"][rows] = parameters.training_gain
    model.flows.managers_trained = len(rows)


def _visit(model: ProvinceModel) -> None:
    """Visit firms without a diagnosis; some of those that do not know of the measures come to know."""
    c, parameters = model.columns, model.parameters.programmes
    visits = model.terms.expert_teams * parameters.clinic_visits
    rows = _drawn(model, "clinic", c["alive"] & ~c["diagnosed"], visits)
    luck = model.draws.uniform("clinic effect", model.quarter, remember=True)
    c["aware"][rows[luck[rows] < parameters.clinic_effect]] = True
    model.flows.clinic_visits = len(rows)


def _drawn(model: ProvinceModel, stream: str, eligible: BoolArray, places: float) -> IntArray:
    """Firms that get one of a number of places a quarter in the full province, by keyed draw (K,)."""
    number = whole_places(places * model.block.scale, model.quarter)
    if number == 0:
        return np.zeros(0, dtype=np.int64)
    return rules.first_ranked_of(model.draws.uniform(stream, model.quarter, remember=True), eligible, number)
