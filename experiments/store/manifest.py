"""What is run, with what, and how it went: the content of manifest.json."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from experiments.design import Block
from experiments.executors.blocks import BlockReport
from experiments.settings.config import ExperimentConfig
from experiments.store.fingerprint import code_checksum

if TYPE_CHECKING:
    from experiments.run import Experiment

PACKAGES = ("mesa", "numpy", "pandas", "scipy", "pyarrow", "joblib", "hydra-core")
"""Libraries whose versions the manifest records."""


def design_content(config: ExperimentConfig) -> dict[str, Any]:
    """The composed model content of every case of a design, as plain data.

    What is the same in all cases stands at the top, the rest under `cases` by label.

    Raises:
        ConfigError: with every problem of names, files and overrides.
    """
    from sim.api import model_content

    contents = {case.label: model_content(config.run_spec(case), config.policies) for case in config.design.cases}
    first = next(iter(contents.values()))
    shared = {key for key, value in first.items() if all(each[key] == value for each in contents.values())}
    return {
        **{key: value for key, value in first.items() if key in shared},
        "cases": {
            label: {key: value for key, value in each.items() if key not in shared} for label, each in contents.items()
        },
    }


def manifest(
    experiment: Experiment,
    computed: Sequence[Block],
    failures: Sequence[BlockReport] = (),
    seconds: float | None = None,
) -> dict[str, Any]:
    """What is run, with what, and how it went; without a wall time as long as it goes on.

    Args:
        experiment: what is run.
        computed: blocks that this run computes; the others were there.
        failures: reports of blocks that failed.
        seconds: elapsed time of the blocks.
    """
    config = experiment.config
    return {
        "experiment": config.name,
        "fingerprint": experiment.fingerprint,
        "settings": asdict(config),
        "seeds": list(config.seed_list),
        "computed_blocks": [block.label for block in computed],
        "content": experiment.content,
        "code": {"greenmill": version("greenmill"), "sha256": code_checksum()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "wall_time_s": None if seconds is None else round(seconds, 2),
        "failures": [{"block": each.key.label, "error": each.error, "trace": each.trace} for each in failures],
    }
