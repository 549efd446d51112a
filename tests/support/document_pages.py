"""The READMEs, the guides and CONTRIBUTING as tests read them: blocks of code, commands, headings."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READMES = ("README.md", "README.zh.md")
PAGES = (*READMES, "CONTRIBUTING.md", *(f"docs/{page.name}" for page in sorted((ROOT / "docs").glob("*.md"))))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)[^)]*\)")
ANCHOR = re.compile(r"\]\(([^)#\s:]*)#([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"`([^`\n]+)`")
EXAMPLE = "energy_inspection"
"""The instrument that CONTRIBUTING adds."""


def text(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return [body for kind, body in FENCE.findall(text(page)) if kind == language]


def commands(page: str) -> list[str]:
    """Every command of a page in order: those in blocks of code, and whole ones between backticks."""
    parts = [(body if kind == "sh" else "") + "\n".join(whole_commands(prose)) for kind, body, prose in sections(page)]
    lines = [line.split("  #")[0].strip() for part in parts for line in part.splitlines()]
    return [line for line in lines if line and not line.startswith("#")]


def sections(page: str) -> list[tuple[str, str, str]]:
    """The page in blocks: kind and content of a block of code, and the prose that follows it."""
    pieces = FENCE.split(text(page))
    return [("", "", pieces[0]), *zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True)]


def whole_commands(prose: str) -> list[str]:
    named = [code for code in CODE.findall(prose) if code.startswith(("greenmill run ", "greenmill explain "))]
    return [code for code in named if "|" not in code and "..." not in code]


def anchors(page: Path) -> set[str]:
    """The names by which links reach the headings of a page."""
    headings = HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def named_block(page: str, start: str) -> str:
    """The code block of a page whose first line names the file it belongs to."""
    found = [body for kind, body in FENCE.findall(text(page)) if body.startswith(f"# {start}\n")]
    assert len(found) == 1, start
    return found[0]
