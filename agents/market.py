"""The power market: quarterly balance, delivery of green contracts, certificates and the three accounts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import power as rules
from agents.array_types import FloatArray, IntArray
from agents.arrays import sum_by
from agents.institution import Institution
from agents.sourcing import CERTIFICATES, SOURCING, TRADABLE_HYDRO, WIND_SOLAR

if TYPE_CHECKING:
    from agents.institution import ColumnarModel


@dataclass(frozen=True)
class SupplyRow:
    """The provincial power balance of one quarter before the firms' part, MWh (capacity in MW)."""

    other_consumption: float
    hydro: float
    wind: float
    solar_without_onsite: float
    bioenergy: float
    imports: float
    imports_nonfossil_share: float
    exports: float
    tradable_wind_solar: float
    tradable_hydro: float
    thermal_capacity: float


class PowerMarket(Institution):
    """Delivers green contracts quarter by quarter and keeps the accounts of the last quarter."""

    def __init__(self, model: ColumnarModel) -> None:
        super().__init__(model)
        self.dispatch: rules.Dispatch | None = None
        self.accounts: rules.Accounts | None = None
        self.volumes: dict[str, float] = {}
        self.served = np.ones(len(SOURCING))

    def deliver(self, model: Any) -> None:
        """Ration contracts to tradable supply, dispatch the province and account for manufacturing's green power."""
        c, parameters = model.columns, model.parameters.power
        supply: SupplyRow = model.block.markets.supply(model.quarter)
        weight = model.season_weight
        use, generation, buyers, bought = self._firms(c, weight)
        sourcing = c["sourcing"].take(buyers)
        wanted = sum_by(sourcing, bought, len(SOURCING))
        sold = parameters.certificates_sold_outside * supply.tradable_wind_solar
        free = supply.tradable_wind_solar - sold
        self.served = np.ones(len(SOURCING))
        self.served[WIND_SOLAR] = rules.ration_contracts(float(wanted[WIND_SOLAR]), free)
        self.served[TRADABLE_HYDRO] = rules.ration_contracts(float(wanted[TRADABLE_HYDRO]), supply.tradable_hydro)
        delivered = wanted * self.served
        local = min(
            parameters.local_certificate_share * delivered[CERTIFICATES], max(free - delivered[WIND_SOLAR], 0.0)
        )
        consumption, own = float(use.sum()), float(generation.sum())
        self.dispatch = rules.dispatch(
            supply.other_consumption + consumption, supply.hydro, supply.wind, supply.solar_without_onsite + own,
            supply.bioenergy, supply.imports, supply.imports_nonfossil_share, supply.exports, supply.thermal_capacity,
            parameters,
        )
        contracts = float(delivered[WIND_SOLAR] + delivered[TRADABLE_HYDRO])
        outside = float(delivered[CERTIFICATES] - local)
        claimed = generation  # to which is added, in place, what is bought
        claimed[buyers] += bought * self.served.take(sourcing)
        handed = others = 0.0
        if model.terms.hydro_certificates > 0.0:
            unproved = np.maximum(use - claimed, 0.0)
            left = float(unproved.sum())
            handed, others = rules.hydro_certificates(
                model.terms.hydro_certificates,
                self.dispatch.hydro - self.dispatch.exports - supply.tradable_hydro,
                self.dispatch.nonfossil - own - contracts - float(local) - sold, left, parameters,
            )
            claimed += unproved * (handed / left)
        self.accounts = rules.accounts(
            consumption, own, contracts + handed, float(local), outside, sold, self.dispatch.nonfossil,
            self.dispatch.consumption, others,
        )
        self.volumes = {
            "generation": own, "contracts": contracts, "certificates_local": float(local),
            "certificates_outside": outside, "sold_outside": sold,
            "contracts_wanted": float(wanted[WIND_SOLAR] + wanted[TRADABLE_HYDRO]),
            "wind_solar": float(delivered[WIND_SOLAR]),
            "tradable_hydro": float(delivered[TRADABLE_HYDRO]),
            "hydro_certificates": handed, "hydro_certificates_others": others,
        }
        green = np.flatnonzero(claimed > 0.0)  # who claims some uses some
        c["green_share"][:] = 0.0
        c["green_share"][green] = claimed.take(green) / np.maximum(use.take(green), 1e-9)

    @staticmethod
    def _firms(c: Any, weight: float) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
        """Consumption and own generation of every firm this quarter, MWh (N,), buyers (K,), and what they want, MWh.

        Firms that are not there use nothing. Purchases never exceed what own generation leaves: a firm cannot claim
        more than it uses.
        """
        use = c["electricity_mwh"] * weight
        generation = c["onsite_generation"] * weight
        np.minimum(generation, use, out=generation)
        buyers = np.flatnonzero(c["contracted_share"] > 0.0)
        used = use.take(buyers)
        return use, generation, buyers, np.minimum(
            c["contracted_share"].take(buyers) * used, used - generation.take(buyers)
        )
