"""Diagnosis of the green factories and parks on the lists of 2025, beside the general stream of diagnoses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import information as rules
from sim.phases.information import diagnose
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def stock_diagnosis(model: ProvinceModel) -> None:
    """Diagnose green factories and parks of the 2025 lists that have had no diagnosis since, in a fixed order."""
    terms, scale = model.terms, model.block.scale
    places = whole_places(terms.stock_diagnosis_factories * scale, model.quarter)
    factories = _factories(model, places) if places > 0 else 0
    parks = _parks(model, whole_places(terms.stock_diagnosis_parks, model.quarter))
    model.flows.stock_diagnoses = factories + parks * scale


def _factories(model: ProvinceModel, places: int) -> int:
    """Diagnose the next factories in line that accept this quarter; who declines is asked again.

    A factory that had a diagnosis before 2026 has already learned what a diagnosis teaches: this one is an occasion
    to decide, not a second chance to become aware.
    """
    c, quarter = model.columns, model.quarter
    rows = np.flatnonzero(c["certified_initial"] & c["alive"] & ~c["diagnosed_since_2026"])
    accepts = model.draws.uniform("stock diagnosis acceptance", quarter, remember=True)[rows]
    rows = rows[accepts < model.parameters.information.diagnosis_acceptance]
    order = model.draws.uniform("stock diagnosis order", remember=True)[rows]
    chosen = rows[rules.first_places(-order, places)]
    diagnose(model, chosen, learns=~c["diagnosed"][chosen])
    return len(chosen)


def _parks(model: ProvinceModel, places: int) -> int:
    """Diagnose the next parks of the 2025 list in line."""
    parks = model.parks
    rows = np.flatnonzero(parks.first.green & ~parks.diagnosed)[: max(places, 0)]
    parks.diagnosed[rows] = True
    return len(rows)
