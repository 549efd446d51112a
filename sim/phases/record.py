"""Phase 14: write down the quarter's indicators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.bottleneck import classify
from agents.carriers import PROCESS_GAS
from agents.firm import BOTTLENECKS
from sim.decomposition import decompose
from sim.indicators import INDICATORS
from sim.phases.record_markets import markets
from sim.phases.record_obligations import obligations
from sim.phases.record_parks import by_prefecture, park_indicators
from sim.phases.record_programmes import programme_indicators

if TYPE_CHECKING:
    from sim.model import ProvinceModel

TEN_THOUSAND_PER_MILLION = 100.0
COVERAGE_PRESENCE = 4
"""Quarters a firm has to be present before it counts in the coverage."""
YEAR_END = 3
"""Season at whose end the year by prefecture is written down."""


def record(model: ProvinceModel) -> None:
    """Classify the firms, compute all indicators of the quarter, and show them to adaptive governance."""
    c = model.columns
    c["bottleneck"][:] = classify(c["aware"], c["rounds"], c["stage"], c["last_outcome"], has_open_options(model))
    row = {**_firms(model), **_coverage(model), **_power(model), **_use(model), **_money(model), **markets(model)}
    row |= park_indicators(model) | obligations(model) | programme_indicators(model)
    model.rows.append({name: float(row[name]) for name in INDICATORS})
    if model.quarter % 4 == YEAR_END:
        model.governments.years[model.year] = by_prefecture(model, present(model, model.quarter))
    if model.governance is not None:
        scale = model.block.scale
        seen = {name: value / scale if INDICATORS[name].extensive else value for name, value in model.rows[-1].items()}
        model.governance.observe(model.quarter, seen)


def has_open_options(model: ProvinceModel) -> np.ndarray:
    """Whether a firm has an option left that the market offers (N,).

    The open options of all firms are counted when the market's offer changes; later the count follows what is
    adopted and reopened (`ProvinceModel.mark_adopted`).
    """
    offered, previous = model.available, model.offered
    if previous is None or not np.array_equal(offered, previous):
        model.offered = offered
        _count_open_options(model, previous, offered)
    return model.open_count > 0


def _count_open_options(model: ProvinceModel, previous: BoolArray | None, offered: BoolArray) -> None:
    """Bring the count of open options by firm up to date with what the market offers (M,), from what it did."""
    before = np.zeros_like(offered) if previous is None else previous
    for change, step in ((offered & ~before, 1.0), (before & ~offered, -1.0)):
        if change.any():
            positions = model.block.positions_of(change)
            still_open = positions.take(np.flatnonzero(~model.adopted.take(positions)))
            firm = model.options.firm.take(still_open)
            model.open_count += step * np.bincount(firm, minlength=len(model.open_count))


def _share(part: np.ndarray, whole: np.ndarray) -> float:
    """Share of flagged firms among some firms; 0 if there are none."""
    total = np.count_nonzero(whole)
    return np.count_nonzero(part & whole) / total if total else 0.0


def _firms(model: ProvinceModel) -> dict[str, float]:
    """Counts of firms, bottlenecks, certification."""
    c = model.columns
    alive = c["alive"]
    output, _ = model.output()
    certified = c["certified"] & alive
    counts = [np.count_nonzero((c["bottleneck"] == code) & alive) for code in range(len(BOTTLENECKS))]
    return {
        "firms": np.count_nonzero(alive),
        "aware_share": _share(c["aware"], alive),
        "diagnoses": model.flows.diagnoses,
        "green_factories": np.count_nonzero(certified),
        "green_factory_output_share": (output * certified).sum() / output.sum(),
        "certification_applicants": model.applicants,
        "label_value_median": model.label_value_median,
        "mill_route_changes": sum(entry["taken"] for entry in model.plant_log),
        **{f"bottleneck_{name}": counts[index] for index, name in enumerate(BOTTLENECKS)},
    }


def present(model: ProvinceModel, quarter: int) -> BoolArray:
    """Firms that have been there long enough by a quarter to count in its coverage (N,)."""
    c = model.columns
    return np.asarray(c["alive"] & (c["arrival"] <= quarter - COVERAGE_PRESENCE))


def _coverage(model: ProvinceModel) -> dict[str, float]:
    """Coverage and project counts in every definition."""
    c, block = model.columns, model.block
    here = present(model, model.quarter)
    done = c["rounds"] > 0
    key = block.key_sector & c["alive"]
    output = c["revenue"] * here
    return {
        "retrofit_coverage": _share(done, here),
        "retrofit_coverage_above_floor": _share(c["rounds_above_floor"] > 0, here),
        "retrofit_coverage_since_2021": _share(c["rounds_since_2021"] > 0, here),
        "retrofit_coverage_with_replacement": _share(done | (c["like_for_like"] > 0), here),
        "retrofit_coverage_output": (output * done).sum() / output.sum(),
        "retrofit_projects": model.completed,
        "retrofit_projects_above_floor": model.completed_above_floor,
        "key_sector_round": _share(done, key),
        "key_firm_diagnosis": _share(c["diagnosed"], c["key_firm"] & c["alive"]),
    }


def _power(model: ProvinceModel) -> dict[str, float]:
    """Green power in its three accounts."""
    accounts, dispatch, volumes = model.market.accounts, model.market.dispatch, model.market.volumes
    assert accounts is not None and dispatch is not None
    physical, contractual, hybrid, province = accounts.shares
    contracts = volumes["contracts"]
    claims = accounts.contractual + volumes["hydro_certificates_others"]
    return {
        "green_power_share": hybrid,
        "green_power_share_physical": physical,
        "green_power_share_contractual": contractual,
        "green_power_share_province": province,
        "electricity": accounts.consumption,
        "green_electricity_hybrid": accounts.hybrid,
        "green_electricity_physical": accounts.physical,
        "green_electricity_contractual": accounts.contractual,
        "province_electricity": accounts.province_consumption,
        "province_green_electricity": accounts.province_hybrid,
        "green_power_share_physical_province": dispatch.physical_share,
        "green_power_share_contractual_province": claims / accounts.province_consumption,
        "province_green_electricity_physical": dispatch.nonfossil,
        "province_green_electricity_contractual": claims,
        "onsite_generation": volumes["generation"],
        "contracts_delivered": contracts,
        "contracts_served_share": contracts / volumes["contracts_wanted"] if volumes["contracts_wanted"] else 1.0,
        "certificates_bought": volumes["certificates_local"] + volumes["certificates_outside"],
        "grid_factor": dispatch.grid_factor(model.parameters.power.fossil_factor),
    }


def emissions(model: ProvinceModel) -> tuple[FloatArray, FloatArray]:
    """Direct and indirect CO2 of every firm at this quarter's rate, t/yr (N,) each.

    Direct: fuel use x factor and the fossil part of alternative fuel, less what is captured; process emissions.
    Indirect: electricity bought from the grid x the quarter's grid factor.
    """
    c = model.columns
    assert model.market.dispatch is not None
    direct = c["energy"] @ model.block.common_fuel_co2
    direct += c["energy"][:, PROCESS_GAS] * model.block.process_gas_surplus
    rows, alternative = alternative_fuel(model)
    direct[rows] += alternative * model.parameters.measures.alternative_fuel_co2
    direct *= c["fuel_co2_ratio"]
    direct += model.process_co2_now
    indirect = c["electricity_mwh"] - c["onsite_generation"]
    np.maximum(indirect, 0.0, out=indirect)
    indirect *= model.market.dispatch.grid_factor(model.parameters.power.fossil_factor)
    return direct, indirect


def alternative_fuel(model: ProvinceModel) -> tuple[IntArray, FloatArray]:
    """The few firms (K) that burn alternative fuel, and how much, tce/yr (K,)."""
    c = model.columns
    rows = np.flatnonzero(c["alternative_fuel"] > 0.0)
    return rows, c["alternative_fuel"].take(rows) * c["activity"].take(rows)


def energy_use(model: ProvinceModel) -> FloatArray:
    """Energy use of every firm, all carriers and alternative fuel, tce/yr (N,)."""
    energy = model.energy_total().copy()
    rows, alternative = alternative_fuel(model)
    energy[rows] += alternative
    return energy


def _use(model: ProvinceModel) -> dict[str, float]:
    """Output, energy, emissions, intensities and their split into activity, structure and efficiency."""
    block = model.block
    # activity, and with it all use and output, is zero for firms that are not there
    energy = energy_use(model)
    direct, indirect = emissions(model)
    co2 = direct + indirect
    output, output_by_sector = model.output()
    weight = model.season_weight
    model.group_books.add(model, output, energy, co2)
    by_sector = output_by_sector, block.by_sector.sum(energy), block.by_sector.sum(co2)
    base = block.base_year
    energy_split = decompose(base.output, base.energy, by_sector[0], by_sector[1])
    carbon_split = decompose(base.output, base.co2, by_sector[0], by_sector[2])
    names = ("activity", "structure", "efficiency")
    output_now, energy_now, co2_now = (each.sum() for each in by_sector)
    total = output_now * TEN_THOUSAND_PER_MILLION
    base_total = base.output.sum() * TEN_THOUSAND_PER_MILLION
    return {
        "output": output_now * weight,
        "energy": energy_now * weight,
        "co2": co2_now * weight,
        "co2_direct": direct.sum() * weight,
        "energy_intensity": energy_now / total,
        "carbon_intensity": co2_now / total,
        "energy_intensity_2025": base.energy.sum() / base_total,
        "carbon_intensity_2025": base.co2.sum() / base_total,
        **{f"energy_effect_{name}": value for name, value in zip(names, energy_split, strict=True)},
        **{f"carbon_effect_{name}": value for name, value in zip(names, carbon_split, strict=True)},
    }


def _money(model: ProvinceModel) -> dict[str, float]:
    """Public and private money of the quarter, credit and the risk pool."""
    booked = model.booked
    return {
        "private_investment": model.invested,
        "public_outlay": booked["outlay"],
        "forgone_tax": booked["forgone_tax"],
        "credit_approval_rate": model.bank.approval_rate(),
        "loans_outstanding": float(model.columns["loan"].sum()),
        "guarantees_outstanding": model.pool.outstanding(),
        "pool_balance": model.pool.balance,
        "service_providers": model.providers.number,
    }


