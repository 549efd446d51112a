"""One finished sweep of the small province, and reports made of it once."""

from __future__ import annotations

from pathlib import Path

import pytest
from report_pages import QUIET, SETTINGS

from experiments.report.material import Material, open_folder
from experiments.report.page import write_page
from experiments.report.writing import Request, write_report
from experiments.run import prepare, run_experiment


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A finished result folder: three policies, three seeds, no figures."""
    root = tmp_path_factory.mktemp("report")
    settings = [*SETTINGS, "policies=[none,current,plan]", f"output.root={root}"]
    return run_experiment(prepare(settings), QUIET, QUIET)


@pytest.fixture(scope="session")
def pages(folder: Path) -> dict[str, Path]:
    """The page in English with every figure, in Chinese without."""
    chinese = write_page(open_folder(folder, "zh"), folder / "report.zh.html")
    return {"en": write_report(Request(folder, "en", "html"), QUIET), "zh": chinese}


@pytest.fixture(scope="session")
def material(folder: Path) -> Material:
    """The folder opened for a report in English, without figures."""
    return open_folder(folder, "en")


@pytest.fixture(scope="session")
def workbook(folder: Path) -> Path:
    """The workbook in English."""
    return write_report(Request(folder, "en", "xlsx"), QUIET)
