"""Whole places out of yearly quotas that need not be whole."""

from __future__ import annotations

import math


class Places:
    """Hands out whole places; fractions carry over to the next time."""

    def __init__(self) -> None:
        self._fraction = 0.0

    def take(self, quota: float) -> int:
        """Whole places of a quota and of what was left over before."""
        self._fraction += quota
        whole = math.floor(self._fraction + 1e-9)
        self._fraction -= whole
        return whole
