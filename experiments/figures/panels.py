"""Small multiples of horizontal intervals: a panel a target, a row a policy or lever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from rich.cells import cell_len, set_cell_size

from experiments.figures.style import GRID, INK, MUTED, PolicyStyle
from experiments.labels import CHANGE_UNIT, is_share, unit_label, word

COLUMNS = 3
ROW_HEIGHT = 0.19
"""Inches a row of a panel takes."""


def panel_grid(count: int, rows: int, title: str) -> tuple[Figure, np.ndarray]:
    """A figure with `count` panels of `rows` rows that share their vertical axis; free places are left empty.

    Returns:
        The figure and its panels (count,).
    """
    columns = min(COLUMNS, count)
    deep = -(-count // columns)
    figure = Figure(figsize=(1.7 + 2.35 * columns, 0.55 + deep * (0.75 + ROW_HEIGHT * rows)), layout="constrained")
    panels = figure.subplots(deep, columns, sharey=True, squeeze=False).ravel()
    for axes in panels[count:]:
        axes.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure, panels[:count]


def panels_and_key(count: int, title: str, height: float = 1.9) -> tuple[Figure, np.ndarray, Axes]:
    """A figure with `count` panels of their own axes and an empty place for the key.

    Returns:
        The figure, its panels (count,) and the place for the key.
    """
    columns = min(COLUMNS, count + 1)
    deep = -(-(count + 1) // columns)
    figure = Figure(figsize=(2.85 * columns, 0.6 + height * deep), layout="constrained")
    panels = figure.subplots(deep, columns, squeeze=False).ravel()
    for axes in panels[count:]:
        axes.set_axis_off()
    figure.suptitle(title, x=0.01, ha="left", fontsize=11)
    return figure, panels[:count], panels[count]


def line_key(axes: Axes, labels: Sequence[str], styles: Sequence[PolicyStyle]) -> None:
    """Fill the place for the key with lines."""
    handles = []
    for style in styles:
        line: Any = {"color": style.colour, "linestyle": style.dashes}
        handles.append(Line2D([], [], **line))
    axes.legend(handles, list(labels), loc="upper left", fontsize=7.5, borderaxespad=0.0)


def interval_panel(
    axes: Axes, labels: Sequence[str], rows: pd.DataFrame, colours: Sequence[Any], title: str, unit: str
) -> None:
    """Points with their intervals, the first row at the top.

    Args:
        axes: the panel.
        labels: name of each row.
        rows: columns value, low and high, already in the unit of the axis; without interval where the ends are missing.
        colours: colour of each row.
        title: above the panel.
        unit: below the axis.
    """
    places = np.arange(len(rows))
    value, low, high = (rows[name].to_numpy(dtype=float) for name in ("value", "low", "high"))
    axes.axvline(0.0, color=MUTED, linewidth=0.8)
    known = np.flatnonzero(~np.isnan(low))
    axes.hlines(known, low[known], high[known], colors=[colours[place] for place in known.tolist()], linewidth=1.6)
    axes.scatter(value, places, c=list(colours), s=16, zorder=3)
    axes.set_yticks(places, list(labels))
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_title(title, color=INK, fontsize=8.5)
    axes.set_xlabel(unit, fontsize=7.5)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)


def effect_unit(unit: str, lang: str) -> str:
    """Unit of a difference on an axis: points for shares."""
    if unit == CHANGE_UNIT:
        return word(CHANGE_UNIT, lang)
    return word("percentage points", lang) if is_share(unit) else unit_label(unit, lang)


def effect_factor(unit: str) -> float:
    """What a difference is multiplied with on an axis: 100 for shares."""
    return 100.0 if is_share(unit) else 1.0


def wrapped(text: str, width: int = 30) -> str:
    """A title on several lines of at most `width` terminal columns, broken at spaces if there are any in reach."""
    lines, line = [], ""
    for part in text.split(" "):
        joined = f"{line} {part}".strip()
        if line and cell_len(joined) > width:
            lines.append(line)
            joined = part
        line = joined
        while cell_len(line) > width:
            kept = set_cell_size(line, width).rstrip()
            lines.append(kept)
            line = line[len(kept):]
    return "\n".join([*lines, line])
