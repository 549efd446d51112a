"""Coverage by sector as a heat map: sectors down, policies across, and the years of one policy."""

from __future__ import annotations

from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

from experiments.analysis.cases import case_folder, own_rows, shown_policy
from experiments.figures.style import INK, house_style, keep_figure
from experiments.figures.tile_map import COLOURS
from experiments.labels import joined, word
from experiments.results import Results

NAME_WIDTH = 32


def draw_sectors(results: Results, table: pd.DataFrame, folder: Path, quantity: str = "coverage") -> list[Path]:
    """Draw mean shares in per cent: on the left all policies in the last year, on the right one policy over the years.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.sectors.sector_table`.
        folder: where the figure goes, in a folder a case if there are several.
        quantity: coverage or certified_output_share.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table[table["quantity"] == quantity], case),
                          case_folder(case, folder) / f"sectors_{quantity}")
    ]  # fmt: skip


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    policies = [name for name in case.config.policies if name in set(rows["policy"])]
    shown, last = shown_policy(case), rows["year"].max()
    sectors = rows.drop_duplicates("sector").sort_values("sector").set_index("sector")
    by_policy = rows[rows["year"] == last].pivot(index="sector", columns="policy", values="mean")[policies]
    by_year = rows[rows["policy"] == shown].pivot(index="sector", columns="year", values="mean")
    norm = Normalize(0.0, float(np.nanmax([by_policy.max().max(), by_year.max().max(), 0.01])))
    with house_style(case.config.lang) as lang:
        names = [str(name) for name in sectors["zh" if lang == "zh" else "en"]]
        short = [name if len(name) <= NAME_WIDTH else f"{name[:NAME_WIDTH]}…" for name in names]
        widths = [len(policies), by_year.shape[1]]
        figure = Figure(figsize=(3.2 + 0.5 * sum(widths), 1.6 + 0.19 * len(names)), layout="constrained")
        left, right = figure.subplots(1, 2, sharey=True, width_ratios=widths)
        labels = [case.policy_label(name, lang) for name in policies]
        image = _heat(left, by_policy, labels, norm)
        _heat(right, by_year, [str(year) for year in by_year.columns], norm)
        left.set_yticks(range(len(names)), [f"{code} {name}" for code, name in zip(sectors.index, short, strict=True)])
        left.set_title(str(last), color=INK)
        right.set_title(case.policy_label(shown, lang), color=INK)
        bar = figure.colorbar(image, ax=[left, right], orientation="horizontal", fraction=0.02, aspect=60, pad=0.01)
        bar.ax.xaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
        quantity = str(rows["quantity"].iloc[0]).replace("_", " ")
        title = joined((word(quantity, lang), word("mean of draws, %", lang)), lang)
        figure.suptitle(case.titled(title), x=0.01, ha="left", fontsize=11)
        return keep_figure(figure, rows, stem)


def _heat(axes: Axes, values: pd.DataFrame, labels: list[str], norm: Normalize) -> AxesImage:
    """A grid of colours with the numbers in it; an empty cell where a sector has no firm."""
    table = values.sort_index().to_numpy(dtype=float)
    image = axes.imshow(table, cmap=matplotlib.colormaps[COLOURS], norm=norm, aspect="auto")
    for (row, column), value in np.ndenumerate(table):
        if not np.isnan(value):
            dark = norm(value) > 0.55
            axes.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=6.3,
                      color="white" if dark else INK, in_layout=False)  # fmt: skip
    slanted = max(map(len, labels)) > len("2026")
    axes.set_xticks(range(len(labels)), labels, rotation=35 if slanted else 0, ha="right" if slanted else "center")
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    return image
