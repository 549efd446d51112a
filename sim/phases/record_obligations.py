"""Part of the record: mandates, material diagnoses, renewal of equipment, own power, solid waste."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray
from agents.carriers import ELECTRICITY
from sim.phases.renewal import over_age

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def obligations(model: ProvinceModel) -> dict[str, float]:
    """Indicators of the clauses on obligations, materials, equipment, on-site power and waste."""
    return {**_mandates(model), **_equipment(model), **_energy(model), **_waste(model)}


def adoption(model: ProvinceModel, measures: BoolArray) -> float:
    """Options of some measures (M,) that are in place, over those of the firms alive."""
    positions = model.block.positions_of(measures)
    there = model.columns["alive"].take(model.options.firm.take(positions))
    total = np.count_nonzero(there)
    return np.count_nonzero(model.adopted.take(positions) & there) / total if total else 0.0


def _mandates(model: ProvinceModel) -> dict[str, float]:
    terms, flows = model.terms, model.flows
    return {
        "mandated_firms": float(np.count_nonzero(terms.mandated & model.columns["alive"])),
        "material_diagnoses": flows.material_diagnoses,
        "material_substitution": adoption(model, model.menu.material),
    }


def _equipment(model: ProvinceModel) -> dict[str, float]:
    flows, alive = model.flows, np.count_nonzero(model.columns["alive"])
    old = np.count_nonzero(over_age(model))
    return {
        "replacements": model.replacements,
        "retirement_orders": flows.retirement_orders,
        "over_age_share": old / alive if alive else 0.0,
        "measure_grants": sum(flows.measure_grants.values()),
    }


def _energy(model: ProvinceModel) -> dict[str, float]:
    """Electricity in final energy, and arrays on site."""
    c, block = model.columns, model.block
    use = [float(carrier.sum()) for carrier in c["energy"].T]
    self_use = model.parameters.measures.pv_self_use
    return {
        "electrification_share": use[ELECTRICITY] / sum(use),
        "pv_mw": float((c["onsite_generation"] * c["alive"]) @ block.megawatts_per_mwh) / self_use,
        "hydro_certificates": model.market.volumes["hydro_certificates"],
    }


def _waste(model: ProvinceModel) -> dict[str, float]:
    """Manufacturing, the whole province, and what is collected."""
    waste, table = model.waste, model.block.waste
    row: dict[str, float] = {}
    for name, streams in {"": table.manufacturing, "_province": table.in_total}.items():
        base = table.generation * streams
        row[f"solid_waste_utilisation{name}"] = waste.rate(streams)
        row[f"solid_waste_utilisation{name}_2025"] = float(base @ table.utilisation / base.sum())
        row[f"solid_waste_generated{name}"] = float(waste.generated[streams].sum())
        row[f"solid_waste_utilised{name}"] = float(waste.utilised[streams].sum())
    row["distillers_grains_utilisation"] = waste.rate(np.array(table.names) == "distillers_grains")
    row["new_waste_recovery"] = waste.rate(table.new)
    row["feedstock_adoption"] = adoption(model, model.menu.feedstock)
    row["remanufacturing_adoption"] = adoption(model, model.menu.remanufacturing)
    return row
