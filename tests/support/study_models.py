"""Rows of points from functions that are known: what a study would be given by the model, without the model."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
from rich.console import Console

from experiments.questions import Commission
from experiments.run import Experiment
from experiments.settings.config import ExperimentConfig
from experiments.settings.executor import ExecutorConfig
from experiments.store.fingerprint import digest
from experiments.store.folder import ResultStore
from experiments.study.points import Point
from sim.preparation import load_inputs

Outcomes = Mapping[str, float]
"""Gap to the threshold by target_id, in shares of the threshold; a target is met from 0 on."""
World = Callable[[Point, str], tuple[float, Outcomes]]
"""Public cost (m CNY) and outcomes of one policy at a point."""
THRESHOLD = 100.0


class Evaluator:
    """Gives rows of points as `PointStore.evaluate` does, and remembers what it was asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.asked: list[Point] = []
        self.registry = load_inputs("demo").province.targets.query("headline")

    def __call__(self, points: Sequence[Point]) -> pd.DataFrame:
        self.asked += points
        each = {point.key: point for point in points}
        return pd.DataFrame([
            row for point in each.values() for policy in point.policies for row in self._rows(point, policy)
        ])

    def _rows(self, point: Point, policy: str) -> list[dict[str, object]]:
        cost, outcomes = self.world(point, policy)
        names = dict(zip(self.registry["target_id"], self.registry["definition_id"], strict=True))
        case = {"key": point.key, "seed": point.seed, "scenario": point.scenario, "policy": policy}
        return [
            {**case, "target_id": target, "definition": names[target], "comparison": ">=", "threshold": THRESHOLD,
             "value": THRESHOLD * (1.0 + gap), "gap": THRESHOLD * gap, "met": gap >= 0.0, "public_cost": cost,
             "redirected": 7.0}
            for target, gap in outcomes.items()
        ]


def study_config(**settings: object) -> ExperimentConfig:
    """Settings of a study of the small province in this process."""
    config = ExperimentConfig(name="study", policies=("plan",), province="demo", executor=ExecutorConfig("serial"))
    return replace(config, **settings)


def told(config: ExperimentConfig, folder: Path) -> tuple[Commission, io.StringIO]:
    """A commission that prints into a text, 100 columns wide."""
    text = io.StringIO()
    out = Console(file=text, width=100, highlight=False)
    return Commission(Experiment(config, {}, digest("test")), ResultStore(folder), Console(quiet=True), out), text


def cells(line: str) -> int:
    """Terminal columns that a line takes."""
    from rich.cells import cell_len

    return cell_len(line.rstrip())
