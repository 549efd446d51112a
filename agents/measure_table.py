"""The measure table of a province as a `Menu`: which column becomes what, and what an empty cell means."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from agents.array_types import FloatArray
from agents.carriers import CARRIERS
from agents.measures import Menu


def menu_from_columns(columns: Mapping[str, NDArray[np.generic] | list[object]]) -> Menu:
    """Turn the columns of the measure table into a `Menu`.

    Args:
        columns: the table of the province pack, one sequence a column, M entries each.

    Returns:
        The menu; measures without a private payback get an infinite reference payback (no saving).
    """
    def floats(name: str, missing: float = 0.0) -> FloatArray:
        values = np.asarray(columns[name], dtype=np.float64)
        return np.where(np.isnan(values), missing, values)

    def text(name: str) -> tuple[str, ...]:
        return tuple("" if isinstance(v, float) else str(v) for v in columns[name])

    ids = text("measure_id")
    excludes = np.zeros((len(ids), len(ids)), dtype=bool)
    for row, names in enumerate(text("excludes")):
        for name in filter(None, names.split(";")):
            excludes[row, ids.index(name)] = True
    requires = np.array([ids.index(name) if name else -1 for name in text("requires")], dtype=np.int64)
    return Menu(
        measure_id=ids, name_en=text("name_en"), name_zh=text("name_zh"), measure_class=text("class"),
        base=np.stack([floats(f"base_{c}") for c in CARRIERS], axis=1), base_output=floats("base_output") > 0,
        coverage=floats("coverage_share"), removed=np.stack([floats(f"d_{c}") for c in CARRIERS], axis=1),
        grid_purchase=floats("d_grid_purchase"), process_co2=floats("d_process_co2"),
        fuel_co2_captured=floats("d_fuel_co2_captured"),
        electricity_per_removed=floats("electricity_mwh_per_tce_removed"),
        electricity_per_covered=floats("electricity_mwh_per_tce_covered"),
        gas_per_removed=floats("natural_gas_tce_per_tce_removed"),
        alternative_fuel_per_removed=floats("alternative_fuel_tce_per_tce_removed"),
        capex_per_tce=floats("capex_per_tce"), capex_share_of_revenue=floats("capex_share_of_revenue"),
        capex_floor=floats("capex_floor"), capex_ceiling=floats("capex_ceiling", np.inf),
        opex_per_tce=floats("opex_per_tce"), payback_reference=floats("payback_reference_years", np.inf),
        payback_log_sd=floats("payback_log_sd"), lifetime=floats("lifetime_years"),
        learning_rate=floats("learning_rate"), adopted_share=floats("adopted_share_2025"),
        available_from=floats("available_from"), pilot_gated=floats("pilot_gated") > 0,
        plant_decision=floats("plant_decision") > 0,
        ironmaking=np.array([group == "ironmaking" for group in text("exclusive_group")]),
        realisation=floats("realisation") > 0,
        process_gas_priced=floats("process_gas_priced") > 0, skips_process=floats("skips_process_electricity") > 0,
        excludes=excludes, requires=requires,
    )
