"""Cases for the tests of measures: the real menu and prices, menus of one measure, firms and their energy state."""

import numpy as np

from agents import measure_effects
from agents.carriers import CARRIERS, ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.measure_economics import Deciders
from agents.measure_effects import EnergyState
from agents.measure_table import menu_from_columns
from sim.options import load_menu
from sim.preparation import load_inputs

INPUTS = load_inputs()
PARAMETERS = INPUTS.parameters.measures
MENU = load_menu(INPUTS.province)
PRICES = INPUTS.province.carriers["reference_price"].to_numpy(dtype=float)
FUEL_CO2 = INPUTS.province.carriers["co2_factor"].fillna(1.3).to_numpy(dtype=float)


def toy_menu(**columns):
    """One measure; every column of the table is zero or empty unless given."""
    numbers = [f"{kind}_{carrier}" for kind in ("base", "d") for carrier in CARRIERS] + [
        "base_output", "coverage_share", "d_grid_purchase", "d_process_co2", "d_fuel_co2_captured",
        "electricity_mwh_per_tce_removed", "electricity_mwh_per_tce_covered", "natural_gas_tce_per_tce_removed",
        "alternative_fuel_tce_per_tce_removed", "capex_per_tce", "capex_share_of_revenue", "capex_floor",
        "opex_per_tce", "payback_log_sd", "lifetime_years", "learning_rate", "adopted_share_2025", "available_from",
        "pilot_gated", "plant_decision", "realisation", "process_gas_priced", "skips_process_electricity",
    ]
    table = dict.fromkeys(numbers, 0.0) | {"capex_ceiling": np.nan, "payback_reference_years": np.nan}
    table |= dict.fromkeys(("measure_id", "name_en", "name_zh", "class", "excludes", "requires", "exclusive_group"), "")
    unknown = set(columns) - set(table)
    assert not unknown, unknown
    return menu_from_columns({name: [value] for name, value in (table | columns).items()})


def deciders(energy, revenue=1e9, process_co2=0.0, prices=PRICES):
    energy = np.atleast_2d(np.asarray(energy, dtype=float))
    full = np.ones(len(energy))
    return Deciders(
        energy, prices, full * prices[ELECTRICITY], np.tile(FUEL_CO2, (len(energy), 1)), full * revenue,
        full * process_co2, full * 950.0,
    )


def state_of(firms):
    added, left = (np.zeros(firms) for _ in range(3)), (np.ones(firms) for _ in range(2))
    return EnergyState(np.ones((firms, 6)), *added, *left, np.zeros(firms))


def apply(state, energy, measure, menu=MENU, revenue=1e9, exposure=1.0, parameters=PARAMETERS):
    """Complete one measure in every firm."""
    n = len(energy)
    measure_effects.apply_measures(
        state, np.arange(n), np.full(n, measure), menu, energy, np.full(n, revenue), np.full(n, 950.0),
        np.full(n, exposure), parameters,
    )


def use(state, energy):
    result = energy * state.ratio
    result[:, ELECTRICITY] += state.added_mwh * TCE_PER_MWH
    result[:, NATURAL_GAS] += state.added_gas
    return result
