"""Where the firms stand over time: stacked shares, a panel a policy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from agents.firm import BOTTLENECKS
from experiments.analysis.cases import case_folder, own_rows
from experiments.figures.style import INK, house_style, keep_figure
from experiments.labels import word
from experiments.results import Results
from policies.schedule import parse_quarter

COLUMNS = 4
ORDER = ("done", "in_progress", "queued", "unfinanced", "uneconomic", "waiting", "unaware", "ineligible")
"""From the bottom: done first, then the classes in the order in which firms reach it, backwards."""

FILLS = {
    "done": ("#004c6d", ""), "in_progress": ("#3d85a8", ""), "queued": ("#94c2da", ""),
    "unfinanced": ("#d55e00", "////"), "uneconomic": ("#e69f00", ""), "waiting": ("#f6dd9b", "...."),
    "unaware": ("#bdbdbd", ""), "ineligible": ("#efefef", "xxxx"),
}
"""Fill and hatching of a class: they differ in lightness too, so that they can be told apart in grey."""

assert set(ORDER) == set(BOTTLENECKS)


def draw_bottlenecks(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw mean shares of firms by class, a panel a policy.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.bottlenecks.bottleneck_shares`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table, case), case_folder(case, folder) / "bottlenecks")
    ]


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    policies = [name for name in case.config.policies if name in set(rows["policy"])]
    columns = min(COLUMNS, len(policies))
    deep = -(-len(policies) // columns)
    with house_style(case.config.lang) as lang:
        figure = Figure(figsize=(2.2 * max(columns, 2) + 0.5, 1.75 * deep + 1.1), layout="constrained")
        panels = figure.subplots(deep, columns, sharex=True, sharey=True, squeeze=False).ravel()
        for axes in panels[len(policies):]:
            axes.set_axis_off()
        for axes, policy in zip(panels, policies, strict=False):
            own = rows[rows["policy"] == policy].pivot(index="quarter", columns="bottleneck", values="share_mean")
            x = np.array([(parse_quarter(label) + 0.5) / 4 for label in own.index])
            layers = axes.stackplot(x, *(100.0 * own[name].to_numpy() for name in ORDER),
                                    colors=[FILLS[name][0] for name in ORDER], linewidth=0.3, edgecolor="white")
            for layer, name in zip(layers, ORDER, strict=True):
                layer.set_hatch(FILLS[name][1])
            years = np.unique(np.floor(x)).astype(int)
            axes.set_xticks(years + 0.5, [str(year) if year % 2 == 0 else "" for year in years])
            axes.set_xlim(x[0], x[-1]) if len(x) > 1 else None
            axes.set_ylim(0.0, 100.0)
            axes.tick_params(length=2, labelbottom=True)
            axes.set_title(case.policy_label(policy, lang), color=INK)
        _legend(figure, rows.drop_duplicates("bottleneck").set_index("bottleneck")["zh" if lang == "zh" else "en"])
        title = case.titled(word("where the firms stand, % of firms in business", lang))
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        return keep_figure(figure, rows, stem)


def _legend(figure: Figure, names: pd.Series) -> None:
    """The classes below the panels, `names` by class."""
    keys = [Patch(facecolor=fill, hatch=hatch, edgecolor="white", linewidth=0.3)
            for fill, hatch in (FILLS[name] for name in ORDER[::-1])]
    figure.legend(keys, [str(names[name]) for name in ORDER[::-1]], loc="outside lower center", ncols=4, fontsize=8)
