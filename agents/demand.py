"""Demand that asks for the label: government and state-owned buyers, vouchers, and exports that need proof.

Each buyer's yearly purchases by sector are split into reserved parts, which only certified factories or only firms with
a certified green product can win, and an open part. Awards exhaust the purchases exactly; what the holders cannot
supply falls back to the open part and is reported as a supply shortfall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.arrays import sum_by
from agents.parameter import number


@dataclass(frozen=True)
class DemandParameters:
    """Numbers of the buyers."""

    government_purchases: float = number("m CNY/yr", "government purchases of goods in the province")
    manufactured_share: float = number("share", "part of them that is manufactured")
    government_local_share: float = number("share", "part supplied by makers in the province")
    state_owned_revenue: float = number("m CNY/yr", "revenue of the province's state-owned enterprises")
    state_owned_purchase_ratio: float = number("share", "manufactured purchases over their revenue")
    state_owned_local_share: float = number("share", "part supplied by makers in the province")
    voucher_budget_2026: float = number("m CNY/yr", "trade-in voucher money in 2026")
    voucher_budget_2030: float = number("m CNY/yr", "trade-in voucher money in 2030")
    voucher_multiplier: float = number("ratio", "supported sales per CNY of vouchers")
    voucher_local_share: float = number("share", "supported sales made in the province")
    voucher_additionality: float = number("share", "supported sales that are additional")
    size_elasticity: float = number("elasticity", "how awards rise with revenue")
    largest_award_share: float = number("share", "largest reserved award over a firm's revenue")
    contribution_margin: float = number("share", "profit on incremental sales")
    price_premium: float = number("share", "premium paid on reserved government purchases")
    export_loss_probability: float = number("1/yr", "chance of losing an exposed export order without proof")
    export_requirement_growth: float = number("1/yr", "growth of the share of exports that need proof")
    certificate_recognition: float = number("share", "exposed exports for which local proof counts without policy")


@dataclass(frozen=True)
class Awards:
    """One buyer's yearly purchases. Arrays by firm or by sector, m CNY."""

    reserved: FloatArray
    open: FloatArray
    shortfall: FloatArray
    """(S,): reserved money that the holders could not supply and that fell back to the open part."""


@dataclass(frozen=True)
class Makers:
    """The firms that can win awards. Arrays by firm (N,)."""

    weight: FloatArray
    """Share weights: revenue to the power of the size elasticity, 0 for firms not alive."""
    limit: FloatArray
    """Largest award of a firm from one reservation, m CNY/yr."""
    sector: IntArray
    """Sector row."""
    sectors: int
    """Number of sectors S."""

    @cached_property
    def sector_weight(self) -> FloatArray:
        """Weight of all firms of a sector (S,)."""
        return sum_by(self.sector, self.weight, self.sectors)

    def held_weight(self, holders: IntArray) -> FloatArray:
        """Weight of some firms by sector (S,), given as rows in ascending order."""
        return sum_by(self.sector.take(holders), self.weight.take(holders), self.sectors)


@dataclass(frozen=True)
class Reservation:
    """A part of a buyer's purchases that only the holders of a certificate can win."""

    share: float
    """Part of the purchases, 0..1; all reservations of a buyer sum to at most one."""
    holders: IntArray
    """Rows of the firms that can win it, ascending."""


def allocate(purchases: FloatArray, reservations: Sequence[Reservation], makers: Makers) -> Awards:
    """Allocate one buyer's purchases by sector to firms in proportion to weight.

    Args:
        purchases: (S,) purchases by sector, m CNY/yr.
        reservations: parts that only some firms can win.
        makers: all firms.

    Returns:
        Awards; reserved + open sum exactly to the purchases of every sector that has a firm.
    """
    reserved, shortfall = np.zeros(len(makers.weight)), np.zeros(makers.sectors)
    for reservation in (each for each in reservations if each.share > 0.0):
        pool, holders = purchases * reservation.share, reservation.holders
        sector = makers.sector.take(holders)
        rate = _rate(pool, makers.held_weight(holders)).take(sector)
        awarded = np.minimum(makers.weight.take(holders) * rate, makers.limit.take(holders))
        reserved[holders] += awarded
        shortfall += np.maximum(pool - sum_by(sector, awarded, makers.sectors), 0.0)
    winners = np.flatnonzero(reserved != 0.0)
    won = sum_by(makers.sector.take(winners), reserved.take(winners), makers.sectors)
    open_rate = _rate(purchases - won, makers.sector_weight)
    return Awards(reserved, makers.weight * open_rate.take(makers.sector), shortfall)


def _rate(money: FloatArray, weight: FloatArray) -> FloatArray:
    """Money per weight by sector (S,), zero where there is no weight."""
    return np.divide(money, weight, out=np.zeros(len(weight)), where=weight > 0.0)


def reserved_gain(pools: Sequence[FloatArray], makers: Makers, holders: IntArray) -> FloatArray:
    """Sales a firm wins from reserved purchases if certified, given who is certified now, m CNY/yr (N,).

    For a firm without a certificate the own weight is added to the certified ones: it would share the pool.

    Args:
        pools: of each buyer what is reserved for holders of the certificate, m CNY/yr (S,).
        makers: all firms.
        holders: rows of the firms that hold the certificate now, ascending.
    """
    gain = np.zeros(len(makers.weight))
    if not pools:
        return gain
    held = makers.held_weight(holders)
    with_own = held.take(makers.sector)
    with_own += makers.weight
    with_own[holders] = held.take(makers.sector.take(holders))
    # a firm without weight wins nothing; the smallest number keeps zero over zero away
    np.maximum(with_own, np.finfo(np.float64).tiny, out=with_own)
    for pool in pools:
        won = pool.take(makers.sector)
        won *= makers.weight
        won /= with_own
        gain += np.minimum(won, makers.limit, out=won)
    return gain


def export_requirement(first: FloatArray, year: int, parameters: DemandParameters) -> FloatArray:
    """Share of exports that need proof in a year, at most all of them.

    Args:
        first: (S,) share in 2026 by sector.
        year: calendar year.
        parameters: growth.
    """
    return np.minimum(first * (1.0 + parameters.export_requirement_growth) ** (year - 2026), 1.0)


def export_gain(exposed: FloatArray, recognition: float, parameters: DemandParameters) -> FloatArray:
    """Export sales that a local proof keeps in expectation, m CNY/yr (N,).

    Args:
        exposed: (N,) exports that need proof, m CNY/yr.
        recognition: share of them for which local proofs count, 0..1.
        parameters: loss probability.
    """
    return exposed * parameters.export_loss_probability * recognition
