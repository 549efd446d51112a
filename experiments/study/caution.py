"""The warning that belongs to every optimum: it optimises assumptions, and here they are."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from experiments.study.assumptions import DRAWN, ESTIMATE, FIXED, POLICY, TURNED, estimates
from experiments.study.levers import Lever
from experiments.tables.terminal import folded, plain_table, print_text, printed_width

FILE = "assumptions.csv"
PLANNED_WIDTH = 13
"""Terminal columns of a policy's own values, which change with the years."""

WORDS = {
    "en": {
        "head": "This optimises assumptions",
        "text": "It finds what the model rewards, not what is known to work: the shares and costs above hold if the "
                "assumptions do. Grade D marks estimates.",
        "setting": "setting turned", "range": "range searched", "grade": "grade", "planned": "in {policy}",
        "note": "note", "free": "no public money booked: the search takes it for free",
        "counts": "Estimates (grade D): {policy_d} of {policy} other settings of {name}, {drawn_d} of {drawn} "
                  "parameters drawn for every seed, {fixed_d} of {fixed} at central values. All of them: {file}",
    },
    "zh": {
        "head": "注意：寻优针对的是模型假定",
        "text": "求解得到的是模型假定所偏好的方案，并非已证实有效的方案；上述占比和成本以假定成立为前提。D级为估计值。",
        "setting": "调整的设置", "range": "搜索范围", "grade": "等级", "planned": "{policy}设定", "note": "说明",
        "free": "模型未计财政成本，搜索视为无成本",
        "counts": "D级估计值：{name}其他设置{policy}项中有{policy_d}项，逐种子抽取的参数{drawn}项中有{drawn_d}项，"
                  "取中值的参数{fixed}项中有{fixed_d}项。全部清单见{file}",
    },
}  # fmt: skip


def show_caution(
    table: pd.DataFrame, levers: Sequence[Lever], policy: str, place: str, console: Console, lang: str
) -> None:
    """Print the warning with the settings turned and the number of estimates behind the rest.

    Args:
        table: as made by `experiments.study.assumptions.assumption_table`.
        levers: the settings turned.
        policy: the policy whose settings they are, as the reader knows it.
        place: where the whole table is.
        console: where to print.
        lang: en or zh.
    """
    words, width = WORDS[lang], printed_width(console)
    console.print()
    console.print(Text(words["head"], style="bold"), width=width)
    print_text(console, words["text"], width)
    console.print(_levers(table, levers, policy, lang), width=width)
    counts: dict[str, object] = {"name": policy, "file": place}
    for role in (POLICY, DRAWN, FIXED):
        counts[f"{role}_d"], counts[role] = estimates(table, role)
    print_text(console, words["counts"].format(**counts), width)


def _levers(table: pd.DataFrame, levers: Sequence[Lever], policy: str, lang: str) -> Table:
    """One row a setting turned."""
    words = WORDS[lang]
    grades = table[table["role"] == TURNED].set_index("path")["grade"]
    shown = plain_table()
    for head in ("setting", "range", "planned", "grade", "note"):
        name = words[head].format(policy=policy)
        shown.add_column(name, no_wrap=head == "setting", overflow="fold", vertical="bottom")
    for lever in levers:
        span = f"{lever.text(lever.node.low)} – {lever.text_with_unit(lever.node.high, lang)}"
        grade = str(grades[lever.path])
        note = "" if lever.costs else words["free"]
        planned = folded(lever.planned_text(lang), PLANNED_WIDTH)
        cells = (lever.path, span, planned, grade, note)
        shown.add_row(*(Text(cell, style="bold" if cell == ESTIMATE else "") for cell in cells))
    return shown
