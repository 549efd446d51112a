"""The settings of a run: what they are called, what they may be, and one check that reports every problem."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from experiments.design import DEFAULT_BEHAVIOUR, Case, Design, behaviour_names
from policies.schedule import FIRST_QUARTER, parse_quarter
from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from sim.api import RunSpec

LISTS = ("policies", "scenario", "behaviour")
"""Settings that take one name or a list of names; together with the seeds they make up the design."""

LAST_QUARTER = "2030Q4"
"""The last quarter that scenarios and the power balance cover."""

Count = Annotated[int, Field(strict=True, ge=1)]
Name = Annotated[str, Field(strict=True, min_length=1)]
Names = Annotated[tuple[Name, ...], Field(min_length=1)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
_FORBID_EXTRA = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class ExecutorConfig:
    """Where seed blocks are computed. What a kind does not use stays at its default.

    Attributes:
        kind: in this process, in processes of this machine, on a Dask cluster, in Slurm jobs.
        workers: local, dask: processes on this machine; None: one a core.
        address: dask: a scheduler that runs already; None: a cluster of this machine's processes.
        cores: slurm: cores, and so workers, of a job.
        memory: slurm: memory of a job, such as ``16GB``.
        walltime: slurm: longest duration of a job, ``HH:MM:SS``.
        jobs: slurm: number of jobs.
        queue: slurm: partition.
        account: slurm: account to charge.
        interface: slurm: network interface by which workers reach this machine.
        python: slurm: interpreter on the compute nodes; None: the one that runs this.
        prologue: slurm: shell lines before the workers start.
        directives: slurm: further ``#SBATCH`` options.
    """

    __pydantic_config__ = _FORBID_EXTRA
    kind: Literal["serial", "local", "dask", "slurm"] = "local"
    workers: Count | None = None
    address: Name | None = None
    cores: Count | None = None
    memory: Name | None = None
    walltime: Name | None = None
    jobs: Count | None = None
    queue: Name | None = None
    account: Name | None = None
    interface: Name | None = None
    python: Name | None = None
    prologue: tuple[Name, ...] = ()
    directives: tuple[Name, ...] = ()


@dataclass(frozen=True)
class OutputConfig:
    """Where results go."""

    __pydantic_config__ = _FORBID_EXTRA
    root: Name = "outputs"


@dataclass(frozen=True)
class ExperimentConfig:
    """One whole experiment: which policies, on which province, scenarios and behaviours, over how many seeds."""

    __pydantic_config__ = _FORBID_EXTRA
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
    executor: ExecutorConfig = field(default_factory=ExecutorConfig)
    output: OutputConfig = field(default_factory=OutputConfig)

    @property
    def seed_list(self) -> tuple[int, ...]:
        """The seeds of this run in order."""
        return tuple(range(self.first_seed, self.first_seed + self.seeds))

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
        )


def setting_names() -> tuple[str, ...]:
    """Every setting as written on the command line, nested ones with a dot."""
    names: list[str] = []
    for entry in dataclasses.fields(ExperimentConfig):
        nested = {"executor": ExecutorConfig, "output": OutputConfig}.get(entry.name)
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
    for name in LISTS:
        if isinstance(prepared.get(name), str):
            prepared[name] = [prepared[name]]
    if isinstance(prepared.get("end"), int):
        prepared["end"] = str(prepared["end"])
    if isinstance(prepared.get("overrides"), Mapping):
        prepared["overrides"] = flatten(prepared["overrides"])
    adapter = TypeAdapter(ExperimentConfig)
    try:
        config = adapter.validate_python(prepared)
    except ValidationError as error:
        found = [_problem(detail) for detail in error.errors()]
        # The settings that can be read are still checked: a faulty one is left at its default for that.
        faulty = {str(detail["loc"][0]) for detail in error.errors() if detail["loc"]}
        try:
            config = adapter.validate_python({key: each for key, each in prepared.items() if key not in faulty})
        except ValidationError:
            return None, found
        return config, found + _consistency_problems(config)
    return config, _consistency_problems(config)


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
    return problems + _executor_problems(config.executor) + _end_problems(config.end)


_EXECUTOR_SETTINGS = {
    "serial": ("workers",),
    "local": ("workers",),
    "dask": ("workers", "address"),
    "slurm": (
        "cores", "memory", "walltime", "jobs", "queue", "account", "interface", "python", "prologue", "directives"
    ),
}  # fmt: skip
"""What each kind of executor can be told."""

_EXECUTOR_PATTERNS = {
    "address": (r"[a-z]+://\S+:\d+", "an address such as tcp://10.0.0.5:8786 is needed"),
    "memory": (r"\d+(\.\d+)? ?[kMGT]i?B", "an amount such as 16GB is needed"),
    "walltime": (r"(\d+-)?\d{1,2}:\d{2}:\d{2}", "a duration HH:MM:SS such as 02:00:00 is needed, in quotes in a file"),
}
"""How settings that are text have to look."""


def _executor_problems(executor: ExecutorConfig) -> list[Problem]:
    """Settings of another kind of executor, settings that are missing, and text that is not what it should be."""
    problems = []
    for name in (each.name for each in dataclasses.fields(executor) if each.name != "kind"):
        value = getattr(executor, name)
        key, own = f"executor.{name}", name in _EXECUTOR_SETTINGS[executor.kind]
        if value and not own:
            kinds = " or ".join(f"executor={kind}" for kind, names in _EXECUTOR_SETTINGS.items() if name in names)
            problems.append(Problem("", key, value, f"is a setting of {kinds}, not of executor={executor.kind}"))
        elif value and name in _EXECUTOR_PATTERNS:
            pattern, text = _EXECUTOR_PATTERNS[name]
            problems += [] if re.fullmatch(pattern, value) else [Problem("", key, value, text)]
        elif own and value is None and name in ("cores", "memory", "walltime", "jobs"):
            problems.append(Problem("", key, None, "has to be given"))
    if executor.kind == "serial" and executor.workers not in (None, 1):
        text = "executor=serial has one worker; choose executor=local for more"
        problems.append(Problem("", "executor.workers", executor.workers, text))
    if executor.address and executor.workers:
        text = "a scheduler has the workers it has; leave executor.workers or executor.address out"
        problems.append(Problem("", "executor.workers", executor.workers, text))
    return problems


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
    if kind == "greater_than_equal":
        return Problem("", path, given, f"at least {context['ge']} is needed")
    if kind == "literal_error":
        valid = str(context["expected"]).replace("'", "")
        return Problem("", path, given, f"{valid} is needed", nearest_name(given, valid.split(" or ")))
    wanted = _WANTED.get(kind)
    return Problem("", path, given, f"{wanted} is needed" if wanted else detail["msg"])
