"""How a project is paid: own cash, bank credit with rationing, the guarantee of the risk pool, grants.

The bank lends if the margin covers the expected loss: (1 - PD) m >= PD x LGD x (1 - g), so the largest acceptable
default probability PD* = x / (1 + x) with x = m / [LGD (1 - g)] rises with the guarantee g. Finance therefore works
through who is served, hardly through the price (Stiglitz and Weiss 1981; EIB 2019 on audits and constraints).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray
from agents.parameter import number

ROUNDING = 1e-9
"""Above any relative difference between the sums of claims taken in one order and in another."""


@dataclass(frozen=True)
class FinanceParameters:
    """Numbers of the bank, the risk pool and the firms' own means."""

    bank_margin: float = number("share", "loan rate less funds and administration")
    loss_given_default: float = number("share", "loss on a defaulted loan")
    loan_to_value: float = number("share", "largest loan over project cost")
    tenor: float = number("years", "term of a retrofit loan, repaid in equal parts")
    loan_rate: float = number("1/yr", "new corporate loan rate")
    small_firm_spread: float = number("1/yr", "added for small and micro firms")
    service_ratio: float = number("ratio", "least operating surplus over debt service")
    usable_cash: float = number("share", "share of liquid cash a firm puts into a project")
    pool_balance: float = number("m CNY", "provincial risk pool at the end of 2025")
    pool_inflow: float = number("m CNY/yr", "yearly inflow of the whole pool")
    pool_leverage: float = number("ratio", "guaranteed loans per CNY of pool")
    pool_claim_stop: float = number("share", "claims over outstanding guarantees at which the pool stops guaranteeing")


def largest_default_probability(guarantee: FloatArray | float, margin: FloatArray | float, lgd: float) -> FloatArray:
    """Largest yearly default probability at which the bank still lends.

    Args:
        guarantee: share of the loss the bank does not carry, 0..1.
        margin: loan rate less funds and administration, share.
        lgd: loss given default, share.

    Returns:
        x / (1 + x), x = margin / [lgd (1 - guarantee)]; 1 as the guarantee goes to 1 (everybody is served).
    """
    carried = np.maximum(lgd * (1.0 - np.asarray(guarantee, dtype=np.float64)), 0.0)
    return np.asarray(margin / np.where(carried > 0.0, carried + margin, margin))


def annuity(rate: FloatArray | float, years: FloatArray | float) -> FloatArray:
    """Yearly payment per unit of a loan over `years` at `rate`."""
    r = np.asarray(rate, dtype=np.float64)
    priced = np.where(r > 0.0, r, 1.0)
    return np.where(r > 0.0, priced / -np.expm1(-years * np.log1p(priced)), 1.0 / years)


def debt_room(
    surplus: FloatArray, service: FloatArray, rate: FloatArray, parameters: FinanceParameters
) -> FloatArray:
    """Largest new loan the operating surplus can serve, m CNY.

    Args:
        surplus: (K,) operating profit, m CNY/yr.
        service: (K,) service of existing retrofit loans, m CNY/yr.
        rate: (K,) loan rate.
        parameters: service ratio and tenor.
    """
    free = surplus / parameters.service_ratio - service
    return np.maximum(free, 0.0) / annuity(rate, parameters.tenor)


def project_budget(cash: FloatArray, room: FloatArray, credit: BoolArray, loan_to_value: float) -> FloatArray:
    """Most a firm can spend on a project, m CNY: its cash, plus a loan up to the loan-to-value limit and its room."""
    with_loan = np.minimum(cash / (1.0 - loan_to_value), cash + room)
    return np.where(credit, with_loan, cash)


def grant(rate: FloatArray, cost: FloatArray, cap: float) -> FloatArray:
    """Grant on a project, m CNY (K,): the rate of its cost up to the cap.

    Args:
        rate: (K,) share of the cost.
        cost: (K,) cost that counts, m CNY.
        cap: largest grant for one project, m CNY.
    """
    return np.minimum(rate * cost, cap)


def grant_share(rate: FloatArray, cost: FloatArray, cap: FloatArray | float) -> FloatArray:
    """`grant` as a share of the cost (K,); the rate itself where there is no cost yet."""
    share = np.array(rate, dtype=np.float64)
    capped = np.flatnonzero(rate * cost > cap)
    share[capped] = (cap[capped] if isinstance(cap, np.ndarray) else cap) / cost[capped]
    return share


def interest_subsidy_value(
    points: FloatArray, years: FloatArray, rate: FloatArray, loan_share: float
) -> FloatArray:
    """Present value of an interest subsidy as a share of the project's cost, before its cap.

    Args:
        points: (K,) subsidy, share of the loan a year.
        years: (K,) how long it is paid.
        rate: (K,) loan rate, discounts one year.
        loan_share: loan over cost.
    """
    return loan_share * points * years / (1.0 + rate)


def rate_cut_value(cut: FloatArray, rate: FloatArray, loan_share: float, tenor: float) -> FloatArray:
    """Present value of a lower loan rate as a share of the project's cost.

    A loan repaid in equal parts is outstanding for half its tenor on average, so the cut is worth an interest subsidy
    of as many points for that time.

    Args:
        cut: (K,) cut of the rate, share a year.
        rate: (K,) loan rate, discounts one year.
        loan_share: loan over cost.
        tenor: term of the loan, years.
    """
    return interest_subsidy_value(cut, np.full(len(cut), tenor / 2.0), rate, loan_share)


def ration(amount: FloatArray, priority: FloatArray, budget: float) -> BoolArray:
    """Who is served when claims in order of priority are paid until the budget is used up.

    Args:
        amount: (K,) claims, all >= 0.
        priority: (K,) lower is earlier; ties go to the earlier position.
        budget: money available; the first claim that does not fit ends the round.

    Returns:
        (K,) True for claims paid in full; the paid claims never sum to more than the budget.
    """
    if amount.sum() * (1.0 + ROUNDING) <= budget:
        return np.ones(len(amount), dtype=bool)
    order = np.argsort(priority, kind="stable")
    running = np.cumsum(amount[order])
    served = np.zeros(len(amount), dtype=bool)
    served[order[running <= budget]] = True
    return served


def default_probability_step(yearly: FloatArray, years: float) -> FloatArray:
    """Probability of default within a step of `years`, from the yearly probability."""
    return -np.expm1(years * np.log1p(-yearly))


def pay_claims(claims: FloatArray, balance: float) -> tuple[FloatArray, float]:
    """Pay claims from a pool that can run dry: pro rata if the balance does not suffice.

    Returns:
        The paid claims and the balance left (never negative).
    """
    total = float(claims.sum())
    if total <= 0.0:
        return claims, balance
    share = min(1.0, balance / total)
    return claims * share, max(balance - total * share, 0.0)
