"""Part of the record: mandates, material diagnoses, renewal of equipment, own power, solid waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.measures import ELECTRICITY
from agents.terms import BoolArray
from sim.phases.renewal import equipment_age, over_age

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def obligations(model: ProvinceModel) -> dict[str, float]:
    """Indicators of the clauses on obligations, materials, equipment, on-site power and waste."""
    return {**_mandates(model), **_equipment(model), **_energy(model), **_waste(model)}


def adoption(model: ProvinceModel, measures: BoolArray) -> float:
    """Share of the firms alive that could use one of some measures (M,) and have one in place."""
    positions = model.block.positions_of(measures)
    firm = model.options.firm[positions]
    alive = model.columns["alive"]
    concerned, have = np.zeros(len(alive), dtype=bool), np.zeros(len(alive), dtype=bool)
    concerned[firm] = True
    have[firm[model.adopted[positions]]] = True
    total = np.count_nonzero(concerned & alive)
    return np.count_nonzero(have & alive) / total if total else 0.0


def _mandates(model: ProvinceModel) -> dict[str, float]:
    terms, flows = model.terms, model.flows
    return {
        "mandated_firms": float(np.count_nonzero(terms.mandated & model.columns["alive"])),
        "material_diagnoses": flows.material_diagnoses,
        "material_substitution": adoption(model, model.menu.material),
    }


def _equipment(model: ProvinceModel) -> dict[str, float]:
    flows, alive = model.flows, np.count_nonzero(model.columns["alive"])
    old = np.count_nonzero(over_age(model, equipment_age(model)))
    return {
        "replacements": model.replacements,
        "retirement_orders": flows.retirement_orders,
        "over_age_share": old / alive if alive else 0.0,
        "measure_grants": sum(flows.measure_grants.values()),
    }


def _energy(model: ProvinceModel) -> dict[str, float]:
    """Electricity in final energy, and arrays on site."""
    c, block = model.columns, model.block
    use = c["energy"].sum(axis=0)
    self_use = model.parameters.measures.pv_self_use
    return {
        "electrification_share": use[ELECTRICITY] / use.sum(),
        "pv_mw": (c["onsite_generation"] * c["alive"] / block.pv_yield).sum() / self_use,
        "hydro_certificates": model.market.volumes["hydro_certificates"],
    }


def _waste(model: ProvinceModel) -> dict[str, float]:
    """Manufacturing, the whole province, and what is collected."""
    waste, table, menu = model.waste, model.block.waste, model.menu
    row: dict[str, float] = {}
    for name, streams in {"": table.manufacturing, "_province": table.in_total}.items():
        base = table.generation * streams
        row[f"solid_waste_utilisation{name}"] = waste.rate(streams)
        row[f"solid_waste_utilisation{name}_2025"] = float(base @ table.utilisation / base.sum())
        row[f"solid_waste_generated{name}"] = float(waste.generated[streams].sum())
        row[f"solid_waste_utilised{name}"] = float(waste.utilised[streams].sum())
    row["distillers_grains_utilisation"] = waste.rate(np.array(table.names) == "distillers_grains")
    row["new_waste_recovery"] = waste.rate(table.new)
    classes = np.array(menu.measure_class)
    row["feedstock_adoption"] = adoption(model, classes == "feedstock")
    row["remanufacturing_adoption"] = adoption(model, np.array(menu.measure_id) == "M37")
    return row
