"""Exogenous futures: the course of supply, load, output, coal and carbon prices and hydrology that a run faces.

A scenario file names only what differs from the reference, each setting with its source and grade. The names of the
fields are those of the settings; their defaults are the reference, which leaves every path as the tables have it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from configs import CONFIG_ROOT
from policies.problems import finite_number
from sim.errors import ConfigError, Problem, nearest_name
from sim.inputs.sources import GRADES, source_fault
from sim.inputs.yaml_files import read_named

PATHS = ("low", "central", "high")
HYDROLOGY = ("drawn", "normal", "dry", "wet", "extreme_dry")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "power_path": PATHS, "load_path": ("same", *PATHS), "carbon_path": PATHS, "growth_path": PATHS,
}
"""Settings that are one word of a list."""

COAL_PRICE_GROWTH = (-0.1, 0.1)
"""Limits of what a scenario may add to the growth of coal prices, 1/yr."""

YEARS = (2026, 2030)
"""First and last year whose hydrology a scenario may name."""

_TEXTS = ("zh", "en", "summary_zh", "summary_en")
_ENTRY = ("value", "source", "grade", "note")


@dataclass(frozen=True)
class Scenario:
    """One exogenous future, as read from ``configs/scenario``."""

    name: str
    zh: str
    en: str
    summary_zh: str
    summary_en: str
    power_path: str = "central"
    """Path of table power_balance; low, central, high rank the green share."""
    load_path: str = "same"
    """Path that consumption outside manufacturing follows from 2026 on; ``same`` is that of power_path."""
    carbon_path: str = "central"
    """Path of table carbon_prices."""
    growth_path: str = "central"
    """Growth of output by sector: the low end, the value or the high end of table growth."""
    coal_price_growth: float = 0.0
    """Added to the real growth of coal, coke and by-product gas prices, 1/yr."""
    hydrology: Mapping[int, str] = field(default_factory=dict)
    """Year type of table hydrology by year; a year that is not named is drawn."""

    def content(self) -> dict[str, Any]:
        """The settings that decide results, as plain data."""
        return {name: getattr(self, name) for name in SETTINGS} | {
            "hydrology": {str(year): kind for year, kind in sorted(self.hydrology.items())}
        }

    def year_type(self, year: int) -> str:
        """Year type of a year: a word of table hydrology, or ``drawn``."""
        return self.hydrology.get(year, "drawn")


SETTINGS = ("power_path", "load_path", "carbon_path", "growth_path", "coal_price_growth", "hydrology")
"""What a scenario can set."""


def load_scenario(name: str, folder: Path | None = None, sources: Collection[str] | None = None) -> Scenario:
    """Read and check one scenario.

    Args:
        name: name of the file without its ending.
        folder: where the files are; the packaged ones if left out.
        sources: known source ids; sources are not looked up if left out.

    Raises:
        ConfigError: if there is none of that name, or its file holds anything but the declared settings and values.
    """
    problems: list[Problem] = []
    file, raw = read_named("scenario", name, folder or CONFIG_ROOT / "scenario", problems)
    keys = (*_TEXTS, "settings")
    if not problems:
        problems += [_unknown(file, str(key), raw[key], keys) for key in raw if key not in keys]
        problems += [
            Problem(file, key, raw.get(key), "a text is needed") for key in _TEXTS
            if not (isinstance(raw.get(key), str) and raw[key].strip())
        ]
    settings = raw.get("settings") or {}
    if not isinstance(settings, dict):
        problems.append(Problem(file, "settings", settings, f"settings among {', '.join(SETTINGS)} are needed"))
        settings = {}
    values: dict[str, Any] = {}
    for key, entry in settings.items():
        if key not in SETTINGS:
            problems.append(_unknown(file, f"settings.{key}", None, [f"settings.{each}" for each in SETTINGS]))
            continue
        before = len(problems)
        problems += _entry_faults(file, f"settings.{key}", entry, sources)
        if len(problems) == before:
            values[key] = _value(file, key, entry["value"], problems)
    if problems:
        raise ConfigError(problems)
    texts: dict[str, Any] = {key: str(raw[key]) for key in _TEXTS}
    return Scenario(name=name, **texts, **values)


def _unknown(file: str, key: str, value: Any, names: Collection[str]) -> Problem:
    shown = None if isinstance(value, dict) else value
    return Problem(file, key, shown, "unknown key", nearest_name(key, names))


def _entry_faults(file: str, key: str, entry: Any, sources: Collection[str] | None) -> list[Problem]:
    """What is wrong with a setting apart from its value."""
    if not isinstance(entry, dict):
        return [Problem(file, key, entry, "an entry {value, source, grade} is needed")]
    found = [_unknown(file, f"{key}.{name}", entry[name], [f"{key}.{each}" for each in _ENTRY])
             for name in entry if name not in _ENTRY]
    found += [Problem(file, f"{key}.{name}", None, "missing") for name in _ENTRY[:3] if name not in entry]
    if "grade" in entry and entry["grade"] not in GRADES:
        found.append(Problem(file, f"{key}.grade", entry["grade"], f"one of {', '.join(GRADES)} is needed"))
    if "source" in entry and sources is not None:
        fault = source_fault(entry["source"], sources)
        found += [Problem(file, f"{key}.source", entry["source"], *fault)] if fault else []
    return found


def _value(file: str, key: str, value: Any, problems: list[Problem]) -> Any:
    """A setting's value as the model reads it; whatever is wrong with it is added to the problems."""
    place = f"settings.{key}.value"
    if key in CHOICES:
        _check_word(file, place, value, CHOICES[key], problems)
        return value
    if key == "coal_price_growth":
        low, high = COAL_PRICE_GROWTH
        if not finite_number(value) or not low <= value <= high:
            problems.append(Problem(file, place, value, f"a number from {low} to {high} a year is needed"))
            return 0.0
        return float(value)
    if not isinstance(value, dict):
        _check_word(file, place, value, HYDROLOGY, problems)
        return {} if value == "drawn" else dict.fromkeys(range(YEARS[0], YEARS[1] + 1), value)
    for year, kind in value.items():
        if not (isinstance(year, int) and YEARS[0] <= year <= YEARS[1]):
            problems.append(Problem(file, f"{place}.{year}", None, f"a year from {YEARS[0]} to {YEARS[1]} is needed"))
        _check_word(file, f"{place}.{year}", kind, HYDROLOGY, problems)
    return {year: kind for year, kind in value.items() if kind != "drawn"}


def _check_word(file: str, place: str, value: Any, allowed: tuple[str, ...], problems: list[Problem]) -> None:
    if value not in allowed:
        text = f"one of {', '.join(allowed)}"
        problems.append(Problem(file, place, value, text, nearest_name(str(value), allowed)))
