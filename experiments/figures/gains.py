"""Who gains under one policy: the change of every group against `current`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.analysis.cases import case_folder, own_rows
from experiments.figures.style import GRID, INK, MUTED, house_style, keep_figure
from experiments.labels import headed, word
from experiments.results import Results
from experiments.unit_names import unit_name

COLOUR = "#0072B2"
QUANTITIES = ("coverage", "grants", "certified_output")
NAME_WIDTH = 30
SHOWN = "plan"
"""The policy drawn if it is among them; otherwise the last one."""


def draw_gains(results: Results, table: pd.DataFrame, folder: Path, policy: str = "") -> list[Path]:
    """Draw groups down and three quantities across, with the intervals of the change.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.gains.group_gains`.
        folder: where the figure goes, in a folder a case if there are several.
        policy: which policy to draw; by default `plan`, or the last one.

    Returns:
        The files written; none if there is no policy to compare.
    """
    written: list[Path] = []
    for case in results.cases:
        rows = own_rows(table, case)
        names = list(dict.fromkeys(rows["policy"]))
        chosen = policy or (SHOWN if SHOWN in names else names[-1] if names else "")
        own = rows[rows["policy"] == chosen]
        if len(own):
            written += _draw(case, own, chosen, case_folder(case, folder) / "gains")
    return written


def _draw(case: Results, rows: pd.DataFrame, policy: str, stem: Path) -> list[Path]:
    groups = rows.drop_duplicates(["dimension", "group"])
    with house_style(case.config.lang) as lang:
        count = len(groups) + groups["dimension"].nunique() - 1
        figure = Figure(figsize=(9.4, 1.0 + 0.155 * count), layout="constrained")
        panels = figure.subplots(1, len(QUANTITIES), sharey=True)
        for axes, quantity in zip(panels, QUANTITIES, strict=True):
            _panel(axes, rows[rows["quantity"] == quantity], lang)
        title = headed(word("change against current policy", lang), case.policy_label(policy, lang), lang)
        figure.suptitle(case.titled(title), x=0.01, ha="left", fontsize=11)
        return keep_figure(figure, rows, stem)


def _panel(axes: Axes, rows: pd.DataFrame, lang: str) -> None:
    """One quantity; a gap between the dimensions."""
    quantity, unit = str(rows["quantity"].iloc[0]), str(rows["unit"].iloc[0])
    factor = 100.0 if unit == "share" else 1.0
    turns = (rows["dimension"] != rows["dimension"].shift()).cumsum().to_numpy() - 1
    places = np.arange(len(rows)) + turns
    mean, low, high = (factor * rows[name].to_numpy(dtype=float) for name in ("difference", "low", "high"))
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    axes.barh(places, mean, height=0.72, color=COLOUR, alpha=0.45, linewidth=0)
    axes.hlines(places, low, high, color=INK, linewidth=0.9)
    labels = rows["zh" if lang == "zh" else "en"].astype(str)
    names = [name if len(name) <= NAME_WIDTH else f"{name[:NAME_WIDTH]}…" for name in labels]
    axes.set_yticks(places, names, fontsize=6.8)
    axes.set_ylim(places[-1] + 0.7, -0.7)
    shown = word("percentage points", lang) if unit == "share" else unit_name(unit, lang)
    axes.set_title(f"{word(quantity.replace('_', ' '), lang)}\n{shown}", fontsize=8.5, color=INK)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)
    axes.locator_params(axis="x", nbins=5)
