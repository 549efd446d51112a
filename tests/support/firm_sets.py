"""A few firms in columns, in the agent set that a model would have."""

from __future__ import annotations

import numpy as np

from agents.firm import FIRM_COLUMNS, Firms
from agents.institution import ColumnarModel
from agents.store import ColumnStore

SECTORS = [3, 1, 3, 2, 1, 3, 2, 2, 3, 1]
REVENUES = [5.0, 2.0, 9.0, 2.0, 7.0, 1.0, 4.0, 2.0, 8.0, 3.0]
ALIVE = [True, True, False, True, True, True, True, False, True, True]


def make_firms(sectors=SECTORS, revenues=REVENUES, alive=None) -> Firms:
    """Return firms numbered 1..N with the given sectors and revenues and energy 10 * slot + carrier."""
    slots = len(sectors)
    store = ColumnStore.allocate(FIRM_COLUMNS, slots)
    store.fill({"unique_id": np.arange(1, slots + 1), "sector": sectors, "revenue": revenues,
                "alive": np.ones(slots, bool) if alive is None else alive,
                "energy": 10.0 * np.arange(slots)[:, None] + np.arange(6)})
    return Firms(ColumnarModel(seed=1), store)


def ids(agents) -> list[int]:
    """Return the members' identifiers in order, from a columnar set, a Mesa set or a list."""
    return [agent.unique_id for agent in agents]
