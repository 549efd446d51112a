"""How tables look on a terminal: plain columns, never wider than a page of 100."""

from __future__ import annotations

import re
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

WIDTH = 100
"""Most terminal columns that a table or a text takes."""
GAP = 2
"""Terminal columns between those of a table."""


def printed_width(console: Console) -> int:
    """Terminal columns to print in."""
    return min(console.width, WIDTH)


PIECE = re.compile(r"(?:（\S{1,4}）|[“《（至]*(?:(?:[!-~±–…°←→≥≤]+年?)+|\S))[”》），。；：、！？]*|\s+")
"""What stays on one line: a Latin word, a number with its sign, a year with what is to be reached in it, a unit in
brackets, one Chinese letter; with the marks around it."""


def print_text(console: Console, text: str, width: int, style: str = "") -> None:
    """Print sentences within a width; those without spaces, as in Chinese, are broken outside words and numbers."""
    console.print(Text(folded(text, width), style=style), width=width)


def folded(text: str, width: int) -> str:
    """A text with line breaks such that no line is wider than `width` terminal columns, unless a word is.

    English is broken at spaces, as rich would; between Chinese letters a line may end anywhere but before a mark.
    """
    lines = [""]
    for piece in PIECE.findall(text):
        if cell_len(lines[-1] + piece.rstrip()) > width and lines[-1].strip():
            lines[-1] = lines[-1].rstrip()
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece
    return "\n".join(lines)


def plain_table(gap: int = GAP, **settings: Any) -> Table:
    """An empty table without lines.

    Args:
        gap: terminal columns between those of the table.
        settings: what else `rich.table.Table` is told, such as a title.
    """
    return Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="", show_edge=False, **settings)
