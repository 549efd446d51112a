"""The page of a study: its answer in its own words and tables, its figures, what it rests on and where it comes from.

A study draws its conclusion from kept points. It is asked again in the page's language, in a temporary folder and with
nothing to simulate: a study that is not finished is refused.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.console import Console

from experiments.figures.style import vectors_only
from experiments.questions import Commission, undertake
from experiments.report.closing import facts_of_run, limit_lines
from experiments.report.command_line import run_command
from experiments.report.document import Column, Picture, Section, Table, cell
from experiments.report.page import Page, write_text
from experiments.report.vector import drawn_title, inline_svg
from experiments.run import Experiment
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore
from experiments.store.loading import StoredResults
from experiments.study.point_files import FOLDER
from experiments.tables.terminal import WIDTH

TITLES = {
    "sensitivity": ("Which assumptions move the outcomes?", "哪些假设左右结果？"),
    "discovery": ("In which futures does a mix miss its targets?", "在哪些未来情形下目标会落空？"),
    "solve": ("How far does one setting have to go for a target?", "一项设置需调到多少才能达标？"),
    "policy_search": ("Which mix comes closest to the targets at what cost?", "何种政策组合以多少成本最接近目标？"),
}
"""Title of the page by study."""


@dataclass(frozen=True)
class StudyPage:
    """What the page of a study is made of.

    Attributes:
        config: settings of the study, in the language of the page.
        folder: the result folder.
        manifest: settings, versions and checksums of the last run on it.
    """

    config: ExperimentConfig
    folder: Path
    manifest: Mapping[str, Any]

    def say(self, en: str, zh: str) -> str:
        """The text in the language of the page."""
        return zh if self.config.lang == "zh" else en

    @property
    def command(self) -> str:
        """The command that makes the study again, in the language of the page."""
        return run_command(self.config, *(("lang=zh",) if self.config.lang == "zh" else ()))


def write_study_page(stored: StoredResults, config: ExperimentConfig, path: Path) -> Path:
    """Ask the study again and write its page, whole or not at all.

    Args:
        stored: the result folder of a study.
        config: settings of the study, in the language of the page.
        path: the file.

    Raises:
        ConfigError: if points are missing.
    """
    own = StudyPage(config, stored.folder, stored.manifest)
    with TemporaryDirectory() as place:
        told = _ask(own, Path(place))
        parts = [_answer(own, told), _pictures(own, Path(place) / "figures"), _files(own), _limits(own), _origin(own)]
    title = own.say(*TITLES.get(config.study, (config.study, config.study)))
    subtitle = own.say(f"GreenMill report on {own.folder.name}", f"GreenMill报告：{own.folder.name}")
    return write_text(Page(config.lang, title, subtitle, "", [part for part in parts if part.filled]), path)


def _ask(own: StudyPage, place: Path) -> str:
    """What the study prints; its figures are left in a folder of their own."""
    points = own.folder / FOLDER
    if points.is_dir():
        (place / FOLDER).symlink_to(points.absolute(), target_is_directory=True)
    experiment = Experiment(replace(own.config, figures=True, tables="full"), {}, "")
    out = Console(file=io.StringIO(), width=WIDTH)
    with vectors_only():
        undertake(Commission(experiment, ResultStore(place), Console(quiet=True), out, simulate=False))
    text = out.file.getvalue()  # type: ignore[attr-defined]
    # The files named are those that the run left in the result folder.
    return text.replace(f"{place}/", "").replace(str(place), own.folder.name).rstrip()


def _answer(own: StudyPage, told: str) -> Section:
    text = own.say("What the study prints, tables included.", "本研究输出的结论与表格。")
    return Section("answer", own.say("Answer", "结论"), (text,), listing=told)


def _pictures(own: StudyPage, folder: Path) -> Section:
    pictures = []
    for path in sorted(folder.glob("*.svg")):
        title = drawn_title(path)
        drawing = inline_svg(path, path.stem, title, path.stem.replace("_", " "))
        pictures.append(Picture(path.stem, title, drawing, own.command, f"figures/{path.name}"))
    return Section("figures", own.say("Figures", "图"), pictures=tuple(pictures))


def _files(own: StudyPage) -> Section:
    """Tables in the result folder, with all their columns."""
    paths = sorted(own.folder.glob("*.csv"))
    text = own.say("All numbers lie in the result folder as CSV.", "全部数据以CSV文件存于结果文件夹。")
    columns = Column(own.say("file", "文件")), Column(own.say("rows", "行数"), numeric=True)
    rows = tuple((cell(path.name), cell(_rows(path))) for path in paths)
    return Section("tables", own.say("Tables", "数据表"), (text,), (Table("files", text, columns, rows),))


def _rows(path: Path) -> int:
    with path.open(encoding="utf-8") as lines:
        return max(0, sum(1 for _ in lines) - 1)


def _limits(own: StudyPage) -> Section:
    lines = tuple(own.say(*line) for line in limit_lines(own.config))
    return Section("limits", own.say("Limits", "局限"), lines)


def _origin(own: StudyPage) -> Section:
    facts = facts_of_run(own.config, own.manifest, own.folder, own.command, own.config.seed_list)
    columns = Column(own.say("what", "项目")), Column(own.say("value", "内容"))
    title = own.say("Provenance", "出处")
    return Section("provenance", title, tables=(
        Table("provenance", title, columns, tuple((cell(key), cell(value)) for key, value in facts.items())),))
