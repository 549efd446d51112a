"""The report as one HTML file that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

from experiments.report.contents import partial_notice, sections, subtitle, title
from experiments.report.document import Section
from experiments.report.material import Language, Material
from experiments.store.whole_files import write_whole

WORDS = {
    "contents": ("Contents", "目录"),
    "missing": ("Not in this folder:", "此文件夹中没有："),
    "makes": (". It is made by ", "。生成命令："),
    "again": (". Made again by ", "。重现命令："),
    "leaves": (", which leaves ", "，生成文件："),
    "version": ("GreenMill", "GreenMill"),
}


class Page(NamedTuple):
    """What stands in a page."""

    lang: Language
    title: str
    subtitle: str
    notice: str
    sections: Sequence[Section]


def write_page(material: Material, path: Path) -> Path:
    """Write the page of a comparison, whole or not at all."""
    return write_text(_page(material), path)


def page(material: Material) -> str:
    """The page of a comparison as text."""
    return text_of(_page(material))


def write_text(page: Page, path: Path) -> Path:
    """Write a page, whole or not at all."""
    text = text_of(page)
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def text_of(page: Page) -> str:
    """A page as text."""
    from jinja2 import Environment, StrictUndefined

    folder = files("experiments.report") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    chinese = page.lang == "zh"
    return template.render(
        lang="zh-CN" if chinese else "en",
        title=page.title,
        subtitle=page.subtitle,
        notice=page.notice,
        sections=page.sections,
        style=(folder / "report.css").read_text(encoding="utf-8"),
        words={key: words[chinese] for key, words in WORDS.items()},
    )


def _page(material: Material) -> Page:
    return Page(material.lang, title(material), subtitle(material), partial_notice(material), sections(material))
