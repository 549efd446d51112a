"""`experiment=solve`: how far one setting has to be turned for a target to be met in a wanted share of draws.

The setting is tried on the same seeds every time; see `experiments.study.bisection` for the method and its source.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from experiments.settings.config import ExperimentConfig
from experiments.study.aims import find_aim
from experiments.study.bisection import Solution, Trial, bisect_setting
from experiments.study.evolution import Range, Settings
from experiments.study.levers import Lever, find_levers
from experiments.study.points import Point, PointStore
from experiments.study.scores import Evaluate, points_of
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import spread, wilson_interval
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from experiments.questions import Commission

INNER = 3
"""Settings between the ends of the range that are tried first, to see whether the share moves one way only."""
TRIAL_COLUMNS = (
    "setting", "draws", "met", "share_met", "share_low", "share_high", "value_p50", "public_cost_mean",
    "public_cost_p05", "public_cost_p95",
)  # fmt: skip


@dataclass(frozen=True)
class Answer:
    """What was found, with all that a reader needs to judge it.

    Attributes:
        config: the settings.
        lever: the setting that was turned.
        target: registry row of the target, with `threshold` as it is in this province.
        solution: the bisection.
        trials: one row a setting tried, `TRIAL_COLUMNS`; public cost over the run, m CNY.
        as_they_stand: the same for every policy of the settings as it stands, with the column policy.
        cost_change: public cost at the answer less that of the first policy as it stands, paired over the seeds: mean
            and 95 % interval; None without an answer.
    """

    config: ExperimentConfig
    lever: Lever
    target: pd.Series
    solution: Solution
    trials: pd.DataFrame
    as_they_stand: pd.DataFrame
    cost_change: tuple[float, float, float] | None


def solve_problems(config: ExperimentConfig) -> list[Problem]:
    """Everything that is wrong with the question."""
    from sim.preparation import load_inputs

    try:
        inputs, asked = load_inputs(config.province), config.solve
    except ConfigError:  # the run itself says so
        return []
    _, problems = find_levers("solve.lever", [asked.lever], inputs, config.policies[0])
    aim = find_aim(inputs.province.targets, asked.target, asked.definition, config.end, "solve")
    problems += aim if isinstance(aim, list) else []
    for key in ("scenario", "behaviour"):
        names: Sequence[str] = getattr(config, key)
        problems += [Problem("", key, ", ".join(names), "one is needed to solve")] if len(names) > 1 else []
    return problems


def planned_runs(config: ExperimentConfig) -> dict[str, int]:
    """Most runs of each step."""
    halvings = math.ceil(math.log2(_steps(config) / (INNER + 1)) + 1)
    return {
        "first settings": (INNER + 2) * config.seeds, "bisection": halvings * config.seeds,
        "policies as they stand": len(config.policies) * config.seeds,
    }


def _steps(config: ExperimentConfig) -> int:
    """Steps into which the range is divided."""
    return max(INNER + 1, round(1.0 / config.solve.tolerance))


def solve(commission: Commission) -> None:
    """Find the answer, then write and show it."""
    from experiments.study.solve_report import tell_answer

    tell_answer(find_answer(commission.experiment.config, PointStore(commission).evaluate), commission)


def find_answer(config: ExperimentConfig, evaluate: Evaluate) -> Answer:
    """Turn the lever until the answer is bracketed.

    Args:
        config: settings, with nothing wrong (see `solve_problems`).
        evaluate: gives the rows of points.
    """
    from sim.preparation import load_inputs

    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    (lever,), _ = find_levers("solve.lever", [config.solve.lever], inputs, config.policies[0])
    target = find_aim(inputs.province.targets, config.solve.target, config.solve.definition, config.end, "solve")
    assert isinstance(target, pd.Series), "checked before"
    tried = _Tried(config, evaluate, lever, target)
    places = Range(lever.path, lever.node.low, lever.node.high, _steps(config))
    step = (places.high - places.low) / places.steps
    solution = bisect_setting(
        tried, places.low, places.high, config.solve.share, step * (1.0 + 1e-6), INNER, places.nearest
    )
    table = tried.table([{lever.path: trial.setting} for trial in solution.trials], config.policies[:1])
    trials = table.assign(setting=[trial.setting for trial in solution.trials])[list(TRIAL_COLUMNS)]
    stand = tried.table([{}], config.policies)
    change = None if solution.answer is None else tried.cost_change(solution.answer)
    row = target.copy()
    row["threshold"] = tried.threshold
    return Answer(config, lever, row, solution, trials, stand, change)


class _Tried:
    """Settings of one lever tried on the seeds of the run, and what came out."""

    def __init__(self, config: ExperimentConfig, evaluate: Evaluate, lever: Lever, target: pd.Series) -> None:
        self._config, self._evaluate, self._lever, self._target = config, evaluate, lever, target
        self.threshold = float("nan")

    def __call__(self, settings: Sequence[float]) -> list[Trial]:
        """Try settings, all in one go."""
        turned: list[Settings] = [{self._lever.path: setting} for setting in settings]
        table = self.table(turned, self._config.policies[:1])
        return [
            Trial(setting, int(row["met"]), int(row["draws"]))
            for setting, (_, row) in zip(settings, table.iterrows(), strict=True)
        ]

    def table(self, turned: Sequence[Settings], policies: Sequence[str]) -> pd.DataFrame:
        """Attainment and cost for every setting and policy, as `TRIAL_COLUMNS` with policy instead of setting."""
        asked = [(settings, policy) for settings in turned for policy in policies]
        points = [points_of(self._config, *each, self._config.seed_list, self._config.scenario) for each in asked]
        rows = self._rows([point for own in points for point in own])
        keys = rows.groupby(["key", "policy"], sort=False)
        groups = {key: rows.loc[index] for key, index in keys.groups.items()}
        parts = [
            pd.concat([groups[(point.key, policy)] for point in own])
            for own, (_, policy) in zip(points, asked, strict=True)
        ]
        return pd.DataFrame([
            {"policy": policy, **_attainment(part)} for part, (_, policy) in zip(parts, asked, strict=True)
        ])

    def cost_change(self, setting: float) -> tuple[float, float, float]:
        """Public cost at a setting less that of the policy as it stands, over the same seeds."""
        costs = []
        for settings in ({self._lever.path: setting}, {}):
            config = self._config
            points = points_of(config, settings, config.policies[0], config.seed_list, config.scenario)
            costs.append(self._rows(points)["public_cost"].to_numpy(dtype=float))
        return paired_difference(*costs)

    def _rows(self, points: Sequence[Point]) -> pd.DataFrame:
        """The rows of the target, by seed."""
        rows = self._evaluate(points)
        same = (rows["target_id"] == self._target["target_id"]) & (rows["definition"] == self._target["definition_id"])
        own = rows[same].sort_values("seed", kind="stable")
        self.threshold = float(own["threshold"].iloc[0])
        return own


def _attainment(rows: pd.DataFrame) -> dict[str, float]:
    """Share of draws that meet the target, and public cost over the draws."""
    met, draws = int(rows["met"].astype(bool).sum()), len(rows)
    low, high = wilson_interval(met, draws)
    cost = spread(rows["public_cost"])
    return {
        "draws": draws, "met": met, "share_met": met / draws, "share_low": low, "share_high": high,
        "value_p50": float(rows["value"].median()),
        **{f"public_cost_{name}": cost[name] for name in ("mean", "p05", "p95")},
    }
