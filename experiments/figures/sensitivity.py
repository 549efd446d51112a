"""Bars of a sensitivity analysis: one panel a target, the strongest factors with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from experiments.figures.style import GRID, INK, MUTED, house_style, keep_figure
from experiments.labels import headed, is_change, is_share, target_name
from experiments.study.outcomes import amount_unit

BARS = 6
"""Factors of a panel."""
COLUMNS = 3
BLUE, ORANGE = "#0072B2", "#E69F00"


class Bars(NamedTuple):
    """What is drawn: the columns of length, interval and mark, and how they are told."""

    factor: str
    value: str
    mark: str
    title: Mapping[str, str]
    note: Mapping[str, str]
    in_units: bool


KINDS: Mapping[str, Bars] = {
    "groups": Bars(
        "factor", "mu_star", "", {"en": "Screening of groups (μ*)", "zh": "参数组筛选（μ*）"},
        {"en": "bar: mean absolute effect over the range; line: 95 % interval",
         "zh": "条：在取值范围内变动的平均绝对效应；线：95%区间"}, True,
    ),
    "parameters": Bars(
        "factor", "mu_star", "sigma", {"en": "Screening of parameters (μ*, σ)", "zh": "参数筛选（μ*、σ）"},
        {"en": "bar: mean absolute effect over the range; line: 95 % interval; diamond: σ (interaction, curvature)",
         "zh": "条：在取值范围内变动的平均绝对效应；线：95%区间；菱形：σ（交互与非线性）"}, True,
    ),
    "sobol": Bars(
        "parameter", "total", "first", {"en": "Sobol' indices", "zh": "Sobol指数"},
        {"en": "bar: total order; line: its 95 % interval; diamond: first order",
         "zh": "条：总效应；线：95%区间；菱形：一阶效应"}, False,
    ),
}

CHANCE_WORDS = {
    "en": ("Where the variance comes from", "ignorance of parameters", "chance (seeds)", "share of variance, %",
           "line: 95 % interval"),
    "zh": ("结果方差的来源", "参数未知", "偶然（抽样）", "方差占比（%）", "线：95%区间"),
}


def draw_sensitivity(
    table: pd.DataFrame, kind: str, targets: Sequence[pd.Series], labels: Mapping[str, str], lang: str, folder: Path
) -> list[Path]:
    """Draw one step of an analysis, a figure a quantity.

    Args:
        table: as written to the step's file.
        kind: a key of `KINDS`, or ``chance``.
        targets: registry rows, in order.
        labels: names of factors and quantities as shown.
        lang: language of the labels.
        folder: where figures go.

    Returns:
        The files written.
    """
    if kind == "chance":
        return _draw_chance(table, targets, labels, lang, folder)
    paths: list[Path] = []
    for place, (quantity, own) in enumerate(table.groupby("quantity", sort=False)):
        stem = folder / f"sensitivity_{kind}{'_difference' if place else ''}"
        paths += _draw_bars(own, KINDS[kind], str(quantity), targets, labels, lang, stem)
    return paths


def _draw_bars(
    table: pd.DataFrame, bars: Bars, quantity: str, targets: Sequence[pd.Series], labels: Mapping[str, str], lang: str,
    stem: Path,
) -> list[Path]:
    """Small multiples, a panel a target that anything moves."""
    panels = [(target, _top(table, target, bars)) for target in targets]
    panels = [(target, rows) for target, rows in panels if len(rows)]
    if not panels:
        return []
    columns = min(COLUMNS, len(panels))
    rows_of_panels = -(-len(panels) // columns)
    with house_style(lang) as usable:
        figure = Figure(figsize=(3.2 * columns, 2.1 * rows_of_panels + 0.8), layout="constrained")
        axes = figure.subplots(rows_of_panels, columns, squeeze=False).ravel()
        for axis, (target, rows) in zip(axes, panels, strict=False):
            _panel(axis, rows, bars, target, labels if usable == lang else {}, usable)
        for axis in axes[len(panels) :]:
            axis.set_axis_off()
        shown = labels.get(quantity, quantity) if usable == lang else quantity
        figure.suptitle(headed(bars.title[usable], shown, usable), x=0.01, ha="left", fontsize=11)
        figure.supxlabel(bars.note[usable], x=0.01, ha="left", fontsize=7.5, color=MUTED)
        return keep_figure(figure, pd.concat([rows for _, rows in panels], ignore_index=True), stem)


def _top(table: pd.DataFrame, target: pd.Series, bars: Bars) -> pd.DataFrame:
    """The strongest factors of one target."""
    own = table[(table["target_id"] == target["target_id"]) & (table[bars.value].abs() > 0.0)]
    return own.sort_values(bars.value, ascending=False, kind="stable")[:BARS]


def _panel(
    axes: Axes, rows: pd.DataFrame, bars: Bars, target: pd.Series, labels: Mapping[str, str], lang: str
) -> None:
    """Bars of one target."""
    factor = 100.0 if bars.in_units and is_share(str(target["unit"])) and not is_change(target) else 1.0
    places = range(len(rows))
    values = factor * rows[bars.value].to_numpy()
    axes.barh(places, values, height=0.62, color=BLUE, alpha=0.75, linewidth=0)
    ends = factor * rows[[f"{bars.value}_low", f"{bars.value}_high"]].to_numpy()
    axes.hlines(list(places), ends[:, 0], ends[:, 1], color=INK, linewidth=1.1)
    if bars.mark:
        axes.scatter(factor * rows[bars.mark].to_numpy(), places, marker="D", s=13, color=ORANGE, zorder=4,
                     edgecolor=INK, linewidth=0.4)
    axes.set_yticks(list(places), [_broken(labels.get(name, name)) for name in rows[bars.factor]], fontsize=6.5)
    axes.invert_yaxis()
    axes.set_title(_name(target, lang), fontsize=8)
    if bars.in_units:
        axes.set_xlabel(amount_unit(target, lang), fontsize=7)
    axes.grid(axis="x", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)


def _broken(label: str) -> str:
    """The path of a parameter on two lines."""
    return label.replace(".", ".\n", 1)


def _name(target: pd.Series, lang: str) -> str:
    """A short name."""
    return target_name(target, "zh") if lang == "zh" else str(target["target_id"]).replace("_", " ")


def _draw_chance(
    parts: pd.DataFrame, targets: Sequence[pd.Series], labels: Mapping[str, str], lang: str, folder: Path
) -> list[Path]:
    """Stacked shares of the variance, a panel a quantity."""
    groups = [(str(name), own[own["share"].notna()]) for name, own in parts.groupby("quantity", sort=False)]
    groups = [(name, own) for name, own in groups if len(own)]
    if not groups:
        return []
    by_id = {str(target["target_id"]): target for target in targets}
    most = max(len(own) for _, own in groups)
    with house_style(lang) as usable:
        title, ignorance, chance, axis, note = CHANCE_WORDS[usable]
        figure = Figure(figsize=(1.2 + 3.5 * len(groups), 0.28 * most + 1.5), layout="constrained")
        for axes, (name, own) in zip(figure.subplots(1, len(groups), squeeze=False)[0], groups, strict=True):
            places, share = range(len(own)), 100.0 * own["share"].to_numpy()
            axes.barh(places, share, color=BLUE, alpha=0.75, height=0.62, linewidth=0, label=ignorance)
            axes.barh(places, 100.0 - share, left=share, color=ORANGE, alpha=0.75, height=0.62, linewidth=0,
                      label=chance)
            axes.hlines(list(places), 100.0 * own["share_low"], 100.0 * own["share_high"], color=INK, linewidth=1.1)
            names = [_name(by_id[str(each)], usable) for each in own["target_id"]]
            axes.set_yticks(list(places), names, fontsize=7)
            axes.invert_yaxis()
            axes.set_xlim(0.0, 100.0)
            axes.set_xlabel(axis)
            axes.set_title(labels.get(name, name) if usable == lang else name)
            axes.tick_params(length=2)
        figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        figure.supxlabel(note, x=0.01, ha="left", fontsize=7.5, color=MUTED)
        return keep_figure(figure, pd.concat([own for _, own in groups], ignore_index=True),
                           folder / "chance_and_ignorance")
