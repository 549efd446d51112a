"""The prefectures as tiles of equal size, roughly where they lie: large and small ones are read alike."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import matplotlib
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.analysis.cases import case_folder, own_rows, shown_policy, targets_in
from experiments.figures.panels import wrapped
from experiments.figures.style import INK, MUTED, house_style, keep_figure
from experiments.labels import headed, target_heading, value_text, word
from experiments.results import Results

TILES: Mapping[str, tuple[int, int]] = {
    "Aba": (1, 0), "Mianyang": (3, 0), "Guangyuan": (4, 0), "Bazhong": (5, 0),
    "Ganzi": (0, 1), "Chengdu": (2, 1), "Deyang": (3, 1), "Nanchong": (4, 1), "Dazhou": (5, 1),
    "Ya'an": (1, 2), "Meishan": (2, 2), "Ziyang": (3, 2), "Suining": (4, 2), "Guang'an": (5, 2),
    "Leshan": (2, 3), "Zigong": (3, 3), "Neijiang": (4, 3),
    "Liangshan": (1, 4), "Yibin": (3, 4), "Luzhou": (4, 4),
    "Panzhihua": (1, 5),
}  # fmt: skip
"""Column and row of each prefecture, the north-west at (0, 0). Neighbours mostly stay neighbours; shapes do not."""

COLOURS = "YlGnBu"
"""Sequential, safe for colour-blind readers (ColorBrewer), and darker where there is more in grey too."""


def tile_places(names: list[str]) -> dict[str, tuple[int, int]]:
    """Place of every prefecture; those that `TILES` does not know stand in rows below."""
    known = {name: TILES[name] for name in names if name in TILES}
    below = max((row for _, row in known.values()), default=-1) + 1
    others = [name for name in names if name not in TILES]
    return known | {name: (place % 6, below + place // 6) for place, name in enumerate(others)}


def draw_prefectures(results: Results, table: pd.DataFrame, folder: Path, policy: str = "") -> list[Path]:
    """Draw a map a target: how far the median draw of each prefecture gets on the way to its part.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.prefectures.prefecture_table`.
        folder: where the figure goes, in a folder a case if there are several.
        policy: which policy to draw; by default `plan`, or the last one.

    Returns:
        The files written; none if nothing is asked of prefectures.
    """
    written: list[Path] = []
    for case in results.cases:
        chosen = policy or shown_policy(case)
        rows = own_rows(table, case)
        rows = rows[(rows["policy"] == chosen) & rows["threshold"].notna()]
        if len(rows):
            written += _draw(case, rows, chosen, case_folder(case, folder) / "prefectures")
    return written


def _draw(case: Results, rows: pd.DataFrame, policy: str, stem: Path) -> list[Path]:
    targets = targets_in(rows, case)
    columns = min(2, len(targets))
    deep = -(-len(targets) // columns)
    norm, colours = Normalize(0.0, 1.0), matplotlib.colormaps[COLOURS]
    with house_style(case.config.lang) as lang:
        figure = Figure(figsize=(4.6 * columns, 4.1 * deep + 0.9), layout="constrained")
        panels = figure.subplots(deep, columns, squeeze=False).ravel()
        for axes in panels:
            axes.set_axis_off()
        for axes, target in zip(panels, targets, strict=False):
            own = rows[rows["target_id"] == target["target_id"]]
            _map(axes, own, norm, lang)
            axes.set_title(wrapped(target_heading(target, lang), 48), color=INK)
        scale = ScalarMappable(norm, colours)
        bar = figure.colorbar(scale, ax=list(panels), orientation="horizontal", fraction=0.03, aspect=50, pad=0.02,
                              extend="max")
        bar.set_label(word("median as part of what the prefecture would have to reach", lang), fontsize=8)
        bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        title = headed(word("targets by prefecture, an illustration", lang), case.policy_label(policy, lang), lang)
        figure.suptitle(case.titled(title), x=0.01, ha="left", fontsize=11)
        return keep_figure(figure, rows, stem)


def _map(axes: Axes, rows: pd.DataFrame, norm: Normalize, lang: str) -> None:
    """One target: a tile a prefecture with its name, the median, and the draws that reach its part."""
    places = tile_places(list(rows["prefecture"]))
    colours = matplotlib.colormaps[COLOURS]
    for _, row in rows.iterrows():
        x, y = places[row["prefecture"]]
        known = pd.notna(row["p50"])
        part = float(row["p50"]) / float(row["threshold"]) if known and row["threshold"] else 0.0
        fill = colours(norm(min(part, 1.0))) if known else (1.0, 1.0, 1.0, 1.0)
        # a light fill takes dark letters
        red, green, blue, _ = fill
        dark = 0.2126 * red + 0.7152 * green + 0.0722 * blue < 0.5
        axes.add_patch(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, facecolor=fill, edgecolor=MUTED, linewidth=0.5))
        name = str(row["zh"])[:-1] if lang == "zh" else str(row["prefecture"])
        draws = "" if pd.isna(row["met"]) else f"\n{int(row['met'])}/{int(row['draws'])}"
        text = f"{name}\n{value_text(float(row['p50']), str(row['unit']))}{draws}"
        axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", fontsize=6.6, color="white" if dark else INK,
                  linespacing=1.2, in_layout=False)
    axes.set_xlim(0, max(x for x, _ in places.values()) + 1)
    axes.set_ylim(max(y for _, y in places.values()) + 1, 0)
    axes.set_aspect("equal")
