"""The tables of a report as a workbook: one sheet a table, numbers as numbers, and where they come from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from experiments.report.closing import provenance
from experiments.report.contents import partial_notice, sections, subtitle, title
from experiments.report.document import Cell, Table
from experiments.report.material import Material
from experiments.store.whole_files import write_whole

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

README = "README"
LONGEST_NAME = 31
"""Letters that a sheet's name may have."""
NARROWEST, WIDEST = 9, 48

_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def write_workbook(material: Material, path: Path) -> Path:
    """Write the workbook, whole or not at all."""
    from openpyxl import Workbook

    book = Workbook()
    contents = sections(material)
    tables = [table for section in contents for table in section.tables]
    _readme(book, material, tables)
    for table in tables:
        add_sheet(book.create_sheet(_name(table.name)), table)
    write_whole(path, book.save)
    return path


def _readme(book: Workbook, material: Material, tables: Sequence[Table]) -> None:
    """What the sheets hold, where the numbers come from, and what they cannot carry."""
    from openpyxl.styles import Font

    sheet = book.active
    sheet.title = README
    limits = next(section for section in sections(material) if section.key == "limits")
    notice = partial_notice(material)
    lines: list[tuple[str, ...]] = [(title(material),), (subtitle(material),), *([(notice,)] if notice else []), ()]
    lines += [*provenance(material).items(), (), (material.say("sheet", "工作表"), material.say("holds", "内容"))]
    lines += [(_name(table.name), table.caption) for table in tables]
    lines += [(), (limits.title,), *((text,) for text in limits.paragraphs)]
    for place, line in enumerate(lines, start=1):
        for column, text in enumerate(line, start=1):
            _put(sheet, place, column, Cell(text))
    sheet["A1"].font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 30, 100


def add_sheet(sheet: Worksheet, table: Table) -> None:
    """One table: a frozen row of headings with units, then a row a row."""
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    for place, column in enumerate(table.columns, start=1):
        head = sheet.cell(1, place, column.title)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="E9EFEC")
        head.alignment = Alignment(wrap_text=True, vertical="bottom")
        texts = [column.title, *(row[place - 1].text for row in table.rows)]
        width = max(min(max(map(_width, texts)), WIDEST), NARROWEST)
        sheet.column_dimensions[get_column_letter(place)].width = width + 2
    for down, row in enumerate(table.rows, start=2):
        for place, each in enumerate(row, start=1):
            _put(sheet, down, place, each)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _put(sheet: Worksheet, row: int, column: int, content: Cell) -> None:
    """A number with its format, or a text that no program takes for a formula."""
    if content.value is not None:
        sheet.cell(row, column, content.value).number_format = content.style
        return
    place = sheet.cell(row, column)
    place.value = content.text
    place.data_type = "s"


def _name(name: str) -> str:
    return _FORBIDDEN.sub("_", name)[:LONGEST_NAME]


def _width(text: str) -> int:
    """Widths of letters; a Chinese one takes two."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
