"""A brief of two pages for an office program: summary, target table, two figures, limits, provenance."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import pandas as pd

from experiments.figures.distribution import draw_distribution
from experiments.figures.fan import draw_fan
from experiments.labels import figure_title, headed
from experiments.report.charts import course_text, outcome_targets
from experiments.report.closing import limit_lines, provenance
from experiments.report.contents import partial_notice, subtitle, title
from experiments.report.document import Table
from experiments.report.material import Material
from experiments.report.summary import brief_lines
from experiments.report.targets import overview
from experiments.store.whole_files import write_whole

if TYPE_CHECKING:
    from docx.document import Document

LATIN, CHINESE = "Calibri", "等线"
"""Names of fonts that office programs have; where one is missing they take another."""
FIGURE_WIDTH = 8.2
"""Centimetres; two figures stand side by side on the page."""
SHOWN_LIMITS = 5
SIZES = {"Normal": 9.0, "List Bullet": 9.0, "Title": 17.0, "Heading 1": 12.0}
"""Points."""
FIRST_FIGURES = ("green_factory_output_share", "retrofit_coverage")
"""Targets whose course is shown, where a run has them."""


def write_brief(material: Material, path: Path) -> Path:
    """Write the brief, whole or not at all."""
    import docx

    document = docx.Document()
    _set_up(document, material)
    document.add_heading(title(material), level=0)
    document.add_paragraph(subtitle(material))
    if notice := partial_notice(material):
        document.add_paragraph().add_run(notice).bold = True
    document.add_heading(material.say("In brief", "摘要"), level=1)
    for line in brief_lines(material):
        document.add_paragraph(line, style="List Bullet")
    document.add_heading(material.say("Targets", "目标实现情况"), level=1)
    _table(document, overview(material, material.first, "overview"))
    with TemporaryDirectory() as folder:
        _figures(document, material, Path(folder))
        document.add_heading(material.say("Limits", "局限"), level=1)
        for pair in limit_lines(material.results.config, SHOWN_LIMITS):
            document.add_paragraph(material.say(*pair), style="List Bullet")
        document.add_heading(material.say("Provenance", "出处"), level=1)
        joint = material.say("; ", "；")
        facts = provenance(material).items()
        document.add_paragraph(joint.join(headed(key, value, material.lang) for key, value in facts))
        _same_fonts(document)
        write_whole(path, lambda temporary: document.save(str(temporary)))
    return path


def _set_up(document: Document, material: Material) -> None:
    """A4, narrow margins, small type; language and title for readers aloud."""
    from docx.shared import Cm, Pt

    section: Any = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = Cm(1.9)
    section.top_margin = section.bottom_margin = Cm(1.5)
    for name, size in SIZES.items():
        style: Any = document.styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_after = Pt(2 if name != "Title" else 4)
        if name == "Heading 1":
            style.paragraph_format.space_before = Pt(6)
    document.core_properties.title = title(material)
    document.core_properties.language = "zh-CN" if material.lang == "zh" else "en"
    document.core_properties.author = "GreenMill"


def _same_fonts(document: Document) -> None:
    """Name the fonts for Latin and for Chinese letters in every style that is used."""
    from docx.oxml.ns import qn

    for name in ("Normal", "List Bullet", "Title", "Heading 1", "Caption"):
        style: Any = document.styles[name]
        style.font.name = LATIN
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), CHINESE)
        fonts.set(qn("w:hAnsi"), LATIN)


def _table(document: Document, table: Table) -> None:
    """A table whose head is repeated on a new page; leading cells that repeat are shown once."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn
    from docx.shared import Pt

    document.add_paragraph(table.caption, style="Caption")
    made = document.add_table(rows=1, cols=len(table.columns), style="Light Grid Accent 1")
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    made.rows[0]._tr.get_or_add_trPr().append(repeated)
    rows = [[column.title for column in table.columns], *([each.text for each in row] for row in table.rows)]
    before = [""] * len(table.columns)
    for place, texts in enumerate(rows):
        cells = made.rows[0].cells if place == 0 else made.add_row().cells
        for number, (text, target) in enumerate(zip(texts, cells, strict=True)):
            paragraph = target.paragraphs[0]
            shown = "" if number < table.group and text == before[number] else text
            paragraph.add_run(shown).font.size = Pt(7.5)
            paragraph.paragraph_format.space_after = Pt(0)
            if table.columns[number].numeric:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        before = texts


def _figures(document: Document, material: Material, folder: Path) -> None:
    """Course and distribution of the first targets, side by side, each with a text for those who cannot see it."""
    from docx.shared import Cm

    for target in _chosen(material):
        paragraph = document.add_paragraph()
        for draw in (draw_fan, draw_distribution):
            png = next(path for path in draw(material.first, target, folder) if path.suffix == ".png")
            shape = paragraph.add_run().add_picture(str(png), width=Cm(FIGURE_WIDTH))
            properties = shape._inline.docPr
            properties.set("descr", course_text(material, target))
            properties.set("title", figure_title(target, material.lang))
        document.add_paragraph(figure_title(target, material.lang), style="Caption")


def _chosen(material: Material) -> list[pd.Series]:
    """The target shown in the brief: the first of the preferred ones that the run has."""
    targets = outcome_targets(material)
    preferred = [each for name in FIRST_FIGURES for each in targets if each["target_id"] == name]
    return (preferred or targets)[:1]
