"""The retrofit choice: which known, applicable, not yet adopted measures a firm wants, and what it can pay.

The utility of an option follows Anderson and Newell (2004): log payback against 1.25 years, first cost 1.4 times as
salient as savings, plus the management's quality and mandates. A taste `epsilon ~ Logistic` is drawn once per firm,
measure and equipment generation, so a firm that finds a measure unattractive does not change its mind by lottery.
Everything here works on flat option arrays and contains no randomness.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import group_starts, rank_within, sum_by
from agents.parameter import number

LEAST_SAVING = 1e-100
"""Stands for a saving that is not positive until its utility is set to minus infinity, m CNY a year."""
LEAST_FACTOR = 0.01
"""First cost over capex that remains with any support."""


@dataclass(frozen=True)
class RetrofitParameters:
    """Numbers of the retrofit choice."""

    choice_constant: float = number("logit", "utility at a payback of 1.25 years and the reference relative cost")
    payback_slope: float = number("logit per ln", "weight of ln payback")
    relative_cost_slope: float = number("share of payback_slope", "weight of ln(cost/revenue) against ln payback")
    relative_cost_reference: float = number("share", "cost over revenue at which the relative-cost term is zero")
    payback_reference: float = number("years", "payback at which half of the informed, financed firms adopt")
    management_slope: float = number("logit per sd", "weight of management quality")
    hidden_cost: float = number("share", "search, disruption and transaction cost over capex")
    subsidy_pass_through: float = number("share", "share of support that lowers the firm's own cost")
    opportunity_rate: float = number("1/yr", "arrival of budget rounds in which a retrofit can be decided")
    renewal_hazard: float = number("1/yr", "arrival of the end of life of main equipment")
    over_age_years: float = number("years", "age from which main equipment counts as over-age")
    reopening_share: float = number("share", "share of adopted measures that come up for choice again at renewal")
    project_scope_factor: float = number("ratio", "project cost over energy-justified capex")
    added_output_per_capex: float = number("ratio", "yearly output added per CNY of modernisation")
    project_floor: float = number("m CNY", "size from which a project counts in the second count")
    renewal_incremental_cost: float = number("share", "extra cost of an efficient replacement at end of life")
    route_build_years: float = number("years", "building time of what a mill decides on at a reline")


def cost_factor(
    grant_rate: FloatArray, tax_credit_rate: FloatArray, interest_value: FloatArray, parameters: RetrofitParameters,
    hidden_cost_factor: FloatArray | float = 1.0,
) -> FloatArray:
    """First cost as the firm sees it, over capex: 1 - pass-through x support + hidden cost, at least 1 %.

    Args:
        grant_rate: (n,) expected grant, share of capex.
        tax_credit_rate: (n,) tax credit, share of capex.
        interest_value: (n,) present value of the interest subsidy, share of capex.
        parameters: pass-through and hidden cost.
        hidden_cost_factor: (n,) multiplies the hidden cost.
    """
    support = (grant_rate + tax_credit_rate + interest_value) * parameters.subsidy_pass_through
    return np.maximum(1.0 - support + parameters.hidden_cost * hidden_cost_factor, LEAST_FACTOR)


def with_measure_grant(factor: FloatArray, share: FloatArray, parameters: RetrofitParameters) -> FloatArray:
    """Cost factor of options after a grant on the measure itself; at least 1 %, and unchanged without a grant.

    Args:
        factor: (K,) cost factor of the option's firm, see `cost_factor`.
        share: (K,) grant as a share of the option's capex.
        parameters: pass-through.
    """
    return np.maximum(factor - share * parameters.subsidy_pass_through, LEAST_FACTOR)


def utility(
    cost: FloatArray, saving: FloatArray, revenue: FloatArray, management: FloatArray, shift: FloatArray,
    parameters: RetrofitParameters,
) -> FloatArray:
    """Systematic utility of adopting an option; minus infinity where the yearly benefit is not positive.

    V = constant - b ln(payback / reference) - s b ln[(cost / revenue) / c] + b_m m + shift, which in log cost and
    log saving is b ln S - (1 + s) b ln C: first cost weighs 1 + s times as much as savings (Anderson and Newell
    2004: 1.4).

    Args:
        cost: (K,) net first cost, m CNY.
        saving: (K,) yearly benefit, m CNY.
        revenue: (K,) yearly revenue, m CNY.
        management: (K,) standard-normal management quality.
        shift: (K,) mandates and other shifts, logit units.
        parameters: weights.
    """
    payback = cost / np.maximum(saving, LEAST_SAVING)
    slope = parameters.payback_slope
    value = parameters.choice_constant - slope * np.log(payback / parameters.payback_reference)
    value -= slope * parameters.relative_cost_slope * np.log(cost / revenue / parameters.relative_cost_reference)
    value += parameters.management_slope * management + shift
    np.putmask(value, saving <= 0.0, -np.inf)
    return value


def support_utility(before: FloatArray, after: FloatArray, parameters: RetrofitParameters) -> FloatArray:
    """Change of utility when the cost factor changes from `before` to `after`; exactly zero where it does not.

    Follows from `utility`: cost enters with the weight (1 + s) b in logs.
    """
    weight = parameters.payback_slope * (1.0 + parameters.relative_cost_slope)
    return -weight * (np.log(after) - np.log(before))


def added_output(cost: FloatArray, parameters: RetrofitParameters) -> FloatArray:
    """Yearly output added by the modernisation part of a project, m CNY."""
    modernisation = cost * (1.0 - 1.0 / parameters.project_scope_factor)
    return modernisation * parameters.added_output_per_capex


def qualifies(cost: FloatArray, least_added_output: float, parameters: RetrofitParameters) -> BoolArray:
    """Whether projects of a cost (m CNY) add the yearly output (m CNY) that a grant asks for."""
    return added_output(cost, parameters) >= least_added_output


@dataclass(frozen=True)
class Bundle:
    """Options picked into projects: `picked` marks options, the rest are totals by firm."""

    picked: BoolArray
    capex: FloatArray
    saving: FloatArray
    count: IntArray


def bundle(
    score: FloatArray, group: IntArray, measure: IntArray, capex: FloatArray, saving: FloatArray, budget: FloatArray,
    excludes: BoolArray, requires: IntArray, adopted: BoolArray, scope: float,
) -> Bundle:
    """Pick the options with positive score into one project a firm, in descending score while the money lasts.

    `rank_wanted` and `cut_at_budget` in one call; see there for the arguments.
    """
    order = rank_wanted(score, group, measure, excludes, requires, adopted)
    return cut_at_budget(order, group, capex, saving, budget, scope)


def rank_wanted(
    score: FloatArray, group: IntArray, measure: IntArray, excludes: BoolArray, requires: IntArray, adopted: BoolArray
) -> IntArray:
    """Positions of the wanted options, by firm and in descending score, without those that cannot go together.

    Args:
        score: (K,) V + epsilon of every option; only positive ones are wanted.
        group: (K,) firm of each option, 0..n-1, sorted ascending.
        measure: (K,) measure of each option; ties in score go to the lower index.
        excludes: (M, M) pairs of measures that rule each other out.
        requires: (M,) measure of lower index that must be in place or in the same project, -1 for none. An option that
            needs another ranks no higher than that one, so the money never ends between the two.
        adopted: (n, M) measures the firm already has.
    """
    wanted = np.flatnonzero(score > 0.0)
    g, m = group[wanted], measure[wanted]
    rank = _rank(score[wanted], g, m, requires, adopted)
    order = _by_rank(rank, g, m)
    order = order[rank[order] > 0.0]
    return wanted[_without_conflicts(order, g, m, excludes, requires, adopted)]


def cut_at_budget(
    order: IntArray, group: IntArray, capex: FloatArray, saving: FloatArray, budget: FloatArray, scope: float
) -> Bundle:
    """Keep the best-ranked options of each firm while its money lasts.

    Args:
        order: wanted options as given by `rank_wanted`.
        group: (K,) firm of each option, 0..n-1.
        capex: (K,) energy-justified capex, m CNY.
        saving: (K,) yearly benefit, m CNY.
        budget: (n,) most the firm can spend on the whole project, m CNY (infinite if unconstrained).
        scope: project cost over energy-justified capex.

    Returns:
        The picked options and the firms' totals. The first option that cannot be paid ends the bundle: it and all
        lower ones stay options.
    """
    firms = len(budget)
    owner = group[order]
    cost = capex[order] * scope
    total = np.cumsum(cost)
    first = np.flatnonzero(group_starts(owner))
    before = np.zeros(len(total))
    before[first] = total[first] - cost[first]
    running = total - np.maximum.accumulate(before)
    chosen = order[running <= budget[owner] * (1.0 + 1e-12)]
    picked = np.zeros(len(group), dtype=bool)
    picked[chosen] = True
    return Bundle(
        picked=picked,
        capex=sum_by(group[chosen], capex[chosen], firms),
        saving=sum_by(group[chosen], saving[chosen], firms),
        count=np.bincount(group[chosen], minlength=firms),
    )


def _by_rank(rank: FloatArray, group: IntArray, measure: IntArray) -> IntArray:
    """Order by firm, then descending rank, then measure (K,): the three as one whole number, which sorts fast."""
    by_rank = np.argsort(-rank)
    place = np.empty(len(rank), dtype=np.int64)
    place[by_rank] = np.cumsum(group_starts(rank[by_rank]))
    return np.argsort((group * (len(rank) + 1) + place) * (measure.max(initial=0) + 1) + measure)


def _rank(
    score: FloatArray, group: IntArray, measure: IntArray, requires: IntArray, adopted: BoolArray
) -> FloatArray:
    """Score, or that of the prerequisite if it is lower; minus infinity where the prerequisite is out of reach (K,)."""
    rank = score.copy()
    for need in sorted({*requires.tolist()} - {-1}):
        reach = np.where(adopted[:, need], np.inf, -np.inf)
        offered = measure == need
        reach[group[offered]] = np.maximum(reach[group[offered]], rank[offered])
        dependent = np.flatnonzero(requires[measure] == need)
        rank[dependent] = np.minimum(rank[dependent], reach[group[dependent]])
    return rank


def _without_conflicts(
    order: IntArray, group: IntArray, measure: IntArray, excludes: BoolArray, requires: IntArray, adopted: BoolArray
) -> IntArray:
    """Drop options ruled out by a better-ranked or adopted one, and those whose prerequisite is missing."""
    taken = adopted.copy()
    touched = excludes.any(axis=0) | excludes.any(axis=1) | (requires >= 0)
    touched[requires[requires >= 0]] = True
    keep = np.ones(len(order), dtype=bool)
    special = np.flatnonzero(touched[measure[order]])
    g, m = group[order][special], measure[order][special]
    rank = rank_within(g)
    for level in range(int(rank.max()) + 1 if len(special) else 0):
        at = np.flatnonzero(rank == level)
        need = requires[m[at]]
        missing = (need >= 0) & ~taken[g[at], np.maximum(need, 0)]
        allowed = ~missing & ~(taken[g[at]] & excludes[m[at]]).any(axis=1)
        keep[special[at]] = allowed
        taken[g[at[allowed]], m[at[allowed]]] = True
    return order[keep]
