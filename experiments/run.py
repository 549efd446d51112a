"""One experiment from settings to results: check everything, compute the seed blocks, tabulate, draw.

``python -m experiments.run [overrides]`` does what ``greenmill run [overrides]`` does.
"""

from __future__ import annotations

import os
import platform
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from threadpoolctl import threadpool_limits

from experiments.compose import compose_settings
from experiments.config import ExperimentConfig
from experiments.executors import BlockReport, executor_problems, run_blocks, worker_count, workers_text
from experiments.fingerprint import code_checksum, fingerprint
from experiments.progress import show_progress, time_text
from experiments.store import ResultStore
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from sim.api import BlockResult, RunSpec

Runner = Callable[["RunSpec", int, Sequence[str]], "BlockResult"]
"""Computes one seed block: specification, seed, policies."""

PACKAGES = ("mesa", "numpy", "pandas", "scipy", "pyarrow", "joblib", "hydra-core")
"""Libraries whose versions the manifest records."""


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


class BlocksFailedError(RuntimeError):
    """Some seed blocks could not be computed; the finished ones are kept."""


def prepare(arguments: Sequence[str], folder: Path | None = None) -> Experiment:
    """Compose and check everything a run needs; nothing is written.

    Args:
        arguments: overrides in Hydra's syntax.
        folder: configuration folder; the packaged one if None.

    Raises:
        ConfigError: with every problem of settings, province, scenario, policies and overridden parameters.
    """
    from configs import CONFIG_ROOT
    from sim.api import check, model_content

    config, problems = compose_settings(arguments, folder or CONFIG_ROOT)
    if config is not None:
        problems += _output_problems(config.output.root) + executor_problems(config.executor)
        try:
            check(config.run_spec(), config.policies)
        except ConfigError as error:
            problems += error.problems
    if problems or config is None:
        raise ConfigError(problems)
    content = model_content(config.run_spec(), config.policies)
    return Experiment(config, content, fingerprint(config, content))


def _output_problems(root: str) -> list[Problem]:
    """Whether results can be written under `root`, judged by the nearest folder that exists."""
    place = Path(root).absolute()
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        return [Problem("", "output.root", root, f"{place} is a file, not a folder")]
    return (
        []
        if os.access(place, os.W_OK)
        else [Problem("", "output.root", root, f"no permission to write in {place}")]
    )


def compute_block(
    runner: Runner | None, spec: RunSpec, policies: Sequence[str], store: ResultStore, seed: int
) -> None:
    """Compute one seed block and keep it; runs in a worker process.

    Args:
        runner: the model; None for `sim.api.run_block`, which a worker imports itself.
        spec: what to run.
        policies: policies that share the block's population and draws.
        store: where the frames go.
        seed: the block's seed.
    """
    if runner is None:
        from sim.api import run_block

        runner = run_block
    # More threads of the numerical libraries would sum in another order and change the last bits.
    with threadpool_limits(limits=1):
        store.write_block(seed, runner(spec, seed, policies))


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
        BlocksFailedError: if a block failed; the others and the manifest are on the disk.
        KeyboardInterrupt: passed on after the finished blocks have been counted in the log.
    """
    store = ResultStore(experiment.folder)
    start = time.perf_counter()
    try:
        _compute(experiment, store, log, runner)
        _results(experiment, store, log, out)
    except KeyboardInterrupt:
        seeds = experiment.config.seed_list
        done = sum(store.finished(seed) for seed in seeds)
        log.print(f"\nstopped; {done} of {len(seeds)} seed blocks are kept in {store.folder}.")
        log.print("The same command goes on from there.")
        raise
    log.print(f"done in {time_text(time.perf_counter() - start)}")
    return store.folder


def _compute(experiment: Experiment, store: ResultStore, log: Console, runner: Runner | None) -> None:
    """Compute the seed blocks that are missing; see `run_experiment` for the errors."""
    config, start = experiment.config, time.perf_counter()
    missing = [seed for seed in config.seed_list if not store.finished(seed)]
    _announce(experiment, len(missing), log)
    store.write_manifest(_manifest(experiment, missing))
    task = partial(compute_block, runner, config.run_spec(), config.policies, store)
    reports = show_progress(run_blocks(task, missing, config.executor), len(missing), log)
    failures = [report for report in reports if report.error]
    store.write_manifest(_manifest(experiment, missing, failures, time.perf_counter() - start))
    if failures:
        raise BlocksFailedError(_failure_text(failures, config.seeds, store.folder))


def _announce(experiment: Experiment, missing: int, log: Console) -> None:
    config = experiment.config
    kept = config.seeds - missing
    parts = [
        f"{config.name}: {len(config.policies)} policies, {config.seeds} seed{'s' * (config.seeds > 1)}",
        f"province {config.province}, scenario {config.scenario}, uncertainty {config.uncertainty}",
        f"to {config.end}",
    ]
    parts += [f"{kept} seed blocks are already there"] if kept else []
    parts += [workers_text(config.executor, missing)] if missing else []
    log.print(", ".join(parts))


def _results(experiment: Experiment, store: ResultStore, log: Console, out: Console) -> None:
    """Write tables and figures and show the main table."""
    from experiments.results import Results
    from experiments.tables import show_results

    results = Results.load(experiment.config, store)
    results.write(store)
    if experiment.config.figures:
        from experiments.figures import draw_all

        log.print("drawing figures ...")
        workers = worker_count(experiment.config.executor, len(results.headline_targets))
        draw_all(results, store.folder / "figures", workers)
    show_results(results, store.folder, out)


def _failure_text(failures: Sequence[BlockReport], blocks: int, folder: Path) -> str:
    lines = [f"{len(failures)} of {blocks} seed blocks failed; the others are kept in {folder}."]
    lines += [
        f"  seed {report.key}: {report.error}" for report in sorted(failures, key=lambda each: each.key)[:5]
    ]
    return "\n".join(
        [*lines, "Full tracebacks are in its manifest.json; the same command tries the failed ones again."]
    )


def _manifest(
    experiment: Experiment,
    computed: Sequence[int],
    failures: Sequence[BlockReport] = (),
    seconds: float | None = None,
) -> dict[str, Any]:
    """What is run, with what, and how it went; without a wall time as long as it goes on."""
    config = experiment.config
    return {
        "experiment": config.name,
        "fingerprint": experiment.fingerprint,
        "settings": asdict(config),
        "seeds": list(config.seed_list),
        "computed_seeds": list(computed),
        "content": experiment.content,
        "code": {"greenmill": version("greenmill"), "sha256": code_checksum()},
        "versions": {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}},
        "wall_time_s": None if seconds is None else round(seconds, 2),
        "failures": [{"seed": each.key, "error": each.error, "trace": each.trace} for each in failures],
    }


if __name__ == "__main__":
    from experiments.cli import main

    sys.exit(main(["run", *sys.argv[1:]]))
