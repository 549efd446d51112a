"""How estimates settle as seeds are added."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.cases import case_folder, own_rows, targets_in
from experiments.figures.panels import line_key, panels_and_key, wrapped
from experiments.figures.style import GRID, INK, PolicyStyle, house_style, keep_figure, policy_styles
from experiments.labels import axis_factor, outcome_unit, target_heading, word
from experiments.results import Results

SETTLED = 5
"""Seeds from which the scale of a panel is taken."""


def draw_replicates(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw the mean over the first n seeds with its interval, a panel an outcome target, a line a policy.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.replicates.convergence`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table, case), case_folder(case, folder) / "convergence")
    ]


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    targets = [target for target in targets_in(rows, case) if target["role"] == "outcome"]
    policies = [name for name in case.config.policies if name in set(rows["policy"])]
    styles = policy_styles(case.config.policies)
    with house_style(case.config.lang) as lang:
        title = case.titled(word("mean over the first n seeds with its 95 % interval, by n", lang))
        figure, panels, key = panels_and_key(len(targets), title)
        for axes, target in zip(panels, targets, strict=True):
            own = rows[(rows["target_id"] == target["target_id"]) & (rows["statistic"] == "mean")]
            _courses(axes, own, axis_factor(target), {name: styles[name] for name in policies})
            axes.set_title(wrapped(target_heading(target, lang), 34), color=INK, fontsize=8.5)
            axes.set_ylabel(outcome_unit(target, lang), fontsize=7.5)
        line_key(key, [case.policy_label(name, lang) for name in policies], [styles[name] for name in policies])
        return keep_figure(figure, rows, stem)


def _courses(axes: Axes, rows: pd.DataFrame, factor: float, styles: Mapping[str, PolicyStyle]) -> None:
    """Means and intervals of one target, a line a policy."""
    for policy, (colour, dashes) in styles.items():
        own = rows[rows["policy"] == policy]
        mean, half = factor * own["estimate"], factor * own["half_width"]
        line: Any = {"color": colour, "linestyle": dashes, "linewidth": 1.3}
        axes.fill_between(own["seeds"], mean - half, mean + half, color=colour, alpha=0.12, linewidth=0)
        axes.plot(own["seeds"], mean, **line)
    # the interval over the first few seeds would hide all others
    settled = rows[rows["seeds"] >= min(SETTLED, rows["seeds"].max())]
    low = (factor * (settled["estimate"] - settled["half_width"])).min()
    high = (factor * (settled["estimate"] + settled["half_width"])).max()
    if high > low:
        axes.set_ylim(low, high)
    axes.locator_params(axis="x", integer=True, nbins=5)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.tick_params(length=2)
