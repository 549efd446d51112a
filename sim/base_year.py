"""The base year of a seed block: output, energy and CO2 of 2025 by sector, with which later years are compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from agents.array_types import FloatArray
from agents.arrays import sum_by
from agents.carriers import ELECTRICITY, TCE_PER_MWH

if TYPE_CHECKING:
    from sim.block import SeedBlock


@dataclass(frozen=True)
class BaseYear:
    """2025 by sector (S,): gross output (m CNY), energy (tce), CO2 direct and indirect (t)."""

    output: FloatArray
    energy: FloatArray
    co2: FloatArray


def build_base_year(block: SeedBlock) -> BaseYear:
    """Add up the firms in business at the end of 2025, with its grid factor and the solar arrays in place by then.

    Raises:
        ValueError: before the burn-in, which puts the arrays there.
    """
    if block.snapshot is None:
        raise ValueError("the base year is known after the burn-in only")
    sectors = len(block.province.sectors)
    here = block.incumbents()
    c, sector = block.columns, block.columns["sector"][here]
    energy = c["energy_base"][here]
    grid_factor = block.markets.fossil_share(2025) * block.parameters.power.fossil_factor
    bought = energy[:, ELECTRICITY] / TCE_PER_MWH
    direct = (energy * block.fuel_co2[here]).sum(axis=1) + c["process_co2_base"][here]
    own = block.snapshot.columns["onsite_generation"][here]
    output = c["revenue_base"][here] * block.output_ratio[here]
    values = (output, energy.sum(axis=1), direct + (bought - own) * grid_factor)
    return BaseYear(*(sum_by(sector, each, sectors) for each in values))
