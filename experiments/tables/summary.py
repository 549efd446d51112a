"""From draws to tables: how far each policy gets on each target, in which share of draws, at what cost."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd

from agents.array_types import FloatArray
from policies.ledger import KINDS
from policies.schedule import FIRST_QUARTER, parse_quarter, year_of

Z_95 = 1.959963984540054
"""97.5 % quantile of the standard normal distribution."""

TARGET_COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "by", "comparison", "threshold", "mean", "p05", "p50", "p95",
    "share_met", "share_low", "share_high", "mean_gap", "first_met_median", "seeds",
    "definition", "headline", "role",
)  # fmt: skip

PUBLIC_COST = ("outlay", "forgone_tax")
"""Kinds that make up public cost; redirected purchases and contingent liabilities stand beside it."""

CASE = ["scenario", "behaviour"]
"""Columns that name what surrounds a policy."""

FLOWS = ("retrofit_projects",)
"""Indicators that add up over the quarters of a run."""


def wilson_interval(met: int, draws: int, z: float = Z_95) -> tuple[float, float]:
    """Wilson score interval of a share.

    Unlike the normal interval it stays inside 0..1 and has a width where no draw, or every draw, meets it.

    Args:
        met: draws that meet the target.
        draws: all draws.
        z: standard normal quantile; 1.96 gives 95 %.

    Returns:
        Lower and upper end; NaN for both with fewer than two draws, where an interval would say nothing.

    Source: Wilson, E. B. (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if draws < 2:
        return math.nan, math.nan
    share = met / draws
    weight = 1.0 + z * z / draws
    centre = (share + z * z / (2 * draws)) / weight
    half = z / weight * math.sqrt(share * (1.0 - share) / draws + z * z / (4.0 * draws * draws))
    return centre - half if met > 0 else 0.0, centre + half if met < draws else 1.0


def spread(values: pd.Series | FloatArray) -> dict[str, float]:
    """Mean, 5 %, 50 % and 95 % quantile over the draws; a single draw has no quantile band (NaN)."""
    draws = np.asarray(values, dtype=np.float64)
    known = draws[~np.isnan(draws)]
    if len(known) == 0:
        return dict.fromkeys(("mean", "p05", "p50", "p95"), math.nan)
    low, middle, high = np.quantile(known, [0.05, 0.5, 0.95])
    band = (float(low), float(high)) if len(known) > 1 else (math.nan, math.nan)
    return {"mean": float(known.mean()), "p05": band[0], "p50": float(middle), "p95": band[1]}


def spreads(table: FloatArray) -> list[dict[str, float]]:
    """The `spread` of every row of a table (K, S), all at once where no draw is missing."""
    if table.shape[1] < 2 or np.isnan(table).any():
        return [spread(row) for row in table]
    low, middle, high = np.quantile(table, [0.05, 0.5, 0.95], axis=1).tolist()
    means = np.ascontiguousarray(table).mean(axis=1).tolist()
    return [dict(zip(("mean", "p05", "p50", "p95"), each, strict=True))
            for each in zip(means, low, middle, high, strict=True)]


def known_mean(values: FloatArray) -> float:
    """Mean over the draws that have a value; NaN without any."""
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else math.nan


def median_date(dates: Collection[str]) -> str:
    """Median of the dates on which draws first met a target; draws that never did count as the latest.

    Args:
        dates: labels that sort in time, such as ``2027``; empty for a draw that never met the target.

    Returns:
        The date by which half of the draws had met it, or an empty string if fewer than half ever did.
    """
    met = sorted(date for date in dates if date)
    half = (len(dates) + 1) // 2
    return str(met[half - 1]) if len(met) >= half > 0 else ""


def target_table(outcomes: pd.DataFrame) -> pd.DataFrame:
    """Attainment of every target under every policy in every case.

    Args:
        outcomes: one row per (policy, scenario, behaviour, seed, target_id, definition) in the order of policies,
            as `sim.targets.evaluate` makes them.

    Returns:
        One row per (policy, scenario, behaviour, target_id, definition), columns `TARGET_COLUMNS`. `share_met` is
        a share of draws with its 95 % Wilson interval. `mean_gap` is the mean of value minus threshold in the
        target's unit; for trends value and gap are the change against the base year in per cent.
    """
    facts = ("policy", *CASE, "target_id", "by", "comparison", "threshold", "definition", "headline", "role")
    # As plain arrays: a row of the table is one of thousands of a sweep.
    columns = {name: outcomes[name].to_numpy() for name in (*facts, "met", "value", "gap", "first_met")}
    keys = ["policy", *CASE, "target_id", "definition"]
    rows = []
    for group in outcomes.groupby(keys, sort=False).indices.values():
        met, draws = int(columns["met"][group].sum()), len(group)
        low, high = wilson_interval(met, draws)
        row = {
            **{name: columns[name][group[0]] for name in facts},
            **spread(columns["value"][group]),
            "share_met": met / draws,
            "share_low": low,
            "share_high": high,
            "mean_gap": known_mean(columns["gap"][group]),
            "first_met_median": median_date(columns["first_met"][group]),
            "seeds": draws,
        }
        rows.append(row)
    return pd.DataFrame(rows, columns=list(TARGET_COLUMNS))


def run_summary(
    indicators: pd.DataFrame, ledger: pd.DataFrame, policies: Sequence[str], end: str
) -> pd.DataFrame:
    """Public money and the totals of `FLOWS` by policy and case: the content of summary.csv.

    Args:
        indicators: one row per (policy, scenario, behaviour, seed, quarter).
        ledger: policy, scenario, behaviour, seed, year, instrument, payer, kind, amount (m CNY).
        policies: policies of the run in order.
        end: last quarter of the run; its year is the last that counts.

    Returns:
        Long table: policy, scenario, behaviour, quantity, payer, unit, mean, p05, p50, p95, seeds; policy by
        policy, then case by case.
    """
    years = range(year_of(parse_quarter(FIRST_QUARTER)), year_of(parse_quarter(end)) + 1)
    parts = []
    for names, own in indicators.groupby(CASE, sort=False):
        scenario, behaviour = names
        case = {"scenario": str(scenario), "behaviour": str(behaviour)}
        paid = ledger[(ledger[CASE] == list(names)).all(axis=1)]
        costs = cost_table(paid, policies, sorted(own["seed"].unique()), case, years)
        parts.append(summary_table(costs, own, policies, case, FLOWS))
    return by_policy(pd.concat(parts, ignore_index=True), policies)


def cost_table(
    ledger: pd.DataFrame, policies: Sequence[str], seeds: Sequence[int], case: Mapping[str, str], years: range
) -> pd.DataFrame:
    """Public money over the runs of one case, by kind and payer.

    Args:
        ledger: policy, seed, year, instrument, payer, kind, amount (m CNY); who spends nothing has no row.
        policies: policies of the run in order.
        seeds: seeds of the run; a policy and seed without a row costs zero.
        case: scenario and behaviour, which become columns.
        years: years that count.

    Returns:
        Long table: policy, scenario, behaviour, quantity, payer, unit, mean, p05, p50, p95, seeds. `public_cost`
        is outlay plus forgone tax; `redirected` (purchases steered, not added) and `contingent` (guarantees)
        stand apart.
    """
    counted = ledger[ledger["year"].isin(list(years))]
    payers = sorted(str(name) for name in counted["payer"].unique())
    quantities = {"public_cost": PUBLIC_COST, **{kind: (kind,) for kind in KINDS}}
    index = pd.MultiIndex.from_product([list(policies), list(seeds)], names=["policy", "seed"])
    rows = []
    for quantity, kinds in quantities.items():
        of_kind = counted[counted["kind"].isin(kinds)]
        for payer in ("all", *payers):
            paid = of_kind if payer == "all" else of_kind[of_kind["payer"] == payer]
            totals = paid.groupby(["policy", "seed"])["amount"].sum().reindex(index, fill_value=0.0)
            if payer != "all" and not totals.any():
                continue
            rows += _rows(totals, policies, {**case, "quantity": quantity, "payer": payer, "unit": "m CNY"})
    return pd.DataFrame(rows)


def summary_table(
    costs: pd.DataFrame,
    indicators: pd.DataFrame,
    policies: Sequence[str],
    case: Mapping[str, str],
    flows: Sequence[str],
) -> pd.DataFrame:
    """The cost table of one case with the totals of some flow indicators over the run, policy by policy.

    Args:
        costs: as made by `cost_table`.
        indicators: one row per (policy, seed, quarter).
        policies: policies in order.
        case: scenario and behaviour.
        flows: indicator columns that add up over quarters, such as completed projects.

    Returns:
        The same columns as `costs`, sorted by policy.
    """
    rows = []
    for flow in flows:
        totals = indicators.groupby(["policy", "seed"], sort=False)[flow].sum()
        rows += _rows(totals, policies, {**case, "quantity": flow, "payer": "", "unit": "count"})
    table = pd.concat([costs, pd.DataFrame(rows)], ignore_index=True) if rows else costs
    return by_policy(table, policies)


def by_policy(table: pd.DataFrame, policies: Sequence[str]) -> pd.DataFrame:
    """Rows in the order of the policies; those of one policy keep their order."""
    rank = table["policy"].map({name: place for place, name in enumerate(policies)})
    return table.loc[rank.sort_values(kind="stable").index].reset_index(drop=True)


def _rows(totals: pd.Series, policies: Sequence[str], facts: Mapping[str, str]) -> list[dict[str, object]]:
    """One summary row a policy from totals indexed by (policy, seed)."""
    rows: list[dict[str, object]] = []
    for policy in policies:
        draws = totals.xs(policy, level="policy")
        rows.append({"policy": policy, **facts, **spread(draws), "seeds": len(draws)})
    return rows
