"""The check of a run's settings: from what files and the command line say to a configuration, or to every problem."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from experiments.design import behaviour_names
from experiments.questions import question_problems
from experiments.settings.attribution import attribution_setting_problems, with_attribution_policies
from experiments.settings.config import LISTS, NESTED, ExperimentConfig, setting_names
from experiments.settings.executor import executor_setting_problems
from experiments.settings.verdict import verdict_setting_problems
from experiments.study.sensitivity_config import sensitivity_setting_problems
from policies.delayed import split_start
from policies.schedule import FIRST_QUARTER, parse_quarter
from sim.errors import Problem, nearest_name

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LAST_QUARTER = "2030Q4"
"""The last quarter that scenarios and the power balance cover."""


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
        # A mapping without a value in it stands for nothing: it is kept, so that its type is refused.
        flat.update(flatten(value, f"{path}.") if isinstance(value, Mapping) and value else {path: value})
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
    problems += _start_problems(config.policies)
    return problems + executor_setting_problems(config.executor) + _end_problems(config.end)


def _start_problems(policies: Sequence[str]) -> list[Problem]:
    """Policies that start when every run is over; a start that is no quarter is told with the names of policies."""
    text, problems = f"starts after the last quarter of the data, {LAST_QUARTER}", []
    for name in dict.fromkeys(policies):
        starts = [start for _, start in map(split_start, name.split("+")) if start]
        with suppress(ValueError):
            if any(parse_quarter(start) > parse_quarter(LAST_QUARTER) for start in starts):
                problems.append(Problem("", "policies", name, text))
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
    "string_pattern_mismatch": "a name of at most 100 characters without slashes that does not start with a point",
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
    if kind == "less_than_equal":
        return Problem("", path, given, f"at most {context['le']} is needed")
    if kind == "literal_error":
        valid = str(context["expected"]).replace("'", "")
        return Problem("", path, given, f"{valid} is needed", nearest_name(given, valid.split(" or ")))
    wanted = _WANTED.get(kind)
    return Problem("", path, given, f"{wanted} is needed" if wanted else detail["msg"])
