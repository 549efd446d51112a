"""The verdicts as a grid of policies and targets, readable without colour."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from experiments.analysis.cases import case_folder, own_rows, targets_in
from experiments.figures.panels import wrapped
from experiments.figures.style import INK, MUTED, house_style, keep_figure
from experiments.labels import target_heading, word
from experiments.results import Results

FILLS = {
    "attainable": ("#0072B2", "white"), "conditional": ("#9ecae1", INK), "not attainable": ("#f0b27a", INK),
    "cannot be said": ("white", INK),
}
"""Fill and letters of a verdict; the verdict also stands in words."""

HEAD_WIDTH = 14
"""Terminal columns that a policy's name may take above its column of the grid."""


def draw_verdicts(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw one grid a case: headline targets down, policies across, the verdict and the draws in each cell.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.verdicts.verdict_table`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    return [
        path for case in results.cases
        for path in _draw(case, own_rows(table, case), case_folder(case, folder) / "verdicts")
    ]


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    policies = [name for name in case.config.policies if name in set(rows["policy"])]
    targets = targets_in(rows, case)
    place = {str(target["target_id"]): number for number, target in enumerate(targets)}
    with house_style(case.config.lang) as lang:
        # Targets run down: their names are long, those of policies short enough to stand slanted.
        size = 2.6 + 0.98 * len(policies), 1.5 + 0.42 * len(targets)
        figure = Figure(figsize=size, layout="constrained")
        axes = figure.subplots()
        for _, row in rows.iterrows():
            x, y = policies.index(row["policy"]), place[row["target_id"]]
            fill, ink = FILLS[row["verdict"]]
            axes.add_patch(Rectangle((x + 0.03, y + 0.06), 0.94, 0.88, facecolor=fill, edgecolor=MUTED, linewidth=0.5))
            text = f"{word(row['verdict'], lang)}\n{row['met']}/{row['seeds']}"
            axes.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink, fontsize=7.5, linespacing=1.15,
                      in_layout=False)
        axes.set_xlim(0, len(policies))
        axes.set_ylim(len(targets), 0)
        headings = [wrapped(target_heading(each, lang), 44) for each in targets]
        axes.set_yticks([y + 0.5 for y in range(len(targets))], headings)
        names = [_column_head(case.policy_label(name, lang)) for name in policies]
        axes.set_xticks([x + 0.5 for x in range(len(policies))], names)
        axes.xaxis.tick_top()
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        title = case.titled(word("verdict on each target: draws that meet it", lang))
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        return keep_figure(figure, rows, stem)


def _column_head(label: str) -> str:
    """The name of a policy, broken at its parts and to the width of a column."""
    parts = label.replace("+", "+ ").split(" ")
    return "\n".join(wrapped(part.replace("、", "、 "), HEAD_WIDTH).replace("、 ", "、") for part in parts)
