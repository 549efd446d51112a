"""Fan chart: the course of one target's indicator under every policy, with the spread over the draws."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from agents.array_types import FloatArray
from experiments.figures.sheet import (
    Panel,
    Ticks,
    blank_sheet,
    frame_panels,
    grid_of_panels,
    level_strokes,
    padded,
    round_ticks,
    title_panels,
    upright_strokes,
)
from experiments.figures.style import MUTED, TARGET, PolicyStyle, house_style, keep_figure, policy_styles
from experiments.labels import axis_factor, figure_title, goal_level, threshold_text, word
from experiments.results import Results
from experiments.tables.terminal import folded
from sim.targets import YEARLY_RATIOS

QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
COLUMNS = 4
GAPS = (0.17, 0.47)
"""Room between columns and between rows of panels, inches."""
KEY_WIDTH = 25
"""Letters of a line of the key for which the free place has room; Chinese ones count twice."""
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
    policies, factor = list(results.config.policies), axis_factor(target)
    courses = [_course(data[data["policy"] == policy], factor) for policy in policies]
    columns = min(COLUMNS, len(policies) + 1)
    rows = -(-(len(policies) + 1) // columns)
    width, height = 2.35 * columns, 1.75 * rows + 0.75
    goal, years = factor * goal_level(target), np.unique(np.floor(data["x"]))
    across = float(years[0]), float(years[-1] + 1)
    up = padded([goal, *(course.values for course in courses)])
    area = (0.5, width - 0.1, 0.3, height - 0.62)
    *panels, free = grid_of_panels(len(policies) + 1, columns, area, GAPS, across, up)
    with house_style(results.config.lang) as lang:
        figure, sheet = blank_sheet(width, height, results.titled(figure_title(target, lang)))
        named = years[years % 2 == 0]
        frame_panels(sheet, panels, Ticks(named + 0.5, [f"{year:.0f}" for year in named]),
                     np.append(years, years[-1] + 1), round_ticks(up, free.top - free.bottom))
        title_panels(sheet, panels, [results.policy_label(policy, lang) for policy in policies])
        _draw_courses(sheet, panels, courses, list(policy_styles(policies).values()))
        level_strokes(sheet, panels, np.array([goal]), color=TARGET, linewidth=0.9, linestyle=GOAL_DASHES)
        upright_strokes(sheet, panels, np.array([due_date(target)]), color=MUTED, linewidth=0.8, linestyle=DUE_DASHES)
        _legend(sheet, free, target, int(data["draws"].max()), lang)
        return keep_figure(figure, data, folder / f"fan_{target['target_id']}")


class Course(NamedTuple):
    """The course of one policy, in the unit of the axis."""

    x: FloatArray
    values: FloatArray
    """(quantile, time) in the order of `QUANTILES`; of one draw the median alone."""
    marked: bool
    """Whether the points are so few that they are marked: one a year."""


def _course(data: pd.DataFrame, factor: float) -> Course:
    """What is drawn of the rows of one policy."""
    names = list(QUANTILES) if data["draws"].max() > 1 else ["p50"]
    values = factor * data[names].to_numpy(dtype=np.float64).T
    return Course(data["x"].to_numpy(dtype=np.float64), values, data["time"].str.len().max() == len("2026"))


def _draw_courses(
    sheet: Axes, panels: Sequence[Panel], courses: Sequence[Course], styles: Sequence[PolicyStyle]
) -> None:
    """Bands and medians of all policies; the bands of one width are one part of the figure."""
    for (low, high), alpha in (((0, 4), 0.18), ((1, 3), 0.32)):
        bands = [
            (band, style.colour)
            for panel, course, style in zip(panels, courses, styles, strict=True) if len(course.values) > 1
            for band in band_outlines(panel, course.x, course.values[low], course.values[high])
        ]
        if bands:
            outlines, colours = zip(*bands, strict=True)
            sheet.add_collection(PolyCollection(outlines, facecolors=colours, alpha=alpha, linewidths=0), autolim=False)
    for panel, course, style in zip(panels, courses, styles, strict=True):
        median, mark = course.values[len(course.values) // 2], "o" if course.marked else ""
        line: Any = {"color": style.colour, "linestyle": style.dashes, "linewidth": 1.5}
        sheet.plot(panel.x(course.x), panel.y(median), marker=mark, markersize=3, **line)


def band_outlines(panel: Panel, x: FloatArray, low: FloatArray, high: FloatArray) -> list[FloatArray]:
    """Outlines (vertex, 2) of the area between two courses, a part for each time without a gap in what is known."""
    known = np.flatnonzero(~np.isnan(low + high))
    parts = np.split(known, np.flatnonzero(np.diff(known) > 1) + 1)
    return [
        np.column_stack([panel.x(x[[*part, *part[::-1]]]), panel.y(np.append(low[part], high[part[::-1]]))])
        for part in parts if len(part)
    ]


def due_date(target: pd.Series) -> float:
    """Where the target date lies on the time axis: its last quarter, or its year for yearly values."""
    yearly = target["kind"] == "flow" or target["indicator"] in YEARLY_RATIOS
    return float(target["by_year"]) + (0.5 if yearly else 0.875)


def _legend(sheet: Axes, place: Panel, target: pd.Series, draws: int, lang: str) -> None:
    """Fill the free place with the key."""
    course = word("median of draws" if draws > 1 else "one draw", lang)
    entries: list[tuple[Line2D | Patch, str]] = [(Line2D([], [], color=MUTED, linewidth=1.5), course)]
    if draws > 1:
        entries.append((Patch(color=MUTED, alpha=0.5, linewidth=0), word("25-75 % of draws", lang)))
        entries.append((Patch(color=MUTED, alpha=0.18, linewidth=0), word("5-95 % of draws", lang)))
    goal = folded(f"{word('target', lang)} {threshold_text(target, lang)}", KEY_WIDTH)
    entries.append((Line2D([], [], color=TARGET, linewidth=0.9, linestyle=GOAL_DASHES), goal))
    due = f"{word('due', lang)} {int(target['by_year'])}"
    entries.append((Line2D([], [], color=MUTED, linewidth=0.8, linestyle=DUE_DASHES), due))
    handles, labels = zip(*entries, strict=True)
    middle = place.left, (place.bottom + place.top) / 2.0
    sheet.legend(handles, labels, loc="center left", bbox_to_anchor=middle, bbox_transform=sheet.transData, fontsize=8,
                 borderaxespad=0.0)
