"""A handful of firms with every column that the instruments read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from policies.instrument import Context
from sim.inputs.policy_files import load_catalogue

SUBTYPES = {"clinker": 1, "bfbof": 2, "eaf": 3, "aluminium_smelter": 4, "polysilicon_lithium": 5}


@pytest.fixture
def firms() -> dict[str, NDArray[Any]]:
    """Six firms: large to micro, state-owned and private, one of each obliged sub-type."""
    return {
        "size_class": np.array([0, 1, 2, 3, 1, 2], dtype=np.int8),
        "ownership": np.array([0, 2, 2, 2, 1, 3], dtype=np.int8),
        "library_rank": np.array([0.01, 0.02, 0.05, 0.11, 0.12, 0.9]),
        "tax_rank": np.array([0.0, 0.2, 0.34, 0.35, 0.6, 0.99]),
        "certification_award_city": np.array([0.6, 0.3, 0.3, 0.0, 0.1, 0.12]),
        "subtype": np.array([4, 1, 2, 3, 5, 0], dtype=np.int16),
        "alive": np.array([True, True, True, True, True, False]),
        "energy_base": np.array([[9.0, 1.0], [5.0, 0.0], [0.0, 7.0], [1.0, 1.0], [6.0, 0.5], [99.0, 0.0]]),
        "clause_ii11": np.array([False, True, False, False, True, False]),
        "chain_member": np.array([False, True, True, False, False, False]),
        "ets_covered_2024": np.array([True, True, True, False, False, False]),
        "ets_covered_2027": np.array([True, True, True, False, True, False]),
    }


@pytest.fixture
def context() -> Context:
    """Sub-type codes and a carbon price of 80 CNY/t."""
    return Context(subtype_index=SUBTYPES, carbon_price=80.0)


@pytest.fixture(scope="session")
def catalogue():
    """The packaged policies."""
    return load_catalogue()
