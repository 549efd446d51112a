"""Which questions an experiment can ask: analyses of its finished design, and studies that choose their own points.

An *analysis* reads the finished blocks of a design and simulates nothing; an experiment may ask for several. A *study*
replaces the design: it picks points (parameters, policies, seeds), has them computed where they are missing and draws
its conclusion. Both are named here and imported when they are asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_
from typing import TYPE_CHECKING, Any

from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

    from experiments.results import Results
    from experiments.run import Experiment
    from experiments.settings.config import ExperimentConfig
    from experiments.store.folder import ResultStore

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

    def show(self, print_tables: Callable[..., None], *content: object) -> None:
        """Have tables printed, if those of analyses are: laying them out takes longer than working them out.

        Args:
            print_tables: takes the content, and the console last.
            content: what it is to print.
        """
        if self.results.config.tables == "full":
            print_tables(*content, self.out)

    def year_ends(self, **wanted: Sequence[str] | Sequence[int]) -> pd.DataFrame:
        """Year ends by group: policy, scenario, behaviour, seed, year, dimension, group, indicator, value.

        Args:
            wanted: words of the columns dimension and indicator, or years, whose rows are wanted; all of a column that
                is not named. The whole frame is the largest that a run has.
        """
        import pyarrow.compute as pc

        conditions = [pc.field(column).isin(list(words)) for column, words in wanted.items()]
        config, rows = self.results.config, reduce(and_, conditions) if conditions else None
        return self.store.read("groups", config.design.blocks_by_case, config.policies, rows)


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
    return [problem for name in asked for problem in function_at(CHECKS[name])(config)]


def planned_runs(config: ExperimentConfig) -> Mapping[str, int]:
    """Most runs of each step of the study asked for; empty if they depend on what the study finds."""
    planned: Mapping[str, int] = function_at(PLANS[config.study])(config) if config.study in PLANS else {}
    return planned


def undertake(commission: Commission) -> None:
    """Run the study that the settings ask for."""
    function_at(STUDIES[commission.experiment.config.study])(commission)


def function_at(place: str) -> Callable[..., Any]:
    """What ``module:function`` names."""
    module, name = place.split(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), name)
    return found
