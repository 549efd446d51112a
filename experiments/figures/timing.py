"""What a lever still does when it starts later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from experiments.analysis.cases import case_folder, own_rows, targets_in
from experiments.analysis.timing import POINTS, SHARE, lever_labels
from experiments.figures.panels import line_key, panels_and_key, wrapped
from experiments.figures.style import GRID, INK, MUTED, TARGET, PolicyStyle, house_style, keep_figure, policy_styles
from experiments.labels import target_heading, word
from experiments.results import Results
from policies.schedule import parse_quarter


def draw_timing(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw the effect on the share of draws by start, a panel an outcome target that is moved, a line a lever.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.timing.timing_effects`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table, case), case_folder(case, folder) / "timing")
    ]


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    targets = [target for target in targets_in(rows, case) if target["role"] == "outcome"]
    levers = list(dict.fromkeys(rows["lever"]))
    styles = policy_styles(levers)
    with house_style(case.config.lang) as lang:
        title = case.titled(word("effect of a later start on the share of draws that meet the target, points", lang))
        figure, panels, key = panels_and_key(len(targets), title)
        for axes, target in zip(panels, targets, strict=True):
            own = rows[(rows["target_id"] == target["target_id"]) & (rows["quantity"] == SHARE)]
            for lever in levers:
                _line(axes, own[own["lever"] == lever], styles[lever])
            axes.axhline(POINTS, color=TARGET, linewidth=0.9, linestyle=(0, (4, 2)))
            axes.axvline(float(target["by_year"]) + 1.0, color=MUTED, linewidth=0.8, linestyle=(0, (1, 2)))
            axes.set_title(wrapped(target_heading(target, lang), 34), color=INK, fontsize=8.5)
        labels = lever_labels(case, lang)
        line_key(key, [labels[name] for name in levers], [styles[name] for name in levers])
        return keep_figure(figure, rows, stem)


def _line(axes: Axes, rows: pd.DataFrame, style: PolicyStyle) -> None:
    """Effects of one lever by start with their intervals."""
    ordered = rows.sort_values("start", kind="stable")
    x = np.array([parse_quarter(label) / 4 for label in ordered["start"]])
    effect, low, high = (ordered[name].to_numpy(dtype=float) for name in ("effect", "low", "high"))
    axes.fill_between(x, low, high, color=style.colour, alpha=0.12, linewidth=0)
    line: Any = {"color": style.colour, "linestyle": style.dashes, "linewidth": 1.4}
    axes.plot(x, effect, marker="o", markersize=2.5, **line)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2, labelbottom=True)
    years = np.unique(np.floor(x)).astype(int)
    axes.set_xticks(years, [str(year) for year in years])
