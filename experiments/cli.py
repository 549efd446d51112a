"""The command `greenmill`: its verbs, and how mistakes and interruptions are told to a person.

Nothing heavy is imported before a verb needs it, so that help comes at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from experiments.arguments import read_arguments

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Args:
        arguments: command-line words without the program's name; those of the process if None.

    Returns:
        Exit code: 0 done, 1 something failed, 2 wrong input, 130 interrupted.
    """
    options = read_arguments(arguments)
    try:
        if options.verb == "run":
            return run(options.settings, options.multirun, options.plan)
        if options.verb == "diff":
            return diff(options)
        if options.verb == "report":
            return report(options.folder, options.settings)
        return status(options.folders) if options.verb == "status" else explain(options.topic, options.words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has seen enough; everything else is on the disk by now.
        sys.stdout = None
        return OK


def run(settings: Sequence[str], multirun: bool = False, plan: bool = False) -> int:
    """Run one experiment, or those of a multirun one after the other; see `main` for the exit codes.

    Args:
        settings: words ``name=value``.
        multirun: settings may have several values.
        plan: only tell what it would take.
    """
    from rich.console import Console

    from experiments.executors.block_task import StorageError
    from experiments.missing_blocks import BlocksFailedError
    from experiments.run import prepare, prepare_sweep, run_experiment
    from experiments.store.lock import FolderBusyError
    from sim.errors import ConfigError

    log = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        experiments = prepare_sweep(settings) if multirun else [prepare(settings)]
    except ConfigError as error:
        return _refuse(error.problems)
    code = OK
    for place, experiment in enumerate(experiments, start=1):
        if len(experiments) > 1:
            log.print(f"experiment {place} of {len(experiments)}: {experiment.folder}")
        try:
            if plan:
                from experiments.estimate import tell_estimate

                tell_estimate(experiment, Console())
            else:
                run_experiment(experiment, log, Console())
        except (BlocksFailedError, FolderBusyError, StorageError) as error:
            log.print(f"greenmill: {error}", style="red")
            code = FAILED
    return code


def status(folders: Sequence[str]) -> int:
    """Show how far the sweeps of result folders are; see `main` for the exit codes."""
    from rich.console import Console

    from experiments.store.status import show_status
    from sim.errors import ConfigError

    console = Console(highlight=False, markup=False, soft_wrap=True)
    try:
        for folder in folders:
            show_status(folder, console)
    except ConfigError as error:
        return _refuse(error.problems, done="")
    return OK


def report(folder: str, settings: Sequence[str]) -> int:
    """Write the report of a result folder; see `main` for the exit codes."""
    from rich.console import Console

    from experiments.report.writing import read_request, show_report
    from sim.errors import ConfigError

    log = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        show_report(read_request(folder, settings), log, Console(highlight=False, markup=False, soft_wrap=True))
    except ConfigError as error:
        return _refuse(error.problems, done="")
    except OSError as error:
        log.print(f"greenmill: the report cannot be written: {error}", style="red")
        return FAILED
    return OK


def diff(options: argparse.Namespace) -> int:
    """Show what differs between two result folders; see `main` for the exit codes."""
    from rich.console import Console

    from experiments.diff.effects import EffectsError
    from experiments.diff.report import show_diff
    from experiments.diff.request import read_request
    from experiments.store.lock import FolderBusyError
    from experiments.tables.terminal import WIDTH
    from sim.errors import ConfigError

    log = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
    try:
        request = read_request(options.a, options.b, options.settings, options.csv)
        # In a file or a pipe a table is as wide as everywhere else, not as an unknown terminal.
        out = Console(width=None if sys.stdout.isatty() else WIDTH, highlight=False, markup=False)
        show_diff(request, options.effects, options.definitions, out, log)
    except ConfigError as error:
        return _refuse(error.problems, done="")
    except (EffectsError, FolderBusyError, OSError) as error:
        log.print(f"greenmill: {error}", style="red")
        return FAILED
    return OK


def explain(topic: str, words: Sequence[str]) -> int:
    """Show what the model consists of; see `main` for the exit codes."""
    from experiments.explain.topics import show
    from sim.errors import ConfigError

    try:
        show(topic, words)
    except ConfigError as error:
        return _refuse(error.problems)
    return OK


def _refuse(problems: Sequence[object], done: str = ", nothing was run") -> int:
    """Tell every problem on standard error."""
    head = "greenmill: one problem" if len(problems) == 1 else f"greenmill: {len(problems)} problems"
    sys.stderr.write("\n".join([f"{head}{done}:", *(f"  {problem}" for problem in problems)]) + "\n")
    return BAD_INPUT


if __name__ == "__main__":
    sys.exit(main())
