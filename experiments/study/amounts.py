"""How studies write money, shares and differences."""

from __future__ import annotations

import math


def percent(share: float) -> str:
    """A share of draws, without decimals that it cannot carry."""
    return f"{100.0 * share:.0f}%"


def amount(value: float) -> str:
    """A number with three digits, or all of its digits before the point."""
    return f"{value:,.0f}" if abs(value) >= 100.0 else f"{value:.3g}"


def points_of_share(value: float) -> str:
    """A share, or a difference of shares, in percentage points with a decimal or two."""
    return f"{100.0 * value:.2f}" if 0.0 < abs(value) < 0.01 else f"{100.0 * value:.1f}"


def signed(text: str) -> str:
    """A plus sign before what is neither negative nor zero."""
    return text if text.startswith("-") or float(text.replace(",", "")) == 0.0 else f"+{text}"


def half_text(low: float, high: float, shares: bool = False) -> str:
    """Half of an interval, ``±0.3``; empty where there is none."""
    if math.isnan(low):
        return ""
    half = (high - low) / 2.0
    return f" ±{points_of_share(half) if shares else amount(half)}"
