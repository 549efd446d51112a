"""Figures of an experiment, each as SVG and PNG beside the CSV with the numbers it shows."""

from __future__ import annotations

from pathlib import Path

import joblib
import pandas as pd

from experiments.figures.distribution import draw_distribution
from experiments.figures.fan import draw_fan
from experiments.results import Results


def draw_all(results: Results, folder: Path, workers: int = 1) -> list[Path]:
    """Draw the course and the distribution of every headline target in every case.

    Args:
        results: the finished experiment.
        folder: where figures go, in a folder a case if there are several; made if it is not there.
        workers: processes to share the drawing.

    Returns:
        The files written, case by case in the order of the target registry.
    """
    cases = {case.label: results.of_case(case) for case in results.config.design.cases}
    places = {label: folder / label if len(cases) > 1 else folder for label in cases}
    drawn = joblib.Parallel(n_jobs=workers)(
        joblib.delayed(_draw)(own, target, places[label])
        for label, own in cases.items()
        for _, target in own.headline_targets.iterrows()
    )
    return [path for paths in drawn for path in paths]


def _draw(results: Results, target: pd.Series, folder: Path) -> list[Path]:
    """Both figures of one target."""
    return draw_fan(results, target, folder) + draw_distribution(results, target, folder)
