import pytest

from sim.block import SeedBlock
from sim.preparation import prepare_block


@pytest.fixture(scope="session")
def demo_block() -> SeedBlock:
    """The demo province, seed 1, after its burn-in. Shared: nobody may change it."""
    return prepare_block("demo", 1)


@pytest.fixture(scope="session")
def sichuan_block() -> SeedBlock:
    """The whole province, seed 1, after its burn-in. Shared: nobody may change it."""
    return prepare_block("sichuan", 1)
