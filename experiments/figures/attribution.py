"""The parts of the levers in their joint effect, target by target."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.analysis.attribution import lever_label
from experiments.analysis.cases import case_folder, own_rows, targets_in
from experiments.figures.panels import effect_factor, effect_unit, interval_panel, panel_grid, wrapped
from experiments.figures.style import INK, house_style, keep_figure, policy_styles
from experiments.labels import target_heading, word
from experiments.results import Results

QUANTITY = "value"


def draw_attribution(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw a panel an outcome target: the part of each lever and the whole effect with their intervals.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.attribution.attribution_parts`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written.
    """
    written: list[Path] = []
    for case in results.cases:
        rows = own_rows(table, case)
        outcome = {target["target_id"] for target in targets_in(rows, case) if target["role"] == "outcome"}
        rows = rows[(rows["quantity"] == QUANTITY) & rows["target_id"].isin(outcome)]
        written += _draw(case, rows, case_folder(case, folder) / "attribution")
    return written


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    targets, levers = targets_in(rows, case), list(case.config.attribution.levers)
    styles = policy_styles(levers)
    with house_style(case.config.lang) as lang:
        title = case.titled(word("part of each lever in the effect over current policy", lang))
        figure, panels = panel_grid(len(targets), len(levers) + 1, title)
        names = [lever_label(case, lever, lang) for lever in levers]
        for axes, target in zip(panels, targets, strict=True):
            own = rows[rows["target_id"] == target["target_id"]].set_index("lever").loc[levers]
            whole = own[["total", "total_low", "total_high"]].head(1).set_axis(["value", "low", "high"], axis=1)
            parts = own[["part", "low", "high"]].set_axis(["value", "low", "high"], axis=1)
            unit = str(own["unit"].iloc[0])
            shown = pd.concat([parts, whole]) * effect_factor(unit)
            colours = [*(styles[lever].colour for lever in levers), INK]
            heading = wrapped(target_heading(target, lang))
            interval_panel(axes, [*names, word("all together", lang)], shown, colours, heading, effect_unit(unit, lang))
        return keep_figure(figure, rows, stem)
