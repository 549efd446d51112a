"""Targets by prefecture: what each of them contributes to the province, and how it stands against a part of its own.

The plan has no prefecture targets: what a prefecture would have to do is an illustration. A target in per cent is
asked of every prefecture alike; of a number each prefecture is asked its share of 2025: of green factories its share
of output, of projects its share of firms (province pack, table ``prefectures``).

Contributions add up to the province exactly, seed by seed: firms with a round over all firms of the province,
factories, projects of the province's weakest year, energy and CO2 over the province's output. Energy and CO2 per unit
of output of 2025 are not known by prefecture, so that no change against 2025 can be told there. Green power is not
divided: the hydropower of the grid belongs to no place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from experiments.results import Results
from experiments.tables.summary import known_mean, spreads, wilson_interval

RATIO, COUNT, FLOW, LEVEL = "ratio", "count", "flow", "level"
RULES = {
    RATIO: "the province's percentage, asked of every prefecture",
    COUNT: "the province's number times the share of output in 2025",
    FLOW: "the province's number times the share of firms in 2025",
    LEVEL: "none: the level of 2025 is not known by prefecture",
}


class LocalTarget(NamedTuple):
    """How a target is divided: what is summed, over what, and by which column of 2025 a number is apportioned."""

    target_id: str
    kind: str
    part: str
    whole: str = ""
    factor: float = 1.0
    apportioned_by: str = ""


LOCAL_TARGETS = (
    LocalTarget("green_factory_output_share", RATIO, "certified_output", "output"),
    LocalTarget("retrofit_coverage", RATIO, "covered_firms", "present_firms"),
    LocalTarget("retrofit_projects", FLOW, "rounds", apportioned_by="firms"),
    LocalTarget("green_factories", COUNT, "certified_firms", apportioned_by="revenue"),
    LocalTarget("energy_intensity", LEVEL, "energy", "output", 0.01),
    LocalTarget("carbon_intensity", LEVEL, "co2", "output", 0.01),
)
"""Output of green factories is that of the whole year here; the province's target is judged on its last quarter."""

NEEDED = tuple(sorted({name for local in LOCAL_TARGETS for name in (local.part, local.whole) if name}))
"""Indicators of the groups that these targets take."""

COLUMNS = (
    "policy", "scenario", "behaviour", "target_id", "by", "prefecture", "zh", "unit", "seeds", "contribution",
    "province", "share_of_province", "mean", "p05", "p50", "p95", "threshold", "draws", "met", "share_met", "share_low",
    "share_high", "rule",
)  # fmt: skip
RUN = ["policy", "scenario", "behaviour", "seed"]


class LocalValues(NamedTuple):
    """One target by run (rows: policy, scenario, behaviour, seed) and prefecture (columns)."""

    contribution: pd.DataFrame
    value: pd.DataFrame


def local_values(groups: pd.DataFrame, local: LocalTarget, first_year: int, by: int) -> LocalValues:
    """Divide a target among the prefectures.

    Args:
        groups: rows of the dimension prefecture: policy, scenario, behaviour, seed, year, group, indicator, value.
        local: how.
        first_year: first year that counts, for a flow.
        by: year of the target.

    Returns:
        Contributions, which add up to the province's value in every run, and the prefectures' own values: a ratio
        within the prefecture (missing without firms), a number, or the number of its weakest year.
    """
    if local.kind == FLOW:
        return _flow(_by_year(groups, local.part, range(first_year - 1, by + 1)), first_year, by)
    own = _by_year(groups, local.part, (by,))[by]
    if local.kind == COUNT:
        return LocalValues(own, own)
    whole = _by_year(groups, local.whole, (by,))[by]
    contribution = local.factor * own.div(whole.sum(axis=1), axis=0)
    return LocalValues(contribution, local.factor * own / whole.where(whole > 0.0))


def _by_year(groups: pd.DataFrame, indicator: str, years: Collection[int]) -> dict[int, pd.DataFrame]:
    """By year an indicator by run and prefecture, prefectures in their order."""
    rows = groups[(groups["indicator"] == indicator) & groups["year"].isin(years)]
    order = list(rows["group"].unique())
    wide = rows.pivot(index=RUN, columns=["year", "group"], values="value")
    return {year: wide[year][order] for year in sorted(rows["year"].unique().tolist())}


def _flow(stock: dict[int, pd.DataFrame], first_year: int, by: int) -> LocalValues:
    """What is added each year, of which the weakest counts: the province's for contributions, each one's own."""
    before = {year: stock.get(year - 1, 0.0) for year in stock}
    yearly = [stock[year] - before[year] for year in sorted(stock) if first_year <= year <= by]
    cube = np.stack([each.to_numpy(dtype=np.float64) for each in yearly])
    weakest = cube.sum(axis=2).argmin(axis=0)
    runs, places = yearly[0].index, yearly[0].columns
    tables = cube[weakest, np.arange(cube.shape[1])], cube.min(axis=0)
    return LocalValues(*(pd.DataFrame(each, index=runs, columns=places) for each in tables))


def prefecture_table(results: Results, groups: pd.DataFrame, prefectures: pd.DataFrame) -> pd.DataFrame:
    """Every target that can be divided, by policy, case and prefecture.

    Args:
        results: the finished experiment.
        groups: the stored frame of groups.
        prefectures: the table of the province pack: name_zh, name_en, firms, revenue.

    Returns:
        Columns `COLUMNS`: mean contribution, the province's mean and the part of it; mean and quantiles of the
        prefecture's own value; what would have to be reached (missing where nothing is asked), and the share of draws
        that reach it with its Wilson interval.
    """
    rows = groups[groups["dimension"] == "prefecture"]
    targets = {str(target["target_id"]): target for _, target in results.headline_targets.iterrows()}
    last = int(rows["year"].max())
    found: list[dict[str, Any]] = []
    for local in LOCAL_TARGETS:
        target = targets.get(local.target_id)
        if target is None or int(target["by_year"]) > last:
            continue
        since = int(target["from_year"]) if local.kind == FLOW else 0
        values = local_values(rows, local, since, int(target["by_year"]))
        found += _summaries(values, local, target, prefectures)
    table = pd.DataFrame(found, columns=list(COLUMNS))
    rank = {name: place for place, name in enumerate(results.config.policies)}
    order = table["policy"].map(rank).sort_values(kind="stable").index
    return table.loc[order].reset_index(drop=True)


def _summaries(
    values: LocalValues, local: LocalTarget, target: pd.Series, prefectures: pd.DataFrame
) -> Iterator[dict[str, Any]]:
    """One row a policy, case and prefecture."""
    facts = prefectures.set_index("name_en")
    asked, names_zh = _asked(local, target, facts), facts["name_zh"].to_dict()
    for key, own in values.value.groupby(level=RUN[:3], sort=False):
        contribution = values.contribution.loc[own.index]
        province = float(contribution.sum(axis=1).mean())
        # A row a prefecture, one after the other in memory: this decides the last digits of means.
        parts, shown = (np.ascontiguousarray(each.to_numpy(dtype=np.float64).T) for each in (contribution, own))
        for name, part, draws, spread in zip(own.columns, map(known_mean, parts), shown, spreads(shown), strict=True):
            yield {
                **dict(zip(RUN[:3], key, strict=True)), "target_id": local.target_id, "by": int(target["by_year"]),
                "prefecture": name, "zh": names_zh[name], "unit": target["unit"], "seeds": len(own),
                "contribution": part, "province": province,
                "share_of_province": part / province if province else np.nan,
                **spread, "threshold": asked[name],
                **_attainment(draws, asked[name]), "rule": RULES[local.kind],
            }  # fmt: skip


def _asked(local: LocalTarget, target: pd.Series, facts: pd.DataFrame) -> Mapping[str, float]:
    """What would have to be reached in each prefecture; missing where nothing can be asked."""
    if local.kind in (RATIO, LEVEL):
        threshold = float(target["threshold"]) if local.kind == RATIO else np.nan
        return dict.fromkeys(facts.index, threshold)
    weights = facts[local.apportioned_by].to_numpy(dtype=np.float64)
    parts = float(target["threshold"]) * weights / weights.sum()
    return dict(zip(map(str, facts.index), parts.tolist(), strict=True))


def _attainment(values: np.ndarray, threshold: float) -> dict[str, float]:
    """Draws that reach the threshold; a draw in which the prefecture has no firm does not count."""
    known = values[~np.isnan(values)]
    if np.isnan(threshold) or len(known) == 0:
        return {"draws": len(known), **dict.fromkeys(("met", "share_met", "share_low", "share_high"), np.nan)}
    met = int((known >= threshold).sum())
    low, high = wilson_interval(met, len(known))
    return {"draws": len(known), "met": met, "share_met": met / len(known), "share_low": low, "share_high": high}
