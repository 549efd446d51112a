"""Fan chart: the course of one target's indicator under every policy, with the spread over the draws."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.markers import TICKDOWN
from matplotlib.patches import Patch

from experiments.figures.style import (
    GRID,
    INK,
    MUTED,
    TARGET,
    PolicyStyle,
    house_style,
    keep_figure,
    policy_styles,
)
from experiments.labels import axis_factor, figure_title, goal_level, threshold_text, word
from experiments.results import Results
from sim.targets import YEARLY_RATIOS

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
COLUMNS = 4
GOAL_DASHES, DUE_DASHES = (0, (4, 2)), (0, (1, 2))


def fan_data(results: Results, target: pd.Series) -> pd.DataFrame:
    """Quantiles over the draws by policy and time.

    Args:
        results: the finished experiment.
        target: a row of the target registry.

    Returns:
        policy, scenario, behaviour, time (a quarter label, or a year for yearly values), x (years, the middle of the
        period), draws, mean and `QUANTILES`, in the indicator's unit; policies in the order of the run.
    """
    series = results.target_series(target)
    grouped = series.groupby(["policy", "time", "x"], sort=False)["value"]
    table = grouped.agg(draws="count", mean="mean").reset_index()
    for name, level in QUANTILES.items():
        table[name] = grouped.quantile(level).to_numpy()
    return results.labelled(table)


def draw_fan(results: Results, target: pd.Series, folder: Path) -> list[Path]:
    """Draw small multiples, one panel a policy, on one scale; returns the files written."""
    data = fan_data(results, target)
    policies = list(results.config.policies)
    columns = min(COLUMNS, len(policies) + 1)
    rows = -(-(len(policies) + 1) // columns)
    with house_style(results.config.lang) as lang:
        width, height = 2.35 * columns, 1.75 * rows + 0.75
        figure = Figure(figsize=(width, height))
        # Margins in inches: panels that share their axes need no search for a layout, which takes half the time.
        margins = {"left": 0.5 / width, "right": 1 - 0.1 / width, "bottom": 0.3 / height, "top": 1 - 0.62 / height}
        gaps = {"wspace": 0.08, "hspace": 0.34}
        panels = figure.subplots(
            rows, columns, sharex=True, sharey=True, squeeze=False, gridspec_kw={**margins, **gaps}
        ).ravel()
        styles = policy_styles(policies)
        factor = axis_factor(target)
        years = np.unique(np.floor(data["x"])).astype(int)
        _time_axis(panels[0], years)
        for axes, policy in zip(panels, policies, strict=False):
            _courses(axes, data[data["policy"] == policy], styles[policy], factor)
            axes.axhline(factor * goal_level(target), color=TARGET, linewidth=0.9, linestyle=GOAL_DASHES)
            axes.axvline(due_date(target), color=MUTED, linewidth=0.8, linestyle=DUE_DASHES)
            _dress(axes, years)
            axes.set_title(results.policy_label(policy, lang), color=INK)
        for axes in panels[len(policies) :]:
            axes.set_axis_off()
        _legend(panels[len(policies)], target, int(data["draws"].max()), lang)
        title = results.titled(figure_title(target, lang))
        figure.suptitle(title, x=0.01, y=1 - 0.12 / height, ha="left", va="top", fontsize=11)
        return keep_figure(figure, data, folder / f"fan_{target['target_id']}")


def _courses(axes: Axes, data: pd.DataFrame, style: PolicyStyle, factor: float) -> None:
    """Bands and median of one policy; marks at the points where there is one a year."""
    if data["draws"].max() > 1:
        for low, high, alpha in (("p05", "p95", 0.18), ("p25", "p75", 0.32)):
            band = (factor * data[low], factor * data[high])
            axes.fill_between(data["x"], *band, color=style.colour, alpha=alpha, linewidth=0)
    mark = "o" if data["time"].str.len().max() == len("2026") else ""
    line: Any = {"color": style.colour, "linestyle": style.dashes, "linewidth": 1.5}
    axes.plot(data["x"], factor * data["p50"], marker=mark, markersize=3, **line)


def _time_axis(axes: Axes, years: np.ndarray) -> None:
    """Every second year named in its middle, on all panels that share the axis."""
    named = years[years % 2 == 0]
    axes.set_xticks(named + 0.5, [str(year) for year in named])
    axes.set_xlim(years[0], years[-1] + 1)


def _dress(axes: Axes, years: np.ndarray) -> None:
    """Grid of one panel, and marks at the turns of the years."""
    turns = [*years, years[-1] + 1]
    # One line of marks takes a fifth of the time of as many ticks.
    axes.plot(turns, np.zeros(len(turns)), marker=TICKDOWN, markersize=2, markeredgewidth=0.6, color=MUTED,
              linestyle="", clip_on=False, transform=axes.get_xaxis_transform())  # fmt: skip
    axes.tick_params(length=2, labelbottom=True)
    axes.tick_params(axis="x", length=0)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    # No axis has a label, for which a place would be looked for below the names of the marks.
    axes.xaxis.set_label_coords(0.5, 0.0)
    axes.yaxis.set_label_coords(0.0, 0.5)


def due_date(target: pd.Series) -> float:
    """Where the target date lies on the time axis: its last quarter, or its year for yearly values."""
    yearly = target["kind"] == "flow" or target["indicator"] in YEARLY_RATIOS
    return float(target["by_year"]) + (0.5 if yearly else 0.875)


def _legend(axes: Axes, target: pd.Series, draws: int, lang: str) -> None:
    """Fill the free place with the key."""
    middle = word("median of draws" if draws > 1 else "one draw", lang)
    entries: list[tuple[Line2D | Patch, str]] = [(Line2D([], [], color=MUTED, linewidth=1.5), middle)]
    if draws > 1:
        entries.append((Patch(color=MUTED, alpha=0.5, linewidth=0), word("25-75 % of draws", lang)))
        entries.append((Patch(color=MUTED, alpha=0.18, linewidth=0), word("5-95 % of draws", lang)))
    goal = f"{word('target', lang)} {threshold_text(target, lang)}"
    entries.append((Line2D([], [], color=TARGET, linewidth=0.9, linestyle=GOAL_DASHES), goal))
    due = f"{word('due', lang)} {int(target['by_year'])}"
    entries.append((Line2D([], [], color=MUTED, linewidth=0.8, linestyle=DUE_DASHES), due))
    handles, labels = zip(*entries, strict=True)
    axes.legend(handles, labels, loc="center left", bbox_to_anchor=(0.0, 0.5), fontsize=8, borderaxespad=0.0)
