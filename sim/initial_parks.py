"""The industrial parks at the end of 2025: which are green, how they score, and which are zero-carbon pilots.

The number of green parks in each prefecture is exact. Within a prefecture those with a high share of green factories
are more likely to be on the list; named pilots are the parks with the largest output of their prefecture.
"""

from __future__ import annotations

import numpy as np

from agents.array_types import BoolArray, FloatArray
from agents.arrays import sum_by
from agents.park_upgrade import ParksParameters, first_score, group_spread, listed_first, weights
from agents.parks import FirstParks
from sim.draws import Draws
from sim.inputs.province import Province

INDUSTRY = 2
"""Place of the industry group in `agents.park_upgrade.weights`."""


def initial_parks(
    province: Province, columns: dict[str, np.ndarray], incumbents: BoolArray, output: FloatArray, draws: Draws,
    parameters: ParksParameters,
) -> FirstParks:
    """Draw the parks of one seed.

    A sample of the province holds all of its parks, with the sampled firms in them.

    Args:
        province: parks, green parks, awards and pilots by prefecture.
        columns: the population.
        incumbents: (N,) firms that exist at the end of 2025.
        output: (N,) gross output, m CNY/yr.
        draws: provincial streams ``park list``, ``park score`` and ``park taste``.
        parameters: weights.
    """
    table = province.prefectures
    number = table["parks"].to_numpy(dtype=np.int64)
    prefecture = np.repeat(np.arange(len(number)), number)
    count = len(prefecture)
    group = np.where(incumbents, columns["park"].astype(np.int64) + 1, 0)
    firms = sum_by(group, incumbents, count + 1)[1:]
    listed = sum_by(group, columns["certified_initial"] & incumbents, count + 1)[1:]
    share = listed / np.maximum(firms, 1.0)
    spread = float(share[firms > 0].std())
    standard = (share - share[firms > 0].mean()) / max(spread, 1e-12)
    loading = float(weights(parameters)[INDUSTRY]) / group_spread(parameters)
    key = loading * standard + np.sqrt(max(1.0 - loading**2, 0.0)) * draws.province("park list", count, kind="normal")
    green = listed_first(key, prefecture, table["green_parks"].to_numpy(dtype=np.int64))
    return FirstParks(
        prefecture=prefecture, green=green,
        score=first_score(draws.province("park score", count), green),
        green_share=share, green_share_sd=max(spread, 1e-12),
        taste=draws.province("park taste", count, kind="logistic"),
        award=table["award_park"].to_numpy(dtype=np.float64)[prefecture],
        pilot=listed_first(
            sum_by(group, output * incumbents, count + 1)[1:], prefecture,
            table["zero_carbon_pilots"].to_numpy(dtype=np.int64),
        ),
    )
