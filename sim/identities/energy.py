"""Accounting identities of electricity, the green accounts, emissions and output."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from agents.carriers import ELECTRICITY, TCE_PER_MWH
from sim.identities.checks import EXACT, SUMS, ended, exceeds, some, unequal

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def electricity(model: ProvinceModel) -> Iterator[str]:
    """Power: supply = consumption + exports; contracts within tradable supply; green volumes within consumption."""
    dispatch, accounts, volumes = model.market.dispatch, model.market.accounts, model.market.volumes
    assert dispatch is not None and accounts is not None
    supplied = dispatch.hydro + dispatch.wind + dispatch.solar + dispatch.bioenergy + dispatch.thermal
    supplied += dispatch.imports
    yield from unequal("supply and use", supplied, dispatch.consumption + dispatch.exports, EXACT)
    offered = model.block.markets.supply(ended(model))
    wind_solar = volumes["wind_solar"] + volumes["certificates_local"] + volumes["sold_outside"]
    yield from exceeds("wind and solar contracts and certificates", wind_solar, offered.tradable_wind_solar)
    yield from exceeds("tradable-hydro contracts", volumes["tradable_hydro"], offered.tradable_hydro)
    handed = volumes["hydro_certificates"] + volumes["hydro_certificates_others"]
    existing = dispatch.hydro - dispatch.exports - offered.tradable_hydro
    yield from exceeds("certificates of existing hydropower", handed, max(existing, 0.0))
    for name, volume in {
        "physical": accounts.physical, "contractual": accounts.contractual, "hybrid": accounts.hybrid,
    }.items():
        yield from exceeds(f"{name} green electricity", volume, accounts.consumption)
    c = model.columns
    use = c["electricity_mwh"] * c["alive"] * float(model.block.environment.weights[ended(model) % 4])
    yield from unequal("firms and market", float(use.sum()), accounts.consumption)
    green = float((use * c["green_share"]).sum())
    yield from unequal("firms' green electricity and the contractual account", green, accounts.contractual)
    of_carrier = c["energy"][:, ELECTRICITY] / TCE_PER_MWH
    yield from some("electricity in MWh and in tce", np.abs(of_carrier - c["electricity_mwh"]) > SUMS * of_carrier)


def green_accounts(model: ProvinceModel) -> Iterator[str]:
    """Accounts: physical shares sum to R; hybrid shares of all consumers sum to R + outside - sold outside.

    R is the non-fossil supply used in the province. The volumes of the other consumers follow from manufacturing's:
    all share one grid mix in the physical account and one residual mix in the hybrid account. In a drought local claims
    can use up R: the residual mix is then zero, and hybrid volumes are the claims.
    """
    dispatch, accounts, volumes = model.market.dispatch, model.market.accounts, model.market.volumes
    assert dispatch is not None and accounts is not None
    use, total, own = accounts.consumption, accounts.province_consumption, volumes["generation"]
    grid = (accounts.physical - own) / (use - own)
    yield from unequal("physical", accounts.physical + grid * (total - use), dispatch.nonfossil, EXACT)
    handed, others = volumes["hydro_certificates"], volumes["hydro_certificates_others"]
    claims = own + volumes["contracts"] + volumes["certificates_local"] + volumes["certificates_outside"] + handed
    yield from unequal("contractual", accounts.contractual, claims, EXACT)
    unproved = total - claims - others  # of the whole province; manufacturing alone may have proved all it uses
    residual = (accounts.province_hybrid - claims - others) / unproved
    yield from unequal("hybrid", accounts.hybrid, claims + residual * (use - claims), EXACT)
    expected = dispatch.nonfossil + volumes["certificates_outside"] - volumes["sold_outside"]
    if SUMS < residual < 1.0 - SUMS:
        yield from unequal("hybrid, whole province", accounts.province_hybrid, expected, EXACT)


def emissions(model: ProvinceModel) -> Iterator[str]:
    """CO2: the recorded emissions are the sum of activity x factor over firms and carriers, done anew."""
    c, block, row = model.columns, model.block, model.rows[-1]
    dispatch = model.market.dispatch
    assert dispatch is not None
    alive = c["alive"]
    sector = c["sector"][alive]
    direct = 0.0
    for carrier, factors in enumerate(block.province.fuel_co2_factors().T):
        emitted = c["energy"][alive, carrier] * c["fuel_co2_ratio"][alive]
        direct += float(np.bincount(sector, emitted, minlength=len(factors)) @ factors)
    process = c["process_co2_base"] * c["process_co2_ratio"] * c["activity"]
    mixed = c["alternative_fuel"] * c["activity"] * model.parameters.measures.alternative_fuel_co2
    mixed *= c["fuel_co2_ratio"]
    direct += float((process + mixed)[alive].sum())
    fossil = dispatch.thermal + dispatch.imports - dispatch.imports_nonfossil
    factor = fossil / dispatch.consumption * model.parameters.power.fossil_factor
    bought = np.maximum(c["electricity_mwh"] - c["onsite_generation"], 0.0)[alive]
    weight = float(block.environment.weights[ended(model) % 4])
    yield from unequal("direct", row["co2_direct"], direct * weight)
    yield from unequal("direct and indirect", row["co2"], (direct + float(bought.sum()) * factor) * weight)


def output(model: ProvinceModel) -> Iterator[str]:
    """Output: sectors sum to the province, firms' weights to one, and the four quarters to the year."""
    c, block, row = model.columns, model.block, model.rows[-1]
    weights = block.environment.weights
    ratio = (block.province.sectors["gross_output"] / block.province.sectors["revenue"]).to_numpy()
    revenue = np.bincount(c["sector"], c["revenue"] * c["alive"], minlength=len(ratio))
    total = float(revenue @ ratio)
    yield from unequal("sectors and province", row["output"], total * float(weights[ended(model) % 4]))
    yield from unequal("quarters' weights", float(weights.sum()), 1.0, EXACT)
    certified = c["certified"] & c["alive"]
    other = np.bincount(c["sector"], c["revenue"] * (c["alive"] & ~certified), minlength=len(ratio)) @ ratio
    yield from unequal("shares", row["green_factory_output_share"] + float(other) / total, 1.0)
