"""The figures of a report: drawn by `experiments.figures`, with what they show and how to make them again."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from experiments.labels import figure_title, headed, outcome_text, target_name, threshold_text
from experiments.report.document import Missing, Picture, Section, Table
from experiments.report.material import Material
from experiments.report.vector import inline_svg


def picture(
    material: Material, stem: str, title: str, description: str, question: str = ""
) -> Picture | Missing | None:
    """A drawn figure, or what is missing; None in a report without figures.

    Args:
        material: the material.
        stem: name of the figure's files without their ending.
        title: its name.
        description: what it shows, for those who cannot see it.
        question: the analysis that draws it; empty for the figures of every run.
    """
    if material.drawn is None:
        return None
    path = material.drawn.get(stem)
    command = material.analysis_command(question) if question else material.command()
    if path is None or not path.is_file():
        return Missing(title, command)
    case = f"{material.first.config.design.cases[0].label}/" if len(material.results.config.design.cases) > 1 else ""
    return Picture(stem, title, inline_svg(path, stem, title, description), command, f"figures/{case}{stem}.svg")


def section(
    material: Material, key: str, title: str, paragraphs: tuple[str, ...],
    found: Sequence[Picture | Missing | None],
    tables: tuple[Table, ...] = (),
) -> Section:
    """A section of tables and figures."""
    pictures = tuple(each for each in found if isinstance(each, Picture))
    missing = tuple(each for each in found if isinstance(each, Missing))
    return Section(key, title, paragraphs, tables, pictures, missing)


def course_section(material: Material) -> Section:
    """Fan charts of the outcome targets."""
    say = material.say
    text = say(
        "One panel a policy, all on one scale: median over the draws, bands for the middle half and for nine of ten "
        "draws, "
        "the target as a dashed line, its date dotted.",
        "每种政策组合一格，坐标一致：中线为抽样中位数，色带为中间一半和九成的抽样，虚线为目标值，点线为目标时点。",
    )
    found = [
        picture(material, f"fan_{target['target_id']}", figure_title(target, material.lang),
                course_text(material, target))
        for target in outcome_targets(material)
    ]
    return section(material, "courses", say("Course over time", "变化过程"), (text, *_only_first(material)), found)


def distribution_section(material: Material) -> Section:
    """Distributions of the outcome targets at their dates."""
    say = material.say
    text = say(
        "Every dot is a draw; policies are sorted by their median, best first.",
        "每个点是一次抽样；政策组合按中位数由好到差排列。",
    )
    found = [
        picture(material, f"distribution_{target['target_id']}",
                headed(target_name(target, material.lang), threshold_text(target, material.lang), material.lang),
                _distribution(material, target))
        for target in outcome_targets(material)
    ]
    return section(material, "distributions", say("Distribution at the target date", "目标时点的分布"), (text,), found)


def outcome_targets(material: Material) -> list[pd.Series]:
    """Headline outcome targets of the run."""
    rows = material.first.headline_targets
    return [target for _, target in rows[rows["role"] == "outcome"].iterrows()]


def _only_first(material: Material) -> tuple[str, ...]:
    if len(material.cases) < 2:
        return ()
    scenario, behaviour = material.first.config.design.cases[0]
    return (material.say(
        f"Figures are those of the first of several cases ({scenario}, {behaviour}); the others lie in the folder "
        "figures.",
        f"此处为第一种情形（{material.scenario_label(scenario)}，{material.rule_label(behaviour)}）的图；其余情形的图在figures文件夹中。",
    ),)


def course_text(material: Material, target: pd.Series) -> str:
    """What a fan chart shows, in a sentence with numbers."""
    return material.say(
        f"Fan charts by policy against the target {threshold_text(target, 'en')}. ",
        f"各政策组合的扇形图，目标为{threshold_text(target, 'zh')}。",
    ) + _medians(material, target)


def _distribution(material: Material, target: pd.Series) -> str:
    opening = material.say("Draws by policy at the target date. ", "目标时点各政策组合的抽样。")
    return opening + _medians(material, target)


def _medians(material: Material, target: pd.Series) -> str:
    medians = material.first.draws(target).groupby("policy", sort=False)["value"].median()
    parts = [f"{material.label(str(policy))} {outcome_text(float(value), target)}" for policy, value in medians.items()]
    return material.say(f"Medians: {', '.join(parts)}.", f"中位数：{'，'.join(parts)}。")
