"""How a firm sources green power: once a year it buys nothing, certificates, or a contract.

Contracts are for wind or solar power or for tradable hydro; tastes are drawn once per firm and option. Most firms could
not buy at any price they meet, and need not be asked.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.power import PowerParameters

SOURCING = ("none", "certificates", "wind_solar", "tradable_hydro")
CERTIFICATES, WIND_SOLAR, TRADABLE_HYDRO = 1, 2, 3
SLACK = 1e-6
"""Logit units by which the bound is wider than its terms, far beyond what rounding could add to them."""
LARGEST_EXPONENT = 700.0
"""Beyond it an exponential is no number any more."""


def required_share(obligation: FloatArray, aims: BoolArray, parameters: PowerParameters) -> FloatArray:
    """Green share a buyer contracts: the largest of obligation, certification aim and the voluntary share."""
    wanted = parameters.voluntary_share + (parameters.certification_share - parameters.voluntary_share) * aims
    return np.maximum(obligation, wanted)


def ways_to_buy(year: int, parameters: PowerParameters) -> tuple[tuple[int, float, float, float], ...]:
    """Each way to buy: option, its constant (logit), price in a year (CNY/MWh), fixed cost (CNY/yr)."""
    certificate = parameters.certificate_price * (1.0 + parameters.certificate_price_growth) ** (year - 2026)
    contract = parameters.contract_fixed_cost
    return (
        (CERTIFICATES, parameters.constant_certificates, certificate, parameters.certificate_fixed_cost),
        (WIND_SOLAR, parameters.constant_wind_solar, parameters.wind_solar_premium, contract),
        (TRADABLE_HYDRO, parameters.constant_tradable_hydro, parameters.tradable_hydro_premium, contract),
    )


def sourcing_utility(
    consumption: FloatArray, obligation: FloatArray, aims: BoolArray, year: int, parameters: PowerParameters
) -> FloatArray:
    """Systematic utility of the four options, (K, 4) in the order of `SOURCING`; buying nothing is zero.

    U_j = constant_j - slope (price_j x + fixed_j / E) + size ln(E / E0) + 5 [meets obligation] + 1 [meets aim].

    Args:
        consumption: (K,) electricity, MWh/yr.
        obligation: (K,) green share that must be proved.
        aims: (K,) firms that aim at (or defend) a certificate.
        year: calendar year, moves the certificate price.
        parameters: weights and prices.
    """
    share = required_share(obligation, aims, parameters)
    use = np.maximum(consumption, 1.0)
    common = parameters.size_slope * np.log(use / parameters.size_reference)
    common += parameters.obligation_utility * (obligation > 0.0) + parameters.certification_utility * aims
    utility = np.zeros((len(SOURCING), len(use)))
    for option, constant, price, fixed in ways_to_buy(year, parameters):
        utility[option] = constant - parameters.price_slope * (price * share + fixed / use) + common
    return utility.T


def choose(utility: FloatArray, taste: FloatArray) -> IntArray:
    """Option with the largest utility plus taste, (K,); without rationing the shares are the softmax of the utility."""
    choice = np.zeros(len(utility), dtype=np.int64)
    best = utility[:, 0] + taste[:, 0]
    for option in range(1, len(SOURCING)):  # of equals the first, as in argmax
        value = utility[:, option] + taste[:, option]
        np.putmask(choice, value > best, option)
        np.maximum(best, value, out=best)
    return choice


def least_consumption(taste: Sequence[FloatArray], year: int, parameters: PowerParameters) -> FloatArray:
    """Consumption below which a firm without an obligation buys nothing, whatever it aims at, MWh/yr (K,).

    An upper bound of `sourcing_utility` rises with ln consumption alone; it is set against buying nothing.

    Args:
        taste: taste for each option (K,), in the order of `SOURCING`.
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
