"""What `greenmill diff` was asked for: two result folders, and how to compare and show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from configs import CONFIG_ROOT
from experiments.diff.differences import check_comparable
from experiments.diff.effects import SEEDS
from experiments.settings.compose import compose_settings
from experiments.settings.executor import ExecutorConfig
from experiments.store import load
from experiments.store.loading import StoredResults
from sim.errors import ConfigError, Problem, nearest_name

SETTINGS = ("seeds", "lang", "executor")


@dataclass(frozen=True)
class Request:
    """Two opened result folders and how to show them."""

    a: StoredResults
    b: StoredResults
    seeds: int
    lang: str
    executor: ExecutorConfig
    csv: Path | None


def read_request(a: str, b: str, words: Sequence[str], csv: str | None) -> Request:
    """Read and check the words of the command.

    Raises:
        ConfigError: with every problem of the settings and folders.
    """
    problems: list[Problem] = []
    for word in words:
        key = word.partition("=")[0]
        if key.partition(".")[0] not in SETTINGS:
            text = f"is no setting of diff; there are {', '.join(SETTINGS)}"
            problems.append(Problem("", key, None, text, nearest_name(key, SETTINGS)))
    if csv and Path(csv).is_dir():
        problems.append(Problem("", "--csv", csv, "is a folder; give the name of a file"))
    config = None
    if not problems:
        config, found = compose_settings(words, CONFIG_ROOT)
        problems += found
    opened = []
    for folder in (a, b):
        try:
            opened.append(load(folder))
        except ConfigError as error:
            problems += error.problems
    if problems or config is None:
        raise ConfigError(list(dict.fromkeys(problems)))
    check_comparable(opened[0], opened[1])
    asked = any(word.startswith("seeds=") for word in words)
    seeds = config.seeds if asked else SEEDS
    return Request(opened[0], opened[1], seeds, config.lang, config.executor, Path(csv) if csv else None)
