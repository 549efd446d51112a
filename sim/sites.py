"""Where the firms of one run stand, and what follows from the place: neighbours, tariff, sun, park, award.

Without a move these are the seed block's own arrays, shared by all policies. The first move of a run copies them, so
a policy that sends newcomers elsewhere changes no other run.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import Grouping
from agents.carriers import TCE_PER_MWH
from agents.information import Peers
from sim.markets import MWH_PER_GWH
from sim.population.status import KEY_INDUSTRIES

if TYPE_CHECKING:
    from sim.block import SeedBlock


class Sites:
    """The places of the firms in one run. Arrays have one entry a slot (N,)."""

    def __init__(self, block: SeedBlock) -> None:
        self._block = block
        self._moved = False
        self._in_zone: BoolArray = block.places["clean_energy_zone"] == 1.0
        self.zone: IntArray = np.flatnonzero(self._in_zone)
        """Rows of the clean-energy prefectures."""
        self.local_group: IntArray = block.local_group
        self._by_place: Grouping | None = None
        self.park_group: IntArray = block.park_group
        self.pv_yield: FloatArray = block.pv_yield
        self.electricity_price: FloatArray = block.electricity_price
        self._peers = Peers(block.slots, block.local_groups, block.park_groups)

    def peer_share(self, columns: Mapping[str, np.ndarray], rows: IntArray, park_weight: float) -> FloatArray:
        """Share of each firm's peers with a round completed since 2021 (K,).

        Args:
            columns: the firm columns of the run.
            rows: (K,) firms.
            park_weight: weight of the park against the same sector and prefecture.
        """
        return self._peers.share(
            columns["alive"], columns["rounds_since_2021"] > 0, self.local_group, self.park_group, park_weight, rows
        )

    @property
    def by_place(self) -> Grouping:
        """The firms grouped by sector and prefecture, where they are now."""
        if not self._moved:
            return self._block.by_place
        if self._by_place is None:
            self._by_place = Grouping(self.local_group, self._block.local_groups)
        return self._by_place

    def in_zone(self, prefecture: IntArray) -> BoolArray:
        """Whether rows of prefectures belong to the clean-energy zone."""
        return np.asarray(self._in_zone[prefecture])

    @cached_property
    def zone_weight(self) -> FloatArray:
        """Key-industry firms in each clean-energy prefecture at the end of 2025, the weights of a newcomer's choice."""
        return self._key_counts[:, self.zone].sum(axis=0)

    @cached_property
    def zone_share(self) -> float:
        """Share of key-industry newcomers that the population's own draw puts into the zone, in expectation."""
        growth = self._block.province.growth["value"].to_numpy(dtype=np.float64)[self._key]
        counts = self._key_counts * (1.0 + growth)[:, None]
        return float(counts[:, self.zone].sum() / counts.sum())

    @property
    def _key(self) -> BoolArray:
        return np.isin(self._block.province.sectors["code"].to_numpy(), KEY_INDUSTRIES)

    @property
    def _key_counts(self) -> FloatArray:
        """(key industries, prefectures) firms at the end of 2025."""
        return np.asarray(self._block.province.firm_counts[self._key], dtype=np.float64)

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
        self._peers.drop(rows, self.local_group, self.park_group)
        table = self._block.places
        columns["prefecture"][rows], columns["park"][rows] = prefecture, park
        columns["certification_award_city"][rows] = table["award_provincial"][prefecture]
        self.local_group[rows] = self._block.sector[rows] * len(self._in_zone) + prefecture
        self._by_place = None
        self.park_group[rows] = park + 1
        self.pv_yield[rows] = table["pv_yield"][prefecture]
        self.electricity_price[rows] = table["tariff"][prefecture] * MWH_PER_GWH / TCE_PER_MWH
