"""The front of a policy search: public cost against what is missed, on the seeds of the search and on fresh ones."""

from __future__ import annotations

from pathlib import Path

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
    },
    "zh": {
        TRIED: "候选", SEARCH: "寻优种子上的前沿", FRESH: "同一组合的新种子复核", POLICY: "政策原设定，新种子",
        "x": "财政支出与{policy}原设定之差（百万元）", "shortfall": "缺口与{policy}之差（百分点）",
        "missed": "未达标目标与{policy}之差（百分点）", "title": "政策寻优：越左支出越少，越下越接近目标",
    },
}


def front_data(found: Found) -> pd.DataFrame:
    """What is drawn: kind, name, cost (m CNY) and merit (percentage points), both against the policy as it stands."""
    merit, base = found.config.search.merit, found.base
    rows = [
        (TRIED, "", each.objectives[0] - base[0], 100.0 * (each.objectives[1] - base[1])) for each in found.tried
    ]
    for kind in (SEARCH, FRESH):
        chosen = found.table[found.table["chosen"]] if kind == SEARCH else found.table
        for _, row in chosen.iterrows():
            shown = kind if row["chosen"] else POLICY
            rows.append((shown, str(row["name"]), row[f"{COST}_{kind}"], 100.0 * row[f"{merit}_{kind}"]))
    return pd.DataFrame(rows, columns=["kind", "name", "cost", "merit"])


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
        for _, row in data[data["kind"].isin((FRESH, POLICY))].iterrows():
            _name(axes, found.labels[row["name"]], row)
        axes.axhline(0.0, color=GRID, linewidth=1.0, zorder=1)
        axes.axvline(0.0, color=GRID, linewidth=1.0, zorder=1)
        axes.set_xlabel(words["x"].format(policy=policy))
        axes.set_ylabel(words[found.config.search.merit].format(policy=policy))
        axes.tick_params(length=2)
        axes.margins(x=0.1)
        axes.legend(loc="best", fontsize=7.5)
        figure.suptitle(words["title"], x=0.01, ha="left", fontsize=11)
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
    before = kinds[SEARCH].set_index("name")
    for _, row in kinds[FRESH].iterrows():
        start = before.loc[row["name"]]
        axes.plot([start["cost"], row["cost"]], [start["merit"], row["merit"]], color=ORANGE, linewidth=0.7, zorder=3)


def _name(axes: Axes, text: str, row: pd.Series) -> None:
    axes.annotate(text, (row["cost"], row["merit"]), xytext=(5, 4), textcoords="offset points", fontsize=7.5, color=INK)
