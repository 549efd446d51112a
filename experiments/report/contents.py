"""The sections of a report in their order; each is a function of the material."""

from __future__ import annotations

from collections.abc import Callable

from experiments.report.analyses import (
    attribution_section,
    difference_section,
    front_section,
    gain_section,
    other_section,
    verdict_section,
)
from experiments.report.charts import course_section, distribution_section
from experiments.report.closing import limit_section, provenance_section
from experiments.report.document import Section
from experiments.report.firms import bottleneck_section, prefecture_section, sector_section
from experiments.report.material import Material
from experiments.report.money import cost_section
from experiments.report.registries import definition_section, parameter_section
from experiments.report.summary import summary_section
from experiments.report.targets import attainment_section, targets_section

SECTIONS: tuple[Callable[[Material], Section | None], ...] = (
    summary_section,
    targets_section,
    verdict_section,
    course_section,
    distribution_section,
    difference_section,
    cost_section,
    front_section,
    attribution_section,
    bottleneck_section,
    gain_section,
    prefecture_section,
    sector_section,
    other_section,
    attainment_section,
    definition_section,
    parameter_section,
    limit_section,
    provenance_section,
)
"""What a report tells, in order."""


def sections(material: Material) -> list[Section]:
    """All sections of the report."""
    made = [make(material) for make in SECTIONS]
    return [section for section in made if section is not None and section.filled]


def title(material: Material) -> str:
    """The title of the report."""
    return material.say("Which policy mix reaches which target?", "哪种政策组合能实现哪些目标？")


def subtitle(material: Material) -> str:
    """What the report is about."""
    return material.say(
        f"GreenMill report on {material.folder.name}: action plan of 31 December 2025 for a full-cycle "
        "green-manufacturing "
        "system (川经信环资〔2025〕246号)",
        f"GreenMill报告：{material.folder.name}。"
        "《四川省构建全周期全流程绿色制造体系行动方案》（川经信环资〔2025〕246号）",
    )


def partial_notice(material: Material) -> str:
    """What is missing of the design and what can be said all the same; empty for a complete one."""
    gone = material.missing
    if not gone:
        return ""
    total, states = len(material.results.config.design.blocks), material.stored.blocks
    kinds = {"pending": ("pending", "未完成"), "failed": ("failed", "失败"), "damaged": ("damaged", "损坏")}
    labels = {block.label for block in gone}
    rows = states[[f"{s}-{b}-seed-{int(n):05d}" in labels
                   for s, b, n in zip(states["scenario"], states["behaviour"], states["seed"], strict=True)]]
    counts = rows["state"].value_counts()
    shown = "、" if material.lang == "zh" else ", "
    named = shown.join(f"{counts[kind]} {material.say(*words)}" for kind, words in kinds.items() if kind in counts)
    blocks = shown.join(block.label for block in gone[:5]) + (" …" if len(gone) > 5 else "")
    return material.say(
        f"Partial results: {total - len(gone)} of {total} blocks are finished ({named}: {blocks}). Everything below "
        "rests on the "
        "finished ones alone; shares and their intervals count only these draws. What is missing is computed by: "
        f"{material.command()}",
        f"结果不完整：{total}个计算块中已完成{total - len(gone)}个（{named}：{blocks}）。以下内容仅依据已完成部分，"
        "达标占比和区间只计这些抽样。"
        f"补齐缺失部分的命令：{material.command()}",
    )
