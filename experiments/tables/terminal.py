"""How tables look on a terminal: plain columns, never wider than a page of 100."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

WIDTH = 100
"""Most terminal columns that a table or a text takes."""
GAP = 2
"""Terminal columns between those of a table."""


def printed_width(console: Console) -> int:
    """Terminal columns to print in."""
    return min(console.width, WIDTH)


def plain_table(gap: int = GAP, **settings: Any) -> Table:
    """An empty table without lines.

    Args:
        gap: terminal columns between those of the table.
        settings: what else `rich.table.Table` is told, such as a title.
    """
    return Table(box=None, pad_edge=False, padding=(0, gap, 0, 0), header_style="", show_edge=False, **settings)
