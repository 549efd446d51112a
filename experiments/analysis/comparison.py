"""How each policy does on each headline target, and against `current` on the same seeds.

Differences are paired: both policies on the same firms with the same luck, seed by seed. Values have Student's
interval over the seeds, shares of draws Newcombe's for paired shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from rich.console import Console

from experiments.analysis.cases import (
    MISSING_REFERENCE,
    ONE_SEED,
    REFERENCE,
    TargetDraws,
    draws_of,
    each_case,
    merit_sign,
    own_rows,
    print_notes,
    shown_targets,
    target_draws,
)
from experiments.clauses.effects import effect_text
from experiments.figures.comparison import draw_comparison
from experiments.labels import goal_level, outcome_text, outcome_unit_name, target_heading
from experiments.paired_shares import paired_share_difference
from experiments.questions import Finished
from experiments.results import Results
from experiments.tables.ranking import headline_outcomes, paired_difference
from experiments.tables.result import Column, policy_column, print_pages, table_width
from experiments.tables.summary import median_date, wilson_interval

FILE = "comparison.csv"
COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "definition", "role", "by", "unit", "threshold", "seeds",
    "mean", "p50", "met", "share_met", "share_low", "share_high",
    "reference", "pairs", "difference", "difference_low", "difference_high",
    "share_difference", "share_difference_low", "share_difference_high",
    "missed", "shortfall_mean", "shortfall_p50", "shortfall_largest", "first_met_median", "first_met_earliest",
)  # fmt: skip

TEXT = {
    "en": {
        "difference": "Against `current` on the same seeds: mean difference ± half of its 95 % interval",
        "legend": "Shares in percentage points. ° the interval includes zero; 0 is exactly zero. {seeds} seeds.",
        "shortfall": "Draws that miss the target: median shortfall · year in which half of all draws had met it",
        "short_legend": "– no draw misses it; no year: fewer than half of the draws ever meet it.",
        "what": "differences against it",
    },
    "zh": {
        "difference": "与现行政策的配对差异：均值±95%区间半宽",
        "legend": "占比为百分点。°表示区间含零；0表示恰为零。{seeds}个种子。",
        "shortfall": "未达标抽样：缺口中位数 · 半数抽样首次达标年份",
        "short_legend": "–表示没有抽样未达标；无年份表示不足半数抽样曾达标。",
        "what": "与其差异",
    },
}


def comparison_table(results: Results) -> pd.DataFrame:
    """Attainment, difference against `current`, shortfall and first year met.

    Returns:
        One row a (policy, scenario, behaviour, headline target), columns `COLUMNS`. Differences and shortfalls are in
        the target's unit (`unit`; changes in per cent for trends), a shortfall is what is missing in the draws that
        miss the target. Differences are missing without `current`, intervals with fewer than two seeds.
    """
    keys = ["policy", "scenario", "behaviour", "target_id", "definition"]
    outcomes = headline_outcomes(results.outcomes, results.headline_targets)
    dates, places = outcomes["first_met"].to_numpy(), outcomes.groupby(keys, sort=False).indices
    first_met = {key: dates[own] for key, own in places.items()}
    rows = [row for draws in target_draws(results) for row in _rows(draws, first_met)]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _rows(draws: TargetDraws, first_met: Mapping[Any, np.ndarray]) -> Iterator[dict[str, Any]]:
    target, reference = draws.target, REFERENCE if REFERENCE in draws.values.index else ""
    for policy in draws.values.index:
        key = (policy, draws.scenario, draws.behaviour, target["target_id"], target["definition_id"])
        dates = first_met[key]
        values, met = draws_of(draws.values, policy), draws_of(draws.met, policy)
        known = ~np.isnan(values)
        low, high = wilson_interval(int(np.nansum(met)), int(known.sum()))
        yield {
            "policy": policy, "scenario": draws.scenario, "behaviour": draws.behaviour,
            "target_id": target["target_id"], "definition": target["definition_id"], "role": target["role"],
            "by": int(target["by_year"]), "unit": outcome_unit_name(target), "threshold": target["threshold"],
            "seeds": int(known.sum()), "mean": float(np.mean(values[known])), "p50": float(np.median(values[known])),
            "met": int(np.nansum(met)), "share_met": float(np.mean(met[known])), "share_low": low, "share_high": high,
            "reference": reference, **_differences(draws, policy),
            **_shortfalls(values[known], met[known] > 0.0, target),
            "first_met_median": median_date(dates),
            "first_met_earliest": min((each for each in dates if each), default=""),
        }  # fmt: skip


def _differences(draws: TargetDraws, policy: str) -> dict[str, float]:
    """Against `current`, over the seeds that both have."""
    value = paired_difference(draws_of(draws.values, policy), draws_of(draws.values, REFERENCE))
    own, other = draws_of(draws.met, policy), draws_of(draws.met, REFERENCE)
    both = ~np.isnan(own - other)
    share = paired_share_difference(own[both] > 0.0, other[both] > 0.0)
    ends = ("", "_low", "_high")
    return {
        "pairs": int(both.sum()),
        **{f"difference{end}": each for end, each in zip(ends, value, strict=True)},
        **{f"share_difference{end}": each for end, each in zip(ends, share, strict=True)},
    }


def _shortfalls(values: np.ndarray, met: np.ndarray, target: pd.Series) -> dict[str, float]:
    """What is missing in the draws that miss the target."""
    lacking = merit_sign(target) * (goal_level(target) - values[~met])
    summary = [function(lacking) if len(lacking) else np.nan for function in (np.mean, np.median, np.max)]
    names = ("shortfall_mean", "shortfall_p50", "shortfall_largest")
    return {"missed": len(lacking), **dict(zip(names, map(float, summary), strict=True))}


def show_comparison(table: pd.DataFrame, results: Results, console: Console) -> None:
    """Print differences against `current`, then shortfalls and years, within 100 columns."""
    lang = results.config.lang
    words = TEXT[lang]
    for case in each_case(results, console):
        rows = own_rows(table, case)
        others = [policy for policy in results.config.policies if policy != REFERENCE]
        notes = [words["legend"].format(seeds=int(rows["seeds"].max()))]
        notes += [ONE_SEED[lang]] if rows["seeds"].max() < 2 else []
        if rows["reference"].all() and others:
            _show(words["difference"], rows, others, case, console, _difference_cell)
            print_notes(notes, console)
        else:
            print_notes([MISSING_REFERENCE[lang].format(what=words["what"])] if others else [], console)
        _show(words["shortfall"], rows, results.config.policies, case, console, _shortfall_cell)
        print_notes([words["short_legend"]], console)


def _show(
    title: str, rows: pd.DataFrame, policies: Sequence[str], case: Results, console: Console, cell: Any
) -> None:
    """A column a target, a row a policy."""
    columns = []
    for target in shown_targets(case):
        own = rows[rows["target_id"] == target["target_id"]].set_index("policy")
        cells = [cell(own.loc[policy], target) if policy in own.index else "–" for policy in policies]
        columns.append(Column(target_heading(target, case.config.lang), cells))
    print_pages(title, policy_column(case, policies), columns, table_width(console), console)


def _difference_cell(row: pd.Series, target: pd.Series) -> str:
    low, high = row["difference_low"], row["difference_high"]
    facts = {"unit": row["unit"], "difference": row["difference"], "low": low, "high": high}
    return effect_text(pd.Series({**facts, "includes_zero": not (low > 0.0 or high < 0.0)}))


def _shortfall_cell(row: pd.Series, target: pd.Series) -> str:
    size = outcome_text(row["shortfall_p50"], target).lstrip("+") if row["missed"] else "–"
    return " · ".join(text for text in (size, str(row["first_met_median"])) if text)


def answer(finished: Finished) -> None:
    """Write `comparison.csv`, print it and draw it."""
    table = comparison_table(finished.results)
    finished.store.write_csv(FILE, table)
    finished.show(show_comparison, table, finished.results)
    if finished.results.config.figures:
        draw_comparison(finished.results, table, finished.store.folder / "figures")
