"""Words of the command `greenmill`: verbs, options and the help that goes with them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

TOPICS = (
    "phases", "policies", "scenarios", "parameters", "measures", "targets", "indicators", "population", "clauses",
)

RUN_HELP = """\
settings, written name=value (lists in quotes, because the shell reads brackets):

  experiment=policy_mixes     a file of configs/experiment: which policies are compared
  'policies=[current,plan]'   mixes or instruments; `greenmill explain policies` lists them
  province=sichuan|demo       demo is a 500-firm province for lessons and tests
  scenario=reference          the course of prices, demand and hydrology; several as [a,b];
                              `greenmill explain scenarios` lists them
  behaviour=logit             the rule by which firms decide; several as [a,b]
  uncertainty=core|wide|none  parameters drawn from their ranges for each seed: the influential and unknown ones, all
                              of them, or none (central values)
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


def _version() -> str:
    from importlib.metadata import version

    return version("greenmill")


class _VersionAction(argparse.Action):
    """Looks the version up only when asked for it."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        sys.stdout.write(f"greenmill {_version()}\n")
        parser.exit()


def read_arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
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
