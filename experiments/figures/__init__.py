"""Figures of an experiment, each as SVG and PNG beside the CSV with the numbers it shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd

from experiments.results import Results


def figure_tasks(results: Results, folder: Path) -> list[Callable[[], list[Path]]]:
    """Calls that draw the course and the distribution of one headline target in one case, and tell the files written.

    Args:
        results: the finished experiment.
        folder: where figures go, in a folder a case if there are several; made if it is not there.

    Returns:
        One call a figure pair, case by case in the order of the target registry; another process can make it.
    """
    # Copies, which nobody changes while they are sent to another process.
    cases = {case.label: replace(results.of_case(case)) for case in results.config.design.cases}
    places = {label: folder / label if len(cases) > 1 else folder for label in cases}
    return [
        partial(_draw, own, target, places[label])
        for label, own in cases.items()
        for _, target in own.headline_targets.iterrows()
    ]


def draw_all(results: Results, folder: Path) -> list[Path]:
    """Draw the course and the distribution of every headline target in every case; see `figure_tasks`."""
    return [path for draw in figure_tasks(results, folder) for path in draw()]


def _draw(results: Results, target: pd.Series, folder: Path) -> list[Path]:
    """Both figures of one target."""
    # Slow to import: who hands the calls to other processes draws nothing itself.
    from experiments.figures.distribution import draw_distribution
    from experiments.figures.fan import draw_fan

    return draw_fan(results, target, folder) + draw_distribution(results, target, folder)
