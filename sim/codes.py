"""Words of the coded firm columns: sectors, prefectures, size classes and the like, in the order of their codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.firm import BOTTLENECKS, OUTCOMES, OWNERSHIPS, SIZE_CLASSES, STAGES
from agents.sourcing import SOURCING
from sim.inputs.province import Province

NUMBERED_FROM: Mapping[str, int] = {"last_outcome": -1}
"""Coded columns whose first code is not zero."""

SIZE_CLASSES_ZH = ("大型", "中型", "小型", "微型")
"""The size classes in Chinese, in the order of `SIZE_CLASSES`."""


def code_names(province: Province) -> dict[str, list[Any]]:
    """Words of every coded column, in the order of its codes (see `NUMBERED_FROM`)."""
    return {
        "sector": province.sectors["code"].tolist(),
        "prefecture": province.prefectures["name_en"].tolist(),
        "subtype": ["generic", *province.subtypes["name"]],
        "size_class": list(SIZE_CLASSES),
        "ownership": list(OWNERSHIPS),
        "stage": list(STAGES),
        "last_outcome": ["no_opportunity_yet", *OUTCOMES],
        "bottleneck": list(BOTTLENECKS),
        "sourcing": list(SOURCING),
    }
