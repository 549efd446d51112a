"""The streams of solid waste of a seed block: the table, and who could use which stream."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from agents import waste as rules
from agents.array_types import BoolArray, FloatArray, IntArray
from sim.inputs.province import Province

if TYPE_CHECKING:
    from sim.block import SeedBlock


def waste_table(block: SeedBlock) -> rules.WasteTable:
    """The streams with the block's firms, and the adoption of their measures at the end of 2025."""
    frame, options = block.province.waste_streams, block.options
    sources = _sources(block.province)
    positions = [_positions(block, str(each), row) for each, row in zip(frame["measures"], sources, strict=True)]
    flags = {name: frame[name].to_numpy(dtype=bool) for name in ("in_total", "manufacturing", "new_waste")}
    table = rules.WasteTable(
        names=tuple(frame["stream"]), generation=frame["generation"].to_numpy(dtype=np.float64),
        utilisation=frame["utilisation"].to_numpy(dtype=np.float64), growth=frame["growth"].to_numpy(dtype=np.float64),
        sources=sources, in_total=flags["in_total"], manufacturing=flags["manufacturing"], new=flags["new_waste"],
        firms=tuple(options.firm[each] for each in positions), options=tuple(positions),
        adoption=np.zeros(len(frame)),
    )
    assert block.snapshot is not None, "the burn-in comes first"
    adopted: BoolArray = block.snapshot.options["adopted"]
    output = np.where(block.incumbents(), block.columns["revenue_base"] * block.output_ratio, 0.0)
    return replace(table, adoption=rules.adoption_share(table, adopted, output, block.base_year.output))


def _sources(province: Province) -> FloatArray:
    """(streams, sectors): 1 where a stream arises or is recycled."""
    codes = province.sectors["code"].astype(str).tolist()
    rows = [[float(code in str(entry).split(";")) for code in codes] for entry in province.waste_streams["sectors"]]
    return np.array(rows)


def _positions(block: SeedBlock, measures: str, sectors: FloatArray) -> IntArray:
    """Options of a stream's measures in its divisions."""
    at = np.flatnonzero(np.isin(np.array(block.menu.measure_id), measures.split(";")))
    options = block.options
    own = sectors[block.columns["sector"]] > 0.0
    return np.flatnonzero(np.isin(options.measure, at) & own[options.firm])
