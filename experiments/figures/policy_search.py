"""The front of a policy search: public cost against what is missed, on the seeds of the search and on fresh ones."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GRID, INK, MUTED, house_style, keep_figure
from experiments.study.front_table import COST
from experiments.study.policy_search import Found

BLUE, ORANGE = "#0072B2", "#D55E00"
TRIED, SEARCH, FRESH, POLICY = "tried", "search", "fresh", "policy"
WORDS = {
    "en": {
        TRIED: "tried", SEARCH: "front on the seeds of the search", FRESH: "the same mixes on fresh seeds",
        POLICY: "policies as they stand, fresh seeds", "x": "public cost less that of {policy} as it stands, m CNY",
        "shortfall": "shortfall less that\nof {policy}, points",
        "missed": "targets missed less\nthose of {policy}, points",
        "title": "Policy search: left is cheaper, down is closer to the targets",
        "key": "thin lines: 95 % interval of the mean difference on fresh seeds",
    },
    "zh": {
        TRIED: "候选", SEARCH: "寻优种子上的前沿", FRESH: "同一组合的新种子复核",
        POLICY: "政策原设定，新种子",
        "x": "财政成本与{policy}原设定之差（百万元）", "shortfall": "缺口与{policy}之差（百分点）",
        "missed": "未达标目标与{policy}之差（百分点）", "title": "政策寻优：越左成本越低，越下越接近目标",
        "key": "细线：新种子上平均差异的95%区间",
    },
}


def front_data(found: Found) -> pd.DataFrame:
    """What is drawn: kind, name, cost (m CNY) and merit (percentage points), both against the policy as it stands.

    Those on fresh seeds have 95 % intervals, `<quantity>_low` and `<quantity>_high`.
    """
    merit, base = found.config.search.merit, found.base
    rows: list[dict[str, object]] = [
        {"kind": TRIED, "cost": each.objectives[0] - base[0], "merit": 100.0 * (each.objectives[1] - base[1])}
        for each in found.tried
    ]
    for _, row in found.table[found.table["chosen"]].iterrows():
        searched = {"cost": row[f"{COST}_search"], "merit": 100.0 * row[f"{merit}_search"]}
        rows.append({"kind": SEARCH, "name": row["name"], **searched})
    for _, row in found.table.iterrows():
        fresh = {f"cost{end}": row[f"{COST}_fresh{end}"] for end in ("", "_low", "_high")}
        fresh |= {f"merit{end}": 100.0 * row[f"{merit}_fresh{end}"] for end in ("", "_low", "_high")}
        rows.append({"kind": FRESH if row["chosen"] else POLICY, "name": row["name"], **fresh})
    columns = ("kind", "name", "cost", "merit", "cost_low", "cost_high", "merit_low", "merit_high")
    return pd.DataFrame(rows, columns=list(columns))


def draw_front(found: Found, stem: Path) -> list[Path]:
    """Draw candidates, the front, and what fresh seeds make of it.

    Args:
        found: what was found.
        stem: path of the files without a suffix.

    Returns:
        The files written.
    """
    data, policy = front_data(found), found.labels[found.config.policies[0]]
    with house_style(found.config.lang) as lang:
        words = WORDS[lang]
        figure = Figure(figsize=(6.8, 4.8), layout="constrained")
        axes = figure.subplots()
        _points(axes, data, words)
        searched = data[data["kind"] == SEARCH].set_index("name")["merit"]
        for _, row in data[data["kind"].isin((FRESH, POLICY))].iterrows():
            below = row["merit"] < searched.get(row["name"], -math.inf)
            _name(axes, found.labels[row["name"]], row, below)
        axes.axhline(0.0, color=GRID, linewidth=1.0, zorder=1)
        axes.axvline(0.0, color=GRID, linewidth=1.0, zorder=1)
        axes.set_xlabel(words["x"].format(policy=policy))
        axes.set_ylabel(words[found.config.search.merit].format(policy=policy))
        axes.tick_params(length=2)
        axes.margins(x=0.1)
        axes.legend(loc="best", fontsize=7.5)
        figure.suptitle(words["title"], x=0.01, ha="left", fontsize=11)
        if found.config.search.fresh_seeds > 1:
            figure.supxlabel(words["key"], x=0.01, ha="left", fontsize=7.5, color=MUTED)
        return keep_figure(figure, data, stem)


def _points(axes: Axes, data: pd.DataFrame, words: dict[str, str]) -> None:
    """Marks of all kinds; a thin line joins the two marks of a mix."""
    kinds = {kind: data[data["kind"] == kind] for kind in (TRIED, SEARCH, FRESH, POLICY)}
    axes.scatter(kinds[TRIED]["cost"], kinds[TRIED]["merit"], s=8, color=MUTED, alpha=0.45, linewidth=0,
                 label=words[TRIED], zorder=2)
    axes.plot(kinds[SEARCH]["cost"], kinds[SEARCH]["merit"], color=BLUE, linewidth=0.9, marker="o", markersize=5,
              markerfacecolor="white", label=words[SEARCH], zorder=3)
    axes.scatter(kinds[FRESH]["cost"], kinds[FRESH]["merit"], s=28, color=ORANGE, label=words[FRESH], zorder=4)
    axes.scatter(kinds[POLICY]["cost"], kinds[POLICY]["merit"], s=30, color=INK, marker="s", label=words[POLICY],
                 zorder=4)
    for kind, colour in ((FRESH, ORANGE), (POLICY, INK)):
        own = kinds[kind]
        line: Any = {"color": colour, "alpha": 0.35, "linewidth": 1.1, "zorder": 2}
        axes.hlines(own["merit"], own["cost_low"], own["cost_high"], **line)
        axes.vlines(own["cost"], own["merit_low"], own["merit_high"], **line)
    before = kinds[SEARCH].set_index("name")
    for _, row in kinds[FRESH].iterrows():
        start = before.loc[row["name"]]
        axes.plot([start["cost"], row["cost"]], [start["merit"], row["merit"]], color=ORANGE, linewidth=0.7, zorder=3)


def _name(axes: Axes, text: str, row: pd.Series, below: bool) -> None:
    """The name of a mark, on the side away from its line."""
    place = (row["cost"], row["merit"])
    axes.annotate(text, place, xytext=(5, -11 if below else 4), textcoords="offset points", fontsize=7.5, color=INK)
