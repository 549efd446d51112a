"""In which futures does a mix miss a target? Boxes of parameters, scenarios and numbers that tell misses from hits.

As a study, futures are sampled for it; as an analysis (``analyses=[discovery]``), the blocks of a finished design are
the futures. Both look at every policy and target alike, and say so where misses are too rare or too common to tell.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.executors.block_task import Runner
from experiments.questions import Commission, Finished
from experiments.settings.config import ExperimentConfig
from experiments.study.boxes import Box, find_box
from experiments.study.discovery_report import FewFutures, report
from experiments.study.factors import package_problems, target_problems
from experiments.study.futures import conditions, sampled_futures
from experiments.study.outcomes import headline_outcomes
from experiments.study.points import PointStore
from sim.errors import ConfigError, Problem

LEAST_FUTURES = 20
"""Fewest futures that a box is looked for in."""


@dataclass(frozen=True)
class Finding:
    """What is known of the misses of one target under one policy.

    Attributes:
        policy: the policy.
        target_id: the target, in its headline definition.
        futures: number of futures.
        misses: futures in which the target is missed.
        box: the box, if one was looked for and found.
        looked: whether misses are common and rare enough to look for one.
    """

    policy: str
    target_id: str
    futures: int
    misses: int
    box: Box | None
    looked: bool


def study_discovery(commission: Commission, runner: Runner | None = None) -> None:
    """Sample futures, compute the missing ones, and look for boxes.

    Args:
        commission: settings, result folder, consoles.
        runner: a stand-in for the model; None for the model.

    Raises:
        PointsFailedError: if a run failed; the others are kept.
    """
    config = commission.experiment.config
    points = sampled_futures(config, config.discovery.futures)
    commission.log.print(f"{config.name}: {len(points)} futures, {planned_runs(config)['futures']} runs")
    rows = PointStore(commission, runner).evaluate(points)
    _conclude(config, rows, commission)


def planned_runs(config: ExperimentConfig) -> dict[str, int]:
    """Runs of the model, whether they are on the disk already or not."""
    return {"futures": config.discovery.futures * len(config.policies)}


def analyse_discovery(finished: Finished) -> None:
    """Look for boxes in the futures that a finished design has."""
    config, outcomes = finished.results.config, finished.results.outcomes
    first = outcomes[outcomes["behaviour"] == config.behaviour[0]]
    _conclude(config, first, finished)


def _conclude(config: ExperimentConfig, rows: pd.DataFrame, place: Commission | Finished) -> None:
    """Find the boxes of all policies and targets, write and show them."""
    targets = headline_outcomes(config, config.discovery.targets)
    futures = rows[["scenario", "seed"]].drop_duplicates(ignore_index=True)
    if len(futures) < LEAST_FUTURES:
        report(config, FewFutures(len(futures), LEAST_FUTURES), {}, targets, place.store, place.out)
        return
    known = conditions(config, futures)
    findings, tables = [], {}
    for policy in config.policies:
        for target_id in targets["target_id"]:
            own = rows[(rows["policy"] == policy) & (rows["target_id"] == target_id) & rows["headline"]]
            met = futures.merge(own, on=["scenario", "seed"], how="left")["met"]
            missed = ~met.to_numpy(dtype=bool)
            findings.append(find(config, policy, str(target_id), known, missed))
            tables[policy, str(target_id)] = known.assign(missed=missed)
    report(config, findings, tables, targets, place.store, place.out)


def find(
    config: ExperimentConfig, policy: str, target_id: str, known: pd.DataFrame, missed: NDArray[np.bool_]
) -> Finding:
    """What the misses of one target under one policy have in common.

    Args:
        config: the settings of the search for a box.
        policy: the policy.
        target_id: the target.
        known: one row a future, see `experiments.study.futures.conditions`.
        missed: (futures,) whether the target is missed.
    """
    settings = config.discovery
    share = float(missed.mean())
    looked = settings.rare <= share <= 1.0 - settings.rare and bool(len(known.columns))
    box = None
    if looked:
        box = find_box(known, missed, settings.density, settings.least_mass, settings.significance)
    return Finding(policy, target_id, len(missed), int(missed.sum()), box, looked)


def discovery_problems(config: ExperimentConfig) -> list[Problem]:
    """Targets that the province does not have, and settings in which nothing is uncertain."""
    problems = package_problems("discovery", "ema_workbench")
    if config.uncertainty == "none" and len(config.scenario) < 2:
        text = "draws nothing: there is no future to tell from another; core or wide is needed, or several scenarios"
        problems.append(Problem("", "uncertainty", "none", text))
    try:
        targets = headline_outcomes(config)
    except ConfigError:
        return problems  # told by the check of the run itself
    if targets.empty:
        problems.append(Problem("", "end", config.end, "no target is judged by then"))
    return problems + target_problems("discovery.targets", config.discovery.targets, targets["target_id"].tolist())
