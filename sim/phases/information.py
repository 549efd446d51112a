"""Phases 3 and 4: who is there, whose equipment ends its life, who learns of the measures."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from agents import demography as demography_rules
from agents import information as rules
from agents.demography import QUARTER
from sim.options import reopened

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def demography(model: ProvinceModel) -> None:
    """Entry and exit by the drawn schedule; equipment at its end of life starts a new generation of options."""
    c, environment = model.columns, model.block.environment
    at = environment.at(model.quarter)
    alive = environment.alive[at]
    entered = alive & ~c["alive"]
    model.left = c["alive"] & ~alive
    model.certifier.left += int(np.count_nonzero(c["certified"] & model.left))
    model.certifier.green_products.left += int(np.count_nonzero(c["green_product"] & model.left))
    model.certifier.carbon_footprints.left += int(np.count_nonzero(c["carbon_footprint"] & model.left))
    c["alive"][:] = alive
    c["revenue"][:] = environment.revenue[at]
    c["activity"][:] = model.block.activity(model.quarter)
    start = model.draws.uniform("initial awareness", remember=True) < model.parameters.information.initial_awareness
    c["aware"] |= entered & start
    model.update_energy()
    _renew_equipment(model)
    model.firms.refresh()


def _renew_equipment(model: ProvinceModel) -> None:
    """End of life: new tastes for all options not in work, and part of the adopted ones come up again."""
    c, options, parameters = model.columns, model.options, model.parameters.retrofit
    uniform = model.draws.uniform("renewal", model.quarter, remember=True)
    model.renewed = c["alive"] & demography_rules.event(uniform, parameters.renewal_hazard, QUARTER)
    rows = np.flatnonzero(model.renewed)
    c["generation"][rows] += 1
    if model.counts_targets:
        c["like_for_like"][rows] += 1
    positions = options.of(rows)
    positions = positions[~model.in_project[positions]]
    firm = options.firm[positions]
    model.taste[positions] = model.block.tastes.renewed(positions, c["generation"][firm])
    again = model.draws.uniform("reopening", model.quarter, remember=True)
    lapsed = reopened(again[firm], options.measure[positions], parameters.reopening_share)
    model.mark_adopted(positions[lapsed], False)


def information(model: ProvinceModel) -> None:
    """Public information, chain leaders, peers of last quarter, and diagnosis decide who knows of the measures."""
    c, block, parameters = model.columns, model.block, model.parameters.information
    uniform = model.draws.uniform("awareness", model.quarter, remember=True)
    told = model.leaders.awareness
    # nobody learns whose draw lies above the probability with all peers: only the others need be looked at
    most = model.terms.awareness_rate + told.max()
    certain = rules.awareness_probability(most, np.ones(1), parameters.peer_hazard, QUARTER)[0]
    unaware = np.flatnonzero((uniform < certain) & c["alive"] & ~c["aware"])
    peers = rules.peer_share(
        c["alive"], c["rounds_since_2021"] > 0, block.local_group, block.local_groups, block.park_group,
        block.park_groups, parameters.peer_park_weight, unaware,
    )
    rate = model.terms.awareness_rate + told[unaware]
    probability = rules.awareness_probability(rate, peers, parameters.peer_hazard, QUARTER)
    c["aware"][unaware[uniform[unaware] < probability]] = True
    _diagnose(model)


def _diagnose(model: ProvinceModel) -> None:
    """Offer the quarter's diagnoses in order of priority; accepted ones inform part of the firms."""
    c, parameters, quarter = model.columns, model.parameters.information, model.quarter
    slots = whole_places(model.terms.diagnosis_slots * model.block.scale, quarter)
    candidates = np.flatnonzero(c["alive"] & ~c["diagnosed"]) if slots > 0 else np.zeros(0, dtype=np.int64)
    gumbel = model.draws.gumbel("diagnosis order", remember=True)
    priority = rules.diagnosis_priority(
        model.energy_total()[candidates], c["key_firm"][candidates], gumbel[candidates], parameters
    )
    offered = candidates[rules.first_places(priority, slots)]
    accepts = model.draws.uniform("diagnosis acceptance", quarter, remember=True)[offered]
    rows = offered[accepts < parameters.diagnosis_acceptance]
    c["diagnosed"][rows] = True
    effect = rules.diagnosis_effect(c["size_class"][rows], parameters)
    c["aware"][rows] |= model.draws.uniform("diagnosis effect", quarter, remember=True)[rows] < effect
    model.newly_diagnosed = np.zeros(model.block.slots, dtype=bool)
    model.newly_diagnosed[rows] = True
    model.flows.diagnoses = len(rows)


def whole_places(places: float, quarter: int) -> int:
    """Whole places this quarter out of a fractional quarterly number, without losing the fractions over time."""
    return math.floor(places * (quarter + 1) + 1e-9) - math.floor(places * quarter + 1e-9)

