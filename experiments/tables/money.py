"""The short table of money at the end of a run: who pays, what firms add, and what a unit costs."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
from rich.console import Console

from experiments.labels import money_text, word
from experiments.results import Results
from experiments.tables.result import Column, print_columns, table_width
from experiments.tables.terminal import print_text
from sim.additionality import REFERENCE

TITLE = "money over the run and what it adds: median of draws"
WITHOUT_REFERENCE = "What a policy adds, and what a unit costs, is told against the policy none, which was not run."


class Shown(NamedTuple):
    """One column: its heading, the file and quantity it shows, the statistic, and how a value is written."""

    head: str
    file: str
    quantity: str
    statistic: str
    text: Callable[[float, str], str]


def _count(value: float, lang: str) -> str:
    return f"{value:,.0f}"


def _ratio(value: float, lang: str) -> str:
    return f"{value:.2f}"


def _million(value: float, lang: str) -> str:
    """Millions, or 万元 in Chinese."""
    return f"{100 * value:,.0f}" if lang == "zh" else f"{value:,.2f}"


SHOWN = (
    Shown("paid by the centre, bn CNY", "payers.csv", "centre", "p50", money_text),
    Shown("paid by the province, bn CNY", "payers.csv", "province", "p50", money_text),
    Shown("paid by cities, bn CNY", "payers.csv", "city", "p50", money_text),
    Shown("guarantees outstanding, bn CNY", "payers.csv", "guarantees_outstanding", "p50", money_text),
    Shown("cost of projects, bn CNY", "payers.csv", "investment", "p50", money_text),
    Shown("private CNY a public CNY", "payers.csv", "leverage", "p50", _ratio),
    Shown("additional projects", "unit_costs.csv", "additional_projects", "p50", _count),
    Shown("public cost each, m CNY", "unit_costs.csv", "cost_per_additional_project", "mean", _million),
    Shown("public CNY a tce/yr saved", "unit_costs.csv", "cost_per_tce", "mean", _count),
    Shown("public CNY a t CO2/yr avoided", "unit_costs.csv", "cost_per_tco2", "mean", _count),
    Shown("Gini of coverage, prefectures", "inequality.csv", "gini_coverage", "p50", _ratio),
)
"""The columns; costs of a unit are mean cost over mean amount, as in the file."""


def show_money(results: Results, folder: Path, console: Console) -> None:
    """Print the table of one case from the files of a result folder; nothing where they are not there.

    Args:
        results: results of one case.
        folder: the result folder, with the tables of `experiments.tables.runs`.
        console: where to print.
    """
    tables = {name: folder / name for name in dict.fromkeys(each.file for each in SHOWN)}
    if not all(path.exists() for path in tables.values()):
        return
    frames = {name: _of_case(pd.read_csv(path), results) for name, path in tables.items()}
    columns = [_column(each, frames[each.file], results) for each in SHOWN]
    lang = results.config.lang
    print_columns(word(TITLE, lang), columns, results, table_width(console), console)
    if REFERENCE not in results.config.policies:
        print_text(console, word(WITHOUT_REFERENCE, lang), table_width(console))
        console.print()


def _of_case(table: pd.DataFrame, results: Results) -> pd.DataFrame:
    """Rows of the case, in the last year where there are several."""
    (case,) = results.config.design.cases
    own = table[(table["scenario"] == case.scenario) & (table["behaviour"] == case.behaviour)]
    return own[own["year"] == own["year"].max()] if "year" in own else own


def _column(shown: Shown, table: pd.DataFrame, results: Results) -> Column:
    """The cells of one column; a dash where a value is missing or a median rests on less than half of the draws."""
    rows = table[table["quantity"] == shown.quantity].set_index("policy")
    values = rows[shown.statistic]
    if shown.statistic == "p50":
        values = values.where(rows["seeds"] >= table["seeds"].max() / 2)
    lang = results.config.lang
    cells = []
    for policy in results.config.policies:
        value = float(values.get(policy, math.nan))
        cells.append("–" if math.isnan(value) else shown.text(value, lang))
    return Column(word(shown.head, lang), cells)
