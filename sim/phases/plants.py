"""Plant decisions: the ironmaking route of a mill, taken once at a dated reline, never by lottery.

About eight mills hold the province's coke. Whether one of them leaves the blast furnace moves provincial energy by
several per cent, so the decision uses the same rule as every retrofit but no taste, and is reported line by line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import measure_economics
from agents import retrofit as rules
from agents.carriers import ELECTRICITY
from agents.finance import grant_share
from policies.schedule import quarter_label
from sim.learning import capex_factor
from sim.phases.decision import plant_rule
from sim.phases.finance import award_measure_grants, support_route

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def plants(model: ProvinceModel) -> None:
    """Mills due for a reline choose their route; routes chosen earlier go into operation once built."""
    for row, measure, capex in model.plant_completions.pop(model.quarter, []):
        model.invested += capex
        model.take_effect(np.array([row]), np.array([measure]))
        model.update_energy(np.array([row]))
    for row in model.block.mills.get(model.quarter, ()):
        _decide(model, int(row))


def _decide(model: ProvinceModel, row: int) -> None:
    """One mill weighs the routes on offer; the best one with a positive score is built."""
    menu, block, c = model.menu, model.block, model.columns
    measure = np.flatnonzero(menu.ironmaking & model.ripe)
    firm, one = np.full(len(measure), row), np.array([row])
    prices = block.prices(model.quarter)
    firms = measure_economics.Deciders(
        c["energy"][one], prices, prices[ELECTRICITY] * block.electricity_price[one], block.fuel_co2[one],
        c["revenue"][one], model.process_co2_now[one], block.pv_yield[one],
    )
    economy = measure_economics.economics(
        menu, measure, np.zeros(len(measure), dtype=np.int64), firms, np.ones(len(measure)),
        capex_factor(model)[measure], model.parameters.measures,
    )
    saving = economy.yearly_benefit(model.terms.carbon_price[firm])
    factor = rules.cost_factor(
        grant_share(model.terms.grant_rate[firm], economy.capex, model.terms.grant_cap),
        model.terms.tax_credit_rate[firm], np.zeros(len(measure)), model.parameters.retrofit,
        model.terms.hidden_cost_factor[firm],
    )
    factor = rules.with_measure_grant(
        factor, model.measure_grants.share(measure, economy.capex), model.parameters.retrofit
    )
    value = plant_rule(model, row, measure).value(economy.capex * factor, saving)
    best = int(np.argmax(value))
    taken = bool(value[best] > 0.0)
    if taken:
        award_measure_grants(model, one, measure[[best]], economy.capex[[best]])
        support_route(model, one, economy.capex[[best]])
        ready = model.quarter + max(round(4.0 * model.parameters.retrofit.route_build_years), 1)
        model.plant_completions.setdefault(ready, []).append((row, int(measure[best]), float(economy.capex[best])))
    for option in range(len(measure)):
        model.plant_log.append({
            "quarter": quarter_label(model.quarter), "unique_id": int(c["unique_id"][row]),
            "plant": str(block.province.plants["plant_id"].iloc[int(c["plant"][row])]),
            "measure": menu.measure_id[measure[option]], "capex": float(economy.capex[option]),
            "yearly_benefit": float(saving[option]), "utility": float(value[option]),
            "taken": taken and option == best,
        })
