"""The report as one HTML file that needs nothing else: no network, no script, no font."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from experiments.report.contents import partial_notice, sections, subtitle, title
from experiments.report.material import Material
from experiments.store import write_whole


def write_page(material: Material, path: Path) -> Path:
    """Write the page, whole or not at all."""
    text = page(material)
    write_whole(path, lambda temporary: temporary.write_text(text, encoding="utf-8"))
    return path


def page(material: Material) -> str:
    """The page as text."""
    from jinja2 import Environment, StrictUndefined

    folder = files("experiments.report") / "templates"
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    template = environment.from_string((folder / "report.html.j2").read_text(encoding="utf-8"))
    return template.render(
        lang="zh-CN" if material.lang == "zh" else "en",
        title=title(material),
        subtitle=subtitle(material),
        notice=partial_notice(material),
        sections=sections(material),
        style=(folder / "report.css").read_text(encoding="utf-8"),
        words={
            "contents": material.say("Contents", "目录"),
            "missing": material.say("Not in this folder", "此文件夹中没有"),
            "makes": material.say("It is made by", "生成命令"),
            "again": material.say("Made again by", "重现命令"),
            "leaves": material.say("which leaves", "生成文件"),
            "version": "GreenMill",
        },
    )
