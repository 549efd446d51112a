"""The command `greenmill`: its verbs, and how mistakes and interruptions are told to a person.

Nothing heavy is imported before a verb needs it, so that help comes at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

OK, FAILED, BAD_INPUT, INTERRUPTED = 0, 1, 2, 130

TOPICS = ("phases", "policies", "parameters", "measures", "targets", "indicators", "population", "clauses")

RUN_HELP = """\
settings, written name=value (lists in quotes, because the shell reads brackets):

  experiment=policy_mixes     a file of configs/experiment: which policies are compared
  'policies=[current,plan]'   mixes or instruments; `greenmill explain policies` lists them
  province=sichuan|demo       demo is a 500-firm province for lessons and tests
  scenario=reference          the course of prices, demand and hydrology; several as [a,b]
  behaviour=logit             the rule by which firms decide; several as [a,b]
  uncertainty=core|none       parameters drawn from their ranges for each seed, or central values
  seeds=20 first_seed=1       number of draws and the first one; more seeds extend a finished run
  end=2030Q4                  last quarter of the run, which starts in 2026Q1
  overrides.PATH=NUMBER       another value for a parameter, such as overrides.retrofit.choice_constant=0.1;
                              `greenmill explain parameters` lists the paths; an instrument's setting for some
                              firms alone: 'overrides.retrofit_subsidy.rate@prefecture=Chengdu=0.10'
  executor=local|serial|dask|slurm
                              where seed blocks are computed; executor.workers=N for a number of processes,
                              executor.address=tcp://HOST:PORT for a Dask scheduler that runs already
  'analyses=[verdicts,cost]'  questions asked of the finished runs; docs/analysis.md lists them
  until.width=0.2             add seeds until every interval of a share of draws is narrower than that
  'panel.columns=[revenue]'   follow firms one by one, with panel.where.sector=31 or panel.at_least.revenue=400
  lang=en|zh                  language of tables and figures
  tables=brief|full           print the tables of targets and costs alone, or those of every analysis
  figures=true|false          draw the figures
  output.root=outputs         results go to <root>/<experiment>-<fingerprint>/

examples:
  greenmill run
  greenmill run province=demo seeds=2 'policies=[none,current,plan]'
  greenmill run lang=zh overrides.retrofit.choice_constant=0.1

With -m a setting takes several values, written a,b. Those of policies, scenario and behaviour merge into one
result folder; those of province, uncertainty, experiment, end and overrides make a folder each:
  greenmill run -m province=demo seeds=4 uncertainty=core,none 'policies=[none,current],[plan]'
"""

DIFF_HELP = """\
settings, written name=value: seeds=8 (common seeds simulated by --effects), lang=en|zh,
executor=local|serial|dask|slurm

examples:
  greenmill diff outputs/policy_mixes-0a1b2c3d outputs/policy_mixes-4e5f6a7b
  greenmill diff outputs/policy_mixes-0a1b2c3d outputs/policy_mixes-4e5f6a7b --effects seeds=4 --csv changes.csv
"""

REPORT_HELP = """\
settings, written name=value:
  lang=en|zh                  language; that of the run if not given
  format=html|docx|xlsx       one page that needs no network (default), a brief of two pages, or a workbook;
                              written as report.html (in Chinese report.zh.html) and so on into the folder

examples:
  greenmill report outputs/policy_mixes-0a1b2c3d
  greenmill report outputs/policy_mixes-0a1b2c3d lang=zh format=docx
"""

EXPLAIN_HELP = """\
extra words narrow the list down, for example `greenmill explain parameters retrofit`;
province=NAME and lang=zh work as in `greenmill run`.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb.

    Args:
        arguments: command-line words without the program's name; those of the process if None.

    Returns:
        Exit code: 0 done, 1 something failed, 2 wrong input, 130 interrupted.
    """
    options = _options(arguments)
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

    from experiments.block_task import StorageError
    from experiments.estimate import tell_estimate
    from experiments.lock import FolderBusyError
    from experiments.run import BlocksFailedError, prepare, prepare_sweep, run_experiment
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

    from experiments.status import show_status
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

    from experiments.diff_report import WIDTH, show_diff
    from experiments.diff_request import read_request
    from experiments.effects import EffectsError
    from experiments.lock import FolderBusyError
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
    from experiments.explain import show
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


def _version() -> str:
    from importlib.metadata import version

    return version("greenmill")


class _VersionAction(argparse.Action):
    """Looks the version up only when asked for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"greenmill {_version()}\n")
        parser.exit(OK)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Read the command line; settings may stand on both sides of an option, which argparse does not know."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    if rest and (options.verb not in ("run", "diff") or any(word.startswith("-") for word in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.settings += rest
    return options


def _parser() -> argparse.ArgumentParser:
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(
        prog="greenmill",
        description="Agent-based laboratory for provincial green-manufacturing policy: which mix reaches "
        "which target, in which share of draws, at what public cost.",
    )
    parser.add_argument("--version", action=_VersionAction, nargs=0, help="show the version")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="run | status | report | diff | explain")
    run_parser = verbs.add_parser("run", help="run an experiment", epilog=RUN_HELP, formatter_class=raw)
    run_parser.add_argument(
        "settings", nargs="*", metavar="name=value", help="settings that differ from the defaults"
    )
    run_parser.add_argument(
        "-m", "--multirun", action="store_true", help="settings may have several values, written name=a,b"
    )
    run_parser.add_argument(
        "--plan", action="store_true", help="tell runs, time, memory and disk from a short trial, and run nothing"
    )
    status_parser = verbs.add_parser("status", help="show how far the sweep of a result folder is")
    status_parser.add_argument(
        "folders", nargs="+", metavar="folder", help="a result folder, such as outputs/policy_mixes-0a1b2c3d"
    )
    report_parser = verbs.add_parser(
        "report", help="write the report of a result folder", epilog=REPORT_HELP, formatter_class=raw
    )
    report_parser.add_argument(
        "folder", metavar="folder", help="a result folder, such as outputs/policy_mixes-0a1b2c3d"
    )
    report_parser.add_argument("settings", nargs="*", metavar="name=value", help="lang, format")
    diff_parser = verbs.add_parser(
        "diff", help="show what differs between two result folders", epilog=DIFF_HELP, formatter_class=raw
    )
    diff_parser.add_argument("a", metavar="A", help="result folder compared with")
    diff_parser.add_argument("b", metavar="B", help="result folder described")
    diff_parser.add_argument("settings", nargs="*", metavar="name=value", help="seeds, lang, executor")
    diff_parser.add_argument("--effects", action="store_true", help="simulate which part each difference explains")
    diff_parser.add_argument("--definitions", action="store_true", help="all definitions of the targets")
    diff_parser.add_argument("--csv", metavar="FILE", help="write the tables: FILE, FILE-differences, FILE-parts")
    explain_parser = verbs.add_parser(
        "explain", help="show what the model consists of", epilog=EXPLAIN_HELP, formatter_class=raw
    )
    explain_parser.add_argument("topic", choices=TOPICS)
    explain_parser.add_argument(
        "words", nargs="*", metavar="word", help="only entries that contain every word"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
