"""Which assumptions move the outcomes, by how much, and how much is chance: screening, indices, variance parts.

Blocks of parameters are screened first, then the parameters of the strongest blocks one by one, and the strongest of
those are decomposed. Every point is run on the same seeds (common random numbers), and a seed's outcomes are averaged:
the indices say what parameters do, not what luck does. How large luck is beside them is measured apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.executors.block_task import Runner
from experiments.questions import Commission
from experiments.settings.config import ExperimentConfig
from experiments.study.factors import Factors
from experiments.study.indices import morris_design, morris_effects, sobol_design, sobol_indices
from experiments.study.outcomes import Outcomes, Quantity, headline_outcomes, quantities
from experiments.study.points import Point, PointStore
from experiments.study.sensitivity_tables import Report
from experiments.study.variance_parts import variance_parts

Array = NDArray[np.float64]

GROUPS, PARAMETERS, SOBOL, CHANCE = (
    "sensitivity_groups.csv", "sensitivity_parameters.csv", "sensitivity_indices.csv", "chance_and_ignorance.csv",
)


def study_sensitivity(commission: Commission, runner: Runner | None = None) -> None:
    """Undertake the steps that the settings ask for, and write and show what they say.

    Args:
        commission: settings, result folder, consoles.
        runner: a stand-in for the model; None for the model.

    Raises:
        PointsFailedError: if a point failed; the others are kept.
    """
    Sensitivity(commission, runner).undertake()


class Sensitivity:
    """One analysis: its factors, its points and what is reported of them."""

    def __init__(self, commission: Commission, runner: Runner | None = None) -> None:
        config = commission.experiment.config
        self.config, self.settings, self.commission = config, config.sensitivity, commission
        self.factors = Factors.load(config)
        self.targets = headline_outcomes(config, self.settings.targets)
        self.quantities = quantities(config.policies, self.targets["target_id"].tolist())
        self.store = PointStore(commission, runner)
        self.report = Report(commission, self.factors, self.targets)

    def undertake(self) -> None:
        """All steps in order."""
        settings = self.settings
        self.report.show_plan(planned_runs(self.config))
        chosen = settings.parameters
        if not chosen and {"groups", "parameters", "sobol"} & {*settings.steps}:
            chosen = self._screen()
        if "sobol" in settings.steps and chosen:
            self._decompose(chosen)
        if "chance" in settings.steps:
            self._tell_chance()

    @property
    def _with_draws(self) -> bool:
        """Whether anything is uncertain, so that there is an ignorance to measure."""
        return bool(self.factors.uncertainty.draws)

    def _screen(self) -> tuple[str, ...]:
        """Screen groups, then the parameters of the strongest ones; the strongest parameters."""
        settings = self.settings
        groups = self.factors.groups(settings.groups)
        effects = self._effects(groups)
        self.report.screening(effects, GROUPS, "groups")
        best = strongest(effects, settings.strongest_groups)
        if not {"parameters", "sobol"} & {*settings.steps}:
            self.report.show_next(best, "groups")
            return ()
        single = {path: (path,) for name in best for path in groups[name]}
        effects = self._effects(single)
        self.report.screening(effects, PARAMETERS, "parameters")
        chosen = strongest(effects, settings.strongest)
        if "sobol" not in settings.steps:
            self.report.show_next(chosen, "parameters")
        return chosen

    def _effects(self, groups: Mapping[str, Sequence[str]]) -> pd.DataFrame:
        """Elementary effects of every group on every quantity."""
        design = morris_design(groups, self.settings.trajectories, self.settings.levels)
        values = self._values([path for members in groups.values() for path in members], design)
        parts = [
            _labelled(morris_effects(groups, design, values[each], self.settings.levels), each)
            for each in self.quantities
        ]
        return pd.concat(parts, ignore_index=True)

    def _decompose(self, chosen: tuple[str, ...]) -> None:
        """Sobol' indices of the chosen parameters."""
        samples = self.settings.samples
        values = self._values(chosen, sobol_design(chosen, samples))
        parts = [_labelled(sobol_indices(chosen, values[each], samples), each) for each in self.quantities]
        self.report.indices(pd.concat(parts, ignore_index=True), SOBOL)

    def _values(self, paths: Sequence[str], design: Array) -> dict[Quantity, Array]:
        """Outcomes on a design, averaged over the seeds."""
        config = self.config
        rows = [self.factors.overrides(paths, unit) for unit in design]
        points = [self._point(overrides, seed) for overrides in rows for seed in config.seed_list]
        outcomes = Outcomes(self.store.evaluate(points), points)
        return {each: outcomes.of(each).reshape(-1, config.seeds).mean(axis=1) for each in self.quantities}

    def _tell_chance(self) -> None:
        """Split the variance of every quantity, with all parameters of the uncertainty drawn."""
        if not self._with_draws:
            self.report.show_no_draws()
            return
        config, settings = self.config, self.settings
        points = []
        for future in range(settings.futures):
            drawn = self.factors.uncertainty.sample(config.first_seed + future, self.factors.nodes)
            values = {path: value for path, value in drawn.items() if path not in config.overrides}
            first = config.first_seed + future * settings.replicates
            points += [self._point(values, first + place) for place in range(settings.replicates)]
        outcomes = Outcomes(self.store.evaluate(points), points)
        tables = []
        for each in self.quantities:
            parts = variance_parts(outcomes.of(each).reshape(-1, settings.replicates))
            tables.append(_labelled(pd.DataFrame([parts]), each))
        self.report.chance(pd.concat(tables, ignore_index=True), CHANCE)

    def _point(self, overrides: Mapping[str, float], seed: int) -> Point:
        config = self.config
        return Point(overrides, config.policies, seed, config.scenario[0], config.behaviour[0])


def planned_runs(config: ExperimentConfig) -> dict[str, int]:
    """Most runs of the model by step, whether they are on the disk already or not."""
    settings, factors = config.sensitivity, Factors.load(config)
    each = len(config.policies) * config.seeds
    sizes = {name: len(members) for name, members in factors.groups(settings.groups).items()}
    single = sum(sorted(sizes.values(), reverse=True)[: settings.strongest_groups])
    number = len(settings.parameters) or min(settings.strongest, single)
    screened = not settings.parameters
    steps, indices = {*settings.steps}, "sobol" in settings.steps
    planned = {
        "groups": settings.trajectories * (len(sizes) + 1) * each * (screened and steps != {"chance"}),
        "parameters": settings.trajectories * (single + 1) * each * (screened and (indices or "parameters" in steps)),
        "sobol": settings.samples * (number + 2) * each * indices,
        "chance": settings.futures * settings.replicates * len(config.policies)
        * ("chance" in steps and bool(factors.uncertainty.draws)),
    }
    return {step: count for step, count in planned.items() if count}


def strongest(effects: pd.DataFrame, number: int) -> tuple[str, ...]:
    """The factors that move the outcomes most.

    Args:
        effects: mu_star by target_id, quantity and factor.
        number: how many to return; factors without any effect are left out.

    Returns:
        The factors by their share of the sum of mu_star, averaged over the quantities that anything moves.
    """
    sums = effects.groupby(["target_id", "quantity"])["mu_star"].transform("sum")
    moved = effects[sums > 0.0].assign(share=effects["mu_star"] / sums.where(sums > 0.0))
    shares = moved.groupby("factor", sort=False)["share"].mean().sort_values(ascending=False, kind="stable")
    return tuple(str(name) for name in shares.index[shares > 0.0][:number])


def _labelled(table: pd.DataFrame, quantity: Quantity) -> pd.DataFrame:
    """The table with the columns target_id and quantity put first."""
    table.insert(0, "target_id", quantity.target_id)
    table.insert(1, "quantity", quantity.label)
    return table
