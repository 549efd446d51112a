"""SVG files made fit for a page."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.report.vector import inline_svg

HEAD = """<?xml version="1.0" encoding="utf-8" standalone="no"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<svg xmlns:xlink="http://www.w3.org/1999/xlink" width="10pt" height="5pt" viewBox="0 0 10 5"
 xmlns="http://www.w3.org/2000/svg" version="1.1">
"""
DRAWING = HEAD + """<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>
 <defs><style type="text/css">*{stroke-linejoin: round}</style><clipPath id="c1"><rect x="0" y="0"/></clipPath>
 <path id="m1" d="M 0.123456 1.5"/></defs>
 <g id="figure_1"><use xlink:href="#m1" x="1.98765" clip-path="url(#c1)"/>
 <text style="font-size: 8px; font-family: 'DejaVu Sans', sans-serif; fill: #222222">占比 &lt; 5 &amp; more</text>
 </g></svg>
"""


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    path = tmp_path / "figure.svg"
    path.write_text(DRAWING, encoding="utf-8")
    return path


def test_ids_are_its_own_and_what_is_not_drawn_is_gone(drawing: Path):
    text = inline_svg(drawing, "fan", "A title", "A description")
    assert text.startswith("<svg ")
    for gone in ("<?xml", "DOCTYPE", "metadata", "<style", "http", "xlink", "figure_1", "font-family", "0.123456"):
        assert gone not in text
    for kept in ('id="fan-m1"', 'href="#fan-m1"', 'id="fan-c1"', "url(#fan-c1)", 'viewBox="0 0 10 5"', "font-size: 8px",
                 "fill: #222222", "M 0.12 1.5", 'x="1.98"', "占比 &lt; 5 &amp; more"):
        assert kept in text


def test_it_has_a_name_and_a_description(drawing: Path):
    text = inline_svg(drawing, "fan", "Share & more", "Medians")
    assert 'role="img" aria-labelledby="fan-title fan-desc"' in text
    assert '<title id="fan-title">Share &amp; more</title><desc id="fan-desc">Medians</desc>' in text


def test_a_reference_to_elsewhere_is_refused(tmp_path: Path):
    path = tmp_path / "figure.svg"
    path.write_text(HEAD + '<image xlink:href="http://example.org/x.png"/></svg>', encoding="utf-8")
    with pytest.raises(ValueError, match="points outside"):
        inline_svg(path, "fan", "title", "text")


def test_a_picture_inside_is_kept(tmp_path: Path):
    path = tmp_path / "figure.svg"
    path.write_text(HEAD + '<image xlink:href="data:image/png;base64,AAAA"/></svg>', encoding="utf-8")
    assert 'href="data:image/png;base64,AAAA"' in inline_svg(path, "fan", "title", "text")
