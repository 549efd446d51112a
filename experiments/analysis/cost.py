"""What public money buys: the Pareto front of cost and attainment, and mixes rescaled to equal public cost.

Public cost is outlay plus forgone tax of all payers over the run, at 2025 prices, run by run.

Equal cost. The effect of a mix against a base policy is multiplied by (extra cost of a reference mix) / (extra cost of
the mix), both means over the draws. Two pairs are reported: base `none` and reference `current`; base `current` and
reference `plan`. This is linear: it takes the last yuan to be worth as much as the first. Where the factor is
far from 1 (`extrapolated`) the figure says what the mix would do only if that held. A mix whose extra cost is not above
zero, its 95 % interval included, is not rescaled.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import pandas as pd

from agents.array_types import BoolArray, FloatArray
from experiments.analysis.cases import TargetDraws, draws_of, merit_sign, target_draws
from experiments.labels import outcome_unit_name
from experiments.results import Results
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import PUBLIC_COST, wilson_interval
from policies.schedule import FIRST_QUARTER, parse_quarter, year_of

PAIRS = (("none", "current"), ("current", "plan"))
"""Base and reference policies of the rescaling."""

TRUSTED_FACTORS = (0.5, 2.0)
"""Factors within which a linear rescaling stays close to what was run (judgement, grade D)."""

RUN = ["scenario", "behaviour", "policy", "seed"]
FRONT_COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "by", "unit", "seeds", "cost_p05", "cost_p50", "cost_p95",
    "cost_mean", "value_p50", "share_met", "share_low", "share_high", "on_value_front", "on_share_front",
)  # fmt: skip
EQUAL_COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "by", "unit", "base", "reference", "seeds", "extra_cost",
    "extra_cost_low", "extra_cost_high", "reference_cost", "effect", "effect_low", "effect_high", "effect_per_bn",
    "factor", "effect_at_equal_cost", "equal_low", "equal_high", "rule", "extrapolated",
)  # fmt: skip


def public_costs(results: Results) -> pd.DataFrame:
    """Public cost of every run that is there.

    Returns:
        scenario, behaviour, policy, seed, cost (m CNY); a run that spends nothing costs zero.
    """
    runs = results.outcomes[RUN].drop_duplicates()
    first, last = (year_of(parse_quarter(label)) for label in (FIRST_QUARTER, results.config.end))
    ledger = results.ledger
    counted = ledger[ledger["year"].between(first, last) & ledger["kind"].isin(PUBLIC_COST)]
    paid = counted.groupby(RUN, sort=False)["amount"].sum().rename("cost").reset_index()
    return runs.merge(paid, how="left", on=RUN).fillna({"cost": 0.0}).reset_index(drop=True)


def on_front(cost: FloatArray, merit: FloatArray) -> BoolArray:
    """Which points no other point beats: none costs as little and does as well, and one of the two better.

    Args:
        cost: (K,) less is better.
        merit: (K,) more is better; a missing one is on no front.
    """
    known = ~(np.isnan(cost) | np.isnan(merit))
    no_dearer = cost[:, None] <= cost[None, :]
    no_worse = merit[:, None] >= merit[None, :]
    better = (cost[:, None] < cost[None, :]) | (merit[:, None] > merit[None, :])
    beaten = (known[:, None] & no_dearer & no_worse & better).any(axis=0)
    return np.asarray(known & ~beaten)


def cost_front(results: Results) -> pd.DataFrame:
    """Public cost against attainment, and which policies lie on the front.

    Returns:
        One row a (policy, scenario, behaviour, headline target), columns `FRONT_COLUMNS`; costs in m CNY over the run.
        One front weighs median cost against the median outcome, the other against the share of draws that meet it.
    """
    costs = _cost_tables(results)
    parts = [_front(draws, costs[draws.scenario, draws.behaviour]) for draws in target_draws(results)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(FRONT_COLUMNS))


def _cost_tables(results: Results) -> dict[tuple[str, str], pd.DataFrame]:
    """By case the cost by policy (rows) and seed (columns)."""
    grouped = public_costs(results).groupby(["scenario", "behaviour"], sort=False)
    return {
        (str(scenario), str(behaviour)): rows.pivot(index="policy", columns="seed", values="cost")
        for (scenario, behaviour), rows in grouped
    }


def _front(draws: TargetDraws, costs: pd.DataFrame) -> pd.DataFrame:
    target, values, met = draws.target, draws.values, draws.met
    cost = costs.loc[values.index]
    number = values.notna().sum(axis=1)
    levels = cost.quantile([0.05, 0.5, 0.95], axis=1).to_numpy()
    ends = [wilson_interval(int(count), int(total)) for count, total in zip(met.sum(axis=1), number, strict=True)]
    table = pd.DataFrame({
        "policy": values.index, "scenario": draws.scenario, "behaviour": draws.behaviour,
        "target_id": target["target_id"], "by": int(target["by_year"]), "unit": outcome_unit_name(target),
        "seeds": number.to_numpy(), **dict(zip(("cost_p05", "cost_p50", "cost_p95"), levels, strict=True)),
        "cost_mean": cost.mean(axis=1).to_numpy(), "value_p50": values.median(axis=1).to_numpy(),
        "share_met": met.mean(axis=1).to_numpy(), "share_low": [low for low, _ in ends],
        "share_high": [high for _, high in ends],
    })  # fmt: skip
    # one draw has no band
    table.loc[table["seeds"] < 2, ["cost_p05", "cost_p95"]] = math.nan
    dear = table["cost_p50"].to_numpy(dtype=float)
    merit = merit_sign(target) * table["value_p50"].to_numpy(dtype=float)
    table["on_value_front"] = on_front(dear, merit)
    table["on_share_front"] = on_front(dear, table["share_met"].to_numpy(dtype=float))
    return table[list(FRONT_COLUMNS)]


def equal_cost(results: Results) -> pd.DataFrame:
    """Effects rescaled to the extra cost of a reference mix; see the top of this module for the rule.

    Returns:
        One row a (policy, scenario, behaviour, headline target, pair of base and reference that was run), columns
        `EQUAL_COLUMNS`; costs in m CNY, effects in the target's unit, paired over seeds with Student's 95 % interval.
        The interval at equal cost takes the costs as known.
    """
    costs = _cost_tables(results)
    rows = [
        row for draws in target_draws(results) for pair in PAIRS if set(pair) <= set(draws.values.index)
        for row in _equal(draws, costs[draws.scenario, draws.behaviour], *pair)
    ]
    return pd.DataFrame(rows, columns=list(EQUAL_COLUMNS))


def _equal(draws: TargetDraws, costs: pd.DataFrame, base: str, reference: str) -> Iterator[dict[str, object]]:
    target = draws.target
    wanted, *_ = paired_difference(draws_of(costs, reference), draws_of(costs, base))
    for policy in draws.values.index:
        if policy == base:
            continue
        values, basis = draws_of(draws.values, policy), draws_of(draws.values, base)
        effect = paired_difference(values, basis)
        extra = paired_difference(draws_of(costs, policy), draws_of(costs, base))
        known = extra[1] > 0.0
        factor = wanted / extra[0] if known else math.nan
        low, high = TRUSTED_FACTORS
        yield {
            "policy": policy, "scenario": draws.scenario, "behaviour": draws.behaviour,
            "target_id": target["target_id"], "by": int(target["by_year"]), "unit": outcome_unit_name(target),
            "base": base, "reference": reference, "seeds": int(np.sum(~np.isnan(values - basis))),
            **dict(zip(("extra_cost", "extra_cost_low", "extra_cost_high"), extra, strict=True)),
            "reference_cost": wanted, **dict(zip(("effect", "effect_low", "effect_high"), effect, strict=True)),
            "effect_per_bn": 1000.0 * effect[0] / extra[0] if known else math.nan, "factor": factor,
            **{name: factor * each for name, each in
               zip(("effect_at_equal_cost", "equal_low", "equal_high"), effect, strict=True)},
            "rule": "linear approximation" if known else "extra cost not above zero",
            "extrapolated": bool(known and not low <= factor <= high),
        }  # fmt: skip
