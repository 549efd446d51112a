"""The page: complete in itself, accessible, small enough to be sent by mail."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from report_pages import QUIET, SETTINGS, Page

from experiments.figures.distribution import draw_distribution
from experiments.figures.fan import draw_fan
from experiments.figures.style import vectors_only
from experiments.report.charts import outcome_targets
from experiments.report.drawing import figures_in
from experiments.report.material import open_folder
from experiments.report.page import page as page_text
from experiments.run import prepare, run_experiment

LARGEST = 5_000_000
STYLE = Path(__file__).resolve().parents[3] / "experiments" / "report" / "templates" / "report.css"


@pytest.fixture(scope="module", params=["en", "zh"])
def page(request: pytest.FixtureRequest, pages) -> Page:
    """The page taken apart."""
    return Page(pages[request.param].read_text(encoding="utf-8"))


def test_language_and_headings(page: Page):
    assert page.lang in ("en", "zh-CN")
    levels = [int(tag[1]) for tag, _ in page.headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    titles = [text for _, text in page.headings]
    assert all(titles)
    assert ("局限" in titles) == (page.lang == "zh-CN")


def test_every_section_of_the_table_of_contents_is_there(page: Page):
    anchors = {value[1:] for tag, key, value in page.references if tag == "a" and key == "href"}
    assert len(anchors) == len([tag for tag, _ in page.headings if tag == "h2"]) > 10
    assert anchors <= set(page.ids)


def test_ids_are_unique_and_every_reference_stays_inside(page: Page):
    assert len(page.ids) == len(set(page.ids))
    for tag, key, value in page.references:
        for pointed in re.findall(r"url\(([^)]*)\)", value):
            assert pointed[0] == "#" and pointed[1:] in page.ids, (tag, pointed)
        if key != "style" and not value.startswith("data:image/png;base64,"):
            assert value == "data:," or (value[0] == "#" and value[1:] in page.ids), (tag, key, value)


def test_tables_have_captions_and_heads_with_a_scope(page: Page):
    assert set(page.captions) == set(page.tables)
    for rows in page.tables.values():
        assert all(cell.scope == "col" for cell in rows[0])
        assert all(cell.scope for row in rows for cell in row if cell.tag == "th")


def test_figures_can_be_read_aloud(pages):
    page = Page(pages["en"].read_text(encoding="utf-8"))
    assert len(page.pictures) >= 2 * 11
    for facts in page.pictures:
        assert facts["role"] == "img"
        title, description = (page.texts[name] for name in facts["aria-labelledby"].split())
        assert len(title) > 5
        assert len(description) > 5
    assert "Medians: none" in page.texts["fan_green_factories-desc"]


def test_under_every_figure_stands_the_command_that_makes_it(pages):
    text = pages["en"].read_text(encoding="utf-8")
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text, re.S)
    assert len(captions) == text.count("<svg ")
    for caption in captions:
        (command,) = re.findall(r"<code>(greenmill run .*?)</code>", caption)
        assert "province=demo seeds=3" in command
        assert re.search(r"<code>figures/\w+\.svg</code>", caption)


def test_nothing_points_outside(pages):
    for path in pages.values():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:)""", text)
        assert "<script" not in text
        assert "@import" not in text
        assert "default-src &#39;none&#39;" in text or "default-src 'none'" in text


def test_page_of_the_default_policies_is_small(pages, tmp_path: Path):
    """Eleven policies and every target: what two targets take, times as many as there are."""
    folder = run_experiment(prepare([*SETTINGS, "seeds=2", f"output.root={tmp_path}"]), QUIET, QUIET)
    material = open_folder(folder, "en")
    assert len(material.results.config.policies) == 11
    bare = len(page_text(replace(material, drawn={})))
    targets = outcome_targets(material)
    with vectors_only():
        for target in targets[:2]:
            draw_fan(material.first, target, tmp_path / "figures")
            draw_distribution(material.first, target, tmp_path / "figures")
    shown = replace(material, drawn=figures_in(tmp_path / "figures", material))
    text = page_text(shown)
    assert text.count("<svg ") == 4
    analyses = pages["en"].stat().st_size
    assert bare + (len(text) - bare) * len(targets) / 2 + analyses < LARGEST


def colours() -> dict[str, str]:
    """Colours that the style sheet names."""
    return dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", STYLE.read_text(encoding="utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.1."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio after WCAG 2.1."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_known_colours():
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(
    ("text", "ground"),
    [("ink", "paper"), ("muted", "paper"), ("accent", "paper"), ("ink", "head"), ("ink", "notice"), ("muted", "quiet"),
     ("ink", "quiet")],
)
def test_text_can_be_told_from_its_ground(text: str, ground: str):
    named = colours()
    assert contrast(named[text], named[ground]) >= 4.5


def test_the_style_sheet_uses_named_colours_only():
    rules = STYLE.read_text(encoding="utf-8").split("}", 1)[1]
    assert not re.findall(r"#[0-9a-fA-F]{3,6}\b(?=[^{]*;)", re.sub(r"#table-\w+", "", rules))
    assert set(re.findall(r"var\(--(\w+)\)", rules)) <= set(colours())


def test_letters_of_figures_can_be_told_from_white():
    from experiments.figures.style import INK, MUTED, TARGET

    assert min(contrast(colour, "#ffffff") for colour in (INK, MUTED, TARGET)) >= 4.5
