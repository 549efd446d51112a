"""Three runs of two policies and two seeds that differ in one or two settings. Shared: nobody may change them."""

from __future__ import annotations

from pathlib import Path

import pytest
from compared_runs import RATE, SLOPE, sweep


@pytest.fixture(scope="session")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("outputs")


@pytest.fixture(scope="session")
def plain(root: Path) -> Path:
    return sweep(root)


@pytest.fixture(scope="session")
def graced(root: Path) -> Path:
    """Another grant rate."""
    return sweep(root, RATE)


@pytest.fixture(scope="session")
def both(root: Path) -> Path:
    """Another grant rate and another parameter."""
    return sweep(root, RATE, SLOPE)
