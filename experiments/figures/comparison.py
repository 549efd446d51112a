"""Differences of the policies against `current`, target by target."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from experiments.analysis.cases import REFERENCE, case_folder, own_rows, targets_in
from experiments.figures.panels import effect_factor, effect_unit, interval_panel, panel_grid, wrapped
from experiments.figures.style import house_style, keep_figure, policy_styles
from experiments.labels import target_heading, word
from experiments.results import Results


def draw_comparison(results: Results, table: pd.DataFrame, folder: Path) -> list[Path]:
    """Draw the paired differences on the outcome targets with their intervals, a figure a case.

    Args:
        results: the finished experiment.
        table: as made by `experiments.analysis.comparison.comparison_table`.
        folder: where the figure goes, in a folder a case if there are several.

    Returns:
        The files written; none without `current` or another policy.
    """
    written: list[Path] = []
    for case in results.cases:
        rows = own_rows(table, case)
        rows = rows[(rows["role"] == "outcome") & (rows["policy"] != REFERENCE) & (rows["reference"] != "")]
        if len(rows):
            written += _draw(case, rows, case_folder(case, folder) / "comparison")
    return written


def _draw(case: Results, rows: pd.DataFrame, stem: Path) -> list[Path]:
    policies = list(dict.fromkeys(rows["policy"]))
    styles = policy_styles(case.config.policies)
    targets = targets_in(rows, case)
    with house_style(case.config.lang) as lang:
        title = case.titled(word("difference against current policy", lang))
        figure, panels = panel_grid(len(targets), len(policies), title)
        for axes, target in zip(panels, targets, strict=True):
            own = rows[rows["target_id"] == target["target_id"]].set_index("policy").reindex(policies)
            unit = str(own["unit"].dropna().iloc[0])
            shown = own[["difference", "difference_low", "difference_high"]] * effect_factor(unit)
            shown.columns = ["value", "low", "high"]
            labels = [case.policy_label(name, lang) for name in policies]
            colours = [styles[name].colour for name in policies]
            heading = wrapped(target_heading(target, lang))
            interval_panel(axes, labels, shown, colours, heading, effect_unit(unit, lang))
        return keep_figure(figure, rows, stem)
