"""Demand that asks for the label: government and state-owned buyers, vouchers, and exports that need proof.

Each buyer's yearly purchases by sector are split into reserved parts, which only certified factories or only firms with
a certified green product can win, and an open part. Awards exhaust the purchases exactly; what the holders cannot
supply falls back to the open part and is reported as a supply shortfall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from agents.arrays import sum_by
from agents.parameter import number
from agents.terms import BoolArray, FloatArray, IntArray


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
class Reservation:
    """A part of a buyer's purchases that only the holders of a certificate can win."""

    share: float
    """Part of the purchases, 0..1; all reservations of a buyer sum to at most one."""
    holder: BoolArray
    """(N,) firms that can win it."""


def allocate(
    purchases: FloatArray, reservations: Sequence[Reservation], weight: FloatArray, sector: IntArray,
    limit: FloatArray,
) -> Awards:
    """Allocate one buyer's purchases by sector to firms in proportion to weight.

    Args:
        purchases: (S,) purchases by sector, m CNY/yr.
        reservations: parts that only some firms can win.
        weight: (N,) share weights (revenue to the power of the size elasticity; 0 for firms not alive).
        sector: (N,) sector row.
        limit: (N,) largest award of a firm from one reservation, m CNY/yr.

    Returns:
        Awards; reserved + open sum exactly to the purchases of every sector that has a firm.
    """
    sectors = len(purchases)
    reserved, shortfall = np.zeros(len(weight)), np.zeros(sectors)
    for reservation in (each for each in reservations if each.share > 0.0):
        pool = purchases * reservation.share
        held_weight = weight * reservation.holder
        total_held = sum_by(sector, held_weight, sectors)
        rate = np.divide(pool, total_held, out=np.zeros(sectors), where=total_held > 0.0)
        awarded = np.minimum(held_weight * rate[sector], limit * reservation.holder)
        reserved += awarded
        shortfall += np.maximum(pool - sum_by(sector, awarded, sectors), 0.0)
    won = sum_by(sector, reserved, sectors)
    total = sum_by(sector, weight, sectors)
    open_rate = np.divide(purchases - won, total, out=np.zeros(sectors), where=total > 0.0)
    return Awards(reserved, weight * open_rate[sector], shortfall)


def reserved_gain(
    reserved_pool: FloatArray, weight: FloatArray, sector: IntArray, certified: BoolArray, limit: FloatArray
) -> FloatArray:
    """Sales a firm wins from reserved purchases if certified, given who is certified now, m CNY/yr, (N,).

    For a firm without a certificate the own weight is added to the certified ones: it would share the pool.
    """
    total = sum_by(sector, weight * certified, len(reserved_pool)).take(sector)
    with_own = total + weight * ~certified
    # a firm without weight wins nothing; the smallest number keeps zero over zero away
    gain = reserved_pool.take(sector) * weight / np.maximum(with_own, np.finfo(np.float64).tiny)
    return np.minimum(gain, limit)


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
