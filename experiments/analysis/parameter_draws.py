"""Which values the uncertain parameters had on each seed, found again from the seeds without simulating."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from experiments.settings.config import ExperimentConfig


@dataclass(frozen=True)
class ParameterDraws:
    """Values drawn for the seeds of a run.

    Attributes:
        values: a row a seed (index), a column a parameter path; parameters that follow another one along a ridge or
            are overridden are left out, since they are not drawn.
        grades: evidence grade by path, A to D.
        zh: Chinese label by path.
        en: English label by path.
        followers: by path of a drawn parameter, those that follow it along a ridge.
    """

    values: pd.DataFrame
    grades: dict[str, str]
    zh: dict[str, str]
    en: dict[str, str]
    followers: dict[str, tuple[str, ...]]

    def label(self, path: str, lang: str) -> str:
        """Label of a parameter with those that move along with it."""
        own = (self.zh if lang == "zh" else self.en)[path]
        return f"{own} ({', '.join((path, *self.followers.get(path, ())))})"


def parameter_draws(config: ExperimentConfig) -> ParameterDraws:
    """The draws of every seed of a run; no column where nothing is uncertain.

    Raises:
        ConfigError: if province or uncertainty cannot be read.
    """
    from sim.inputs.uncertainty import load_uncertainty
    from sim.preparation import load_inputs

    nodes = load_inputs(config.province, config.scenario[0], config.overrides).parameters.nodes
    uncertainty = load_uncertainty(config.uncertainty, nodes)
    drawn = [path for path in uncertainty.draws if path not in config.overrides]
    rows = {seed: uncertainty.sample(seed, nodes) for seed in config.seed_list}
    values = pd.DataFrame.from_dict(rows, orient="index", columns=list({**uncertainty.draws, **uncertainty.ridges}))
    ridges = {name: ridge for name, ridge in uncertainty.ridges.items() if name not in config.overrides}
    followers = {path: tuple(name for name, ridge in ridges.items() if ridge.of == path) for path in drawn}
    return ParameterDraws(
        values=values[drawn].rename_axis("seed"), grades={path: nodes[path].grade for path in drawn},
        zh={path: nodes[path].zh for path in drawn}, en={path: nodes[path].en for path in drawn},
        followers={path: names for path, names in followers.items() if names},
    )
