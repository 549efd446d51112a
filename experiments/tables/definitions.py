"""One commitment, several definitions: what each policy reaches under every reading of the plan's words.

`cross` turns the frame of targets.csv into one wide frame a crossing, policies down and definitions across;
`show_definitions` prints them. On a result folder: ``python -m experiments.tables.definitions outputs/<experiment>``.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from rich.console import Console
from rich.text import Text

from experiments.labels import value_text
from experiments.tables.terminal import plain_table, printed_width

CELL_WIDTH, POLICY_WIDTH = 15, 25
"""Five definitions beside a policy's name fill a terminal."""
COLUMNS = ("crossing", "policy", "scenario", "target_id", "definition", "label", "p50", "share_met", "share_low",
           "share_high", "seeds")


@dataclass(frozen=True)
class Crossing:
    """Definitions of one target to be shown side by side: definition id, English and Chinese heading."""

    name: str
    target_id: str
    en: str
    zh: str
    unit: str
    definitions: tuple[tuple[str, str, str], ...]


_ACCOUNTS = (("hybrid", "混合口径"), ("physical", "物理口径"), ("contractual", "合同口径"))

CROSSINGS = (
    Crossing(
        "power_of_manufacturing", "green_power_share", "Green electricity share, consumption of manufacturing",
        "绿色电力消费占比，制造业用电为分母", "share", tuple((name, name, zh) for name, zh in _ACCOUNTS),
    ),
    Crossing(
        "power_of_the_province", "green_power_share", "Green electricity share, consumption of the whole province",
        "绿色电力消费占比，全省用电为分母", "share",
        tuple((f"{name}_province_denominator", name, zh) for name, zh in _ACCOUNTS),
    ),
    Crossing(
        "projects", "retrofit_projects", "Retrofit projects in the weakest year of 2026-2030",
        "每年技改项目（2026—2030年最少的一年）", "projects per year",
        (("all", "all projects", "全部项目"), ("above_floor", "0.5 m CNY up", "50万元以上")),
    ),
    Crossing(
        "coverage", "retrofit_coverage", "Firms with a retrofit round", "完成一轮以上技改的企业占比", "share",
        (
            ("all", "any project since 2026", "2026年以来任一项目"),
            ("above_floor", "0.5 m CNY and more", "50万元以上项目"),
            ("since_2021", "since 2021", "2021年以来"),
            ("with_like_for_like_replacement", "with plain renewal", "含设备同类更新"),
            ("ninety_five_percent", "95 % of firms", "达到95%"),
        ),
    ),
)
"""What is crossed: accounts and denominators of green power, sizes of projects, readings of coverage."""


def long_table(targets: pd.DataFrame) -> pd.DataFrame:
    """All crossings in one long frame, the content of definitions.csv.

    Args:
        targets: one row per (policy, target_id, definition), as in targets.csv.

    Returns:
        Columns `COLUMNS`, in the order of the crossings, their definitions, and the policies. Definitions that the
        run does not reach in time are left out.
    """
    rows = []
    for crossing in CROSSINGS:
        for definition, label, _ in crossing.definitions:
            same = (targets["target_id"] == crossing.target_id) & (targets["definition"] == definition)
            rows.append(targets[same].assign(crossing=crossing.name, label=label))
    return pd.concat(rows, ignore_index=True)[list(COLUMNS)]


def cross(targets: pd.DataFrame, crossing: Crossing, lang: str = "en") -> pd.DataFrame:
    """One crossing as text: policies in their order, a column a definition, ``median · draws met / draws``.

    Args:
        targets: one row per (policy, target_id, definition), as in targets.csv.
        crossing: one of `CROSSINGS`.
        lang: en or zh, for the headings.

    Returns:
        Index policy; empty if the run reaches none of the definitions in time.
    """
    rows = targets[targets["target_id"] == crossing.target_id]
    columns = {}
    for definition, en, zh in crossing.definitions:
        same = rows[rows["definition"] == definition].set_index("policy")
        if len(same):
            columns[zh if lang == "zh" else en] = pd.Series(
                [_cell(row, crossing.unit) for _, row in same.iterrows()], index=same.index
            )
    order = list(dict.fromkeys(rows["policy"]))
    return pd.DataFrame(columns, index=pd.Index(order, name="policy"))


def _cell(row: pd.Series, unit: str) -> str:
    seeds = int(row["seeds"])
    return f"{value_text(float(row['p50']), unit)} · {round(float(row['share_met']) * seeds)}/{seeds}"


def show_definitions(targets: pd.DataFrame, console: Console, lang: str = "en") -> None:
    """Print every crossing that has a value, within 100 columns."""
    for crossing in CROSSINGS:
        frame = cross(targets, crossing, lang)
        if frame.empty or not len(frame.columns):
            continue
        console.print(Text(crossing.zh if lang == "zh" else crossing.en, style="bold"), soft_wrap=True)
        table = plain_table(gap=0)
        table.add_column("政策组合" if lang == "zh" else "policy", width=POLICY_WIDTH, vertical="bottom")
        for name in frame.columns:
            table.add_column(str(name), width=CELL_WIDTH, justify="right", vertical="bottom", overflow="fold")
        for policy, cells in frame.iterrows():
            table.add_row(Text(str(policy)), *(Text(str(cell)) for cell in cells))
        console.print(table, width=printed_width(console))
        console.print()


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the crossings of a result folder; returns the exit code (2 if it holds no targets.csv)."""
    parser = argparse.ArgumentParser(
        prog="python -m experiments.tables.definitions", description="Cross the definitions of the plan's targets."
    )
    parser.add_argument("folder", type=Path, help="result folder of a run")
    parser.add_argument("--lang", choices=("en", "zh"), default="en", help="language of the headings")
    options = parser.parse_args(arguments)
    file = options.folder / "targets.csv"
    if not file.is_file():
        sys.stderr.write(f"{file}: missing; give the folder that greenmill run has written\n")
        return 2
    show_definitions(pd.read_csv(file), Console(), options.lang)
    return 0


if __name__ == "__main__":
    sys.exit(main())
