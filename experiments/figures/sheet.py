"""Panels on a sheet measured in inches: small multiples of few parts, placed without a search for a layout.

Axes of Matplotlib each bring some hundred parts of their own (ticks, labels, grid lines, spines), all of which take
their time whenever a figure is saved. Here one pair of axes without any of them covers the whole figure, and what all
panels have in common is drawn at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, ScalarFormatter

from agents.array_types import FloatArray
from experiments.figures.style import GRID, INK, MUTED

MARK = 2.0 / 72.0
"""Length of the marks on the sides of a panel, inches."""
LABEL_GAP = 3.5 / 72.0
"""Room between such a mark and what is written beside it, inches."""
TITLE_GAP = 6.0 / 72.0
"""Room between a panel and its title, inches."""
ROOM = 0.05
"""Room between the data and the ends of a scale, as a part of their range."""
ROUNDING = 1e-12
"""Differences below this part of the values are taken for rounding."""


class Panel(NamedTuple):
    """A panel on a sheet: its sides in inches from the lower left corner, and the scales they stand for."""

    left: float
    right: float
    bottom: float
    top: float
    across: tuple[float, float]
    up: tuple[float, float]

    def x(self, values: FloatArray) -> FloatArray:
        """Where values of the horizontal scale lie, inches."""
        start, stop = self.across
        return self.left + (self.right - self.left) * (values - start) / (stop - start)

    def y(self, values: FloatArray) -> FloatArray:
        """Where values of the vertical scale lie, inches."""
        start, stop = self.up
        return self.bottom + (self.top - self.bottom) * (values - start) / (stop - start)


class Ticks(NamedTuple):
    """Places on a scale, and what is written there."""

    places: FloatArray
    labels: Sequence[str]


def blank_sheet(width: float, height: float, title: str) -> tuple[Figure, Axes]:
    """A figure of that size in inches with its title, and axes without a frame that measure inches."""
    figure = Figure(figsize=(width, height))
    sheet = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    sheet.set_axis_off()
    sheet.set_xlim(0.0, width)
    sheet.set_ylim(0.0, height)
    sheet.text(0.01 * width, height - 0.12, title, va="top", fontsize=11)
    return figure, sheet


def grid_of_panels(
    count: int, columns: int, area: tuple[float, float, float, float], gaps: tuple[float, float],
    across: tuple[float, float], up: tuple[float, float],
) -> list[Panel]:
    """Places of equal size, row by row from the top left.

    Args:
        count: how many.
        columns: places in a row.
        area: left, right, bottom and top of all together, inches.
        gaps: room between columns and between rows, inches.
        across: the horizontal scale of all.
        up: the vertical scale of all.
    """
    left, right, bottom, top = area
    rows = -(-count // columns)
    wide, high = (right - left + gaps[0]) / columns, (top - bottom + gaps[1]) / rows
    places = []
    for row, column in (divmod(place, columns) for place in range(count)):
        x, y = left + column * wide, top - row * high
        places.append(Panel(x, x + wide - gaps[0], y - high + gaps[1], y, across, up))
    return places


def padded(values: Iterable[FloatArray | float]) -> tuple[float, float]:
    """Ends of a scale that holds all known values, with some room beside them."""
    known = np.concatenate([np.ravel(each) for each in values])
    low, high = float(np.nanmin(known)), float(np.nanmax(known))
    size = max(abs(low), abs(high))
    # Values that differ by rounding alone would fill the panel with it.
    room = ROOM * (high - low if high - low > ROUNDING * size else size or 1.0)
    return low - room, high + room


def round_ticks(scale: tuple[float, float], length: float) -> Ticks:
    """Round numbers within a scale that is `length` inches long, no closer than two lines of text."""
    steps = int(length * 72.0 / (2.0 * matplotlib.rcParams["font.size"]))
    places = np.asarray(MaxNLocator(nbins=max(steps, 1), steps=[1, 2, 2.5, 5, 10]).tick_values(*scale))
    places = places[(places >= scale[0]) & (places <= scale[1])]
    formatter = ScalarFormatter(useOffset=False)
    formatter.create_dummy_axis()
    return Ticks(places, formatter.format_ticks(places.tolist()))


def strokes(sheet: Axes, ends: Iterable[tuple[FloatArray, FloatArray]], **style: Any) -> None:
    """Draw many lines of one style as one part of the figure; `ends` are the x and y of each, inches."""
    gap = [np.nan]
    x, y = (np.concatenate([part for line in lines for part in (line, gap)]) for lines in zip(*ends, strict=True))
    sheet.plot(x, y, **style)


def level_strokes(sheet: Axes, panels: Sequence[Panel], places: FloatArray, **style: Any) -> None:
    """Lines across all panels at places of their vertical scale."""
    ends = [(np.array([panel.left, panel.right]), np.repeat(y, 2)) for panel in panels for y in panel.y(places)]
    strokes(sheet, ends, **style)


def upright_strokes(sheet: Axes, panels: Sequence[Panel], places: FloatArray, **style: Any) -> None:
    """Lines through all panels at places of their horizontal scale."""
    ends = [(np.repeat(x, 2), np.array([panel.bottom, panel.top])) for panel in panels for x in panel.x(places)]
    strokes(sheet, ends, **style)


def frame_panels(sheet: Axes, panels: Sequence[Panel], across: Ticks, turns: FloatArray, up: Ticks) -> None:
    """Draw the grid and the left and lower side of panels of one size and one pair of scales.

    Args:
        sheet: as made by `blank_sheet`.
        panels: the panels.
        across: what is written below each panel.
        turns: marks on the lower side, on the horizontal scale.
        up: grid lines and marks on the left side, and what is written beside the panels of the first column.
    """
    line: Any = {"color": MUTED, "linewidth": 0.6}
    level_strokes(sheet, panels, up.places, color=GRID, linewidth=0.6, zorder=0.5)
    marks = [
        *((np.array([panel.left - MARK, panel.left]), np.repeat(y, 2)) for panel in panels for y in panel.y(up.places)),
        *((np.repeat(x, 2), np.array([panel.bottom - MARK, panel.bottom])) for panel in panels for x in panel.x(turns)),
    ]
    strokes(sheet, marks, **line, zorder=2.5)
    sides = [(np.array([panel.left, panel.left, panel.right]), np.array([panel.top, panel.bottom, panel.bottom]))
             for panel in panels]
    strokes(sheet, sides, **line, zorder=2.5, solid_joinstyle="miter")
    first = min(panel.left for panel in panels)
    for panel in panels:
        for x, label in zip(panel.x(across.places), across.labels, strict=True):
            sheet.text(x, panel.bottom - LABEL_GAP, label, ha="center", va="top", color=INK)
        if panel.left == first:
            for y, label in zip(panel.y(up.places), up.labels, strict=True):
                sheet.text(panel.left - MARK - LABEL_GAP, y, label, ha="right", va="center_baseline", color=INK)


def title_panels(sheet: Axes, panels: Sequence[Panel], titles: Sequence[str]) -> None:
    """Write a title above each panel."""
    for panel, title in zip(panels, titles, strict=True):
        sheet.text(panel.left, panel.top + TITLE_GAP, title, fontsize=9, color=INK)
