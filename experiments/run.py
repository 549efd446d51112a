"""Experiments from settings to results: check everything, compute the missing blocks, tabulate, draw.

``python -m experiments.run [overrides]`` does what ``greenmill run [overrides]`` does.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import track

from experiments.answering import asked, tell
from experiments.attribution_config import unknown_levers
from experiments.block_task import RunFailedError, Runner, StorageError, compute_block
from experiments.compose import compose_settings, compose_sweep
from experiments.config import ExperimentConfig
from experiments.design import Block
from experiments.executors import BlockReport, closing_reports, executor_problems, run_blocks, worker_count
from experiments.fingerprint import fingerprint
from experiments.journal import Journal
from experiments.lock import sole_writer
from experiments.manifest import design_content, manifest
from experiments.messages import failure_text, kept_text, opening_text, storage_text
from experiments.progress import show_progress, time_text
from experiments.questions import Commission, Finished, province_problems, undertake
from experiments.stopping import next_seeds, widest_interval
from experiments.store import ResultStore
from sim.errors import ConfigError, Problem

if TYPE_CHECKING:
    from experiments.results import Results

CHECKED_AT_ONCE = 300
"""Blocks that are looked at within a second."""


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
    """Some blocks could not be computed; the finished ones are kept."""


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
    while not place.exists():
        place = place.parent
    if not place.is_dir():
        return [Problem("", "output.root", root, f"{place} is a file, not a folder")]
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
                _write_study_page(experiment, store, log)
            else:
                results = _narrow(experiment, store, log, runner)
                _show(results, store, log, out)
                _write_page(results, store, log)
    except KeyboardInterrupt:
        log.print(f"\nstopped; {kept_text(experiment, store)} are kept in {store.folder}.")
        log.print("The same command goes on from there.")
        raise
    except OSError as error:
        raise StorageError(storage_text(experiment, store, str(error))) from error
    log.print(f"done in {time_text(time.perf_counter() - start)}")
    return store.folder


def _compute(experiment: Experiment, store: ResultStore, log: Console, runner: Runner | None) -> None:
    """Compute the blocks that are missing; see `run_experiment` for the errors."""
    config, start = experiment.config, time.perf_counter()
    store.clear_temporaries()
    states = {block: store.state(block, config.policies) for block in _watched(config.design.blocks, log)}
    missing = [block for block, state in states.items() if state != "whole"]
    damaged = [block.label for block, state in states.items() if state == "damaged"]
    log.print(opening_text(experiment, len(missing)))
    if damaged:
        log.print(f"not whole, computed again: {', '.join(damaged)}")
    store.write_manifest(manifest(experiment, missing))
    journal = Journal(store.folder)
    journal.begin(missing)
    failures = []
    task = partial(compute_block, runner, config, store)
    kept = config.design.runs - len(missing) * len(config.policies)
    reports = show_progress(
        run_blocks(task, missing, config.executor), len(missing), len(config.policies), log, kept
    )
    with closing_reports(reports):
        for report in map(_plain, reports):
            journal.end(report.key, report.seconds, report.error, report.trace)
            if report.error.startswith(_prefix(StorageError)):
                raise OSError(report.error.removeprefix(_prefix(StorageError)))
            failures += [report] if report.error else []
    store.write_manifest(manifest(experiment, missing, failures, time.perf_counter() - start))
    if failures:
        raise BlocksFailedError(failure_text(failures, len(states), store.folder))


def _watched(blocks: Sequence[Block], log: Console) -> Iterable[Block]:
    """The blocks, with a bar on a terminal if looking at all of them takes more than a moment."""
    silent = not log.is_terminal or len(blocks) < CHECKED_AT_ONCE
    return track(blocks, "checking blocks", console=log, transient=True, disable=silent)


def _prefix(error: type[Exception]) -> str:
    """What the one-line text of such an error begins with in a report."""
    return f"{error.__name__}: "


def _plain(report: BlockReport) -> BlockReport:
    """The report without the name of the error that only carries the model's own."""
    return replace(report, error=report.error.removeprefix(_prefix(RunFailedError)))


def _narrow(experiment: Experiment, store: ResultStore, log: Console, runner: Runner | None) -> Results:
    """Compute what is missing, with more seeds until the intervals are narrow enough if that is asked for."""
    from experiments.results import Results

    while True:
        _compute(experiment, store, log, runner)
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


def _show(results: Results, store: ResultStore, log: Console, out: Console) -> None:
    """Write tables, analyses and figures and show the tables; other processes begin while this one writes its own."""
    figures: Sequence[Callable[[], object]] = ()
    if results.config.figures:
        from experiments.figures import figure_tasks

        figures = figure_tasks(results, store.folder / "figures")
    finished = Finished(results, store, out)
    # Without figures there is too little to do for starting processes.
    workers = worker_count(results.config.executor, len(figures)) if figures else 1
    with asked(finished, figures, workers) as replies:
        _show_tables(results, store, out)
        tell(replies, finished, log)


def _show_tables(results: Results, store: ResultStore, out: Console) -> None:
    """Write the tables of every run and show the main ones."""
    from experiments.tables import show_results

    results.write(store)
    show_results(results, store.folder, out)
    if len(results.config.behaviour) > 1 and len(results.config.policies) > 1:
        from experiments.rank_reversals import show_rank_reversals, write_rank_reversals

        write_rank_reversals(results.outcomes, results.headline_targets, store.folder)
        show_rank_reversals(results.outcomes, results.headline_targets, out, results.config.lang)
    _show_clauses(results, store, out)


def _write_page(results: Results, store: ResultStore, log: Console) -> None:
    """Write the report out of the figures and tables that are there by now."""
    if results.config.figures:
        from experiments.report.writing import write_run_report

        log.print("writing the report ...")
        write_run_report(results, store.folder)


def _write_study_page(experiment: Experiment, store: ResultStore, log: Console) -> None:
    """Keep what was asked last, and write its page."""
    from experiments.loading import read_folder

    if read_folder(store.folder).config != experiment.config:
        store.write_manifest(manifest(experiment, ()))
    if experiment.config.figures:
        from experiments.report.study_page import write_study_page
        from experiments.report.writing import report_name

        log.print("writing the report ...")
        write_study_page(
            read_folder(store.folder), experiment.config, store.folder / report_name(experiment.config.lang))


def _show_clauses(results: Results, store: ResultStore, out: Console) -> None:
    """What each clause does, where the policies contain the plan without it."""
    from experiments.clause_effects import clause_effects, show_clause_effects, studied, write_clause_effects
    from sim.preparation import load_inputs

    config = results.config
    if studied(config.policies):
        clauses = load_inputs(config.province, config.scenario[0], config.overrides).clauses
        targets = results.headline_targets
        effects = clause_effects(results.indicators, results.outcomes, clauses, targets)
        write_clause_effects(effects, store.folder)
        show_clause_effects(effects, clauses, targets, out, config.lang)


if __name__ == "__main__":
    from experiments.cli import main

    sys.exit(main(["run", *sys.argv[1:]]))
