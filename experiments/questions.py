"""Which questions an experiment can ask: analyses of its finished design, and studies that choose their own points.

An *analysis* reads the finished blocks of a design and simulates nothing; an experiment may ask for several. A *study*
replaces the design: it picks points (parameters, policies, seeds), has them computed where they are missing and draws
its conclusion. Both are named here and imported when they are asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from experiments.config import ExperimentConfig
    from experiments.results import Results
    from experiments.run import Experiment
    from experiments.store import ResultStore

ANALYSES: Mapping[str, str] = {
    "comparison": "experiments.analysis.comparison:answer",
    "verdicts": "experiments.analysis.verdict_report:answer",
    "cost": "experiments.analysis.cost_report:answer",
    "gains": "experiments.analysis.gains_report:answer",
    "attribution": "experiments.analysis.attribution_report:answer",
    "timing": "experiments.analysis.timing_report:answer",
    "replicates": "experiments.analysis.replicates_report:answer",
    "bottlenecks": "experiments.analysis.bottlenecks:answer",
    "prefectures": "experiments.analysis.prefectures_report:answer",
    "sectors": "experiments.analysis.sectors:answer",
    "discovery": "experiments.study.discovery:analyse_discovery",
}
"""Name of an analysis -> ``module:function`` that takes a `Finished`."""

WITHOUT_TARGETS = ("gains", "bottlenecks", "sectors")
"""Analyses that have something to say before any target is due."""

BY_GROUP = ("gains", "sectors", "prefectures")
"""Analyses of year ends by group."""

TOO_SHORT = {
    "en": "{name}: the run ends before {what}; nothing can be said.",
    "zh": "{name}：运行在{what}之前结束，无法回答。",
}
A_TARGET, A_YEAR = ({"en": "any target is due", "zh": "任何目标到期"}, {"en": "its first year does", "zh": "首个整年"})

NOT_PRINTED = {
    "en": "In the result folder and its report, printed with tables=full: {names}.",
    "zh": "结果目录和报告中另有下列分析，tables=full 时一并显示：{names}。",
}

STUDIES: Mapping[str, str] = {
    "discovery": "experiments.study.discovery:study_discovery",
    "sensitivity": "experiments.study.sensitivity:study_sensitivity",
    "solve": "experiments.study.solve:solve",
    "policy_search": "experiments.study.policy_search:policy_search",
}
"""Name of a study -> ``module:function`` that takes a `Commission`."""

CHECKS: Mapping[str, str] = {
    "discovery": "experiments.study.discovery:discovery_problems",
    "sensitivity": "experiments.study.factors:sensitivity_problems",
    "solve": "experiments.study.solve:solve_problems",
    "policy_search": "experiments.study.policy_search:search_problems",
}
"""Name of a study or analysis -> ``module:function`` from settings to what is wrong with those that are its own."""

PLANS: Mapping[str, str] = {
    "discovery": "experiments.study.discovery:planned_runs",
    "sensitivity": "experiments.study.sensitivity:planned_runs",
    "solve": "experiments.study.solve:planned_runs",
    "policy_search": "experiments.study.policy_search:planned_runs",
}
"""Name of a study -> ``module:function`` from settings to the most runs of each of its steps, where they are known."""


@dataclass(frozen=True)
class Finished:
    """A finished design, handed to an analysis."""

    results: Results
    store: ResultStore
    out: Console
    """Where tables are printed."""

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Year ends by group: policy, scenario, behaviour, seed, year, dimension, group, indicator, value."""
        config = self.results.config
        return self.store.read("groups", config.design.blocks_by_case, config.policies)


@dataclass(frozen=True)
class Commission:
    """What a study is to do: the checked settings, where to keep points and tables, where to tell of progress."""

    experiment: Experiment
    store: ResultStore
    log: Console
    out: Console
    simulate: bool = True
    """Whether runs that are missing may be computed; otherwise they are an error."""


def question_problems(analyses: Sequence[str], study: str) -> list[Problem]:
    """Names of analyses and of a study that do not exist."""
    asked = [*(("analyses", name, ANALYSES) for name in analyses), *([("study", study, STUDIES)] if study else [])]
    return [
        Problem("", key, name, f"there is {', '.join(known) or 'none'}", nearest_name(name, tuple(known)))
        for key, name, known in asked if name not in known
    ]


def province_problems(config: ExperimentConfig) -> list[Problem]:
    """What the questions asked say of names in their settings that only the province and the policies can tell."""
    asked = [name for name in (*config.analyses, config.study) if name in CHECKS]
    return [problem for name in asked for problem in _function(CHECKS[name])(config)]


def planned_runs(config: ExperimentConfig) -> Mapping[str, int]:
    """Most runs of each step of the study asked for; empty if they depend on what the study finds."""
    planned: Mapping[str, int] = _function(PLANS[config.study])(config) if config.study in PLANS else {}
    return planned


def answer(finished: Finished, log: Console) -> None:
    """Run the analyses that the settings ask for, in their order, and tell of each in the log.

    Where brief tables are asked for, those of the analyses are written but not printed.
    """
    results, lang = finished.results, finished.results.config.lang
    brief = results.config.tables == "brief"
    asked = replace(finished, out=_silent()) if brief else finished
    for name in results.config.analyses:
        short = A_TARGET if name not in WITHOUT_TARGETS and results.headline_targets.empty else None
        if name in BY_GROUP and finished.groups.empty:
            short = A_YEAR
        if short:
            finished.out.print(TOO_SHORT[lang].format(name=name, what=short[lang]))
            continue
        log.print(f"analysing: {name} ...")
        _function(ANALYSES[name])(asked)
    if brief and results.config.analyses:
        files = ", ".join(results.config.analyses)
        finished.out.print(NOT_PRINTED[lang].format(names=files), width=min(finished.out.width, 100))


def _silent() -> Console:
    """A console that shows nothing."""
    from rich.console import Console

    return Console(quiet=True)


def undertake(commission: Commission) -> None:
    """Run the study that the settings ask for."""
    _function(STUDIES[commission.experiment.config.study])(commission)


def _function(place: str) -> Callable[..., Any]:
    module, name = place.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
