"""Phases 3 and 4: who is there, whose equipment ends its life, who learns of the measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import information as rules
from agents.array_types import BoolArray, IntArray
from agents.demography import QUARTER
from sim.options import reopened
from sim.phases.decision import peers
from sim.phases.materials import diagnose_materials
from sim.phases.places import whole_places
from sim.phases.renewal import end_of_life

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def demography(model: ProvinceModel) -> None:
    """Entry and exit by the drawn schedule; equipment at its end of life starts a new generation of options."""
    c, environment = model.columns, model.block.environment
    at = environment.at(model.quarter)
    alive = environment.alive[at] & ~model.refused
    entered = np.flatnonzero(alive & ~c["alive"])
    model.left = c["alive"] & ~alive
    left = np.flatnonzero(model.left)
    model.certifier.left += int(np.count_nonzero(c["certified"][left]))
    model.certifier.green_products.left += int(np.count_nonzero(c["green_product"][left]))
    model.certifier.carbon_footprints.left += int(np.count_nonzero(c["carbon_footprint"][left]))
    c["alive"][:] = alive
    model.set_revenue(environment.revenue[at], model.block.activity(model.quarter))
    start = model.draws.uniform("initial awareness", remember=True)[entered]
    c["aware"][entered] |= start < model.parameters.information.initial_awareness
    model.update_energy()
    _renew_equipment(model)
    model.firms.refresh()


def _renew_equipment(model: ProvinceModel) -> None:
    """End of life: new tastes for all options not in work, and part of the adopted ones come up again."""
    c, options, parameters = model.columns, model.options, model.parameters.retrofit
    rows = end_of_life(model)
    c["generation"][rows] += 1
    if model.counts_targets:
        c["like_for_like"][rows] += 1
    positions = options.of(rows)
    positions = positions[~model.in_project.take(positions)]
    model.taste[positions] = model.block.tastes.renewed(positions, c["generation"].take(options.firm.take(positions)))
    adopted = positions[model.adopted.take(positions)]
    again = model.draws.uniform("reopening", model.quarter, remember=True).take(options.firm.take(adopted))
    lapsed = reopened(again, options.measure.take(adopted), parameters.reopening_share)
    model.mark_adopted(adopted[lapsed], False)


def information(model: ProvinceModel) -> None:
    """Public information, chain leaders, peers of last quarter, and diagnosis decide who knows of the measures."""
    c, terms, parameters = model.columns, model.terms, model.parameters.information
    # nobody learns whose draw lies above the probability with all peers: only the others need be looked at
    highest = terms.awareness_rate + (terms.awareness_extra.max() + model.leaders.awareness.max())
    certain = rules.awareness_probability(highest, np.ones(1), parameters.peer_hazard, QUARTER)[0]
    drawn = model.draws.below("awareness", model.quarter, limit=certain)
    unaware = drawn[c["alive"][drawn] & ~c["aware"][drawn]]
    rate = terms.awareness_rate + (terms.awareness_extra[unaware] + model.leaders.awareness[unaware])
    probability = rules.awareness_probability(rate, peers(model, unaware), parameters.peer_hazard, QUARTER)
    uniform = model.draws.uniform("awareness", model.quarter, remember=True)[unaware]
    c["aware"][unaware[uniform < probability]] = True
    _diagnose(model)
    diagnose_materials(model)


def _diagnose(model: ProvinceModel) -> None:
    """Offer the quarter's diagnoses in order of priority; accepted ones inform part of the firms."""
    c, parameters, quarter = model.columns, model.parameters.information, model.quarter
    slots = whole_places(model.terms.diagnosis_slots * model.block.scale, quarter)
    candidates = np.flatnonzero(c["alive"] & ~c["diagnosed"]) if slots > 0 else np.zeros(0, dtype=np.int64)
    gumbel = model.draws.gumbel("diagnosis order", remember=True)
    priority = rules.diagnosis_priority(
        model.energy_total().take(candidates), c["key_firm"].take(candidates), gumbel.take(candidates), parameters
    )
    offered = candidates[rules.first_places(priority, slots)]
    accepts = model.draws.uniform("diagnosis acceptance", quarter, remember=True)[offered]
    rows = offered[accepts < parameters.diagnosis_acceptance]
    model.newly_diagnosed = np.zeros(model.block.slots, dtype=bool)
    diagnose(model, rows, learns=np.ones(len(rows), dtype=bool))
    model.flows.diagnoses = len(rows)


def diagnose(model: ProvinceModel, rows: IntArray, learns: BoolArray) -> None:
    """Carry out diagnoses: an occasion to decide, and for those that can still learn from it a chance to be aware.

    Whether a firm learns from a diagnosis is drawn once a firm: it does not depend on when its turn comes.

    Args:
        model: the model.
        rows: (K,) firms.
        learns: (K,) firms that may become aware by this diagnosis.
    """
    c = model.columns
    effect = rules.diagnosis_effect(c["size_class"][rows], model.parameters.information)
    c["aware"][rows] |= learns & (model.draws.uniform("diagnosis effect", remember=True)[rows] < effect)
    c["diagnosed"][rows] = True
    c["diagnosed_since_2026"][rows] = model.counts_targets
    model.newly_diagnosed[rows] = True
