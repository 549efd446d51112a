"""`experiment=policy_search`: the mixes that come closest to a set of targets at their public cost, tried again.

The search minimises mean public cost and mean shortfall over its own seeds and all scenarios. Whoever wins there may be
lucky, so the front is tried again on fresh seeds, which no candidate was chosen by; what it loses there is the optimism
of the search. Every candidate's points are kept, and the search is seeded: started again it goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.config import ExperimentConfig
from experiments.ranking import paired_difference
from experiments.study.aims import find_aims
from experiments.study.evolution import Candidate, Objectives, Range, Settings, evolve, front, non_dominated
from experiments.study.levers import Lever, find_levers
from experiments.study.points import PointStore
from experiments.study.regret import Losses, regret, robust_choice, weighted_loss
from experiments.study.scores import Evaluate, difference_of_means, scores
from experiments.summary import wilson_interval
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from rich.console import Console

    from experiments.questions import Commission

COST = "public_cost"
COMPARED = (COST, "shortfall", "missed")
"""Quantities in which mixes are compared, of which less is better."""


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
    return problems


def fresh_seeds(config: ExperimentConfig) -> tuple[int, ...]:
    """The seeds on which the front is tried again: those that follow on the seeds of the search."""
    first = config.seed_list[-1] + 1
    return tuple(range(first, first + config.search.fresh_seeds))


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


def front_table(
    trained: pd.DataFrame, fresh: pd.DataFrame, names: Sequence[str], mixes: int, merit: str
) -> pd.DataFrame:
    """What each mix does on the seeds of the search and on fresh ones.

    Differences are against the first policy as it stands, draw by draw on the same seeds, because two sets of seeds
    differ in much that no mix is responsible for.

    Args:
        trained: scores on the seeds of the search (see `experiments.study.scores.scores`).
        fresh: scores on fresh seeds.
        names: by candidate.
        mixes: number of candidates that the search chose; the others are policies as they stand, the first of them
            the one whose settings were chosen.
        merit: the quantity weighed against public cost.

    Returns:
        One row a candidate: name, chosen; for each of `COMPARED` the mean on fresh seeds (`<quantity>`), the difference
        on the seeds of the search (`_search`) and on fresh seeds (`_fresh`, with 95 % Student interval `_fresh_low`,
        `_fresh_high`), and the optimism, search less fresh (`_optimism`, 95 % Welch interval); redirected (fresh),
        all_met, all_low and all_high (share of fresh draws that meet all targets, Wilson interval), draws, and
        `beaten`: whether another mix is as good in both and better in one on fresh seeds. Scenarios count alike.
    """
    rows = []
    for place, name in enumerate(names):
        own = fresh[fresh["candidate"] == place]
        row: dict[str, Any] = {"name": name, "chosen": place < mixes}
        for quantity in COMPARED:
            one, other = (_against(table, place, mixes, quantity) for table in (trained, fresh))
            optimism = difference_of_means(one, other)
            row |= {quantity: own[quantity].mean(), f"{quantity}_search": one.mean()}
            row |= _named(f"{quantity}_fresh", paired_difference(other, np.zeros_like(other)))
            row |= _named(f"{quantity}_optimism", optimism)
        met = int(own["all_met"].sum())
        low, high = wilson_interval(met, len(own))
        row |= {"redirected": own["redirected"].mean(), "all_met": met / len(own), "all_low": low, "all_high": high}
        rows.append({**row, "draws": len(own)})
    table = pd.DataFrame(rows)
    kept = non_dominated(table[[COST, merit]].to_numpy(dtype=np.float64)[:mixes])
    return table.assign(beaten=[*(not each for each in kept), *[False] * (len(table) - mixes)])


def _against(table: pd.DataFrame, candidate: int, base: int, quantity: str) -> NDArray[np.float64]:
    """A quantity of a candidate less that of another one, draw by draw."""
    one, other = (
        table[table["candidate"] == place].sort_values(["scenario", "seed"])[quantity].to_numpy(dtype=np.float64)
        for place in (candidate, base)
    )
    return one - other


def _named(name: str, interval: tuple[float, float, float]) -> dict[str, float]:
    """A figure with its interval under names."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))


def regret_table(fresh: pd.DataFrame, names: Sequence[str], merit: str) -> pd.DataFrame:
    """Cost, merit and the regret in each of them, by mix and scenario.

    Args:
        fresh: scores of the mixes on fresh seeds.
        names: by candidate.
        merit: the quantity weighed against public cost.

    Returns:
        One row a (name, scenario): public_cost, the merit, and regret_public_cost and regret_<merit> against the best
        mix in that scenario; no rows with one scenario.
    """
    means = fresh.groupby(["candidate", "scenario"], sort=False)[[COST, merit]].mean()
    if means.index.get_level_values("scenario").nunique() < 2:
        return pd.DataFrame(columns=["name", "scenario", COST, merit, f"regret_{COST}", f"regret_{merit}"])
    table = means.reset_index()
    for quantity in (COST, merit):
        table[f"regret_{quantity}"] = table[quantity] - table.groupby("scenario")[quantity].transform("min")
    table.insert(0, "name", [names[place] for place in table["candidate"]])
    return table.drop(columns="candidate")


def losses_of(regrets: pd.DataFrame, cost_weight: float) -> tuple[list[str], list[str], Losses]:
    """Names, scenarios and the weighted losses (names x scenarios) of a table of regrets."""
    merit = str(regrets.columns[3])
    names, scenarios = (list(dict.fromkeys(regrets[column])) for column in ("name", "scenario"))

    def square(quantity: str) -> NDArray[np.float64]:
        wide = regrets.pivot(index="name", columns="scenario", values=quantity)
        return wide.loc[names, scenarios].to_numpy(dtype=np.float64)

    return names, scenarios, weighted_loss(square(COST), square(merit), cost_weight)


def largest_regrets(regrets: pd.DataFrame, cost_weight: float) -> dict[str, float]:
    """The largest regret of each mix over the scenarios, in shares of the spread of the mixes."""
    names, _, losses = losses_of(regrets, cost_weight)
    return dict(zip(names, regret(losses).max(axis=1).tolist(), strict=True))


def robust_by_weight(regrets: pd.DataFrame, weights: Sequence[float]) -> list[str]:
    """The mix whose largest regret is smallest, for each weight of public cost."""
    choices = []
    for weight in weights:
        names, _, losses = losses_of(regrets, weight)
        choices.append(names[robust_choice(losses)])
    return choices
