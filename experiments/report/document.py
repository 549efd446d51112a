"""What a report consists of, whatever it is written as: sections of paragraphs, tables and figures.

Cells keep the number beside the text that is shown, so that a page, a workbook and a test read the same value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PERCENT, WHOLE, ONE_DIGIT, THREE_DIGITS = "0.0%", "#,##0", "#,##0.0", "#,##0.000"
"""Number formats of spreadsheets."""


@dataclass(frozen=True)
class Cell:
    """One cell: what is shown, and the number behind it if there is one."""

    text: str
    value: float | None = None
    style: str = THREE_DIGITS
    """Number format of `value` in a spreadsheet."""


@dataclass(frozen=True)
class Column:
    """A column of a table: heading, unit in the heading (may be empty), and whether it holds numbers."""

    head: str
    unit: str = ""
    numeric: bool = False

    @property
    def title(self) -> str:
        """Heading with the unit, in brackets of the heading's language."""
        if not self.unit:
            return self.head
        return f"{self.head} ({self.unit})" if self.head.isascii() else f"{self.head}（{self.unit}）"


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes:
        name: short name, also that of the spreadsheet; letters, digits and underscores.
        caption: what it shows, in a sentence.
        columns: the columns.
        rows: a cell a column in every row.
        group: leading columns whose equal cells in rows that follow each other are shown once.
    """

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    group: int = 0

    def blocks(self) -> Iterator[tuple[tuple[Cell, ...], Sequence[tuple[Cell, ...]]]]:
        """Rows that share their leading `group` cells: these cells once, and the rest of each row."""
        start = 0
        for place in range(1, len(self.rows) + 1):
            if place == len(self.rows) or self.rows[place][: self.group] != self.rows[start][: self.group]:
                yield self.rows[start][: self.group], [row[self.group :] for row in self.rows[start:place]]
                start = place


@dataclass(frozen=True)
class Picture:
    """A figure: its drawing as SVG ready to stand in a page, and how to make it again."""

    name: str
    title: str
    svg: str
    command: str
    file: str
    """Where the command leaves the figure, beside its numbers."""


@dataclass(frozen=True)
class Missing:
    """Something a section would show: what is missing, and the command that makes it."""

    what: str
    command: str


@dataclass(frozen=True)
class Section:
    """One section of a report."""

    key: str
    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    pictures: tuple[Picture, ...] = ()
    missing: tuple[Missing, ...] = ()
    listing: str = ""
    """Text of fixed width, shown as it is."""

    @property
    def filled(self) -> bool:
        """Whether there is anything beside the title."""
        return bool(self.paragraphs or self.tables or self.pictures or self.missing or self.listing)


def cell(text: object) -> Cell:
    """A cell of text."""
    return Cell(str(text))


def number(value: float, text: str, style: str = THREE_DIGITS) -> Cell:
    """A cell with a number; a missing one is shown as a dash and has no value."""
    return Cell(text, float(value), style) if math.isfinite(value) else Cell("–")


def share(value: float) -> Cell:
    """A cell with a share, shown in per cent."""
    small = 0.0 < abs(value) < 0.0995
    return number(value, f"{100 * value:.1f}%" if small else f"{100 * value:.0f}%".replace("-0%", "0%"), PERCENT)


def count(value: float) -> Cell:
    """A cell with a count."""
    return number(value, f"{value:,.0f}", WHOLE)
