"""Phase 12: how much solid waste arises, and which part of it is put to use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agents import waste as rules
from agents.demography import QUARTER

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def solid_waste(model: ProvinceModel) -> None:
    """Account for the quarter's waste by stream, after this quarter's completed measures."""
    block, terms, table = model.block, model.terms, model.block.waste
    output, by_sector = model.output()
    years = (model.quarter - block.first + 2.5) * QUARTER  # from the middle of 2025 to that of this quarter
    arising = rules.arising(table, by_sector, block.base_year.output, years)
    model.waste.turn(
        table, arising * model.season_weight * block.scale,
        rules.adoption_share(table, model.adopted, output, by_sector), terms.waste_trend, terms.waste_collection,
    )
