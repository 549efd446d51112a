"""Phase 8: yearly green-power contracting, quarterly delivery with seasonal rationing, and the three accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import certification as certification_rules
from agents import sourcing as rules
from agents.array_types import IntArray
from sim.phases.certification import scores
from sim.phases.zero_carbon import ask_for_green_power

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def green_power(model: ProvinceModel) -> None:
    """Contract in the first quarter of a year; deliver, dispatch and account in every quarter."""
    ask_for_green_power(model)
    if model.quarter % 4 == 0:
        contract(model)
    model.market.deliver(model)


def contract(model: ProvinceModel) -> None:
    """Every firm chooses how to source green power for the year."""
    c, parameters = model.columns, model.parameters.power
    rows = could_buy(model)
    aims = aims_at_certificate(model, rows)
    obligation = model.terms.power_obligation.take(rows)
    utility = rules.sourcing_utility(
        c["electricity_mwh"].take(rows), obligation, aims, model.year, parameters
    )
    taste = np.stack(
        [model.draws.gumbel("sourcing", option, remember=True).take(rows) for option in range(len(rules.SOURCING))]
    ).T
    choice = rules.choose(utility, taste)
    c["sourcing"][:] = 0
    c["sourcing"][rows] = choice
    buying = np.flatnonzero(choice > 0)
    c["contracted_share"][:] = 0.0
    c["contracted_share"][rows.take(buying)] = rules.required_share(
        obligation.take(buying), aims.take(buying), parameters
    )


def could_buy(model: ProvinceModel) -> IntArray:
    """Firms that could choose to buy green power this year (K,): all others buy nothing, whatever they aim at."""
    c = model.columns
    large = c["electricity_mwh"] > model.block.least_consumption(model.year)
    return np.flatnonzero(c["alive"] & (large | (model.terms.power_obligation > 0.0)))


def aims_at_certificate(model: ProvinceModel, rows: np.ndarray) -> np.ndarray:
    """Firms that hold or want the label and for which green power decides about it, (K,) bool."""
    c, parameters = model.columns, model.parameters.certification
    rank = model.draws.uniform("certification awareness", remember=True).take(rows)
    wants = c["certified"].take(rows)
    considers = certification_rules.considers(rank, c["size_score"].take(rows), model.year, parameters)
    considering = np.flatnonzero(considers & ~wants)
    wants[considering] = model.certification_value(rows.take(considering)) > 0.0
    wanting = np.flatnonzero(wants)
    at = rows[wanting]
    aims = np.zeros(len(rows), dtype=bool)
    aims[wanting] = certification_rules.green_power_decides(
        scores(model, at), c["green_share"][at], model.parameters.power.certification_share, c["certified"][at],
        parameters,
    )
    return aims

