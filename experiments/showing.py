"""What a finished experiment shows and leaves behind: tables, answers to its questions, figures, the report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from experiments.answering import asked, tell
from experiments.executors.blocks import worker_count
from experiments.questions import Finished
from experiments.store.folder import ResultStore
from experiments.store.manifest import manifest

if TYPE_CHECKING:
    import pandas as pd

    from experiments.results import Results
    from experiments.run import Experiment


def show_run(results: Results, store: ResultStore, log: Console, out: Console) -> None:
    """Write tables, analyses, figures and the report, and show the tables.

    Args:
        results: the finished blocks.
        store: their result folder.
        log: console for progress.
        out: console for the tables.
    """
    figures: Sequence[Callable[[], object]] = ()
    if results.config.figures:
        from experiments.figures import figure_tasks

        figures = figure_tasks(results, store.folder / "figures")
    finished = Finished(results, store, out)
    # Without figures there is too little to do for starting processes.
    workers = worker_count(results.config.executor, len(figures)) if figures else 1
    # Other processes begin while this one writes and shows its own.
    with asked(finished, figures, workers) as replies:
        _show_tables(results, store, out)
        tell(replies, finished, log)
    _write_page(results, store, log)


def _show_tables(results: Results, store: ResultStore, out: Console) -> None:
    """Write the tables of every run and show the main ones."""
    from experiments.tables.result import show_results

    results.write(store)
    show_results(results, store.folder, out)
    if len(results.config.behaviour) > 1 and len(results.config.policies) > 1:
        from experiments.tables.rank_reversals import show_rank_reversals, write_rank_reversals

        write_rank_reversals(results.outcomes, results.headline_targets, store.folder)
        show_rank_reversals(_named(results), results.headline_targets, out, results.config.lang)
    _show_clauses(results, store, out)


def _named(results: Results) -> pd.DataFrame:
    """The outcomes with policies, scenarios and rules by the names that a reader of the run's language knows."""
    lang, rows = results.config.lang, results.outcomes
    if lang != "zh":
        return rows
    names = [case.case_names(lang) for case in results.cases]
    cases = results.config.design.cases
    labels = {
        "policy": {name: results.policy_label(name, lang) for name in results.config.policies},
        "scenario": {scenario: zh for (scenario, _), (zh, _) in zip(cases, names, strict=True)},
        "behaviour": {rule: zh for (_, rule), (_, zh) in zip(cases, names, strict=True)},
    }
    # Two files may bear the same label; then the names used in settings tell them apart.
    distinct = {column: known for column, known in labels.items() if len(set(known.values())) == len(known)}
    return rows.assign(**{column: rows[column].astype(str).map(known) for column, known in distinct.items()})


def _show_clauses(results: Results, store: ResultStore, out: Console) -> None:
    """What each clause does, where the policies contain the plan without it."""
    from experiments.clauses.effects import clause_effects, show_clause_effects, studied, write_clause_effects
    from sim.preparation import load_inputs

    config = results.config
    if studied(config.policies):
        clauses = load_inputs(config.province, config.scenario[0], config.overrides).clauses
        targets = results.headline_targets
        effects = clause_effects(results.indicators, results.outcomes, clauses, targets)
        write_clause_effects(effects, store.folder)
        show_clause_effects(effects, clauses, targets, out, config.lang)


def _write_page(results: Results, store: ResultStore, log: Console) -> None:
    """Write the report out of the figures and tables that are there by now."""
    if results.config.figures:
        from experiments.report.writing import write_run_report

        log.print("writing the report ...")
        write_run_report(results, store.folder)


def report_study(experiment: Experiment, store: ResultStore, log: Console) -> None:
    """Keep what a finished study was asked last, and write its page into its result folder."""
    from experiments.store.loading import read_folder

    if read_folder(store.folder).config != experiment.config:
        store.write_manifest(manifest(experiment, ()))
    if experiment.config.figures:
        from experiments.report.study_page import write_study_page
        from experiments.report.writing import report_name

        log.print("writing the report ...")
        write_study_page(
            read_folder(store.folder), experiment.config, store.folder / report_name(experiment.config.lang))
