"""One look for all figures: colours that colour-blind readers tell apart, fonts, and how a figure is kept.

Matplotlib is used without pyplot: no window system, no global list of figures, a quicker start.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import matplotlib
import numpy as np
import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont
from PIL import Image

from experiments.store.whole_files import write_csv, write_whole

CHINESE_FONT = "Noto Sans CJK SC"
INK, MUTED, GRID, TARGET = "#222222", "#6b6b6b", "#e3e3e3", "#b3202c"
PNG_DPI = 140
PNG_COMPRESSION = 3
"""Beyond it, compression takes a third longer for 1 % of the size."""

_OKABE_ITO = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00")
"""Okabe & Ito's palette without black and yellow, which is too pale for a line on white."""
_DASHES = ("-", (0, (5, 1.5)), (0, (1.2, 1.2)))


class PolicyStyle(NamedTuple):
    """How a policy is drawn wherever it appears."""

    colour: str
    dashes: str | tuple[int, tuple[float, ...]]


_FIXED = {
    "none": PolicyStyle("#8c8c8c", (0, (1.2, 1.2))),
    "current": PolicyStyle("#444444", "-"),
    "plan": PolicyStyle("#000000", "-"),
    "plan_adaptive": PolicyStyle("#000000", (0, (5, 1.5))),
}


def policy_styles(policies: Sequence[str]) -> dict[str, PolicyStyle]:
    """A colour and line style for each policy: references in grey and black, the rest in the palette.

    Colours repeat after six policies with another line style, so up to 18 remain distinct.
    """
    styles, place = {}, 0
    for name in policies:
        if name in _FIXED:
            styles[name] = _FIXED[name]
        else:
            colours = len(_OKABE_ITO)
            styles[name] = PolicyStyle(_OKABE_ITO[place % colours], _DASHES[place // colours % len(_DASHES)])
            place += 1
    return styles


@cache
def usable_language(lang: str) -> str:
    """The language labels can be drawn in: Chinese only with a font for it, else English and a warning."""
    if lang == "zh" and not has_chinese_font():
        warnings.warn(
            f"no font {CHINESE_FONT!r} found (Debian: fonts-noto-cjk); figures have English labels",
            stacklevel=2,
        )
        return "en"
    return lang


@cache
def has_chinese_font() -> bool:
    """Whether Matplotlib finds the Chinese font."""
    try:
        findfont(FontProperties(family=CHINESE_FONT), fallback_to_default=False)
    except ValueError:
        return False
    return True


@contextmanager
def house_style(lang: str) -> Iterator[str]:
    """Apply the look while figures are made and saved; yields the language that labels can be drawn in."""
    usable = usable_language(lang)
    families = [*([CHINESE_FONT] if has_chinese_font() else []), "DejaVu Sans"]
    settings: Any = {
        "font.family": "sans-serif",
        "font.sans-serif": families if usable == "zh" else families[::-1],
        "font.size": 8.5,
        "axes.titlesize": 9,
        "axes.titlelocation": "left",
        # A fixed place saves the search for one above the marks, of which no figure has any at the top with a title.
        "axes.titley": 1.0,
        "axes.formatter.limits": (-6, 9),
        "axes.edgecolor": MUTED,
        "axes.labelcolor": INK,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.linewidth": 0.6,
        "axes.unicode_minus": False,
        "xtick.color": MUTED,
        "ytick.color": MUTED,
        "xtick.labelcolor": INK,
        "ytick.labelcolor": INK,
        "legend.frameon": False,
        # Letters moved to whole pixels take half as long again to draw, and print no better at this resolution.
        "text.hinting": "none",
        "svg.fonttype": "none",
        "svg.hashsalt": "greenmill",
        "figure.facecolor": "white",
        # Room beside the panels, inches: long names would touch the edge.
        "figure.constrained_layout.w_pad": 0.12,
    }
    with matplotlib.rc_context(settings):
        yield usable


_formats: ContextVar[tuple[str, ...]] = ContextVar("formats", default=("svg", "png"))


@contextmanager
def vectors_only() -> Iterator[None]:
    """Keep figures as SVG and CSV alone meanwhile, for a report that shows no PNG."""
    token = _formats.set(("svg",))
    try:
        yield
    finally:
        _formats.reset(token)


def keep_figure(figure: Figure, data: pd.DataFrame, stem: Path) -> list[Path]:
    """Save a figure as SVG and PNG with its numbers as CSV; the same input gives the same bytes.

    Args:
        figure: to be saved inside `house_style`.
        data: the numbers drawn.
        stem: path without a suffix.

    Returns:
        The paths: SVG, PNG (not inside `vectors_only`) and CSV.
    """
    # One layout serves both formats; left in place, it would be computed again for each.
    engine = figure.get_layout_engine()
    if engine is not None:
        engine.execute(figure)
    figure.set_layout_engine(None)
    metadata: Any = {"Date": None}
    writers = {"svg": partial(figure.savefig, format="svg", metadata=metadata), "png": partial(_write_png, figure)}
    paths = [stem.with_name(f"{stem.name}.{kind}") for kind in _formats.get()]
    for path, kind in zip(paths, _formats.get(), strict=True):
        write_whole(path, writers[kind])
    return [*paths, write_csv(stem.with_name(f"{stem.name}.csv"), data)]


def _write_png(figure: Figure, path: Path) -> None:
    """Save a figure as an image without transparency; half the time of Matplotlib's own, and a smaller file."""
    figure.set_dpi(PNG_DPI)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    opaque = np.asarray(canvas.buffer_rgba())[:, :, :3]
    Image.fromarray(opaque).save(path, format="PNG", dpi=(PNG_DPI, PNG_DPI), compress_level=PNG_COMPRESSION)
