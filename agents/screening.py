"""An upper bound of the logit's score, cheap enough to pass over all options before anything is costed.

Of the options that a firm could carry out it wants about one in ten. In logs the utility of `agents.retrofit` is a sum,
so a bound that splits into a part of the firm, one of the measure and one of the option tells for most of them that no
energy use could make them wanted, and only the rest has to be costed.

What an option saves is at most the `highest_return` of its measure times its capex before the capex floor, and first
cost weighs more than savings. The score is therefore highest where the capex just reaches the floor:
b ln S - (1 + s) b ln C <= b ln(return / cost factor of the option) - s b ln(floor), whatever the firm's energy use.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.array_types import FloatArray, IntArray
from agents.measures import Menu
from agents.retrofit import LEAST_FACTOR, LEAST_SAVING, RetrofitParameters

ROUNDING = 1e-5
"""A bound this far below zero is below zero, whatever the rounding of the sums and of logs in 32 bits."""
LEAST_REVENUE = 1e-100
"""Stands for a revenue that is not positive, at which no option is wanted, m CNY a year."""


@dataclass(frozen=True)
class BestCase:
    """The best that n firms can meet on M measures."""

    cost_factor: FloatArray
    """(n,) lowest first cost of an option over its capex, grants on single measures apart."""
    revenue: FloatArray
    """(n,) m CNY/yr."""
    management: FloatArray
    """(n,) standard-normal management quality."""
    firm_shift: FloatArray
    """(n,) mandates and other shifts, logit units."""
    highest_return: FloatArray
    """(M,) most that an option of average cost saves a year over its capex, see `highest_return`."""
    capex_floor: FloatArray
    """(M,) least capex, m CNY."""
    measure_shift: FloatArray
    """(M,) shifts of the utility of single measures, logit units."""
    measure_grant: FloatArray
    """(M,) most by which a grant on the measure lowers the log of first cost."""


@dataclass(frozen=True)
class ScoreBound:
    """The score of an option is at most by_firm + by_measure + its taste - cost_weight x ln(its cost factor)."""

    by_firm: FloatArray
    """(n,)"""
    by_measure: FloatArray
    """(M,)"""
    cost_weight: float

    def within_reach(
        self, group: IntArray, measure: NDArray[np.integer[Any]], taste: FloatArray, log_cost_factor: NDArray[Any]
    ) -> IntArray:
        """Places of the options whose score may be positive.

        Args:
            group: (K,) firm of each option, 0..n-1.
            measure: (K,) measure of each option.
            taste: (K,) persistent taste.
            log_cost_factor: (K,) log of the option's own factor on capex.
        """
        highest = taste - self.cost_weight * log_cost_factor
        highest += self.by_firm.take(group)
        highest += self.by_measure.take(measure)
        return np.flatnonzero(~(highest <= -ROUNDING))  # what no bound can be given for is within reach


def logit_bound(best: BestCase, parameters: RetrofitParameters) -> ScoreBound:
    """Upper bound of `agents.retrofit.utility` + taste in the best case, for any energy use."""
    slope, extra = parameters.payback_slope, parameters.payback_slope * parameters.relative_cost_slope
    with np.errstate(divide="ignore", invalid="ignore"):  # without a price response no bound where there is no floor
        by_firm = extra * np.log(np.maximum(best.revenue, LEAST_REVENUE) * parameters.relative_cost_reference)
        by_firm -= (slope + extra) * np.log(best.cost_factor)
        by_measure = slope * np.log(np.maximum(best.highest_return, LEAST_SAVING) * parameters.payback_reference)
        by_measure -= extra * np.log(best.capex_floor)
    by_firm += parameters.choice_constant + parameters.management_slope * best.management + best.firm_shift
    by_measure += (slope + extra) * best.measure_grant + best.measure_shift
    return ScoreBound(by_firm, by_measure, slope)


def highest_return(menu: Menu, prices: FloatArray, electricity_price: FloatArray) -> FloatArray:
    """Most that a measure saves a year over its capex at the cost of the menu, whatever a firm's energy use (M,), 1/yr.

    The best of the carriers it works on, since benefit and capex before the floor are sums over carriers; infinite
    where a carrier brings a benefit at no capex.

    Args:
        menu: the menu.
        prices: (6,) CNY/tce.
        electricity_price: (n,) what the firms pay, CNY/tce; at least one.
    """
    fuels, electricity = menu.benefit_terms(prices)[:, :6], menu.benefit_terms(prices)[:, 6:]
    benefit = fuels + np.maximum(electricity * electricity_price.min(), electricity * electricity_price.max())
    capex = menu.capex_terms
    free = np.where(benefit > 0.0, np.inf, -np.inf)
    each = np.divide(benefit, capex, out=free, where=capex > 0.0)
    return np.where(menu.base_output, 1.0 / menu.payback_reference, each.max(axis=1))


def largest_grant_effect(rate: FloatArray, cost_factor: FloatArray, parameters: RetrofitParameters) -> FloatArray:
    """Most by which grants on measures lower the log of first cost, see `agents.retrofit.with_measure_grant` (M,).

    Args:
        rate: (M,) share of capex.
        cost_factor: (n,) lowest cost factor of the firms without such a grant; at least one.
        parameters: pass-through.
    """
    support = rate * parameters.subsidy_pass_through
    lowest = np.maximum(cost_factor.min(), support + LEAST_FACTOR)
    return np.asarray(np.log(lowest / (lowest - support)))
