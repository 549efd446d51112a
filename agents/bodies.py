"""The other institutions: service providers, the buyers, the certification body."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from agents import service
from agents.demand import Awards
from agents.institution import Institution
from agents.terms import FloatArray

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
        self.reserved_awards: dict[str, float] = {}
        self.open_awards: dict[str, float] = {}
        self.shortfall: dict[str, float] = {}

    def open_year(self) -> None:
        """Start the books of a new year."""
        for book in (self.purchases, self.reserved_awards, self.open_awards, self.shortfall):
            book.clear()

    def record(self, name: str, purchases: FloatArray, awards: Awards) -> None:
        """Write down one buyer's year."""
        self.purchases[name] = float(purchases.sum())
        self.reserved_awards[name] = float(awards.reserved.sum())
        self.open_awards[name] = float(awards.open.sum())
        self.shortfall[name] = float(awards.shortfall.sum())


class CertificationBody(Institution):
    """Keeps the list of green factories: places, approvals and removals since the start."""

    def __init__(self, model: ColumnarModel) -> None:
        super().__init__(model)
        self.approved = 0
        self.removed = 0
        self.left = 0
        self._fraction = 0.0

    def places(self, quota: float) -> int:
        """Whole places this year; fractions carry over to the next year."""
        self._fraction += quota
        whole = math.floor(self._fraction + 1e-9)
        self._fraction -= whole
        return whole
