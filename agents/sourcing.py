"""Which firms could buy green power at all: most could not at any price they meet, and need not be asked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.power import PowerParameters, ways_to_buy
from agents.terms import FloatArray

SLACK = 1e-6
"""Logit units by which the bound is wider than its terms, far beyond what rounding could add to them."""
LARGEST_EXPONENT = 700.0
"""Beyond it an exponential is no number any more."""


def least_consumption(taste: Sequence[FloatArray], year: int, parameters: PowerParameters) -> FloatArray:
    """Consumption below which a firm without an obligation buys nothing, whatever it aims at, MWh/yr (K,).

    An upper bound of `agents.power.sourcing_utility` rises with ln consumption alone; it is set against buying nothing.

    Args:
        taste: taste for each option (K,), in the order of `agents.power.SOURCING`.
        year: calendar year, moves the certificate price.
        parameters: weights and prices.

    Returns:
        Minus infinity where no consumption is too small.
    """
    slope, most = parameters.price_slope, max(parameters.voluntary_share, parameters.certification_share, 0.0)
    best = np.full(len(taste[0]), -np.inf)
    for option, constant, price, fixed in ways_to_buy(year, parameters):
        saving = max(-slope * price * most, 0.0) + max(-slope * fixed, 0.0)  # where a cost is none
        np.maximum(best, taste[option] + (constant + saving), out=best)
    best += max(parameters.certification_utility, 0.0) + SLACK
    best -= taste[0]
    if parameters.size_slope <= SLACK:  # then hardly anything depends on consumption
        return np.full(len(best), -np.inf)
    least = parameters.size_reference * np.exp(np.minimum(best / -parameters.size_slope, LARGEST_EXPONENT))
    return np.where(least > 1.0, least, -np.inf)  # the utility takes every consumption for one MWh at least
