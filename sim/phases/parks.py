"""The parks: shared projects before the retrofit choice, and the yearly list of green parks after certification."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import park_upgrade as rules
from agents.array_types import FloatArray
from sim.phases.zero_carbon import zero_carbon

if TYPE_CHECKING:
    from sim.model import ProvinceModel

START_SEASON = 0
LIST_SEASON = 3
PAYER = "parks_programme"
"""The instrument whose awards and planning the prefectures pay."""


def park_projects(model: ProvinceModel) -> None:
    """Start the year's whole-park retrofits, invite the parks' firms to decide, and pass on what sharing saves."""
    parks, terms = model.parks, model.terms
    model.invited[:] = False
    if model.quarter % 4 == START_SEASON and terms.park_projects > 0.0:
        _start_projects(model)
    running = parks.in_project(model.quarter, model.parameters.parks.project_years)
    if terms.park_discount > 0.0 and running.any():
        terms.scale(model.sites.park_group, capex_factor=1.0 - terms.park_discount * parks.by_group(running))


def _start_projects(model: ProvinceModel) -> None:
    """Shared projects start in the parks that use most energy and had none so far; the planning is paid."""
    parks, terms, c = model.parks, model.terms, model.columns
    use = parks.sum(model.sites.park_group, model.energy_total() * c["alive"])
    rows = rules.best((parks.project_since < 0) & (use > 0.0), use, parks.project_places.take(terms.park_projects))
    parks.project_since[rows] = model.quarter
    started = np.zeros(len(parks), dtype=bool)
    started[rows] = True
    model.invited[:] = parks.of_firms(started, model.sites.park_group) & c["alive"]
    cost = np.full(len(rows), terms.park_planning_cost * model.block.scale)
    model.flows.park_outlays += model.governments.pay(PAYER, parks.prefecture[rows], cost)


def parks(model: ProvinceModel) -> None:
    """Remove, score and approve green parks at the end of the year; follow the zero-carbon pilots."""
    if model.quarter % 4 == LIST_SEASON:
        list_green_parks(model)
    zero_carbon(model)


def list_green_parks(model: ProvinceModel) -> None:
    """The year's removals and approvals, with the prefectures' awards; last of all the parks' standing drifts on."""
    institution, parameters, terms = model.parks, model.parameters.parks, model.terms
    chance = model.draws.province("park removal", len(institution), model.year)
    lost = institution.green & rules.removed(chance, parameters)
    institution.latent += rules.yearly_drift(terms.park_support, parameters)
    green_factories = institution.sum(model.sites.park_group, model.columns["certified"] & model.columns["alive"])
    first = institution.first
    award = terms.park_award_share * first.award
    points = scores(model)
    applies = ~institution.green & rules.applies(
        points, green_factories, award, first.taste,
        np.floor(parameters.least_green_factories * model.block.scale + 1e-9), parameters,
    )
    approved = rules.best(applies, points, institution.places.take(terms.park_quota))
    institution.green[lost] = False
    institution.green[approved] = True
    institution.applicants = int(applies.sum())
    institution.removed += int(lost.sum())
    institution.approved += len(approved)
    paid = award[approved] * model.block.scale
    model.flows.park_outlays += model.governments.pay(PAYER, institution.prefecture[approved], paid)


def scores(model: ProvinceModel) -> FloatArray:
    """Score of every park today, sd (P,): what its firms have done since 2025 on top of its own standing.

    A completed round counts in energy and resources as it does in the green-factory standard; the industry group
    follows the share of green factories in spreads of 2025.
    """
    c, institution, certification = model.columns, model.parks, model.parameters.certification
    park, alive = model.sites.park_group, c["alive"]
    firms = np.maximum(institution.sum(park, alive), 1.0)
    rounds = institution.sum(park, c["rounds"] * alive) / firms
    share = institution.sum(park, c["certified"] & alive) / firms
    industry = (share - institution.first.green_share) / institution.first.green_share_sd
    return rules.score(
        institution.latent, certification.gain_retrofit_energy * rounds,
        certification.gain_retrofit_resource * rounds, industry, model.parameters.parks,
    )
