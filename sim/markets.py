"""What the province's markets look like to the firms drawn: the power balance, and who buys how much from whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.array_types import FloatArray
from agents.market import SupplyRow
from sim.environment import Environment
from sim.inputs.model_parameters import Parameters
from sim.inputs.province import Province
from sim.inputs.scenario import Scenario

MWH_PER_GWH = 1000.0

Balance = Mapping[tuple[int, int], Mapping[str, float]]
"""A row of the power balance by (year, quarter)."""


@dataclass(frozen=True)
class Markets:
    """Power balance and buyers of one seed block.

    Attributes:
        province: balance and demand tables.
        parameters: power and demand blocks.
        scenario: names the paths of supply and load.
        environment: hydrology of the seed.
        scale: firms drawn over firms of the full province, scales purchases.
        electricity_scale: their electricity over the table's, scales the balance.
    """

    province: Province
    parameters: Parameters
    scenario: Scenario
    environment: Environment
    scale: float
    electricity_scale: float

    @cached_property
    def export_requirement(self) -> FloatArray:
        """Share of exports that needs proof in 2026, by sector (S,)."""
        return self.province.demand_sectors["export_requirement_share"].to_numpy(dtype=np.float64)

    def purchases(self, buyer: str, year: int) -> FloatArray:
        """Purchases of one buyer from makers in the province by sector, m CNY a year (S,)."""
        p = self.parameters.demand
        column, total = {
            "government": (
                "government_goods_share", p.government_purchases * p.manufactured_share * p.government_local_share,
            ),
            "state_owned": (
                "state_owned_share",
                p.state_owned_revenue * p.state_owned_purchase_ratio * p.state_owned_local_share,
            ),
            "vouchers": ("voucher_share", self._voucher_sales(year)),
        }[buyer]
        return self._demand_share[column] * total * self.scale

    @cached_property
    def _demand_share(self) -> Mapping[str, FloatArray]:
        """Share of each buyer's purchases by sector (S,), by table column."""
        table = self.province.demand_sectors
        names = ("government_goods_share", "state_owned_share", "voucher_share")
        return {name: table[name].to_numpy(dtype=np.float64) for name in names}

    def _voucher_sales(self, year: int) -> float:
        """Additional sales of local makers by trade-in vouchers, m CNY; the budget falls linearly to 2030."""
        p = self.parameters.demand
        budget = float(np.interp(year, [2026, 2030], [p.voucher_budget_2026, p.voucher_budget_2030]))
        return budget * p.voucher_multiplier * p.voucher_local_share * p.voucher_additionality

    @cached_property
    def _power(self) -> Balance:
        """Power balance of the scenario's path by (year, quarter), GWh."""
        return self._balance(self.scenario.power_path)

    @cached_property
    def _load(self) -> Balance:
        """Power balance of the path that consumption outside manufacturing follows, by (year, quarter), GWh."""
        path = self.scenario.load_path
        return self._power if path == "same" else self._balance(path)

    def _balance(self, path: str) -> Balance:
        """Rows of one path of the table by (year, quarter), GWh."""
        table = self.province.power_balance
        rows = table[table["path"] == path]
        keep = [name for name in rows.columns if name not in ("path", "year", "quarter", "grade", "source")]
        keys = zip(rows["year"], rows["quarter"], strict=True)
        return {(int(y), int(q)): dict(zip(keep, values, strict=True))
                for (y, q), values in zip(keys, rows[keep].to_numpy(dtype=np.float64).tolist(), strict=True)}

    def fossil_share(self, year: int) -> float:
        """Fossil part of the province's consumption in a year of the table."""
        rows = [self._power[year, season] for season in range(1, 5)]
        return sum(row["fossil_equivalent"] for row in rows) / sum(row["consumption_total"] for row in rows)

    def supply(self, quarter: int) -> SupplyRow:
        """Power balance of a quarter before the firms' part, MWh; hydro and exports follow the year's hydrology.

        Hydro is net of what single months spill even in a normal year: a quarterly balance cannot bring that back.
        """
        year, season = divmod(quarter, 4)
        row, load = self._power[year, season + 1], self._load[year, season + 1]
        p = self.parameters.power
        hydrology = float(self.environment.hydro[self.environment.at(quarter)])
        unit = MWH_PER_GWH * self.electricity_scale
        capacity = np.interp(year, [2025, 2030], [p.thermal_capacity_2025, p.thermal_capacity_2030])
        exports = row["exports"] * (1.0 + p.exports_follow_hydrology * (hydrology - 1.0))
        return SupplyRow(
            other_consumption=(load["consumption_total"] - load["consumption_manufacturing"]) * unit,
            hydro=row["hydro_gross"] * hydrology * unit,
            wind=row["wind"] * unit,
            solar_without_onsite=(row["solar"] - row["onsite_pv_manufacturing"]) * unit,
            bioenergy=row["bioenergy_waste"] * unit,
            imports=row["imports"] * unit,
            imports_nonfossil_share=row["imports_nonfossil"] / row["imports"],
            exports=exports * unit,
            tradable_wind_solar=row["tradable_wind_solar"] * unit,
            tradable_hydro=row["tradable_hydro"] * hydrology * unit,
            thermal_capacity=float(capacity) * self.electricity_scale,
        )
