"""Phase 12: how much solid waste arises, and which part of it is put to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import waste as rules
from agents.arrays import sum_by
from agents.demography import QUARTER

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def solid_waste(model: ProvinceModel) -> None:
    """Account for the quarter's waste by stream, after this quarter's completed measures."""
    c, block, terms, table = model.columns, model.block, model.terms, model.block.waste
    output = c["revenue"] * block.output_ratio
    by_sector = sum_by(block.sector, output, len(block.province.sectors))
    years = (model.quarter - block.first + 2) * QUARTER  # middle of 2025 to the end of this quarter
    arising = rules.arising(table, by_sector, block.base_year.output, years)
    model.waste.turn(
        table, arising * model.season_weight * block.scale,
        rules.adoption_share(table, model.adopted, output, by_sector), terms.waste_trend, terms.waste_collection,
    )
