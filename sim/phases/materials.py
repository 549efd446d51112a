"""Part of phase 4: diagnoses of raw and auxiliary materials in the industries of clause II-11."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import information as rules
from sim.phases.places import whole_places

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def diagnose_materials(model: ProvinceModel) -> None:
    """Carry out the quarter's material diagnoses: firms are asked in a drawn order until the places are filled.

    A diagnosed firm knows how to substitute materials, even if it knows of no energy measure, and may decide at once.
    """
    c, quarter = model.columns, model.quarter
    places = whole_places(model.terms.material_slots * model.block.scale, quarter)
    if places == 0:
        return
    acceptance = model.parameters.information.diagnosis_acceptance
    accepts = model.draws.uniform("material diagnosis acceptance", quarter, remember=True) < acceptance
    order = model.draws.uniform("material diagnosis order", remember=True)
    asked = c["alive"] & c["clause_ii11"] & ~c["material_diagnosed"]
    rows = rules.accepted_in_order(asked, accepts, order, places)
    c["material_diagnosed"][rows] = True
    model.newly_diagnosed[rows] = True
    model.flows.material_diagnoses = len(rows)
