"""A finished run by prefecture: counts and amounts that sum to the province, and the shares that follow from them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from sim.model import ProvinceModel

SHARES = {
    "retrofit_coverage": ("firms_covered", "firms_present"),
    "green_factory_output_share": ("green_output", "output"),
}
"""Shares by prefecture: part and whole, both of `sim.phases.record_parks.COUNTED`."""


def prefecture_frame(model: ProvinceModel) -> pd.DataFrame:
    """The end of every finished year by prefecture.

    Args:
        model: a model that has finished at least one year from 2026 on, else the frame is empty.

    Returns:
        One row a year and prefecture: year, code, name_zh, name_en; the amounts of `COUNTED`, which sum to the
        province (firms, factories and parks; output in m CNY/yr; `city_outlay`, what the prefecture's government
        has paid since 2026, m CNY); and the shares of `SHARES`, 0 where there is nothing to share.
    """
    table = model.block.province.prefectures[["code", "name_zh", "name_en"]]
    parts = [
        pd.concat([table.assign(year=year), pd.DataFrame(dict(amounts))], axis=1)
        for year, amounts in sorted(model.governments.years.items())
    ]
    if not parts:
        return pd.DataFrame()
    frame = pd.concat(parts, ignore_index=True)
    for name, (part, whole) in SHARES.items():
        frame[name] = _ratio(frame[part].to_numpy(dtype=np.float64), frame[whole].to_numpy(dtype=np.float64))
    return frame[["year", *(name for name in frame.columns if name != "year")]]


def _ratio(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Part over whole, 0 where the whole is 0."""
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0.0)
