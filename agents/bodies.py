"""The other institutions: service providers, the buyers, the certification body, the use of solid waste."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from agents import service, waste
from agents.array_types import BoolArray, FloatArray
from agents.demand import Awards
from agents.institution import Institution
from agents.places import Places

if TYPE_CHECKING:
    from agents.institution import ColumnarModel


class ServiceProviders(Institution):
    """All providers of the province as one pool of capacity."""

    def __init__(self, model: ColumnarModel, scale: float) -> None:
        super().__init__(model)
        self._scale = scale
        self.number = model.parameters.service.providers
        self.productivity = 1.0
        """Projects a provider can start, relative to the start."""
        self.listed = 0
        """Providers on the published list."""

    @property
    def capacity(self) -> float:
        """Projects that can start in a year."""
        return self.number * self._scale * self.model.parameters.service.projects_per_provider * self.productivity

    def places(self) -> int:
        """Projects that can start this quarter."""
        per_provider = self.model.parameters.service.projects_per_provider * self.productivity
        return service.starts_per_quarter(self.number * self._scale, per_provider)

    def publish(self, places: float) -> None:
        """Publish the list anew: as many providers as it has places for, no more than there are."""
        self.listed = math.floor(min(places, self.number) + 1e-9)

    def learn(self, growth: float) -> None:
        """Let digital tools and skills raise the projects a provider can start (1/yr)."""
        self.productivity *= 1.0 + growth / 4.0

    def respond(self, queue: int, growth: float) -> None:
        """Let the number of providers respond to the queue left over; support lifts growth above its base (1/yr)."""
        parameters = self.model.parameters.service
        growth = max(parameters.growth_base, growth)
        self.number = service.next_providers(self.number, queue, self.places(), growth, parameters)


class PublicBuyer(Institution):
    """Government, state-owned enterprises and voucher holders: what they bought this year, by buyer, m CNY."""

    def __init__(self, model: ColumnarModel) -> None:
        super().__init__(model)
        self.purchases: dict[str, float] = {}
        self.reserved_demand: dict[str, float] = {}
        self.reserved_awards: dict[str, float] = {}
        self.open_awards: dict[str, float] = {}
        self.shortfall: dict[str, float] = {}

    def open_year(self) -> None:
        """Start the books of a new year."""
        for book in (self.purchases, self.reserved_demand, self.reserved_awards, self.open_awards, self.shortfall):
            book.clear()

    def record(self, name: str, purchases: FloatArray, reserved: float, awards: Awards) -> None:
        """Write down one buyer's year; `reserved` is the share of the purchases reserved for certified firms."""
        self.purchases[name] = float(purchases.sum())
        self.reserved_demand[name] = self.purchases[name] * reserved
        self.reserved_awards[name] = float(awards.reserved.sum())
        self.open_awards[name] = float(awards.open.sum())
        self.shortfall[name] = float(awards.shortfall.sum())


@dataclass
class BookOfCertificates:
    """Certificates of one kind: how far firms consider them, and flows since 2026."""

    considered_2025: float = 0.0
    """Share of firms that had considered one by the end of 2025."""
    issued: int = 0
    left: int = 0
    """Holders that went out of business."""


class CertificationBody(Institution):
    """Keeps the lists of green factories and products: places, approvals and removals since the start."""

    def __init__(self, model: ColumnarModel) -> None:
        super().__init__(model)
        self.approved = 0
        self.removed = 0
        self.left = 0
        self.green_products = BookOfCertificates()
        self.carbon_footprints = BookOfCertificates()
        self._places = Places()

    def places(self, quota: float) -> int:
        """Whole places this year; fractions carry over to the next year."""
        return self._places.take(quota)


class SolidWaste(Institution):
    """The province's streams of solid waste: what arose and what was used in the last quarter, Mt by stream."""

    def __init__(self, model: ColumnarModel, streams: int) -> None:
        super().__init__(model)
        self.programme: FloatArray = np.zeros(streams)
        """Rise of utilisation by programmes since the start, share (S,)."""
        self.adoption: FloatArray = np.zeros(streams)
        self.generated: FloatArray = np.zeros(streams)
        self.utilised: FloatArray = np.zeros(streams)

    def turn(
        self, table: waste.WasteTable, arising: FloatArray, adopted_share: FloatArray, trend: float, collection: float
    ) -> None:
        """Close a quarter.

        Args:
            table: the streams.
            arising: (S,) waste of the quarter, Mt.
            adopted_share: (S,) output-weighted share of firms with a measure.
            trend: rise of utilisation by programmes, percentage points a year.
            collection: the same for retired batteries and solar modules.
        """
        self.programme = self.programme + np.where(table.new, collection, trend) / 400.0
        self.adoption = adopted_share
        rate = waste.utilisation(
            table.utilisation, self.programme, adopted_share - table.adoption, self.model.parameters.waste
        )
        self.generated, self.utilised = arising, arising * rate

    def rate(self, streams: BoolArray) -> float:
        """Used over arising waste of some streams (S,) in the last quarter."""
        arose = float(self.generated[streams].sum())
        return float(self.utilised[streams].sum()) / arose if arose > 0.0 else 0.0
