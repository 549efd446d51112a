"""Which firms count as what in tables by prefecture, sector, size class and ownership."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from numpy.typing import NDArray

from agents.array_types import BoolArray


class CountedFirms(NamedTuple):
    """Firms that count, one entry a slot (N,)."""

    here: BoolArray
    """In business."""
    present: BoolArray
    """Present for a year: the denominator of the coverage."""
    covered: BoolArray
    """Those of them with a round since 2026."""
    certified: BoolArray
    """Green factories."""


def counted_firms(columns: Mapping[str, NDArray[Any]], present: BoolArray) -> CountedFirms:
    """Count firms at the end of a quarter.

    Args:
        columns: the firms' columns.
        present: (N,) firms that count in the coverage.
    """
    here = columns["alive"]
    return CountedFirms(here, present, present & (columns["rounds"] > 0), columns["certified"] & here)
