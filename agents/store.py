"""Columns of numbers without Mesa: what a column holds, and the struct of arrays that holds them all."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from agents.columns import ColumnarAgent


@dataclass(frozen=True)
class ColumnSpec:
    """What one column holds: numpy type, unit, meaning, shape per agent, start value, labels of the parts."""

    name: str
    dtype: Any
    unit: str
    doc: str
    shape: tuple[int, ...] = ()
    default: float | int | bool = 0
    labels: tuple[str, ...] = ()

    def flat_names(self) -> tuple[str, ...]:
        """Return the names of the column's parts in a flat table: `energy_coal`, or just `revenue`."""
        if not self.shape:
            return (self.name,)
        labels = self.labels or tuple(str(index) for index in range(math.prod(self.shape)))
        return tuple(f"{self.name}_{label}" for label in labels)


class ColumnStore:
    """A struct of arrays: `arrays[name]` holds one column, shape (slots, *spec.shape).

    `views` are the agent objects made so far, by row; they are never copied or pickled.
    """

    def __init__(self, specs: Mapping[str, ColumnSpec], arrays: dict[str, NDArray[Any]], slots: int) -> None:
        self.specs = dict(specs)
        self.arrays = arrays
        self.slots = slots
        self.permutations = 0
        self.views: dict[int, ColumnarAgent] = {}

    @classmethod
    def allocate(cls, specs: Iterable[ColumnSpec], slots: int) -> ColumnStore:
        """Make a store of `slots` rows with every column at its default."""
        named = {spec.name: spec for spec in specs}
        # Column-major: a part of a column, such as the electricity of all firms, is then contiguous.
        arrays = {name: np.full((slots, *spec.shape), spec.default, dtype=spec.dtype, order="F")
                  for name, spec in named.items()}
        return cls(named, arrays, slots)

    def fill(self, columns: Mapping[str, ArrayLike]) -> None:
        """Copy whole columns into the store.

        Raises:
            ValueError: unknown names, wrong shapes, values the column's type cannot hold; all at once.
        """
        problems = []
        for name, values in columns.items():
            if name not in self.arrays:
                problems.append(f"{name}: no such column")
            elif np.shape(values) != self.arrays[name].shape:
                problems.append(f"{name}: shape {np.shape(values)}, expected {self.arrays[name].shape}")
            else:
                try:
                    self.write(name, slice(None), values)
                except ValueError as error:
                    problems.append(str(error))
        if problems:
            raise ValueError("columns do not fit the store:\n  " + "\n  ".join(problems))

    def write(self, name: str, where: Any, value: Any) -> None:
        """Assign `value` to the rows `where` of a column.

        Raises:
            ValueError: the column's type would silently change the value (1.7 or 300 in an int8).
        """
        array, given = self.arrays[name], np.asarray(value)
        with np.errstate(invalid="ignore"):
            stored = given.astype(array.dtype)
        if array.dtype.kind in "biu" and not np.array_equal(stored, given):
            raise ValueError(f"{name}: a column of type {array.dtype} cannot hold {value!r}")
        array[where] = stored

    def copy(self) -> ColumnStore:
        """Return an independent store with the same values and no views."""
        copied = {name: array.copy(order="K") for name, array in self.arrays.items()}
        duplicate = ColumnStore(self.specs, copied, self.slots)
        duplicate.permutations = self.permutations
        return duplicate

    def permute(self, order: ArrayLike) -> None:
        """Reorder the rows in place: the new row r holds the old row `order[r]`. Views follow their agent.

        Raises:
            ValueError: `order` is not a permutation of the rows.
        """
        old_rows = np.asarray(order)
        if not np.array_equal(np.sort(old_rows), np.arange(self.slots)):
            raise ValueError(f"order must name each of the {self.slots} rows exactly once")
        for array in self.arrays.values():
            array[:] = array[old_rows]
        new_rows = np.argsort(old_rows)
        self.views = {int(new_rows[row]): view for row, view in self.views.items()}
        for row, view in self.views.items():
            view.row = row
        self.permutations += 1

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "views": {}}
