import shutil
from pathlib import Path

import pytest

from sim.block import SeedBlock
from sim.inputs.province import PROVINCE_ROOT
from sim.preparation import prepare_block


@pytest.fixture(scope="session")
def demo_block() -> SeedBlock:
    """The demo province, seed 1, after its burn-in. Shared: nobody may change it."""
    return prepare_block("demo", 1)


@pytest.fixture(scope="session")
def sichuan_block() -> SeedBlock:
    """The whole province, seed 1, after its burn-in. Shared: nobody may change it."""
    return prepare_block("sichuan", 1)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of Sichuan's province pack that may be changed."""
    folder = tmp_path / "sichuan"
    shutil.copytree(PROVINCE_ROOT / "sichuan", folder)
    return folder
