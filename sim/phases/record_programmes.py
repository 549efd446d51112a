"""Indicators of the province's own programmes and of the technologies they bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import FloatArray
from agents.technology import PILOT_PROGRAMME

if TYPE_CHECKING:
    from sim.model import ProvinceModel

TEN_THOUSAND_PER_MILLION = 100.0


def programme_indicators(model: ProvinceModel) -> dict[str, float]:
    """Deliveries of the programmes, the cost multipliers they leave, and who has adopted breakthrough measures."""
    terms, flows, technology = model.terms, model.flows, model.technology
    alive = model.columns["alive"].astype(np.float64)
    firms = alive.sum()
    benchmarks = model.benchmarks
    total = benchmarks.total()
    return {
        "pilots_completed": technology.completed.sum(),
        "breakthrough_measures_open": np.count_nonzero(technology.open),
        **adopters(model),
        "digital_saving_gain": technology.digital_gain,
        "local_supply_cut": technology.local_supply,
        "downstream_intensity": downstream_intensity(model),
        "standards": flows.standards,
        "design_standards": flows.design_standards,
        "hidden_cost_factor": terms.hidden_cost_factor @ alive / firms,
        "certification_cost_factor": terms.certification_cost_factor @ alive / firms,
        "product_certificate_cost_factor": terms.product_certificate_cost_factor @ alive / firms,
        "design_benchmarks": total,
        "design_benchmarks_per_industry": total / len(benchmarks.industries),
        "design_benchmarks_fewest": benchmarks.start + benchmarks.added.min(),
        "managers_trained": flows.managers_trained,
        "training_gain": model.columns["training"] @ alive / firms,
        "clinic_visits": flows.clinic_visits,
        "service_providers_listed": model.providers.listed,
        "service_capacity": model.providers.capacity,
        "equipment_makers": model.equipment_industry.makers,
        "equipment_clusters": model.equipment_industry.clusters,
    }


def adopters(model: ProvinceModel) -> dict[str, float]:
    """Alive firms with a digital measure, and with a gated measure by the programme that runs its pilots.

    A mill counts from the decision for a hydrogen route on.
    """
    menu, alive = model.block.menu, model.columns["alive"]
    count = np.zeros(len(menu), dtype=np.int64)
    for measure, (positions, firms) in model.block.followed_options.items():
        count[measure] = np.count_nonzero(model.adopted.take(positions) & alive.take(firms))
    for entry in model.plant_log:
        count[menu.index(entry["measure"])] += entry["taken"]
    names = {"process_pilots": "process", "frontier_pilots": "capture", "hydrogen_pilots": "hydrogen"}
    gated = dict.fromkeys(names.values(), 0.0)
    for measure in np.flatnonzero(menu.pilot_gated).tolist():
        gated[names[PILOT_PROGRAMME[menu.measure_class[measure]]]] += float(count[measure])
    digital = float(count[menu.digital].sum())
    return {"digital_adopters": digital, **{f"breakthrough_{name}": number for name, number in gated.items()}}


def downstream_intensity(model: ProvinceModel) -> float:
    """Energy over real output of the divisions that use advanced materials, tce per 10k CNY."""
    member: FloatArray = model.block.downstream
    output = float(model.output()[0] @ member)
    return float(model.energy_total() @ member) / (output * TEN_THOUSAND_PER_MILLION)
