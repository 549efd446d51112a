"""Which questions an experiment can ask: analyses of its finished design, and studies that choose their own points.

An *analysis* reads the finished blocks of a design and simulates nothing; an experiment may ask for several. A *study*
replaces the design: it picks points (parameters, policies, seeds), has them computed where they are missing and draws
its conclusion. Both are named here and imported when they are asked for.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

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

STUDIES: Mapping[str, str] = {}
"""Name of a study -> ``module:function`` that takes a `Commission`."""


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


def question_problems(analyses: Sequence[str], study: str) -> list[Problem]:
    """Names of analyses and of a study that do not exist."""
    asked = [*(("analyses", name, ANALYSES) for name in analyses), *([("study", study, STUDIES)] if study else [])]
    return [
        Problem("", key, name, f"there is {', '.join(known) or 'none'}", nearest_name(name, tuple(known)))
        for key, name, known in asked if name not in known
    ]


def answer(finished: Finished, log: Console) -> None:
    """Run the analyses that the settings ask for, in their order, and tell of each in the log."""
    results, lang = finished.results, finished.results.config.lang
    for name in results.config.analyses:
        short = A_TARGET if name not in WITHOUT_TARGETS and results.headline_targets.empty else None
        if name in BY_GROUP and finished.groups.empty:
            short = A_YEAR
        if short:
            finished.out.print(TOO_SHORT[lang].format(name=name, what=short[lang]))
            continue
        log.print(f"analysing: {name} ...")
        _function(ANALYSES[name])(finished)


def undertake(commission: Commission) -> None:
    """Run the study that the settings ask for."""
    _function(STUDIES[commission.experiment.config.study])(commission)


def _function(place: str) -> Callable[..., None]:
    module, name = place.split(":")
    found: Callable[..., None] = getattr(importlib.import_module(module), name)
    return found
