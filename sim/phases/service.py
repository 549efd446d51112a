"""Phase 7: projects are completed and started, and the providers' number responds to the queue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import service
from agents.array_types import IntArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def services(model: ProvinceModel) -> None:
    """Complete projects whose time is up, start those first in line, and let the providers' number respond."""
    c, quarter = model.columns, model.quarter
    at_work = np.flatnonzero((c["stage"] == 2) & c["alive"])
    _complete(model, at_work[c["project_ends"][at_work] <= quarter])
    waiting = np.flatnonzero((c["stage"] == 1) & c["alive"])
    places = model.providers.places()
    ticket = model.draws.uniform("queue ticket", remember=True)
    starting = service.first_in_line(c["stage_since"][waiting], ticket[waiting], waiting, places)
    c["stage"][starting] = 2
    c["project_ends"][starting] = quarter + service.project_duration(
        c["project_cost"][starting], model.parameters.service
    )
    if model.counts_targets:  # no count of providers before 2025 is known: the burn-in keeps that of 2025
        model.providers.respond(len(waiting) - len(starting), model.terms.provider_growth)
        model.providers.learn(model.terms.provider_productivity)


def _complete(model: ProvinceModel, rows: IntArray) -> None:
    """Completed projects: measures take effect, a round is done."""
    c = model.columns
    positions = model.options.of(rows)
    positions = positions[model.in_project.take(positions)]
    model.in_project[positions] = False
    model.mark_adopted(positions, True)
    measure = model.options.measure[positions]
    model.experience += np.bincount(measure, minlength=len(model.menu)) / model.block.scale
    model.take_effect(model.options.firm[positions], measure)
    model.update_energy(rows)
    model.label_reach[rows] = 0.0  # the round was what the label still asked for
    c["stage"][rows] = 0
    c["rounds_since_2021"][rows] += 1
    if model.counts_targets:
        large = c["project_cost"][rows] >= model.parameters.retrofit.project_floor
        c["rounds"][rows] += 1
        c["rounds_above_floor"][rows] += large
        model.completed += len(rows)
        model.completed_above_floor += int(large.sum())
        model.invested += float(c["project_cost"][rows].sum())
