"""Phase 9: certification of green factories and products. Application in the second quarter, approval in the fourth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import certification as rules
from sim.phases.products import certify_products

if TYPE_CHECKING:
    from sim.model import ProvinceModel

APPLICATION_SEASON = 1
APPROVAL_SEASON = 3
LABEL_EFFECT_QUARTERS = 8


def certification(model: ProvinceModel) -> None:
    """Score every firm, take applications, approve within the quota, review and remove; let the label work."""
    season = model.quarter % 4
    if season == APPLICATION_SEASON:
        apply(model)
        certify_products(model)
    elif season == APPROVAL_SEASON:
        remove(model)
        approve(model)
    label_effect(model)


def scores(model: ProvinceModel, rows: np.ndarray) -> np.ndarray:
    """Score of firms today, (K,) points."""
    c, parameters = model.columns, model.parameters.certification
    latent = [dimension.take(rows) for dimension in c["certification_latent"].T]
    dimensions = rules.current_dimensions(
        latent, c["rounds"].take(rows), c["green_share"].take(rows), c["material_diagnosed"].take(rows), parameters,
        c["green_product_since"].take(rows) >= model.first,
    )
    return rules.score(dimensions, parameters)


def apply(model: ProvinceModel) -> None:
    """Firms that know, pass the threshold, have no veto and gain from the label hand in an application."""
    c, parameters = model.columns, model.parameters.certification
    rows = np.flatnonzero(c["alive"])
    points = scores(model, rows)
    c["certification_score"][rows] = points
    rank = model.draws.uniform("certification awareness", remember=True).take(rows)
    considers = rules.considers(rank, c["size_score"].take(rows), model.year, parameters)
    willing = np.flatnonzero(considers & ~c["certified"].take(rows))
    value = model.certification_value(rows.take(willing))
    gains = value > 0.0
    rows, points, value = rows[willing[gains]], points[willing[gains]], value[gains]
    veto = model.draws.uniform("veto", model.year, remember=True).take(rows) < parameters.veto_share
    enough = points >= parameters.threshold
    applicants = rows[enough & ~veto]
    c["applied"][:] = False
    c["applied"][applicants] = True
    model.applicants = len(applicants)
    near = ~enough & (points + rules.round_gain(parameters) >= parameters.threshold)
    model.label_reach[:] = 0.0
    model.label_reach[rows[near]] = value[near] / parameters.horizon


def approve(model: ProvinceModel) -> None:
    """Approve the best applicants within the year's quota and pay the city's award."""
    c, parameters = model.columns, model.parameters.certification
    applicants = np.flatnonzero(c["applied"] & c["alive"] & ~c["certified"])
    quota = model.certifier.places(model.terms.certification_quota * model.block.scale)
    noise = model.draws.normal("expert review", model.year, remember=True)[applicants]
    rows = rules.approve(
        applicants, c["certification_score"][applicants], noise, c["size_score"][applicants], quota, parameters
    )
    c["certified"][rows] = True
    c["certified_since"][rows] = model.quarter
    c["applied"][:] = False
    model.certifier.approved += len(rows)
    model.flows.certification_awards = model.governments.pay(
        "certification_quota", c["prefecture"][rows], model.terms.certification_award[rows]
    )


def remove(model: ProvinceModel) -> None:
    """Yearly removals: by the hazard, and by failed reviews in the firm's review year."""
    c, parameters = model.columns, model.parameters.certification
    rows = np.flatnonzero(c["certified"] & c["alive"])
    years = (model.quarter - c["certified_since"][rows]) / 4.0
    uniform = model.draws.uniform("removal", model.year, remember=True)[rows]
    lost = rows[rules.removed(np.ones(len(rows), dtype=bool), scores(model, rows), years, uniform, parameters)]
    c["certified"][lost] = False
    c["certified_national"][lost] = False
    model.certifier.removed += len(lost)


def label_effect(model: ProvinceModel) -> None:
    """The label's own effect on energy intensity, spread evenly over a factory's first eight quarters on the list.

    Those of the list of 2025 have had it; who comes back has what it had.
    """
    c = model.columns
    rows = np.flatnonzero(c["certified"] & (model.label_quarters < LABEL_EFFECT_QUARTERS))
    model.label_quarters[rows] += 1
    step = model.parameters.certification.own_effect / LABEL_EFFECT_QUARTERS
    c["energy_intensity_ratio"][rows] *= np.exp(step)
