"""A box of futures: its restricted dimensions within their ranges, and misses and hits in the two surest of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.figures.distribution import GOLDEN_RATIO
from experiments.figures.style import GRID, INK, MUTED, house_style, keep_figure
from experiments.study.boxes import Box, Limit
from experiments.study.future_labels import Labels

MISSED, MET = "#D55E00", "#0072B2"
WORDS = {
    "en": ("missed", "met", "bar: range inside the box; q: quasi-p-value; cross: missed, dot: met",
           "covers {coverage:.0%} of the misses; {density:.0%} of the futures inside miss"),
    "zh": ("未达标", "达标", "条：箱内范围；q：准p值；叉：未达标，点：达标",
           "涵盖{coverage:.0%}的未达标情形；箱内{density:.0%}未达标"),
}


def draw_box(
    box: Box, futures: pd.DataFrame, labels: Labels, title: str, stem: Path
) -> list[Path]:
    """Draw the limits of a box, and the futures in its first two dimensions.

    Args:
        box: the box.
        futures: one row a future: its dimensions, and ``missed``.
        labels: names of dimensions and scenarios.
        title: policy and target.
        stem: path without a suffix.

    Returns:
        The files written.
    """
    with house_style(labels.lang) as usable:
        labels = replace(labels, lang=usable)
        words = WORDS[usable]
        height = max(3.2, 0.55 * len(box.limits) + 1.7)
        figure = Figure(figsize=(8.6, height), layout="constrained")
        left, right = figure.subplots(1, 2)
        _ranges(left, box, futures, labels)
        _scatter(right, box, futures, labels)
        share = words[3].format(coverage=box.coverage, density=box.density)
        figure.suptitle(f"{title}\n{share}", x=0.01, ha="left", fontsize=10)
        figure.supxlabel(words[2], x=0.01, ha="left", fontsize=7.5, color=MUTED)
        names = [limit.name for limit in box.limits]
        return keep_figure(figure, futures[[*names, "missed"]], stem)


def _ranges(axes: Axes, box: Box, futures: pd.DataFrame, labels: Labels) -> None:
    """Each restricted dimension from end to end, the part inside the box as a bar."""
    for place, limit in enumerate(box.limits):
        low, high = _ends(limit, futures)
        start, stop = _inside(limit, futures)
        width = max(high - low, 1e-12)
        axes.barh(place, 1.0, height=0.28, color=GRID, linewidth=0)
        axes.barh(place, (stop - start) / width, left=(start - low) / width, height=0.28, color=MISSED, linewidth=0)
        texts = ", ".join(map(labels.scenario, limit.values)) if limit.values else f"{start:.3g} – {stop:.3g}"
        axes.annotate(f"{texts}  (q {limit.quasi_p:.2g})", (0.0, place - 0.24), fontsize=7, color=INK, va="bottom")
    axes.set_yticks(range(len(box.limits)), [labels.dimension(limit.name) for limit in box.limits], fontsize=7)
    axes.set_ylim(len(box.limits) - 0.5, -0.75)
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(length=0)


def _scatter(axes: Axes, box: Box, futures: pd.DataFrame, labels: Labels) -> None:
    """Futures in the two surest dimensions; with a single one they are spread upwards without a meaning."""
    across = box.limits[0]
    up = box.limits[1] if len(box.limits) > 1 else None
    x = _numbers(across, futures)
    y = _numbers(up, futures) if up else np.arange(1, len(futures) + 1) * GOLDEN_RATIO % 1.0
    missed = futures["missed"].to_numpy(dtype=bool)
    axes.scatter(x[~missed], y[~missed], s=11, color=MET, alpha=0.7, linewidth=0, label=WORDS[labels.lang][1])
    axes.scatter(x[missed], y[missed], s=20, color=MISSED, marker="x", linewidth=1.0, label=WORDS[labels.lang][0])
    left, right = _inside(across, futures)
    bottom, top = _inside(up, futures) if up else (0.0, 1.0)
    axes.add_patch(Rectangle((left, bottom), right - left, top - bottom, fill=False, edgecolor=INK, linewidth=1.2))
    axes.set_xlabel(labels.dimension(across.name), fontsize=7.5)
    _named_ticks(axes, across, futures, labels, "x")
    if up:
        axes.set_ylabel(labels.dimension(up.name), fontsize=7.5)
        _named_ticks(axes, up, futures, labels, "y")
    else:
        axes.set_yticks([])
    axes.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=2, fontsize=7.5)


def _numbers(limit: Limit, futures: pd.DataFrame) -> np.ndarray:
    """Places of the futures along a dimension; names in the order of the alphabet, side by side."""
    column = futures[limit.name]
    if not limit.values:
        return column.to_numpy(dtype=np.float64)
    spread = np.linspace(-0.3, 0.3, len(column))
    return column.map({name: place for place, name in enumerate(_order(limit, futures))}).to_numpy() + spread


def _order(limit: Limit, futures: pd.DataFrame) -> list[str]:
    """Names of a dimension, those inside the box first."""
    return [*limit.values, *sorted(set(futures[limit.name]) - set(limit.values))]


def _named_ticks(axes: Axes, limit: Limit, futures: pd.DataFrame, labels: Labels, which: str) -> None:
    if limit.values:
        names = [labels.scenario(name).replace("_", "\n") for name in _order(limit, futures)]
        (axes.set_xticks if which == "x" else axes.set_yticks)(range(len(names)), names)
        axes.tick_params(axis="x" if which == "x" else "y", labelsize=6)


def _ends(limit: Limit, futures: pd.DataFrame) -> tuple[float, float]:
    """Both ends of a dimension over all futures."""
    if limit.values:
        return -0.5, len(_order(limit, futures)) - 0.5
    return float(futures[limit.name].min()), float(futures[limit.name].max())


def _inside(limit: Limit, futures: pd.DataFrame) -> tuple[float, float]:
    """Both ends of the part inside the box."""
    if limit.values:
        return -0.5, len(limit.values) - 0.5
    low, high = _ends(limit, futures)
    return low if limit.low is None else limit.low, high if limit.high is None else limit.high
