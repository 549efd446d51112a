"""From the command line to settings: Hydra composes `configs/`, and mistakes come back as sentences.

Hydra's compose function is used rather than its decorator, so that one call gathers every mistake, no working
directory is changed and no folder is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hydra import compose as hydra_compose
from hydra import initialize_config_dir
from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Override, OverrideType
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException
from yaml import YAMLError

from experiments.config import ExperimentConfig, check_settings, setting_names
from sim.errors import Problem, nearest_name, shown_path
from sim.yaml_files import file_names

GROUPS = ("experiment", "executor")
"""Settings chosen by the name of a file in the folder of that name."""


def compose_settings(arguments: Sequence[str], folder: Path) -> tuple[ExperimentConfig | None, list[Problem]]:
    """Compose the settings of a run.

    Args:
        arguments: overrides in Hydra's syntax, such as ``seeds=2`` or ``overrides.finance.loan_rate=0.04``.
        folder: the folder with config.yaml and its groups.

    Returns:
        The configuration, or None where one cannot be made, and every problem found.
    """
    problems: list[Problem] = []
    groups: list[str] = []
    values: dict[str, Any] = {}
    for argument in arguments:
        override = _parse(argument)
        if isinstance(override, Problem):
            problems.append(override)
        elif problem := _problem(override, folder):
            problems.append(problem)
        elif override.key_or_group in GROUPS:
            groups.append(argument)
        else:
            values[override.key_or_group] = override.value()
    try:
        content = _compose(groups, values, folder)
    except (HydraException, OmegaConfBaseException, YAMLError) as error:
        return None, [*problems, Problem(shown_path(folder), "", None, _first_paragraph(error))]
    config, found = check_settings(content)
    return config, problems + found


def _compose(groups: list[str], values: dict[str, Any], folder: Path) -> dict[str, Any]:
    """Compose the files, then lay single values over them.

    Values do not go through Hydra, which would take `province` for a group because a folder has that name,
    and would ask for a plus sign before a parameter that no file mentions.
    """
    with initialize_config_dir(version_base="1.3", config_dir=str(folder.resolve())):
        composed = hydra_compose("config", overrides=groups)
    OmegaConf.set_struct(composed, False)
    parameters = {}
    for key, value in values.items():
        if key.startswith("overrides."):
            parameters[key.removeprefix("overrides.")] = value
        else:
            OmegaConf.update(composed, key, value, merge=False)
    content = OmegaConf.to_container(composed, resolve=True, throw_on_missing=True)
    plain = {str(key): value for key, value in content.items()} if isinstance(content, dict) else {}
    if parameters and isinstance(plain.get("overrides"), dict):
        plain["overrides"] |= parameters
    return plain


def _parse(argument: str) -> Override | Problem:
    """Read one argument, or say how to write it."""
    try:
        return OverridesParser.create().parse_overrides([argument])[0]
    except HydraException as error:
        text = "cannot be read; write name=value, lists in quotes: 'policies=[current,plan]'"
        return Problem("", argument, None, f"{text} ({_first_paragraph(error)})")


def _problem(override: Override, folder: Path) -> Problem | None:
    """What is wrong with an override that could be read."""
    key = override.key_or_group
    text = str(override.input_line).partition("=")[2]
    valid = (*setting_names(), *GROUPS, "overrides")
    if key not in valid and not key.startswith("overrides."):
        return Problem("", key, None, "no such setting", nearest_name(key, valid))
    if override.type is not OverrideType.CHANGE:
        return Problem(
            "", str(override.input_line), None, f"settings are changed, not added or removed: {key}=value"
        )
    if override.is_sweep_override():
        return Problem("", key, text, f"one call is one experiment; write one value or a list, '{key}=[a,b]'")
    options = file_names(folder / key) if key in GROUPS else [text]
    if text not in options:
        return Problem("", key, text, f"choose from {', '.join(options)}", nearest_name(text, options))
    return None


def _first_paragraph(error: Exception) -> str:
    """The part of a library's message that names the mistake, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith("See http"))
