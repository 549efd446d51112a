"""Share of draws that meet a target against one setting, and what each setting costs."""

from __future__ import annotations

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from agents.array_types import FloatArray
from experiments.figures.style import GRID, INK, MUTED, TARGET, house_style, keep_figure
from experiments.labels import headed, target_name, threshold_text
from experiments.study.solve import Answer

BLUE = "#0072B2"
WORDS = {
    "en": {
        "share": "share of draws, %", "cost": "public cost, m CNY", "answer": "answer {value}",
        "wanted": "wanted: {value:.0f} %", "key": "bars: 95 % interval of the share (above), 5-95 % of draws (below)",
        "none": "not reached within the range",
    },
    "zh": {
        "share": "达标占比（%）", "cost": "财政成本（百万元）", "answer": "答案{value}", "wanted": "要求：{value:.0f}%",
        "key": "竖线：上图为占比的95%区间，下图为5—95%抽样", "none": "范围内不可达",
    },
}


def draw_solution(answer: Answer, stem: Path) -> list[Path]:
    """Draw the settings tried, the wanted share and the answer.

    Args:
        answer: what was found.
        stem: path of the files without a suffix.

    Returns:
        The files written.
    """
    with house_style(answer.config.lang) as lang:
        words, data = WORDS[lang], answer.trials
        figure = Figure(figsize=(6.6, 4.6), layout="constrained")
        upper, lower = figure.subplots(2, 1, sharex=True, gridspec_kw={"height_ratios": [2, 1]})
        x = answer.lever.factor * data["setting"].to_numpy()
        _marks(upper, x, 100.0 * data[["share_met", "share_low", "share_high"]].to_numpy())
        _marks(lower, x, data[["public_cost_mean", "public_cost_p05", "public_cost_p95"]].to_numpy())
        wanted = 100.0 * answer.config.solve.share
        upper.axhline(wanted, color=TARGET, linewidth=1.0, linestyle=(0, (4, 2)))
        upper.annotate(
            words["wanted"].format(value=wanted), (0.995, wanted), xycoords=("axes fraction", "data"), ha="right",
            va="bottom", xytext=(0, 2), textcoords="offset points", color=TARGET, fontsize=7.5,
        )  # fmt: skip
        _answer_mark(upper, lower, answer, lang)
        upper.set_ylim(-4, 104)
        lower.set_ylim(bottom=0.0)
        upper.set_ylabel(words["share"])
        lower.set_ylabel(words["cost"])
        unit = answer.lever.unit(lang)
        label = answer.lever.label(lang)
        lower.set_xlabel(f"{label}（{unit}）" if lang == "zh" else f"{label}, {unit} ({answer.lever.path})")
        title = headed(target_name(answer.target, lang), threshold_text(answer.target, lang), lang)
        figure.suptitle(title, x=0.01, ha="left", fontsize=11)
        if answer.config.seeds > 1:
            figure.supxlabel(words["key"], x=0.01, ha="left", fontsize=7.5, color=MUTED)
        return keep_figure(figure, data, stem)


def _marks(axes: Axes, x: FloatArray, table: FloatArray) -> None:
    """Points at `x` (N,) with their intervals; a single draw has none. `table`: (N, 3) middle, low, high."""
    axes.plot(x, table[:, 0], color=BLUE, linewidth=1.0, marker="o", markersize=3.5, zorder=3)
    axes.vlines(x, table[:, 1], table[:, 2], color=BLUE, alpha=0.45, linewidth=1.4, zorder=2)
    axes.grid(axis="y", color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.tick_params(length=2)


def _answer_mark(upper: Axes, lower: Axes, answer: Answer, lang: str) -> None:
    """A line through both panels at the answer, or a word that there is none."""
    if answer.solution.answer is None:
        upper.annotate(WORDS[lang]["none"], (0.01, 0.95), xycoords="axes fraction", va="top", color=INK)
        return
    place = answer.lever.factor * answer.solution.answer
    for axes in (upper, lower):
        axes.axvline(place, color=INK, linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
    text = WORDS[lang]["answer"].format(value=answer.lever.text_with_unit(answer.solution.answer, lang))
    middle = 0.5 * answer.lever.factor * (answer.lever.node.low + answer.lever.node.high)
    side = "left" if place < middle else "right"
    upper.annotate(
        text, (place, 2.0), xytext=(4 if side == "left" else -4, 0), textcoords="offset points", ha=side, va="bottom",
        color=INK,
    )  # fmt: skip
