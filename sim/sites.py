"""Where the firms of one run stand, and what follows from the place: neighbours, tariff, sun, park, award.

Without a move these are the seed block's own arrays, shared by all policies. The first move of a run copies them, so
a policy that sends newcomers elsewhere changes no other run.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING

import numpy as np

from agents.measures import TCE_PER_MWH
from agents.terms import BoolArray, FloatArray, IntArray
from sim.markets import MWH_PER_GWH

if TYPE_CHECKING:
    from sim.block import SeedBlock


class Sites:
    """The places of the firms in one run. Arrays have one entry a slot (N,)."""

    def __init__(self, block: SeedBlock) -> None:
        table = block.province.prefectures
        self._block = block
        self._moved = False
        self.zone: IntArray = np.flatnonzero(table["clean_energy_zone"].to_numpy() == 1)
        """Rows of the clean-energy prefectures."""
        self.local_group: IntArray = block.local_group
        self.park_group: IntArray = block.park_group
        self.pv_yield: FloatArray = block.pv_yield
        self.electricity_price: FloatArray = block.electricity_price

    def in_zone(self, prefecture: IntArray) -> BoolArray:
        """Whether rows of prefectures belong to the clean-energy zone."""
        return np.isin(prefecture, self.zone)

    @property
    def zone_weight(self) -> FloatArray:
        """Key-industry firms in each clean-energy prefecture, the weights of a newcomer's choice."""
        return self._block.key_counts[self.zone].astype(np.float64)

    @property
    def zone_share(self) -> float:
        """Share of energy-intensive newcomers that the population's own draw puts into the zone, in expectation."""
        return self._block.key_entry_share(self.zone)

    def move(
        self, columns: MutableMapping[str, np.ndarray], rows: IntArray, prefecture: IntArray, park: IntArray
    ) -> None:
        """Move firms: prefecture, park, the city's award, neighbours, tariff and yield of solar power follow.

        Args:
            columns: the firm columns of the run, changed in place.
            rows: (K,) firms.
            prefecture: (K,) rows of their new prefectures.
            park: (K,) their new parks, -1 for none.
        """
        if len(rows) == 0:
            return
        if not self._moved:
            self.local_group, self.park_group = self.local_group.copy(), self.park_group.copy()
            self.pv_yield, self.electricity_price = self.pv_yield.copy(), self.electricity_price.copy()
            self._moved = True
        table = self._block.province.prefectures
        columns["prefecture"][rows], columns["park"][rows] = prefecture, park
        columns["certification_award_city"][rows] = table["award_provincial"].to_numpy()[prefecture]
        self.local_group[rows] = self._block.sector[rows] * len(table) + prefecture
        self.park_group[rows] = park + 1
        self.pv_yield[rows] = table["pv_yield"].to_numpy()[prefecture]
        self.electricity_price[rows] = table["tariff"].to_numpy()[prefecture] * MWH_PER_GWH / TCE_PER_MWH
