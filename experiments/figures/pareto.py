"""Public cost against the outcome of each target, with the policies on the front joined."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from experiments.analysis.cases import case_folder, own_rows, targets_in
from experiments.figures.panels import panels_and_key, wrapped
from experiments.figures.style import GRID, INK, MUTED, TARGET, PolicyStyle, house_style, keep_figure, policy_styles
from experiments.labels import axis_factor, goal_level, outcome_unit, target_heading, word
from experiments.results import Results

MARKS = "osD^vPX"


def draw_pareto(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw a panel an outcome target, a point a policy: median cost across, median outcome up.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.cost.cost_front`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table, case), case_folder(case, folder) / "pareto")
    ]


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    targets = [target for target in targets_in(rows, case) if target["role"] == "outcome"]
    styles = policy_styles(case.config.policies)
    marks = {name: MARKS[place % len(MARKS)] for place, name in enumerate(case.config.policies)}
    with house_style(case.config.lang) as lang:
        title = case.titled(word("public cost and outcome: grey line joins policies that none beats", lang))
        figure, panels, key = panels_and_key(len(targets), title, height=2.15)
        for axes, target in zip(panels, targets, strict=True):
            own = rows[rows["target_id"] == target["target_id"]]
            _panel(axes, own, target, styles, marks, lang)
        handles = [Line2D([], [], marker=marks[name], linestyle="", color=styles[name].colour, markersize=5)
                   for name in case.config.policies]
        labels = [case.policy_label(name, lang) for name in case.config.policies]
        key.legend(handles, labels, loc="upper left", fontsize=7.5, borderaxespad=0.0)
        return keep_figure(figure, rows, stem)


def _panel(
    axes: Axes, rows: pd.DataFrame, target: pd.Series, styles: dict[str, PolicyStyle], marks: dict[str, str], lang: str
) -> None:
    """One target: points, the front as a line, the goal."""
    unit = 100.0 if lang == "zh" else 1000.0
    cost, value = rows["cost_p50"].to_numpy() / unit, axis_factor(target) * rows["value_p50"].to_numpy()
    front = rows["on_value_front"].to_numpy(dtype=bool)
    order = np.argsort(cost[front], kind="stable")
    axes.plot(cost[front][order], value[front][order], color=MUTED, linewidth=0.9, zorder=1)
    for x, y, name, best in zip(cost, value, rows["policy"], front, strict=True):
        face = styles[name].colour if best else "none"
        axes.scatter([x], [y], marker=marks[name], s=26, facecolors=face, edgecolors=styles[name].colour, zorder=3)
    level = axis_factor(target) * goal_level(target)
    low, high = float(np.min(value)), float(np.max(value))
    if low - 2.0 * (high - low) <= level <= high + 2.0 * (high - low):
        axes.axhline(level, color=TARGET, linewidth=0.9, linestyle=(0, (4, 2)))
    axes.set_title(wrapped(target_heading(target, lang), 34), color=INK, fontsize=8.5)
    axes.set_xlabel(word("public cost, bn CNY", lang), fontsize=7.5)
    axes.set_ylabel(outcome_unit(target, lang), fontsize=7.5)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)
