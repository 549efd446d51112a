"""The command that makes a result folder again, from the settings of its run."""

from __future__ import annotations

import dataclasses
import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from experiments.settings.config import NESTED, ExperimentConfig

INDIFFERENT = ("name", "lang", "figures", "executor", "output")
"""Settings that decide where and how results are computed and shown, not what they are."""

_PLAIN = re.compile(r"[\w+.-]+")


def run_command(config: ExperimentConfig, *more: str) -> str:
    """The words of ``greenmill run`` that compose these settings again, quoted for a shell.

    Args:
        config: settings of a run.
        more: further words, such as ``lang=zh``.
    """
    base, experiment = _base(config.name)
    words = [] if experiment == "policy_mixes" else [f"experiment={experiment}"]
    words += [] if config.name == base.name else [f"name={_value(config.name)}"]
    return shlex.join(["greenmill", "run", *words, *_differences(config, base), *more])


@lru_cache(maxsize=16)
def _base(name: str) -> tuple[ExperimentConfig, str]:
    """Default settings of the experiment of that name, or those of the default one, and its name."""
    from configs import CONFIG_ROOT
    from experiments.settings.compose import compose_settings
    from sim.inputs.yaml_files import file_names

    experiment = name if name in file_names(CONFIG_ROOT / "experiment") else "policy_mixes"
    config, problems = compose_settings([f"experiment={experiment}"], CONFIG_ROOT)
    if config is None or problems:
        raise ValueError(f"the packaged experiment {experiment} cannot be composed: {problems}")
    return config, experiment


def _differences(config: ExperimentConfig, base: ExperimentConfig) -> Iterator[str]:
    for entry in dataclasses.fields(config):
        own, usual = getattr(config, entry.name), getattr(base, entry.name)
        if entry.name in INDIFFERENT or own == usual:
            continue
        if entry.name in NESTED or isinstance(own, Mapping):
            yield from _nested(entry.name, _plain(own), _plain(usual))
        else:
            yield f"{entry.name}={_value(own)}"


def _nested(prefix: str, own: Mapping[str, Any], usual: Mapping[str, Any]) -> Iterator[str]:
    for key, value in own.items():
        if key in usual and usual[key] == value:
            continue
        if isinstance(value, Mapping):
            yield from _nested(f"{prefix}.{key}", value, usual.get(key, {}))
        else:
            yield f"{prefix}.{key}={_value(value)}"


def _plain(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else dataclasses.asdict(value)


def _value(value: Any) -> str:
    """A value in Hydra's syntax."""
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else f"'{value}'"
    if isinstance(value, Sequence):
        return f"[{','.join(_value(each) for each in value)}]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)
