"""Experiments from settings to results: check everything, compute what is missing, show what came out.

``python -m experiments.run [overrides]`` does what ``greenmill run [overrides]`` does.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console

from experiments.executors.block_task import Runner, StorageError
from experiments.executors.blocks import executor_problems
from experiments.messages import kept_text, storage_text
from experiments.missing_blocks import compute_missing
from experiments.progress import time_text
from experiments.questions import Commission, province_problems, undertake
from experiments.settings.attribution import unknown_levers
from experiments.settings.compose import compose_settings, compose_sweep
from experiments.settings.config import ExperimentConfig
from experiments.showing import report_study, show_run
from experiments.stopping import next_seeds, widest_interval
from experiments.store.fingerprint import fingerprint
from experiments.store.folder import ResultStore
from experiments.store.lock import sole_writer
from experiments.store.manifest import design_content
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from experiments.results import Results


@dataclass(frozen=True)
class Experiment:
    """A checked experiment, ready to run."""

    config: ExperimentConfig
    content: dict[str, Any]
    fingerprint: str

    @property
    def folder(self) -> Path:
        """The result folder."""
        return Path(self.config.output.root) / f"{self.config.name}-{self.fingerprint[:8]}"


def prepare(arguments: Sequence[str], folder: Path | None = None) -> Experiment:
    """Compose and check everything a run needs; nothing is written.

    Args:
        arguments: overrides in Hydra's syntax.
        folder: configuration folder; the packaged one if None.

    Raises:
        ConfigError: with every problem of settings, province, scenarios, policies and overridden parameters.
    """
    from configs import CONFIG_ROOT

    config, problems = compose_settings(arguments, folder or CONFIG_ROOT)
    return _checked([config] if config else [], problems)[0]


def prepare_sweep(arguments: Sequence[str], folder: Path | None = None) -> list[Experiment]:
    """Compose and check every experiment of a multirun; see `prepare`."""
    from configs import CONFIG_ROOT

    return _checked(*compose_sweep(arguments, folder or CONFIG_ROOT))


def _checked(configs: Sequence[ExperimentConfig], problems: Sequence[Problem]) -> list[Experiment]:
    """The experiments of checked settings, each result folder once, or every problem there is."""
    from sim.api import check

    found = list(problems)
    for config in configs:
        found += _output_problems(config.output.root) + executor_problems(config.executor)
        levers = unknown_levers(config.attribution.levers, config.province)
        found += levers
        # What a lever makes of the policies is told at the lever.
        wrong = {problem.value for problem in levers}
        policies = tuple(name for name in config.policies if not wrong & {*name.split("+")})
        for case in config.design.cases:
            try:
                check(config.run_spec(case), policies)
            except ConfigError as error:
                found += error.problems
        found += province_problems(config)
    if found:
        raise ConfigError(list(dict.fromkeys(found)))
    contents = [design_content(config) for config in configs]
    experiments = [
        Experiment(config, content, fingerprint(config, content))
        for config, content in zip(configs, contents, strict=True)
    ]
    return list({experiment.folder: experiment for experiment in experiments}.values())


def _output_problems(root: str) -> list[Problem]:
    """Whether results can be written under `root`, judged by the nearest folder that exists."""
    place = Path(root).absolute()
    try:
        while not place.exists() and not place.is_symlink():
            place = place.parent
    except OSError as error:
        return [Problem("", "output.root", root, f"no folder can be made there: {error.strerror}")]
    if not place.is_dir():
        return [Problem("", "output.root", root, f"{place} is a {'file' if place.exists() else 'link'}, not a folder")]
    return (
        []
        if os.access(place, os.W_OK)
        else [Problem("", "output.root", root, f"no permission to write in {place}")]
    )


def run_experiment(experiment: Experiment, log: Console, out: Console, runner: Runner | None = None) -> Path:
    """Compute what is missing, then write and show the results.

    Args:
        experiment: as made by `prepare`.
        log: console for progress.
        out: console for the result tables.
        runner: the model; None for the real one.

    Returns:
        The result folder.

    Raises:
        BlocksFailedError: if a block failed; the others, the journal and the manifest are on the disk.
        FolderBusyError: if another process runs a sweep on the folder.
        StorageError: if something cannot be written; the finished blocks are on the disk.
        KeyboardInterrupt: passed on after the finished blocks have been counted in the log.
    """
    store = ResultStore(experiment.folder, bool(experiment.config.panel.columns))
    start = time.perf_counter()
    try:
        with sole_writer(store.folder):
            if experiment.config.study:
                undertake(Commission(experiment, store, log, out))
                report_study(experiment, store, log)
            else:
                show_run(_narrow(experiment, store, log, runner), store, log, out)
    except KeyboardInterrupt:
        log.print(f"\nstopped; {kept_text(experiment, store)} are kept in {store.folder}.")
        log.print("The same command goes on from there.")
        raise
    except OSError as error:
        raise StorageError(storage_text(experiment, store, str(error))) from error
    log.print(f"done in {time_text(time.perf_counter() - start)}")
    return store.folder


def _narrow(experiment: Experiment, store: ResultStore, log: Console, runner: Runner | None) -> Results:
    """Compute what is missing, with more seeds until the intervals are narrow enough if that is asked for."""
    from experiments.results import Results

    while True:
        compute_missing(experiment, store, log, runner)
        config = experiment.config
        results = Results.load(config, store)
        if config.until.width is None:
            return results
        widest = widest_interval(results.targets)
        log.print(f"{config.seeds} seeds: widest interval {widest.width:.2f} ({widest.policy}, {widest.target_id})")
        seeds = next_seeds(config.seeds, widest.width, config.until)
        if seeds is None:
            return results
        experiment = replace(experiment, config=replace(config, seeds=seeds))


if __name__ == "__main__":
    from experiments.cli import main

    sys.exit(main(["run", *sys.argv[1:]]))
