"""The wheel: complete, and free of what does not belong in it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = ("agents", "policies", "sim", "experiments", "configs")


@pytest.fixture(scope="module")
def wheel_names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names in a wheel built from a copy of the checkout, so that no build folder is left in it."""
    copy = tmp_path_factory.mktemp("checkout")
    for name in PACKAGES:
        shutil.copytree(CHECKOUT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE"):
        shutil.copy(CHECKOUT / name, copy / name)
    (copy / "README.md").touch()
    script = "from setuptools import build_meta; print(build_meta.build_wheel('dist'))"
    subprocess.run([sys.executable, "-c", script], cwd=copy, check=True, capture_output=True)
    (wheel,) = (copy / "dist").glob("*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_every_configuration_file(wheel_names: set[str]):
    files = {
        path.relative_to(CHECKOUT).as_posix()
        for path in (CHECKOUT / "configs").rglob("*")
        if path.suffix in (".yaml", ".csv")
    }
    assert len(files) > 40
    assert files <= wheel_names


def test_wheel_holds_every_module(wheel_names: set[str]):
    modules = {
        path.relative_to(CHECKOUT).as_posix() for name in PACKAGES for path in (CHECKOUT / name).rglob("*.py")
    }
    assert modules <= wheel_names


def test_wheel_holds_nothing_but_the_packages(wheel_names: set[str]):
    tops = {name.split("/")[0] for name in wheel_names}
    assert {name for name in tops if not name.endswith(".dist-info")} == set(PACKAGES)


def test_pins_name_no_address():
    lines = (CHECKOUT / "constraints.txt").read_text().splitlines()
    assert all(
        "==" in line and "/" not in line and " " not in line for line in lines if not line.startswith("#")
    )


def test_wheel_holds_the_templates_of_the_report(wheel_names: set[str]):
    folder = CHECKOUT / "experiments" / "report" / "templates"
    files = {path.relative_to(CHECKOUT).as_posix() for path in folder.iterdir()}
    assert len(files) == 2
    assert files <= wheel_names
