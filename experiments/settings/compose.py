"""From the command line to settings: Hydra composes `configs/`, and mistakes come back as sentences.

Hydra's compose function is used rather than its decorator, so that one call gathers every mistake, no working
directory is changed and no folder is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
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

from experiments.settings.checks import check_settings
from experiments.settings.config import LISTS, OPEN_ENDED, ExperimentConfig, setting_names
from experiments.settings.multirun import SEPARATE, points, swept_values
from sim.errors import Problem, nearest_name, shown_path
from sim.inputs.yaml_files import file_names, read_yaml

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
    choices, problems = _read(arguments, folder, sweeps=False)
    config, found = _settings({key: values[0] for key, values in choices.items()}, folder)
    return config, problems + found


def compose_sweep(arguments: Sequence[str], folder: Path) -> tuple[list[ExperimentConfig], list[Problem]]:
    """Compose every experiment of a multirun: settings with several values merge, or make an experiment each.

    Args:
        arguments: overrides in Hydra's syntax, of which some give several values, such as ``scenario=a,b``.
        folder: the folder with config.yaml and its groups.

    Returns:
        One configuration a combination of the values that make an experiment each, and every problem found.
    """
    choices, problems = _read(arguments, folder, sweeps=True)
    configs = []
    for point in points(choices):
        config, found = _settings(point, folder)
        problems += found
        configs += [config] if config else []
    return configs, list(dict.fromkeys(problems))


def _read(
    arguments: Sequence[str], folder: Path, sweeps: bool
) -> tuple[dict[str, list[Any]], list[Problem]]:
    """The values given to each setting, one unless it is swept, and what is wrong with them."""
    problems: list[Problem] = []
    choices: dict[str, list[Any]] = {}
    for argument in arguments:
        override = _parse(argument)
        if isinstance(override, Problem):
            problems.append(override)
            continue
        key = str(override.key_or_group)
        values = _values(override, folder, sweeps)
        if isinstance(values, Problem):
            problems.append(values)
        elif wrong := _unknown_options(key, values, folder):
            problems += wrong
        else:
            choices[key] = values
    return choices, problems


def _settings(values: Mapping[str, Any], folder: Path) -> tuple[ExperimentConfig | None, list[Problem]]:
    """Compose the files with one value a setting and check the outcome."""
    groups = [f"{key}={value}" for key, value in values.items() if key in GROUPS]
    if unreadable := _file_problems(values, folder):
        return None, unreadable
    try:
        content = _compose(groups, {key: value for key, value in values.items() if key not in GROUPS}, folder)
    except (HydraException, OmegaConfBaseException, YAMLError, ValueError) as error:
        return None, [Problem(shown_path(folder), "", None, _first_paragraph(error))]
    return check_settings(content)


def _file_problems(values: Mapping[str, Any], folder: Path) -> list[Problem]:
    """What is wrong with the files to be composed, before Hydra reads them: it bears neither encodings nor cycles."""
    problems: list[Problem] = []
    defaults = (read_yaml(folder / "config.yaml", problems) or {}).get("defaults")
    chosen: dict[str, Any] = {}
    for entry in defaults if isinstance(defaults, list) else ():
        chosen |= entry if isinstance(entry, dict) else {}
    for group in GROUPS:
        name = values.get(group, chosen.get(group))
        if name in file_names(folder / group):
            read_yaml(folder / group / f"{name}.yaml", problems)
    return problems


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
    key, equals, value = argument.rpartition("=")
    scoped = key.startswith("overrides.") and "@" in key
    try:
        if not scoped:
            return OverridesParser.create().parse_overrides([argument])[0]
        # Hydra would take what follows the @ for a package: the path is kept apart from the value.
        override = OverridesParser.create().parse_overrides([f"overrides{equals}{value}"])[0]
        return replace(override, key_or_group=key)
    except (HydraException, ValueError, RecursionError) as error:
        text = "cannot be read; write name=value, lists in quotes: 'policies=[current,plan]'"
        return Problem("", argument, None, f"{text} ({_first_paragraph(error)})")


def _values(override: Override, folder: Path, sweeps: bool) -> list[Any] | Problem:
    """The values of an override that could be read, or what is wrong with it."""
    key = override.key_or_group
    valid = (*setting_names(), *GROUPS, "overrides")
    if key not in valid and not key.startswith(OPEN_ENDED):
        return Problem("", key, None, "no such setting", nearest_name(key, valid))
    if override.type is not OverrideType.CHANGE:
        return Problem(
            "", str(override.input_line), None, f"settings are changed, not added or removed: {key}=value"
        )
    if not override.is_sweep_override():
        return [override.value()]
    root = key.partition(".")[0]
    if not sweeps and root in (*LISTS, *SEPARATE):
        text = str(override.input_line).partition("=")[2]
        one = f"write a list, '{key}=[a,b]'," if key in LISTS else "one call is one experiment; write one value,"
        return Problem("", key, text, f"{one} or give several values with -m (greenmill run -m ...)")
    return swept_values(override, folder)


def _unknown_options(key: str, values: Sequence[Any], folder: Path) -> list[Problem]:
    """Values of a group that name no file of it."""
    options = file_names(folder / key) if key in GROUPS else []
    text = f"choose from {', '.join(options)}"
    return [
        Problem("", key, value, text, nearest_name(value, options))
        for value in values
        if key in GROUPS and value not in options
    ]


def _first_paragraph(error: Exception) -> str:
    """The part of a library's message that names the mistake, on one line."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(line for line in lines if not line.startswith("See http"))
