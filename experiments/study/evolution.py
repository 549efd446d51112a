"""Search for the front between two costs over several settings: NSGA-II, generation by generation.

The algorithm is Optuna's `NSGAIISampler`, named explicitly with the crossover and the mutation of the original paper. A
generation is asked for as a whole and handed to the caller as a whole, so that it can be computed in parallel. Nothing
of the search is stored: the sampler is seeded, so a search that is started again asks for the same candidates in the
same order, and whoever keeps their values has it resume wherever it was killed.

Source: Deb, K., Pratap, A., Agarwal, S. & Meyarivan, T. (2002), A fast and elitist multiobjective genetic algorithm:
NSGA-II, IEEE Transactions on Evolutionary Computation 6(2), 182-197.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Settings = Mapping[str, float]
"""Value by path of a setting."""
Objectives = tuple[float, float]
"""Two quantities of which less is better."""
Judge = Callable[[Sequence[Settings]], Sequence[Objectives]]
"""Gives the objectives of the candidates of a generation, in their order."""


@dataclass(frozen=True)
class Range:
    """A setting that the search may choose: evenly spaced values between the ends of its range."""

    path: str
    low: float
    high: float
    steps: int

    def value(self, step: int) -> float:
        """The value at a step; the ends exactly."""
        if step == self.steps:
            return self.high
        # rounded, so that 0.3 of a range of 1 is 0.3 and not the sum of its binary parts
        return round(self.low + (self.high - self.low) * step / self.steps, 12)

    def nearest(self, value: float) -> float:
        """The value of the range that is nearest to one given."""
        return self.value(min(self.steps, max(0, round((value - self.low) / (self.high - self.low) * self.steps))))


@dataclass(frozen=True)
class Candidate:
    """Settings that were judged."""

    settings: Settings
    objectives: Objectives


def evolve(judge: Judge, ranges: Sequence[Range], population: int, generations: int, seed: int) -> list[Candidate]:
    """Search for settings that no others beat in both objectives.

    Args:
        judge: gives the objectives of a generation; has to give the same ones for the same settings.
        ranges: the settings that may be chosen. The first generation holds all of them at their lower and all at
            their upper ends, the rest is drawn evenly.
        population: candidates a generation, at least 2.
        generations: number of generations, the first included.
        seed: seed of the search itself, which has nothing to do with the seeds of the model.

    Returns:
        Every candidate in the order in which it was judged; the same settings may come more than once.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    distributions = {each.path: optuna.distributions.IntDistribution(0, each.steps) for each in ranges}
    with warnings.catch_warnings():
        # Crossover and mutation of the paper are marked as experimental there.
        warnings.simplefilter("ignore", optuna.exceptions.ExperimentalWarning)
        sampler = optuna.samplers.NSGAIISampler(
            population_size=population,
            crossover=optuna.samplers.nsgaii.SBXCrossover(),
            mutation=optuna.samplers.nsgaii.PolynomialMutation(),
            seed=seed,
        )
        study = optuna.create_study(directions=["minimize", "minimize"], sampler=sampler)
        study.enqueue_trial(dict.fromkeys(distributions, 0))
        study.enqueue_trial({each.path: each.steps for each in ranges})
        found: list[Candidate] = []
        for _ in range(generations):
            trials = [study.ask(dict(distributions)) for _ in range(population)]
            chosen = [{each.path: each.value(trial.params[each.path]) for each in ranges} for trial in trials]
            for trial, settings, objectives in zip(trials, chosen, judge(chosen), strict=True):
                study.tell(trial, objectives)
                found.append(Candidate(settings, objectives))
    return found


def non_dominated(objectives: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which rows no other row beats.

    Args:
        objectives: (N, K), less is better.

    Returns:
        (N,) True for rows such that no other is at most as large everywhere and smaller somewhere.
    """
    no_worse = (objectives[:, None, :] <= objectives[None, :, :]).all(axis=2)
    better = (objectives[:, None, :] < objectives[None, :, :]).any(axis=2)
    return ~np.any(no_worse & better, axis=0)


def front(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    """The candidates that no other beats, each pair of objectives once, in ascending order of the first objective.

    Args:
        candidates: as judged; of equal ones the first counts.
        most: largest number to return, at least 2. A longer front is thinned: both ends stay, and between them those
            nearest to even spacing along the front, both objectives counted relative to their spread.
    """
    values = np.array([each.objectives for each in candidates], dtype=np.float64)
    unique: dict[Objectives, Candidate] = {}
    for candidate, best in zip(candidates, non_dominated(values), strict=True):
        if best:
            unique.setdefault(candidate.objectives, candidate)
    ordered = sorted(unique.values(), key=lambda each: each.objectives)
    return [ordered[place] for place in _evenly(np.array([each.objectives for each in ordered]), most)]


def _evenly(values: NDArray[np.float64], most: int) -> list[int]:
    """Rows of an ordered front that are spread evenly along it."""
    if len(values) <= most:
        return list(range(len(values)))
    spread = np.ptp(values, axis=0)
    lengths = np.abs(np.diff(values, axis=0) / np.where(spread > 0.0, spread, 1.0)).sum(axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = np.linspace(0.0, along[-1], most)
    return sorted({int(np.abs(along - each).argmin()) for each in wanted})
