"""The result on the terminal: policies down, targets across, and what the policies cost."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.labels import headed, money_text, outcome_text, target_heading, word
from experiments.results import Results
from experiments.tables.terminal import GAP, folded, plain_table, printed_width

PIPED_WIDTH = 80
HEAD_WIDTH = 13
"""Width to which the heading of a column is wrapped."""


class Column(NamedTuple):
    """One column of a result table: its heading and a cell for every policy."""

    head: str
    cells: Sequence[str]

    @property
    def width(self) -> int:
        """Terminal columns taken, without the gap."""
        return max([HEAD_WIDTH, *(cell_len(cell) for cell in self.cells)])


def show_results(results: Results, folder: Path, console: Console) -> None:
    """Print the tables of every case, then where the files are."""
    from experiments.tables.money import show_money

    lang, cases = results.config.lang, results.cases
    for case in cases:
        if len(cases) > 1:
            console.print(Text(case_title(case), style="bold reverse"), soft_wrap=True)
        show_case(case, console)
        show_money(case, folder, console)
    console.print(headed(word("results", lang), str(folder), lang), highlight=False, soft_wrap=True)


def show_case(results: Results, console: Console) -> None:
    """Print outcome targets with the public cost, then delivery targets, of results of one case."""
    width, lang = table_width(console), results.config.lang
    for role in ("outcome", "delivery"):
        columns = target_columns(results, role)
        if role == "outcome":
            columns.append(cost_column(results))
        if columns:
            title = headed(word(f"{role} targets", lang), word("median · draws that meet the target", lang), lang)
            print_columns(title, columns, results, width, console)


def case_title(case: Results) -> str:
    """What surrounds the policies of a table: in Chinese by its labels, in English by the names used in settings."""
    lang = case.config.lang
    scenario, behaviour = case.case_names(lang)
    if lang == "zh":
        return f"{headed(word('scenario', lang), scenario, lang)}，{headed(word('behaviour', lang), behaviour, lang)}"
    return f"scenario {scenario}, behaviour {behaviour}"


def target_columns(results: Results, role: str) -> list[Column]:
    """One column a headline target of the role: median over the draws, and draws that meet it out of all."""
    targets = results.headline_targets
    return [_target_column(results, target) for _, target in targets[targets["role"] == role].iterrows()]


def _target_column(results: Results, target: pd.Series) -> Column:
    draws = results.draws(target).groupby("policy")
    median, met, number = draws["value"].median(), draws["met"].sum(), draws.size()
    cells = [
        f"{outcome_text(float(median[name]), target)} · {met[name]}/{number[name]}"
        for name in results.config.policies
    ]
    return Column(target_heading(target, results.config.lang), cells)


def cost_column(results: Results) -> Column:
    """Median public cost over the run at 2025 prices."""
    table = results.summary
    rows = table[(table["quantity"] == "public_cost") & (table["payer"] == "all")].set_index("policy")
    lang = results.config.lang
    cells = [money_text(float(rows["p50"][policy]), lang) for policy in results.config.policies]
    return Column(word("public cost, bn CNY", lang), cells)


def print_columns(
    title: str, columns: Sequence[Column], results: Results, width: int, console: Console
) -> None:
    """Print columns beside the policies' names, spread evenly over as few tables as fit the width."""
    print_pages(title, policy_column(results, results.config.policies), columns, width, console)


def policy_column(results: Results, policies: Sequence[str]) -> Column:
    """The policies' names as the first column of a table."""
    lang = results.config.lang
    return Column(word("policy", lang), [results.policy_label(name, lang) for name in policies])


def table_width(console: Console) -> int:
    """Terminal columns that a table may take."""
    return printed_width(console) if console.is_terminal else PIPED_WIDTH


def print_pages(title: str, first: Column, columns: Sequence[Column], width: int, console: Console) -> None:
    """Print columns beside a first one, spread evenly over as few tables as fit the width."""
    console.print(Text(title, style="bold"), soft_wrap=True)
    room = (width - first.width) // (max(column.width for column in columns) + GAP)
    pages = -(-len(columns) // max(1, room))
    size = -(-len(columns) // pages)
    for start in range(0, len(columns), size):
        console.print(_table(first, columns[start : start + size]), width=width)
        console.print()


def _table(first: Column, page: Sequence[Column]) -> Table:
    table = plain_table()
    table.add_column(first.head, width=first.width, vertical="bottom")
    for column in page:
        head = folded(column.head, column.width)
        table.add_column(head, width=column.width, justify="right", vertical="bottom", overflow="fold")
    for label, *cells in zip(first.cells, *(column.cells for column in page), strict=True):
        table.add_row(Text(label), *(Text(cell) for cell in cells))
    return table
