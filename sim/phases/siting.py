"""Phase 3: the energy review keeps some energy-intensive newcomers out and steers others to clean power."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import siting as rules
from agents.array_types import IntArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def siting(model: ProvinceModel) -> None:
    """Review energy-intensive newcomers: some are refused, others are sent to the clean-energy prefectures."""
    terms, block = model.terms, model.block
    if terms.entry_refusal == 0.0 and terms.clean_zone_share == 0.0:
        return
    rows = block.key_entrants[block.columns["arrival"][block.key_entrants] == model.quarter]
    out = rules.refused(model.draws.uniform("energy review", remember=True)[rows], terms.entry_refusal)
    model.refused[rows[out]] = True
    settle(model, rows[~out])


def settle(model: ProvinceModel, rows: IntArray) -> None:
    """Send newcomers to the clean-energy prefectures, as many as the wanted share asks beyond those drawn there."""
    c, sites, draws = model.columns, model.sites, model.draws
    chance = rules.move_probability(model.terms.clean_zone_share, sites.zone_share)
    goes = draws.uniform("siting", remember=True)[rows] < chance
    rows = rows[goes & ~sites.in_zone(c["prefecture"][rows])]
    prefecture = rules.pick(draws.uniform("site", remember=True)[rows], sites.zone, sites.zone_weight)
    first = np.searchsorted(model.parks.prefecture, prefecture)
    number = np.searchsorted(model.parks.prefecture, prefecture, side="right") - first
    any_park = first + np.floor(draws.uniform("site park", remember=True)[rows] * number).astype(np.int64)
    sites.move(c, rows, prefecture, np.where(c["park"][rows] >= 0, any_park, -1))
