"""Making what a report shows, in its language: figures as vectors alone, and the analyses asked again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import joblib
import pandas as pd

from experiments.report.answers import ask_again, asked_analyses
from experiments.report.charts import outcome_targets
from experiments.report.material import Material
from experiments.results import Results


def prepared(material: Material, folder: Path, figures: bool, workers: int = 1) -> Material:
    """Ask the analyses again and draw the figures of a report.

    Args:
        material: the material.
        folder: where tables and figures go.
        figures: whether figures are wanted.
        workers: processes to share the work.

    Returns:
        The material with what was made.
    """
    analyses = asked_analyses(material.results)
    tasks: list[Callable[[], str]] = [
        partial(_ask, name, material.results, material.folder, material.stored.finished, folder, figures)
        for name in analyses
    ]
    if figures:
        tasks += [partial(_draw, material.first, target, folder / "figures") for target in outcome_targets(material)]
    replies = joblib.Parallel(n_jobs=workers)(joblib.delayed(task)() for task in tasks)
    unanswered = {name: reply for name, reply in zip(analyses, replies, strict=False) if reply}
    drawn = figures_in(folder / "figures", material) if figures else None
    return replace(material, drawn=drawn, answers=folder, unanswered=unanswered)


def figures_in(folder: Path, material: Material) -> Mapping[str, Path]:
    """SVG files of a folder of figures by name; those of the case told in full where there are several."""
    case = material.first.config.design.cases[0].label
    paths = [*sorted(folder.glob("*.svg")), *sorted((folder / case).glob("*.svg"))]
    return {path.stem: path for path in paths}


def _ask(*details: object) -> str:
    from experiments.figures.style import vectors_only  # slow to import, and a run's own report draws nothing

    with vectors_only():
        return ask_again(*details)  # type: ignore[arg-type]


def _draw(results: Results, target: pd.Series, folder: Path) -> str:
    from experiments.figures.distribution import draw_distribution
    from experiments.figures.fan import draw_fan
    from experiments.figures.style import vectors_only

    with vectors_only():
        draw_fan(results, target, folder)
        draw_distribution(results, target, folder)
    return ""
