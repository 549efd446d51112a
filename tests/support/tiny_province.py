"""A small model of firms in columns and two kinds of institutions, as somebody might write it with Mesa."""

from __future__ import annotations

import mesa
import numpy as np

from agents.firm import FIRM_COLUMNS, Firm, Firms
from agents.institution import ColumnarModel, Institution
from agents.store import ColumnStore


class Bank(Institution):
    """Lends; its capital is an ordinary attribute."""

    def __init__(self, model: ColumnarModel, capital: float = 100.0) -> None:
        super().__init__(model)
        self.capital = capital


class Buyer(Institution):
    """Buys."""


def total_revenue(model: TinyProvince) -> float:
    return model.firms.agg("revenue", np.sum)


def grow(firm: Firm) -> None:
    """The rule of `TinyProvince.step` for one firm."""
    firm.revenue *= 1.0 + 0.01 * firm.size_class


class TinyProvince(ColumnarModel):
    """Firms grow by class; each quarter one firm leaves, one enters, and one random firm learns."""

    def __init__(self, slots: int = 30, seed: int = 1) -> None:
        super().__init__(seed=seed)
        store = ColumnStore.allocate(FIRM_COLUMNS, slots)
        row = np.arange(slots)
        store.fill({"unique_id": row + 1, "sector": row % 5, "size_class": row % 4, "ownership": row % 3,
                    "revenue": 10.0 + row, "alive": row < slots - 6})
        self.firms = Firms(self, store)
        self.register_columnar_agents(self.firms)
        self.banks = [Bank(self), Bank(self, capital=50.0)]
        self.buyer = Buyer(self)
        self.datacollector = mesa.DataCollector(
            model_reporters={"revenue": total_revenue, "count": "firm_count"})

    @property
    def firm_count(self) -> int:
        return len(self.firms)

    def step(self) -> None:
        columns, rows = self.firms.store.arrays, self.firms.rows
        columns["revenue"][rows] *= 1.0 + 0.01 * columns["size_class"][rows]
        self.move()
        self.datacollector.collect(self)

    def move(self) -> None:
        """Let one firm leave, one enter and one learn."""
        columns = self.firms.store.arrays
        columns["alive"][self.steps - 1] = False
        columns["alive"][self.firms.store.slots - 7 + self.steps] = True
        self.firms.refresh()
        columns["aware"][self.random.choice(self.firms.rows.tolist())] = True

    def adopted_measures(self, row: int) -> list[str]:
        return ["motors", "boilers"][:row]

    def explain_firm(self, row: int, lang: str) -> str:
        return f"{lang}: row {row}"


def run(model: TinyProvince, steps: int) -> TinyProvince:
    for _ in range(steps):
        model.step()
    return model


def assert_same_state(one: TinyProvince, other: TinyProvince) -> None:
    """Assert equal columns, membership, generators, counters and records, bit for bit."""
    for name, array in one.firms.store.arrays.items():
        np.testing.assert_array_equal(array, other.firms.store.arrays[name])
    assert one.firms.rows.tolist() == other.firms.rows.tolist()
    assert one.random.getstate() == other.random.getstate()
    assert one.steps == other.steps
    assert one.datacollector.model_vars == other.datacollector.model_vars
