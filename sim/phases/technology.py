"""Technology push: pilots end and begin, gated measures open, local supply and advanced materials build up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import technology as rules
from agents.array_types import BoolArray, IntArray
from agents.demography import QUARTER
from agents.programmes import first_ranked, poisson

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def technology(model: ProvinceModel) -> None:
    """Finish and begin pilots, open measures, and let what the programme builds up grow by a quarter."""
    programme, terms, parameters = model.technology, model.terms, model.parameters.technology
    done = programme.finish(model.quarter)
    model.flows.pilots = int(done.sum())
    # a pilot is one project of the whole province, whatever the sample
    model.experience += done
    _begin_pilots(model)
    programme.open |= rules.opened(
        model.menu, programme.completed, model.year, terms.technology_advance, parameters
    )
    years = parameters.build_up_years
    programme.local_supply = rules.built_up(programme.local_supply, terms.local_supply_cut, years)
    programme.materials = rules.built_up(programme.materials, terms.materials_saving, years)
    if programme.digital_gain != terms.digital_gain:
        programme.digital_gain = terms.digital_gain
        model.menu = rules.with_digital_gain(model.block.menu, terms.digital_gain)


def _begin_pilots(model: ProvinceModel) -> None:
    """Begin the quarter's pilots of measures that still miss some, at suitable firms."""
    programme, parameters = model.technology, model.parameters.technology
    rates = rules.pilot_rates(model.menu, model.terms)
    if not rates.any():
        return
    gate, lasts = max(round(parameters.pilot_gate), 1), max(round(parameters.pilot_quarters), 1)
    chance = model.draws.province("pilots", len(model.menu), model.quarter)
    for measure in np.flatnonzero((rates > 0.0) & (programme.begun < gate)).tolist():
        wanted = int(poisson(chance[[measure]], rates[measure] * QUARTER)[0])
        if wanted == 0:
            continue
        rank = model.draws.uniform("pilot host", measure, remember=True)
        hosts = first_ranked(rank, suitable(model, measure), min(wanted, gate - int(programme.begun[measure])))
        for host in hosts.tolist():
            programme.begin(measure, host, model.quarter + lasts)


def suitable(model: ProvinceModel, measure: int) -> IntArray:
    """Slots of the firms that can host a pilot: the measure is applicable and not there, and no pilot of it runs."""
    c, options = model.columns, model.options
    free: BoolArray = c["alive"].copy()
    free[model.technology.busy(measure)] = False
    if model.menu.plant_decision[measure]:
        return np.flatnonzero(free & (c["plant"] >= 0) & _can_take_route(model))
    at = model.block.positions_of(np.arange(len(model.menu)) == measure)
    firm = options.firm[at[np.flatnonzero(~model.adopted.take(at))]]
    return firm[free[firm]]


def _can_take_route(model: ProvinceModel) -> BoolArray:
    """Mills, whose routes are dated decisions (N,)."""
    mills = np.zeros(model.block.slots, dtype=bool)
    for slots in model.block.mills.values():
        mills[slots] = True
    return mills
