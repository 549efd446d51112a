"""Exogenous futures: which supply path, carbon price path and hydrology a run faces."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from configs import CONFIG_ROOT
from sim.errors import ConfigError, Problem, nearest_name
from sim.yaml_files import read_named

PATHS = ("low", "central", "high")
HYDROLOGY = ("drawn", "normal", "dry", "wet", "extreme_dry")


@dataclass(frozen=True)
class Scenario:
    """One exogenous future, as read from ``configs/scenario``."""

    name: str
    zh: str
    en: str
    power_path: str
    carbon_path: str
    hydrology: str


def load_scenario(name: str, folder: Path | None = None) -> Scenario:
    """Read and check one scenario.

    Raises:
        ConfigError: if there is none of that name, or its file holds anything but the declared keys and values.
    """
    problems: list[Problem] = []
    file, raw = read_named("scenario", name, folder or CONFIG_ROOT / "scenario", problems)
    fields = [field.name for field in dataclasses.fields(Scenario) if field.name != "name"]
    choices = {"power_path": PATHS, "carbon_path": PATHS, "hydrology": HYDROLOGY}
    if not problems:
        problems += [
            Problem(file, key, raw[key], "unknown key", nearest_name(str(key), fields))
            for key in raw if key not in fields
        ]
        problems += [Problem(file, key, None, "missing") for key in fields if key not in raw]
        problems += [
            Problem(file, key, raw[key], f"one of {', '.join(allowed)}", nearest_name(str(raw[key]), allowed))
            for key, allowed in choices.items() if key in raw and raw[key] not in allowed
        ]
    if problems:
        raise ConfigError(problems)
    return Scenario(name=name, **{key: str(raw[key]) for key in fields})
