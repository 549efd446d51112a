"""`experiment=policy_search`: the mixes that come closest to a set of targets at their public cost, tried again.

The search minimises mean public cost and mean shortfall over its own seeds and all scenarios. Whoever wins there may be
lucky, so the front is tried again on fresh seeds, which no candidate was chosen by; what it loses there is the optimism
of the search. Every candidate's points are kept, and the search is seeded: started again it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pandas as pd

from experiments.settings.config import ExperimentConfig
from experiments.study.aims import find_aims
from experiments.study.evolution import Candidate, Objectives, Range, Settings, evolve, front
from experiments.study.front_table import COST, front_table
from experiments.study.levers import Lever, find_levers
from experiments.study.points import PointStore
from experiments.study.robust import regret_table, robust_by_weight
from experiments.study.scores import Evaluate, scores
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.questions import Commission


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes:
        config: the settings.
        levers: the settings that were chosen.
        aims: registry rows of the targets that count.
        tried: every candidate in the order in which it was judged.
        mixes: the settings of the mixes tried again, cheapest first.
        table: one row a mix tried again and one a policy as it stands; see `front_table`.
        regrets: one row a (mix, scenario) with its regret, see `regret_table`; empty with one scenario.
        base: mean objectives of the first policy as it stands, on the seeds of the search.
        labels: what mixes and policies are called in the language of the run, by name.
    """

    config: ExperimentConfig
    levers: Sequence[Lever]
    aims: pd.DataFrame
    tried: Sequence[Candidate]
    mixes: Sequence[Settings]
    table: pd.DataFrame
    regrets: pd.DataFrame
    base: Objectives
    labels: Mapping[str, str]

    @property
    def robust(self) -> str:
        """The mix whose largest regret is smallest; empty with one scenario."""
        return robust_by_weight(self.regrets, [self.config.search.cost_weight])[0] if len(self.regrets) else ""


def search_problems(config: ExperimentConfig) -> list[Problem]:
    """Everything that is wrong with the question."""
    from sim.preparation import load_inputs

    try:
        inputs, asked = load_inputs(config.province), config.search
    except ConfigError:  # the run itself says so
        return []
    _, problems = find_levers("search.settings", asked.settings, inputs, config.policies[0])
    problems += find_aims(inputs.province.targets, asked.targets, config.end, "search.targets")[1]
    if len(config.behaviour) > 1:
        problems.append(Problem("", "behaviour", ", ".join(config.behaviour), "one is needed to search"))
    if find_spec("optuna") is None:
        problems.append(Problem("", "study", config.study, "Optuna is not installed; pip install greenmill[analysis]"))
    return problems


def fresh_seeds(config: ExperimentConfig) -> tuple[int, ...]:
    """The seeds on which the front is tried again: those that follow on the seeds of the search."""
    first = config.seed_list[-1] + 1
    return tuple(range(first, first + config.search.fresh_seeds))


def planned_runs(config: ExperimentConfig) -> dict[str, int]:
    """Most runs of each step."""
    asked, scenarios = config.search, len(config.scenario)
    return {
        "search": asked.population * asked.generations * config.seeds * scenarios,
        "fresh seeds": (asked.most_candidates + len(config.policies)) * asked.fresh_seeds * scenarios,
        "policies as they stand": len(config.policies) * config.seeds * scenarios,
    }


def policy_search(commission: Commission) -> None:
    """Search, then write and show what was found."""
    from experiments.study.search_report import tell_found

    config = commission.experiment.config
    tell_found(find_mixes(config, PointStore(commission).evaluate, commission.log), commission)


def find_mixes(config: ExperimentConfig, evaluate: Evaluate, log: Console) -> Found:
    """Search on the seeds of the run and try the front again on fresh ones.

    Args:
        config: settings, with nothing wrong (see `search_problems`).
        evaluate: gives the rows of points.
        log: where to tell of progress.
    """
    from sim.preparation import load_inputs

    asked, policy = config.search, config.policies[0]
    inputs = load_inputs(config.province, config.scenario[0], config.overrides)
    levers, _ = find_levers("search.settings", asked.settings, inputs, policy)
    aims, _ = find_aims(inputs.province.targets, asked.targets, config.end, "search.targets")
    ranges = [Range(lever.path, lever.node.low, lever.node.high, asked.steps) for lever in levers]
    judge = _Judge(config, evaluate, aims, log)
    tried = evolve(judge, ranges, asked.population, asked.generations, asked.seed)
    mixes = [candidate.settings for candidate in front(tried, asked.most_candidates)]
    log.print(f"trying {len(mixes)} mixes of the front again on {asked.fresh_seeds} fresh seeds")
    chosen = [*((settings, policy) for settings in mixes), *(({}, name) for name in config.policies)]
    names = [*map(mix_name, range(len(mixes))), *config.policies]
    trained = scores(evaluate, config, chosen, config.seed_list, aims)
    fresh = scores(evaluate, config, chosen, fresh_seeds(config), aims)
    table = front_table(trained, fresh, names, len(mixes), asked.merit)
    regrets = regret_table(fresh[fresh["candidate"] < len(mixes)], names, asked.merit)
    stands = trained[trained["candidate"] == len(mixes)]
    base = (float(stands[COST].mean()), float(stands[asked.merit].mean()))
    zh = config.lang == "zh"
    labels = {name: name.replace("mix ", "组合") if zh else name for name in names[: len(mixes)]}
    labels |= {name: inputs.catalogue.label(name)[0] if zh else name for name in config.policies}
    return Found(config, levers, aims, tried, mixes, table, regrets, base, labels)


def mix_name(place: int) -> str:
    """The name of a mix by its place on the front: ``mix 1`` is the cheapest."""
    return f"mix {place + 1}"


class _Judge:
    """Objectives of a generation: mean public cost and mean merit over the seeds and scenarios of the run."""

    def __init__(self, config: ExperimentConfig, evaluate: Evaluate, aims: pd.DataFrame, log: Console) -> None:
        self._config, self._evaluate, self._aims, self._log = config, evaluate, aims, log
        self._generation = 0

    def __call__(self, candidates: Sequence[Settings]) -> list[Objectives]:
        config = self._config
        self._generation += 1
        self._log.print(f"generation {self._generation} of {config.search.generations}")
        chosen = [(settings, config.policies[0]) for settings in candidates]
        table = scores(self._evaluate, config, chosen, config.seed_list, self._aims)
        means = table.groupby("candidate")[[COST, config.search.merit]].mean()
        return [(float(cost), float(merit)) for cost, merit in means.to_numpy()]
