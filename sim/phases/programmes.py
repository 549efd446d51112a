"""Phase 3: the province's own programmes move on: technology push, standards, benchmarks, the equipment industry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import programmes as rules
from agents import standards as standard_rules
from agents.array_types import IntArray
from agents.demography import QUARTER, event
from policies.schedule import year_of
from sim.phases.technology import technology

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def programmes(model: ProvinceModel) -> None:
    """Run pilots, issue standards, name benchmark firms, count equipment makers; complete the terms with them."""
    technology(model)
    _standards(model)
    _benchmarks(model)
    _equipment_industry(model)
    model.providers.publish(model.terms.provider_list)


def _standards(model: ProvinceModel) -> None:
    """Issue the quarter's standards; those in effect cut costs in their divisions."""
    body, terms, parameters = model.standards_body, model.terms, model.parameters.standards
    body.take_effect(model.quarter)
    of_design = min(terms.design_standards, terms.standards)
    general = _fall_to(model, "standard", terms.standards - of_design)
    design = _fall_to(model, "design standard", of_design)
    model.flows.standards, model.flows.design_standards = len(general) + len(design), len(design)
    if len(general) + len(design):
        body.issue(general, design, model.quarter + max(round(parameters.lag), 0))
        body.take_effect(model.quarter)
    sector = model.block.sector
    if body.general.any():
        hidden = standard_rules.cost_multiplier(
            body.general, parameters.hidden_cost_effect, parameters.hidden_cost_floor
        )
        certificate = standard_rules.cost_multiplier(
            body.general, parameters.certification_effect, parameters.certification_floor
        )
        terms.scale(sector, hidden_cost_factor=hidden, certification_cost_factor=certificate)
    if body.design.any():
        product = standard_rules.cost_multiplier(body.design, parameters.design_effect, parameters.design_floor)
        terms.scale(sector, product_certificate_cost_factor=product)


def _fall_to(model: ProvinceModel, stream: str, per_year: float) -> IntArray:
    """Divisions of the standards issued this quarter (K,): the n-th of a year falls alike under every policy."""
    year, season = year_of(model.quarter), model.quarter % 4
    first, last = (whole(per_year * step / 4.0) for step in (season, season + 1))
    divisions = len(model.block.province.sectors)
    return standard_rules.fall_to(model.draws.province(stream, last, year), divisions)[first:last]


def whole(number: float) -> int:
    """Whole part of a number that rounding may have left just below it."""
    return int(np.floor(number + 1e-9))


def _benchmarks(model: ProvinceModel) -> None:
    """Name design benchmark firms; those named since 2026 show their division what can be done."""
    benchmarks, terms = model.benchmarks, model.terms
    uniform = model.draws.province("design benchmarks", len(benchmarks.industries), model.quarter)
    benchmarks.added += rules.poisson(uniform, terms.benchmarks * QUARTER)
    if benchmarks.added.any():
        by_sector = np.zeros(len(model.block.province.sectors))
        by_sector[benchmarks.industries] = benchmarks.added * model.parameters.programmes.benchmark_effect
        terms.add(model.block.sector, awareness_extra=by_sector)


def _equipment_industry(model: ProvinceModel) -> None:
    """Makers come to meet the conditions; one base at a time becomes a cluster."""
    industry, terms = model.equipment_industry, model.terms
    uniform = model.draws.province("equipment makers", 1, model.quarter)
    industry.makers += int(rules.poisson(uniform, terms.equipment_makers * QUARTER)[0])
    approved = event(model.draws.province("equipment clusters", 1, model.quarter), terms.cluster_hazard, QUARTER)
    if approved[0] and industry.clusters < model.parameters.programmes.cluster_sites:
        industry.clusters += 1
