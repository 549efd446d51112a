"""Solid waste by stream: how much arises, and which part is put to use.

A stream's utilisation starts at its figure of 2025 and rises with programmes and with the measures that the firms of
the generating divisions adopt; the rise saturates at a cap. Streams that arise in mining or power generation have no
firms in the model: only programmes move them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import group_starts
from agents.parameter import number


@dataclass(frozen=True)
class WasteParameters:
    """Numbers that hold for all streams."""

    utilisation_cap: float = number("share", "utilisation that no stream exceeds unless it did in 2025")
    measure_reach: float = number("share", "part of a firm's unused waste that its measure takes up")


@dataclass(frozen=True)
class WasteTable:
    """The streams as arrays of length S."""

    names: tuple[str, ...]
    generation: FloatArray
    """Mt in 2025, of the full province."""
    utilisation: FloatArray
    """Share in 2025."""
    growth: FloatArray
    """Growth of what arises beyond that of the generating divisions, 1/yr."""
    sources: FloatArray
    """(S, sectors): 1 for the divisions in which the stream arises, or that recycle it; none means constant output."""
    in_total: BoolArray
    """Counted in the provincial total."""
    manufacturing: BoolArray
    """Counted in the rate of manufacturing."""
    new: BoolArray
    """Retired batteries and solar modules, which are collected rather than produced."""
    firms: tuple[IntArray, ...]
    """Firms of the generating divisions that could adopt one of the stream's measures, one entry an option, sorted."""
    options: tuple[IntArray, ...]
    """Positions of these options."""
    adoption: FloatArray
    """Output-weighted share of firms in the generating divisions with a measure at the end of 2025."""


def arising(table: WasteTable, output: FloatArray, base_output: FloatArray, years: float) -> FloatArray:
    """Waste that arises at today's yearly rate, Mt/yr (S,), of the full province.

    Args:
        table: the streams.
        output: (sectors,) output now, any unit.
        base_output: (sectors,) output of 2025 in the same unit.
        years: since the middle of 2025.
    """
    base = table.sources @ base_output
    ratio = np.where((base > 0.0) & ~table.new, table.sources @ output / np.where(base > 0.0, base, 1.0), 1.0)
    return table.generation * ratio * (1.0 + table.growth) ** years


def adoption_share(
    table: WasteTable, adopted: BoolArray, output: FloatArray, by_sector: FloatArray
) -> FloatArray:
    """Output-weighted share of firms in the generating divisions with one of the stream's measures (S,).

    Args:
        table: the streams.
        adopted: (P,) options in place.
        output: (N,) output of the firms, zero for those that are not there.
        by_sector: (sectors,) its sums.
    """
    whole = table.sources @ by_sector
    part = np.zeros(len(whole))
    for row, (firms, options) in enumerate(zip(table.firms, table.options, strict=True)):
        if len(options):
            have = firms.take(np.flatnonzero(adopted.take(options)))
            part[row] = output.take(have[group_starts(have)]).sum()
    return np.asarray(np.where(whole > 0.0, part / np.where(whole > 0.0, whole, 1.0), 0.0))


def utilisation(
    initial: FloatArray, programme: FloatArray, adoption_change: FloatArray, parameters: WasteParameters
) -> FloatArray:
    """Share of each stream that is used, 0..1 (S,).

    u = u0 + (c - u0) [1 - exp{-x / (c - u0)}], x = programme + reach (1 - u0) (change of adoption): the first point is
    worth a point, the last one before the cap c next to nothing. A fall of adoption counts in full.

    Args:
        initial: (S,) share in 2025.
        programme: (S,) rise by programmes so far, share.
        adoption_change: (S,) change of the adoption share since 2025.
        parameters: cap and reach.
    """
    rise = programme + parameters.measure_reach * (1.0 - initial) * adoption_change
    room = np.maximum(parameters.utilisation_cap - initial, 0.0)
    safe = np.where(room > 0.0, room, 1.0)
    saturated = np.where(room > 0.0, -safe * np.expm1(-np.maximum(rise, 0.0) / safe), 0.0)
    return np.clip(initial + saturated + np.minimum(rise, 0.0), 0.0, 1.0)
