"""The settings of a run: what they are called, what they may be, and one check that reports every problem."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import Field, TypeAdapter, ValidationError

from experiments.attribution_config import (
    AttributionConfig,
    attribution_setting_problems,
    with_attribution_policies,
)
from experiments.design import DEFAULT_BEHAVIOUR, Case, Design, behaviour_names
from experiments.executor_config import ExecutorConfig, executor_setting_problems
from experiments.panel_config import PanelConfig
from experiments.questions import question_problems
from experiments.replicates_config import ReplicatesConfig
from experiments.setting_types import FORBID_EXTRA, Count, Name, Number
from experiments.stopping import UntilConfig
from experiments.study.discovery_config import DiscoveryConfig
from experiments.study.search_config import SearchConfig
from experiments.study.sensitivity_config import SensitivityConfig, sensitivity_setting_problems
from experiments.study.solve_config import SolveConfig
from experiments.verdict_config import VerdictConfig, verdict_setting_problems
from policies.schedule import FIRST_QUARTER, parse_quarter, year_of
from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from sim.api import RunSpec

LISTS = ("policies", "scenario", "behaviour")
"""Settings that take one name or a list of names; together with the seeds they make up the design."""

LAST_QUARTER = "2030Q4"
"""The last quarter that scenarios and the power balance cover."""

Names = Annotated[tuple[Name, ...], Field(min_length=1)]


@dataclass(frozen=True)
class OutputConfig:
    """Where results go."""

    __pydantic_config__ = FORBID_EXTRA
    root: Name = "outputs"


@dataclass(frozen=True)
class ExperimentConfig:
    """One whole experiment: which policies, on which province, scenarios and behaviours, over how many seeds."""

    __pydantic_config__ = FORBID_EXTRA
    name: Name
    policies: Names
    province: Name = "sichuan"
    scenario: Names = ("reference",)
    behaviour: Names = (DEFAULT_BEHAVIOUR,)
    seeds: Count = 20
    first_seed: Count = 1
    uncertainty: Name = "core"
    end: Name = "2030Q4"
    overrides: Mapping[str, Number] = field(default_factory=dict)
    lang: Literal["en", "zh"] = "en"
    figures: Annotated[bool, Field(strict=True)] = True
    analyses: tuple[Name, ...] = ()
    study: str = ""
    tables: Literal["brief", "full"] = "full"
    until: UntilConfig = field(default_factory=UntilConfig)
    verdict: VerdictConfig = field(default_factory=VerdictConfig)
    attribution: AttributionConfig = field(default_factory=AttributionConfig)
    replicates: ReplicatesConfig = field(default_factory=ReplicatesConfig)
    panel: PanelConfig = field(default_factory=PanelConfig)
    sensitivity: SensitivityConfig = field(default_factory=SensitivityConfig)
    discovery: DiscoveryConfig = field(default_factory=DiscoveryConfig)
    solve: SolveConfig = field(default_factory=SolveConfig)
    search: SearchConfig = field(default_factory=SearchConfig)
    executor: ExecutorConfig = field(default_factory=ExecutorConfig)
    output: OutputConfig = field(default_factory=OutputConfig)

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds of this run in order."""
        return tuple(range(self.first_seed, self.first_seed + self.seeds))

    @property
    def last_year(self) -> int:
        """The last year that a run completes."""
        return year_of(parse_quarter(self.end) + 1) - 1

    @property
    def design(self) -> Design:
        """What is run: every policy in every case over every seed."""
        return Design(self.policies, self.scenario, self.behaviour, self.seed_list)

    def run_spec(self, case: Case) -> RunSpec:
        """What a block of that case needs to know besides its seed and the policies."""
        from sim.api import RunSpec

        return RunSpec(
            province=self.province,
            scenario=case.scenario,
            end=self.end,
            overrides=dict(self.overrides),
            uncertainty=self.uncertainty,
            behaviour=case.behaviour,
            panel=self.panel.panel(),
        )


NESTED: Mapping[str, type] = {
    "until": UntilConfig, "panel": PanelConfig, "executor": ExecutorConfig, "output": OutputConfig,
    "sensitivity": SensitivityConfig, "discovery": DiscoveryConfig,
    "solve": SolveConfig, "search": SearchConfig,
    "verdict": VerdictConfig, "attribution": AttributionConfig, "replicates": ReplicatesConfig,
}
"""Settings that consist of settings."""

OPEN_ENDED = ("overrides.", "panel.where.", "panel.at_least.")
"""Beginnings of settings whose last part is a name of the model."""


def setting_names() -> tuple[str, ...]:
    """Every setting as written on the command line, nested ones with a dot."""
    names: list[str] = []
    for entry in dataclasses.fields(ExperimentConfig):
        nested = NESTED.get(entry.name)
        if nested is None:
            names.append(entry.name)
        else:
            names.extend(f"{entry.name}.{inner.name}" for inner in dataclasses.fields(nested))
    return tuple(names)


def check_settings(content: Mapping[str, Any]) -> tuple[ExperimentConfig | None, list[Problem]]:
    """Turn composed settings into a configuration.

    Args:
        content: nested mapping as composed from the files and the command line.

    Returns:
        The configuration and every problem found. Where there are problems it is good for further checks only:
        settings that cannot be read are at their defaults; None if not even that is possible.
    """
    prepared = dict(content)
    for name in (*LISTS, "analyses"):
        if isinstance(prepared.get(name), str):
            prepared[name] = [prepared[name]]
    if isinstance(prepared.get("end"), int):
        prepared["end"] = str(prepared["end"])
    if isinstance(prepared.get("overrides"), Mapping):
        prepared["overrides"] = flatten(prepared["overrides"])
    prepared = with_attribution_policies(prepared)
    adapter = _adapter()
    try:
        config = adapter.validate_python(prepared)
    except ValidationError as error:
        found = [_problem(detail) for detail in error.errors()]
        # The settings that can be read are still checked: a faulty one is left at its default for that.
        try:
            config = adapter.validate_python(_readable(prepared, error.errors()))
        except ValidationError:
            return None, found
        return config, found + _consistency_problems(config)
    return config, _consistency_problems(config)


@cache
def _adapter() -> TypeAdapter[ExperimentConfig]:
    """The check of types, which takes longer to make than to use."""
    return TypeAdapter(ExperimentConfig)


def _readable(prepared: Mapping[str, Any], faults: Sequence[ErrorDetails]) -> dict[str, Any]:
    """The settings without the faulty ones, of which those in a group of settings leave the rest of it."""
    kept = {key: dict(each) if key in NESTED and isinstance(each, Mapping) else each for key, each in prepared.items()}
    for first, *inner in (list(map(str, detail["loc"])) for detail in faults if detail["loc"]):
        group = kept.get(first)
        if inner and first in NESTED and isinstance(group, dict):
            group.pop(inner[0], None)
        else:
            kept.pop(first, None)
    return kept


def flatten(mapping: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Write nested keys with dots: ``{"retrofit": {"delay": 1}}`` becomes ``{"retrofit.delay": 1}``."""
    flat: dict[str, Any] = {}
    for key, value in mapping.items():
        path = f"{prefix}{key}"
        flat.update(flatten(value, f"{path}.") if isinstance(value, Mapping) else {path: value})
    return flat


def _consistency_problems(config: ExperimentConfig) -> list[Problem]:
    """Problems that lie between settings or in their meaning, not in their types."""
    problems = []
    for key in LISTS:
        names: tuple[str, ...] = getattr(config, key)
        repeated = sorted({name for name in names if names.count(name) > 1})
        if repeated:
            problems.append(Problem("", key, ", ".join(repeated), "named more than once"))
    valid = behaviour_names()
    problems += [
        Problem("", "behaviour", name, f"there {'are' if len(valid) > 1 else 'is'} {', '.join(valid)}",
                nearest_name(name, valid))
        for name in dict.fromkeys(config.behaviour) if name not in valid
    ]
    if not config.panel.columns and (config.panel.where or config.panel.at_least):
        problems.append(Problem("", "panel.columns", None, "has to be given: which columns of these firms are kept"))
    problems += question_problems(config.analyses, config.study)
    problems += sensitivity_setting_problems(config.sensitivity)
    problems += verdict_setting_problems(config.verdict)
    problems += attribution_setting_problems(config.attribution, config.analyses)
    return problems + executor_setting_problems(config.executor) + _end_problems(config.end)


def _end_problems(end: str) -> list[Problem]:
    try:
        quarter = parse_quarter(end)
    except ValueError:
        return [Problem("", "end", end, "a quarter such as 2030Q4 is needed")]
    if quarter < parse_quarter(FIRST_QUARTER):
        return [Problem("", "end", end, f"lies before the first quarter of a run, {FIRST_QUARTER}")]
    if quarter > parse_quarter(LAST_QUARTER):
        return [Problem("", "end", end, f"lies after the last quarter of the data, {LAST_QUARTER}")]
    return []


_WANTED = {
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a finite number",
    "bool_type": "true or false",
    "string_type": "text",
    "string_too_short": "a name",
    "tuple_type": "a name or a list such as [a,b]",
    "too_short": "a list with at least one name",
    "dict_type": "a mapping of parameter paths to numbers",
    "mapping_type": "a mapping of parameter paths to numbers",
}
"""What has to be there, by pydantic's name of the mistake."""


def _problem(detail: ErrorDetails) -> Problem:
    """One pydantic error in our words: the setting, what was given, what is needed."""
    path = ".".join(str(part) for part in detail["loc"])
    given, context, kind = detail["input"], detail.get("ctx", {}), detail["type"]
    if kind == "unexpected_keyword_argument":
        return Problem("", path, None, "no such setting", nearest_name(path, setting_names()))
    if kind.startswith("missing"):
        return Problem("", path, None, "has to be given")
    if kind in ("greater_than", "less_than"):
        bound = f"more than {context['gt']}" if "gt" in context else f"less than {context['lt']}"
        return Problem("", path, given, f"{bound} is needed")
    if kind == "greater_than_equal":
        return Problem("", path, given, f"at least {context['ge']} is needed")
    if kind == "literal_error":
        valid = str(context["expected"]).replace("'", "")
        return Problem("", path, given, f"{valid} is needed", nearest_name(given, valid.split(" or ")))
    wanted = _WANTED.get(kind)
    return Problem("", path, given, f"{wanted} is needed" if wanted else detail["msg"])
