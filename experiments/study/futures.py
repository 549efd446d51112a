"""Futures: what a policy meets in one run, as a table of parameters, scenario and seed.

Parameters are those that the uncertainty of the settings draws for a seed, so a future is a block of any sweep with the
same settings. The study spreads scenarios over the seeds as evenly as parameters are.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.settings.config import ExperimentConfig
from experiments.study.points import Point

SCENARIO = "exogenous scenario"
"""Column of the scenario; the library of the box search would drop one called ``scenario``."""


def drawn_parameters(config: ExperimentConfig, seeds: Sequence[int]) -> pd.DataFrame:
    """Parameters drawn for seeds.

    Args:
        config: province, uncertainty and overrides.
        seeds: the seeds.

    Returns:
        One row a seed, a column a parameter that varies; those that follow others on a ridge or are overridden are
        left out.
    """
    from sim.inputs.uncertainty import load_uncertainty
    from sim.preparation import load_inputs

    nodes = load_inputs(config.province, config.scenario[0], config.overrides).parameters.nodes
    uncertainty = load_uncertainty(config.uncertainty, nodes)
    rows = [uncertainty.sample(seed, nodes) for seed in seeds]
    free = [path for path in uncertainty.draws if path not in config.overrides]
    return pd.DataFrame(rows, columns=free, dtype=float)


def sampled_futures(config: ExperimentConfig, count: int) -> list[Point]:
    """Points of that many futures: one seed each, scenarios spread over them; more futures extend them."""
    from sim.inputs.sampling import nested_strata

    places = nested_strata("discovery scenario", count) * len(config.scenario)
    return [
        Point({}, config.policies, config.first_seed + number, config.scenario[int(place)], config.behaviour[0],
              config.uncertainty)
        for number, place in enumerate(places)
    ]


def conditions(config: ExperimentConfig, rows: pd.DataFrame) -> pd.DataFrame:
    """What is known of the futures of some rows.

    Args:
        config: the settings.
        rows: scenario and seed of each.

    Returns:
        One row a row: the parameters, then `SCENARIO` if the settings name several.
    """
    seeds = list(rows["seed"].unique())
    table = drawn_parameters(config, seeds).set_index(pd.Index(seeds)).loc[rows["seed"]].reset_index(drop=True)
    if len(config.scenario) > 1:
        table[SCENARIO] = rows["scenario"].to_numpy()
    return table
