"""Figures of an experiment, each as SVG and PNG beside the CSV with the numbers it shows."""

from __future__ import annotations

from pathlib import Path

from experiments.figures.distribution import draw_distribution
from experiments.figures.fan import draw_fan
from experiments.results import Results


def draw_all(results: Results, folder: Path) -> list[Path]:
    """Draw the course and the distribution of every headline target.

    Args:
        results: the finished experiment.
        folder: where figures go; made if it is not there.

    Returns:
        The files written, in the order of the target registry.
    """
    written: list[Path] = []
    for _, target in results.headline_targets.iterrows():
        written += draw_fan(results, target, folder)
        written += draw_distribution(results, target, folder)
    return written
