"""The policy documents on disk: one YAML file an instrument, one a mix, read strictly, checked together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from configs import CONFIG_ROOT
from policies.build_catalogue import build_catalogue
from policies.catalogue import Catalogue
from policies.mix import Mix
from policies.problems import PolicyError
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter
from policies.scope import split_path
from sim.errors import ConfigError, Problem, shown_path
from sim.inputs.yaml_files import read_yaml

POLICY_FOLDER = CONFIG_ROOT / "policy"
"""The folder with the sub-folders ``instrument`` and ``mix``."""


def load_catalogue(folder: Path | None = None) -> Catalogue:
    """Read and check all policy documents.

    Args:
        folder: folder with the sub-folders ``instrument`` and ``mix``; the packaged one if left out.

    Raises:
        ConfigError: with every problem of every file.
    """
    root = folder or POLICY_FOLDER
    problems: list[Problem] = []
    instruments = _documents(root / "instrument", problems)
    mixes = _documents(root / "mix", problems)
    if problems:
        raise ConfigError(problems)
    try:
        return build_catalogue(instruments, mixes, shown_path(root))
    except PolicyError as error:
        raise _config_error(error) from None


def compose_mix(
    catalogue: Catalogue, name: str | Sequence[str], changes: Mapping[str, Mapping[str, float]] | None = None
) -> Mix:
    """The mix of that name, with changed values laid over it; see `policies.catalogue.Catalogue.mix`.

    Raises:
        ConfigError: with every unknown name and every value that is not allowed.
    """
    try:
        return catalogue.mix(name, changes)
    except PolicyError as error:
        raise _config_error(error) from None


def compose_changed(
    catalogue: Catalogue, name: str | Sequence[str], settings: Mapping[str, float], since: str = FIRST_QUARTER
) -> Mix:
    """The mix of that name, with some settings replaced from a quarter on where the mix has them in force.

    Args:
        catalogue: instruments and mixes.
        name: a policy name or list of names.
        settings: ``instrument.setting`` -> value; a policy in which the setting is null stays as it is. With a scope,
            ``instrument.setting@prefecture=Chengdu``, one in which all of the instrument's settings are.
        since: quarter label from which the values hold.

    Raises:
        ConfigError: with every unknown name and every value that is not allowed.
    """
    mix = compose_mix(catalogue, name)
    in_force = {}
    for path, value in settings.items():
        name_of_setting, scope = split_path(path)
        instrument, setting = name_of_setting.split(".", 1)
        schedules = mix[instrument].schedules
        looked_at = schedules.values() if scope else (schedules[setting],)
        if any(_has_effect(schedule, parse_quarter(since)) for schedule in looked_at):
            in_force[path] = {since: value}
    return compose_mix(catalogue, name, in_force) if in_force else mix


def _has_effect(schedule: Schedule, since: int) -> bool:
    """Whether a setting is anything but null in the five years from a quarter on."""
    return any(schedule.at(quarter) != schedule.null for quarter in range(since, since + 20))


def _documents(folder: Path, problems: list[Problem]) -> dict[str, object]:
    """Parsed documents of a folder by name; what cannot be read is a problem."""
    files = sorted(folder.glob("*.yaml"))
    if not files:
        problems.append(Problem(shown_path(folder), "", None, "no policy documents (*.yaml) were found there"))
    read = {file.stem: read_yaml(file, problems) for file in files}
    return {name: content for name, content in read.items() if content is not None}


def _config_error(error: PolicyError) -> ConfigError:
    return ConfigError(
        [Problem(each.file, each.key, each.value, each.allowed, each.nearest) for each in error.problems]
    )
