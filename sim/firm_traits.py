"""What follows from the firms' fixed columns and the province's tables, worked out once a seed and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import Grouping
from agents.carriers import PROCESS_GAS, TCE_PER_MWH
from agents.firm import OWNERSHIPS, SIZE_CLASSES
from policies.schedule import parse_quarter
from sim.inputs.province import Province
from sim.markets import MWH_PER_GWH
from sim.population.status import KEY_INDUSTRIES

DOWNSTREAM_DIVISIONS = (33, 34, 35, 36, 37, 38, 39, 40)
"""Divisions that build with advanced materials: metal products, machinery, vehicles, electrical, electronics."""


class FirmTraits:
    """Traits of the firm slots (N,) of a seed block, which holds the columns and the tables they follow from."""

    province: Province
    columns: dict[str, np.ndarray]
    first: int

    @cached_property
    def sector(self) -> IntArray:
        """Sector of each firm (N,), in the integers that numpy's sums by group take without converting."""
        return self.columns["sector"].astype(np.int64)

    @cached_property
    def by_sector(self) -> Grouping:
        """The firms grouped by sector."""
        return Grouping(self.sector, len(self.province.sectors))

    @cached_property
    def output_ratio(self) -> FloatArray:
        """Gross output over revenue of each firm's sector (N,)."""
        sectors = self.province.sectors
        return (sectors["gross_output"] / sectors["revenue"]).to_numpy(dtype=np.float64)[self.columns["sector"]]

    @cached_property
    def profit_margin(self) -> FloatArray:
        """Profit over revenue of each firm's sector (N,)."""
        return self.province.sectors["profit_margin"].to_numpy(dtype=np.float64)[self.columns["sector"]]

    def incumbents(self) -> BoolArray:
        """Firms that exist at the end of 2025 (N,)."""
        return np.asarray(self.columns["arrival"] < self.first)

    @cached_property
    def key_sector(self) -> BoolArray:
        """Firms of the key industries (N,)."""
        code = self.province.sectors["code"].to_numpy()[self.columns["sector"]]
        return np.isin(code, KEY_INDUSTRIES)

    @cached_property
    def key_entrants(self) -> IntArray:
        """Slots of the entrants of key industries, by arrival."""
        return np.flatnonzero(self.key_sector & (self.columns["arrival"] >= self.first))

    @cached_property
    def key_entrant_energy(self) -> FloatArray:
        """Base energy of these entrants, tce/yr."""
        return np.asarray(self.columns["energy_base"][self.key_entrants].sum(axis=1))

    @cached_property
    def downstream(self) -> FloatArray:
        """One for firms of the divisions that use advanced materials, else zero (N,)."""
        code = self.province.sectors["code"].to_numpy()[self.columns["sector"]]
        return np.isin(code, DOWNSTREAM_DIVISIONS).astype(np.float64)

    @cached_property
    def green_product_order(self) -> IntArray:
        """Place at which green-product certification reaches each firm's division (N,), 0 never."""
        order = self.province.demand_sectors["green_product_order"].to_numpy(dtype=np.int64)
        return np.asarray(order[self.columns["sector"]])

    @cached_property
    def energy_order(self) -> IntArray:
        """Slots by energy use in the base year, the largest first (N,)."""
        return np.argsort(-self.columns["energy_base"].sum(axis=1), kind="stable")

    @cached_property
    def local_group(self) -> IntArray:
        """Group of firms of the same sector and prefecture (N,)."""
        return self.sector * len(self.province.prefectures) + self.columns["prefecture"]

    @cached_property
    def local_groups(self) -> int:
        """Number of sector-prefecture groups."""
        return len(self.province.sectors) * len(self.province.prefectures)

    @cached_property
    def by_place(self) -> Grouping:
        """The firms grouped by sector and prefecture, before any move (see `sim.sites`)."""
        return Grouping(self.local_group, self.local_groups)

    @cached_property
    def park_group(self) -> IntArray:
        """Group of firms of the same park (N,): 0 outside parks, else 1 + park."""
        return self.columns["park"].astype(np.int64) + 1

    @cached_property
    def park_groups(self) -> int:
        """Number of these groups: a newcomer can be sent to any park, also to one without firms so far."""
        return int(self.province.prefectures["parks"].sum()) + 1

    @cached_property
    def kind_group(self) -> IntArray:
        """Group of firms of the same size class and ownership (N,)."""
        return self.columns["size_class"].astype(np.int64) * len(OWNERSHIPS) + self.columns["ownership"]

    @cached_property
    def by_kind(self) -> Grouping:
        """The firms grouped by size class and ownership."""
        return Grouping(self.kind_group, len(SIZE_CLASSES) * len(OWNERSHIPS))

    @cached_property
    def fuel_co2(self) -> FloatArray:
        """Direct emissions, tCO2 per tce (N, 6)."""
        return np.asfortranarray(self.province.fuel_co2_factors()[self.columns["sector"]])

    @cached_property
    def common_fuel_co2(self) -> FloatArray:
        """Direct emissions by carrier of most sectors, tCO2 per tce (6,)."""
        return np.asarray(self.province.fuel_co2_factors().min(axis=0))

    @cached_property
    def process_gas_surplus(self) -> FloatArray:
        """What by-product gas emits beyond that in the firm's sector, tCO2 per tce (N,)."""
        return self.fuel_co2[:, PROCESS_GAS] - self.common_fuel_co2[PROCESS_GAS]

    @cached_property
    def electricity_price(self) -> FloatArray:
        """Electricity tariff in 2025, CNY/tce (N,)."""
        tariff = self.province.prefectures["tariff"].to_numpy(dtype=np.float64)[self.columns["prefecture"]]
        return tariff * MWH_PER_GWH / TCE_PER_MWH

    @cached_property
    def process_electricity_share(self) -> FloatArray:
        """Part of electricity bound in the core process of the firm's sub-type (N,); 0 for generic firms."""
        share = self.province.subtypes["process_electricity_share"].to_numpy(dtype=np.float64)
        return np.append(0.0, share)[self.columns["subtype"]]

    @cached_property
    def pv_yield(self) -> FloatArray:
        """Output of rooftop solar, kWh per kWp (N,)."""
        return self.province.prefectures["pv_yield"].to_numpy(dtype=np.float64)[self.columns["prefecture"]]

    @cached_property
    def megawatts_per_mwh(self) -> FloatArray:
        """Rooftop capacity over its yearly output, MW per MWh (N,)."""
        return 1.0 / self.pv_yield

    @cached_property
    def mills(self) -> Mapping[int, IntArray]:
        """Slots of the mills that decide on their route, by the quarter of the decision (absolute)."""
        due: dict[int, list[int]] = {}
        for slot in np.flatnonzero(self.columns["plant"] >= 0):
            label = str(self.province.plants["decision_quarter"].iloc[int(self.columns["plant"][slot])])
            if label:
                due.setdefault(parse_quarter(label), []).append(int(slot))
        return {quarter: np.array(slots, dtype=np.int64) for quarter, slots in due.items()}
