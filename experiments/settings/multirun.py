"""Several values of one setting: which merge into one design and which make an experiment each.

The syntax is Hydra's (``scenario=a,b``, ``range(1,4)``, ``choice(...)``, ``glob(*)``), read by Hydra's own parser.
Its launcher is not used: it starts one job a point and cannot go on where a killed sweep stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

from hydra.core.override_parser.overrides_parser import OverridesParser
from hydra.core.override_parser.types import Glob, Override, ValueType

from experiments.design import behaviour_names
from experiments.settings.config import LISTS
from sim.errors import Problem

SEPARATE = ("province", "uncertainty", "experiment", "end", "overrides")
"""Settings whose values make an experiment each, with a result folder of its own."""


def swept_values(override: Override, folder: Path) -> list[Any] | Problem:
    """The values of a sweep in order.

    Args:
        override: a sweep as parsed by Hydra.
        folder: the configuration folder, for patterns that stand for names of its files.

    Returns:
        The values, plain numbers, texts, lists or mappings; or what is wrong with the sweep.
    """
    key, text = override.key_or_group, str(override.input_line).partition("=")[2]
    if key.partition(".")[0] not in (*LISTS, *SEPARATE):
        allowed = f"takes one value; {', '.join((*LISTS, *SEPARATE))} can take several"
        return Problem("", key, text, allowed)
    if override.value_type is ValueType.INTERVAL_SWEEP:
        return Problem("", key, text, "an interval holds no points; write them as 1,2,3 or range(1,4)")
    if isinstance(pattern := override.value(), Glob):
        names = pattern.filter(_names(key, folder))
        return list(names) or Problem("", key, text, f"matches none of {', '.join(_names(key, folder))}")
    parser = OverridesParser.create()
    return [parser.parse_overrides([f"value={each}"])[0].value() for each in override.sweep_string_iterator()]


def points(choices: Mapping[str, Sequence[Any]]) -> Iterator[dict[str, Any]]:
    """One mapping of settings to values an experiment.

    Values of `LISTS` are merged into one list each, since a design is every combination of its lists; the other
    settings are combined, the last one varying fastest.
    """
    merged = {key: _union(values) if len(values) > 1 else values[0] for key, values in choices.items() if key in LISTS}
    others = {key: values for key, values in choices.items() if key not in LISTS}
    for values in product(*others.values()):
        yield {**merged, **dict(zip(others, values, strict=True))}


def _union(values: Sequence[Any]) -> list[Any]:
    """Names and lists of names as one list, each name once, in the order of first mention."""
    names: list[Any] = []
    for value in values:
        for name in value if isinstance(value, list) else [value]:
            names += [] if name in names else [name]
    return names


def _names(key: str, folder: Path) -> list[str]:
    """Names that a pattern can stand for: files or folders of the setting's configuration folder."""
    if key == "behaviour":
        return list(behaviour_names())
    return sorted(path.stem for path in (folder / key).glob("[!_]*") if path.is_dir() or path.suffix == ".yaml")
