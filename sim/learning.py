"""Learning by doing: what firms have in place at the end of 2025, and how later adoptions cut the cost of measures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import FloatArray
from agents.measure_economics import learning_multiplier
from agents.technology import equipment_factor

if TYPE_CHECKING:
    from sim.block import SeedBlock
    from sim.model_state import ProvinceState


def initial_experience(block: SeedBlock) -> FloatArray:
    """Firms of the full province that have each measure at the end of 2025, at least one (M,).

    Raises:
        ValueError: before the burn-in.
    """
    if block.snapshot is None:
        raise ValueError("what is in place at the end of 2025 is known after the burn-in only")
    in_place = block.options.measure[block.snapshot.options["adopted"] & block.incumbents()[block.options.firm]]
    return np.maximum(np.bincount(in_place, minlength=len(block.menu)) / block.scale, 1.0)


def capex_factor(model: ProvinceState) -> FloatArray:
    """Multiplier on the menu's capex (M,): learning by doing, pilots among it, and local supply of equipment.

    The menu's costs are those of 2025: what was learned until then is in them.
    """
    factor = equipment_factor(model.menu, model.technology.local_supply)
    if model.quarter < model.block.first:
        return factor
    learning = learning_multiplier(model.experience, model.block.initial_experience, model.menu.learning_rate)
    return learning * factor
