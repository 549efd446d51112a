"""The other institutions: service providers, the buyers, the certification body."""

from __future__ import annotations

import math
from dataclasses import dataclass
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

    def places(self) -> int:
        """Projects that can start this quarter."""
        per_provider = self.model.parameters.service.projects_per_provider
        return service.starts_per_quarter(self.number * self._scale, per_provider)

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
        self._fraction = 0.0

    def places(self, quota: float) -> int:
        """Whole places this year; fractions carry over to the next year."""
        self._fraction += quota
        whole = math.floor(self._fraction + 1e-9)
        self._fraction -= whole
        return whole
