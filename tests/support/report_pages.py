"""A report page taken apart: tables with the values in their cells, headings, ids, references."""

from __future__ import annotations

import io
from collections import defaultdict
from html.parser import HTMLParser
from typing import NamedTuple

from rich.console import Console

QUIET = Console(file=io.StringIO(), width=100)
SETTINGS = ("province=demo", "seeds=3", "figures=false", "analyses=[]", "executor=serial")
"""Settings of the sweeps that reports are made of."""
VOID = {"meta", "link", "br", "img", "use", "path"}


class PageCell(NamedTuple):
    """One cell as shown, and the number behind it (empty if there is none)."""

    tag: str
    scope: str
    text: str
    value: str


class Page(HTMLParser):
    """What tests ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.stack: list[str] = []
        self.lang = ""
        self.headings: list[tuple[str, str]] = []
        self.ids: list[str] = []
        self.references: list[tuple[str, str, str]] = []
        self.pictures: list[dict[str, str | None]] = []
        self.texts: dict[str, str] = defaultdict(str)
        self.captions: dict[str, str] = {}
        self.tables: dict[str, list[list[PageCell]]] = {}
        self._table, self._cell, self._value, self._named = "", None, "", ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        facts = dict(attrs)
        self.stack += [] if tag in VOID else [tag]
        self.references += [(tag, key, value or "") for key, value in attrs if key in ("href", "src", "style", "data")]
        if "id" in facts:
            self.ids.append(facts["id"])
        if tag == "html":
            self.lang = facts.get("lang", "")
        elif tag in ("h1", "h2", "h3", "h4"):
            self.headings.append((tag, ""))
        elif tag == "svg":
            self.pictures.append(facts)
        elif tag in ("title", "desc"):
            self._named = facts.get("id", "")
        elif tag == "table":
            self._table = facts["id"].removeprefix("table-")
            self.tables[self._table] = []
        elif tag == "tr":
            self.tables[self._table].append([])
        elif tag in ("td", "th"):
            self._cell, self._value = (tag, facts.get("scope", "")), ""
            self._text = ""
        elif tag == "data":
            self._value = facts["value"]

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag):
        if tag in self.stack:
            while self.stack.pop() != tag:
                pass
        if tag in ("td", "th") and self._cell:
            self.tables[self._table][-1].append(PageCell(*self._cell, self._text.strip(), self._value))
            self._cell = None
        elif tag in ("title", "desc"):
            self._named = ""

    def handle_data(self, data):
        if self._cell:
            self._text += data
        if self._named:
            self.texts[self._named] += data
        if self.stack and self.stack[-1] in ("h1", "h2", "h3", "h4"):
            tag, text = self.headings[-1]
            self.headings[-1] = (tag, text + data)
        if self.stack and self.stack[-1] == "caption":
            self.captions[self._table] = data

    def rows(self, table: str, shared: int = 0) -> list[list[PageCell]]:
        """Body rows of a table, each with its shared leading cells."""
        kept: list[PageCell] = []
        full = []
        for row in self.tables[table][1:]:
            own = [cell for cell in row if cell.scope == "rowgroup"]
            kept = own or kept
            full.append([*kept[:shared], *[cell for cell in row if cell.scope != "rowgroup"]])
        return full
