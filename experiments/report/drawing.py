"""Drawing what a report shows, in its language, as vectors alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import joblib
import pandas as pd

from experiments.figures.distribution import draw_distribution
from experiments.figures.fan import draw_fan
from experiments.figures.style import vectors_only
from experiments.report.charts import outcome_targets
from experiments.report.material import Material
from experiments.results import Results


def with_figures(material: Material, folder: Path, workers: int = 1) -> Material:
    """Draw the figures of a report into a folder.

    Args:
        material: the material.
        folder: where to draw.
        workers: processes to share the drawing.

    Returns:
        The material with the paths of the figures.
    """
    drawn = joblib.Parallel(n_jobs=workers)(
        joblib.delayed(_draw)(material.first, target, folder) for target in outcome_targets(material)
    )
    return replace(material, drawn=vectors([path for paths in drawn for path in paths]))


def vectors(paths: list[Path]) -> Mapping[str, Path]:
    """The SVG files among some files, by name without ending."""
    return {path.stem: path for path in paths if path.suffix == ".svg"}


def _draw(results: Results, target: pd.Series, folder: Path) -> list[Path]:
    with vectors_only():
        return draw_fan(results, target, folder) + draw_distribution(results, target, folder)
