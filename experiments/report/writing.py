"""`greenmill report FOLDER`: read what is wanted, open the folder, write the file."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from experiments.progress import time_text
from experiments.report.drawing import figures_in, prepared
from experiments.report.material import Language, Material, open_folder
from experiments.report.page import write_page
from experiments.results import Results
from experiments.store import load
from experiments.store.loading import StoredResults, read_folder
from sim.errors import ConfigError, Problem, nearest_name
from sim.preparation import load_inputs

FORMATS = {"html": "", "docx": "python-docx", "xlsx": "openpyxl"}
"""Formats of a report and the package each needs beyond the installed ones."""
MODULES = {"python-docx": "docx", "openpyxl": "openpyxl"}
CHOICES: Mapping[str, tuple[str, ...]] = {"lang": ("en", "zh"), "format": tuple(FORMATS)}
PROCESSES = 2


@dataclass(frozen=True)
class Request:
    """A report that was asked for; a language of None is that of the run."""

    folder: Path
    lang: Language | None
    format: str


def read_request(folder: str, settings: Sequence[str]) -> Request:
    """Read the words of the command.

    Args:
        folder: a result folder.
        settings: words ``lang=en|zh`` and ``format=html|docx|xlsx``.

    Raises:
        ConfigError: with every problem of the words, and if a package is missing.
    """
    chosen: dict[str, str] = {}
    problems = []
    for word in settings:
        key, _, value = word.partition("=")
        if key not in CHOICES:
            text = f"is no setting of report; there are {', '.join(CHOICES)}"
            problems.append(Problem("", key, value or None, text, nearest_name(key, CHOICES)))
        elif value not in CHOICES[key]:
            text = f"choose from {', '.join(CHOICES[key])}"
            problems.append(Problem("", key, value, text, nearest_name(value, CHOICES[key])))
        else:
            chosen[key] = value
    package = FORMATS[chosen.get("format", "html")]
    if package and importlib.util.find_spec(MODULES[package]) is None:
        problems.append(Problem("", "format", chosen["format"], f"needs {package}: pip install 'greenmill[report]'"))
    if problems:
        raise ConfigError([*_folder_problems(Path(folder)), *problems])
    lang: Language | None = {"en": "en", "zh": "zh"}.get(chosen.get("lang", ""))  # type: ignore[assignment]
    return Request(Path(folder), lang, chosen.get("format", "html"))


def _folder_problems(folder: Path) -> Sequence[Problem]:
    """What is wrong with the folder, to be told together with the words."""
    try:
        load(folder)
    except ConfigError as error:
        return error.problems
    return ()


def report_name(lang: str, kind: str = "html") -> str:
    """Name of the file: ``report.html``, in Chinese ``report.zh.html``."""
    return f"report.zh.{kind}" if lang == "zh" else f"report.{kind}"


def write_report(request: Request, log: Console) -> Path:
    """Write the report that was asked for into its folder.

    Args:
        request: what is wanted.
        log: console for progress.

    Returns:
        The file written.

    Raises:
        ConfigError: if the folder is no result folder, nothing in it is finished, or a study is not.
        OSError: if the file cannot be written.
    """
    stored = load(request.folder)
    if stored.config.study:
        with log.status("asking the study ..."):
            return _write_study(stored, request)
    material = open_folder(request.folder, request.lang)
    path = material.folder / report_name(material.lang, request.format)
    with TemporaryDirectory() as folder, log.status("asking the analyses, drawing figures ..."):
        if request.format != "docx":
            material = prepared(material, Path(folder), request.format == "html", PROCESSES)
        return _writer(request.format)(material, path)


def write_run_report(results: Results, folder: Path) -> Path:
    """Write the page at the end of a run, out of the figures and tables that the run has just left in its folder."""
    inputs = load_inputs(results.config.province, results.config.scenario[0], results.config.overrides)
    material = Material(read_folder(folder, set(results.config.design.blocks)), results, inputs)
    material = replace(material, drawn=figures_in(folder / "figures", material))
    return write_page(material, folder / report_name(material.lang))


def _write_study(stored: StoredResults, request: Request) -> Path:
    """Write the page of a study, which has no tables of policies and targets for a brief or a workbook."""
    from experiments.report.study_page import write_study_page

    if request.format != "html":
        text = f"the study '{stored.config.study}' has a page alone (format=html); its tables lie beside it as CSV"
        raise ConfigError([Problem("", "format", request.format, text)])
    config = replace(stored.config, lang=request.lang or stored.config.lang)
    return write_study_page(stored, config, stored.folder / report_name(config.lang))


def _writer(kind: str) -> Callable[[Material, Path], Path]:
    if kind == "html":
        return write_page
    if kind == "docx":
        from experiments.report.brief import write_brief

        return write_brief
    from experiments.report.workbook import write_workbook

    return write_workbook


def show_report(request: Request, log: Console, out: Console) -> None:
    """Write a report and tell where it is, how large, how long it took and whether something is missing."""
    import time

    start = time.perf_counter()
    path = write_report(request, log)
    seconds, size = time.perf_counter() - start, path.stat().st_size / 1e6
    out.print(f"{path} ({size:.1f} MB, {time_text(seconds)})")
