"""A figure's SVG made fit to stand inside a page: no outside reference, ids of its own, readable aloud."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from xml.etree import ElementTree

SVG, XLINK = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}"

_POINTED = re.compile(r"(?:url\(#|^#)([^)]+)\)?")
_FURTHER_DECIMALS = re.compile(r"(?<=\d\.\d{2})\d+")
_FONT = re.compile(r"font-family:[^;]*;?\s*|font:\s*[^;]*;?\s*")
_SIZE = re.compile(r"font(?:-size)?:[^;]*?([\d.]+)px")
_SIZED = re.compile(r"font:\s*(?:(?:normal|bold|italic|\d{3})\s+)*([\d.]+px)[^;]*;?")


def inline_svg(path: Path, name: str, title: str, description: str) -> str:
    """Read an SVG file and return an element for a page.

    Metadata, document type and style sheet are dropped, fonts are left to the page, coordinates have two decimals.

    Args:
        path: the file.
        name: prefix of ids, unique in the page.
        title: its accessible name.
        description: what it shows, read aloud after the title.
    """
    root = ElementTree.parse(path).getroot()
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{SVG}metadata", f"{SVG}style"):
                parent.remove(child)
    _rewrite(root, name)
    for key in ("width", "height", "version"):
        root.attrib.pop(key, None)
    root.attrib |= {"role": "img", "aria-labelledby": f"{name}-title {name}-desc", "focusable": "false"}
    texts = {"title": title, "desc": description}
    for place, (kind, text) in enumerate(texts.items()):
        element = ElementTree.Element(kind, {"id": f"{name}-{kind}"})
        element.text = text
        root.insert(place, element)
    return ElementTree.tostring(root, encoding="unicode")


def drawn_title(path: Path) -> str:
    """The title that a figure bears: its text in the largest letters, the first of several."""
    texts = []
    for element in ElementTree.parse(path).getroot().iter(f"{SVG}text"):
        size = _SIZE.search(element.get("style", ""))
        texts.append((float(size[1]) if size else 0.0, "".join(element.itertext()).strip()))
    largest = max((size for size, _ in texts), default=0.0)
    return next((text for size, text in texts if size == largest and text), path.stem.replace("_", " "))


def _rewrite(root: ElementTree.Element, name: str) -> None:
    """Take namespaces off, make ids that are pointed at unique and drop the others, shorten numbers."""
    pointed = {found for element in root.iter() for value in element.attrib.values()
               if "#" in value for found in _POINTED.findall(value)}
    for element in root.iter():
        element.tag = element.tag.removeprefix(SVG)
        old = dict(element.attrib)
        element.attrib.clear()
        for key, value in old.items():
            plain = key.removeprefix(XLINK)
            if plain == "id":
                if value in pointed:
                    element.attrib["id"] = f"{name}-{value}"
                continue
            element.attrib[plain] = _attribute(plain, value, name)
        if element.tag != "text":
            element.text = element.text.strip() if element.text else None
        element.tail = None


@lru_cache(maxsize=4096)
def _plain_style(style: str) -> str:
    """A style without its fonts, of which the size stays; figures use few styles over and over."""
    return _FONT.sub("", _SIZED.sub(r"font-size: \1;", style))


def _attribute(key: str, value: str, name: str) -> str:
    if key == "href" and value.startswith("#"):
        return f"#{name}-{value[1:]}"
    if key == "href" and not value.startswith("data:"):
        raise ValueError(f"a figure points outside: {value}")
    if key in ("d", "points", "x", "y", "transform", "width", "height"):
        return _FURTHER_DECIMALS.sub("", " ".join(value.split()))
    if key == "style":
        value = _plain_style(value)
    return value.replace("url(#", f"url(#{name}-")
