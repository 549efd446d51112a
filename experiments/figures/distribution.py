"""Distribution over the draws at the target date, policy by policy, against the target."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure

from agents.array_types import FloatArray
from experiments.figures.style import GRID, INK, MUTED, TARGET, house_style, keep_figure, policy_styles
from experiments.labels import axis_factor, goal_level, headed, outcome_unit, target_name, threshold_text, word
from experiments.results import Results

GOLDEN_RATIO = 0.6180339887498949
"""Step of the low-discrepancy sequence that spreads the dots of a row without chance."""
SPREAD = 0.26


def distribution_data(results: Results, target: pd.Series) -> pd.DataFrame:
    """The draws of one target: policy, scenario, behaviour, seed, value, met; policies by median, best first."""
    data = results.draws(target)
    medians = data.groupby("policy", sort=False)["value"].median()
    better_low = target["comparison"] in ("<=", "<", "decrease")
    ranked = medians.sort_values(ascending=better_low, kind="stable")
    rank = data["policy"].map({name: place for place, name in enumerate(ranked.index)})
    return results.labelled(data.loc[rank.sort_values(kind="stable").index].reset_index(drop=True))


def draw_distribution(results: Results, target: pd.Series, folder: Path) -> list[Path]:
    """Draw one row a policy: dots for draws, bars for quantiles, draws that meet the target.

    Returns:
        The files written.
    """
    data = distribution_data(results, target)
    order = list(data["policy"].unique())
    factor = axis_factor(target)
    with house_style(results.config.lang) as lang:
        figure = Figure(figsize=(7.6, 0.36 * len(order) + 1.55), layout="constrained")
        axes = figure.subplots()
        styles = policy_styles(results.config.policies)
        rows = [own for _, own in data.groupby("policy", sort=False)]
        draws = [factor * own["value"].to_numpy(dtype=np.float64) for own in rows]
        _rows(axes, draws, [styles[policy].colour for policy in order])
        beside: Any = {"transform": axes.get_yaxis_transform(), "va": "center"}
        for place, own in enumerate(rows):
            axes.text(1.02, place, f"{int(own['met'].sum())}/{len(own)}", **beside)
        heading = word("draws that meet it", lang).replace(" that ", "\nthat ")
        axes.text(1.02, -0.75, heading, color=MUTED, fontsize=7.5, **beside)
        axes.axvline(
            factor * goal_level(target), color=TARGET, linewidth=1.0, linestyle=(0, (4, 2)), zorder=1
        )
        axes.set_yticks(range(len(order)), [results.policy_label(policy, lang) for policy in order])
        axes.set_ylim(len(order) - 0.5, -1.1)
        axes.set_xlabel(outcome_unit(target, lang))
        axes.grid(axis="x", color=GRID, linewidth=0.6)
        axes.set_axisbelow(True)
        axes.tick_params(length=2)
        heading = results.titled(headed(target_name(target, lang), threshold_text(target, lang), lang))
        _title(figure, heading, len(data) // len(order), lang)
        return keep_figure(figure, data, folder / f"distribution_{target['target_id']}")


def _rows(axes: Axes, draws: Sequence[FloatArray], colours: Sequence[str]) -> None:
    """Dots for the draws of each row and, for more than one, bars over 5-95 % and 25-75 % with a stroke at the median.

    Marks of one kind are one part of the figure for all rows.
    """
    known = [np.sort(values[~np.isnan(values)]) for values in draws]
    spread = [place for place, values in enumerate(known) if len(values) > 1]
    if spread:
        places, own = np.array(spread), [colours[place] for place in spread]
        quantiles = [np.quantile(known[place], [0.05, 0.25, 0.5, 0.75, 0.95]) for place in spread]
        low, left, middle, right, high = np.transpose(quantiles)
        axes.hlines(places, low, high, colors=own, linewidth=1.2, zorder=2)
        bars = [
            [(start, place - 0.25), (start, place + 0.25), (stop, place + 0.25), (stop, place - 0.25)]
            for place, start, stop in zip(spread, left, right, strict=True)
        ]
        axes.add_collection(PolyCollection(bars, facecolors=own, alpha=0.28, linewidths=0, zorder=2))
        axes.vlines(middle, places - 0.32, places + 0.32, colors=INK, linewidth=1.6, zorder=4)
    dots = [
        place + (np.arange(1, len(values) + 1) * GOLDEN_RATIO % 1.0 - 0.5) * 2.0 * SPREAD * (len(values) > 1)
        for place, values in enumerate(known)
    ]
    own = [colour for colour, values in zip(colours, known, strict=True) for _ in values]
    axes.scatter(np.concatenate(known), np.concatenate(dots), s=9, c=own, alpha=0.65, linewidth=0, zorder=3)


def _title(figure: Figure, text: str, draws: int, lang: str) -> None:
    """The title, and how to read the marks."""
    figure.suptitle(text, x=0.01, ha="left", fontsize=11)
    if draws > 1:
        key = word("dots: draws; bar: 25-75 %; line: 5-95 %; stroke: median; red: target", lang)
        figure.supxlabel(key, x=0.01, ha="left", fontsize=7.5, color=MUTED)
