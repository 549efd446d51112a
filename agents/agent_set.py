"""Mesa's AgentSet over rows of columns: select, sort, group and aggregate without making agent objects.

Which rows a set has, and the agents behind them, is in `agents.agent_rows`.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self, cast

import numpy as np
from mesa.agent import GroupBy  # type: ignore[import-untyped]
from mesa.datacollection import pd  # type: ignore[import-untyped]  # Mesa's own pandas: frames are its currency
from numpy.typing import ArrayLike, NDArray

from agents.agent_rows import A, AgentRows


class ColumnarGroupBy(GroupBy):  # type: ignore[misc]
    """Mesa's GroupBy whose groups are columnar sets; `agg` works on arrays."""

    def agg(self, attr_name: str, func: Callable[..., Any]) -> dict[Any, Any]:
        """Apply `func` to each group's array of the attribute; returns group -> result."""
        return {name: group.agg(attr_name, func) for name, group in self.groups.items()}


class ColumnarAgentSet(AgentRows[A]):
    """An ordered set of agents given by row numbers. Column operations never make agent objects.

    `do`, `map` and `shuffle_do` are Mesa's own and run on views.
    """

    def at(self, rows: ArrayLike) -> ColumnarAgentSet[A]:
        """Return the set of the given rows of the store, in the given order.

        Raises:
            ValueError: a boolean mask was given, which would be read as rows 0 and 1.
        """
        if np.asarray(rows).dtype == np.bool_:
            raise ValueError("at() takes row numbers; give a mask over the members to select()")
        return ColumnarAgentSet(self.model, self.store, self.agent_class, rows)

    def _arranged(self, rows: NDArray[np.intp], inplace: bool) -> ColumnarAgentSet[A]:
        if not inplace:
            return self.at(rows)
        self._rows = rows
        return self

    def select(self, filter_func: Callable[[A], bool] | NDArray[np.bool_] | None = None,
               at_most: int | float = math.inf, inplace: bool = False,
               agent_type: type | None = None) -> ColumnarAgentSet[A]:
        """Select members as Mesa does: by a function of the agent or, fast, by a boolean array over members.

        Args:
            filter_func: a function of the view, or a mask of shape (len(self),) in the set's order.
            at_most: a count, or a float up to 1: a share of the set (rounded down).
            inplace: narrow this set instead of returning a new one.
            agent_type: keep nothing unless the agents are of this type.

        Raises:
            ValueError: a mask of another type or length.
        """
        rows = self.rows
        limit = int(len(rows) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        if agent_type is not None and not issubclass(self.agent_class, agent_type):
            rows = rows[:0]
        elif isinstance(filter_func, np.ndarray):
            if filter_func.dtype != np.bool_ or filter_func.shape != rows.shape:
                raise ValueError(f"a mask must be boolean, one value for each of the {len(rows)} members "
                                 f"(got {filter_func.dtype}, shape {filter_func.shape}); "
                                 "for a mask over all slots select with mask[agents.rows]")
            rows = rows[filter_func]
        elif filter_func is not None:
            rows = self._matching(filter_func, limit)
        if limit < len(rows):
            rows = rows[:max(0, math.ceil(limit))]
        return self._arranged(rows, inplace)

    def _matching(self, wanted: Callable[[A], bool], limit: int | float) -> NDArray[np.intp]:
        """Rows of the first `limit` members for which `wanted(view)` holds; makes only the views it needs."""
        found: list[int] = []
        for row in self.rows.tolist():
            if len(found) >= limit:
                break
            if wanted(self.view(row)):
                found.append(row)
        return np.asarray(found, dtype=np.intp)

    def shuffle(self, inplace: bool = False) -> ColumnarAgentSet[A]:
        """Shuffle the order, with the same draws from the model's generator as Mesa's own set."""
        rows = self.rows.tolist()
        self.random.shuffle(rows)
        return self._arranged(np.asarray(rows, dtype=np.intp), inplace)

    def sort(self, key: Callable[[A], Any] | str, ascending: bool = False,
             inplace: bool = False) -> ColumnarAgentSet[A]:
        """Sort by a column (fast), an attribute or a function; ties keep their order, as in Mesa.

        Raises:
            ValueError: the column has more than one value per agent.
        """
        if isinstance(key, str) and key in self.store.arrays:
            values = self._scalars(key)
            if ascending:
                order = np.argsort(values, kind="stable")
            else:  # sorting the reversed column and reversing again keeps ties in their order
                order = len(values) - 1 - np.argsort(values[::-1], kind="stable")[::-1]
            return self._arranged(self.rows[order], inplace)
        value_of = operator.attrgetter(key) if isinstance(key, str) else key
        rows = sorted(self.rows.tolist(), key=lambda row: value_of(self.view(row)), reverse=not ascending)
        return self._arranged(np.asarray(rows, dtype=np.intp), inplace)

    def _scalars(self, name: str) -> NDArray[Any]:
        """Return the members' column; ValueError if it holds more than one value per agent."""
        if self.store.specs[name].shape:
            raise ValueError(f"{name} has {self.store.specs[name].shape} values per agent, not one")
        return self[name]

    def get(self, attr_names: str | list[str], handle_missing: str = "error",
            default_value: Any = None) -> list[Any]:
        """Return attributes as Mesa does: a list, or a list of lists. Columns are read without views."""
        names = [attr_names] if isinstance(attr_names, str) else attr_names
        columnar = bool(names) and all(name in self.store.arrays for name in names)
        if not columnar or handle_missing not in ("error", "default"):
            return cast(list[Any], super().get(attr_names, handle_missing, default_value))
        columns = [self[name] for name in names]
        values = [column.tolist() if column.ndim == 1 else list(column) for column in columns]
        return values[0] if isinstance(attr_names, str) else [list(one) for one in zip(*values, strict=True)]

    def set(self, attr_name: str, value: Any) -> Self:
        """Set an attribute of all members; for a column, `value` may be an array with one entry a member."""
        if attr_name in self.store.arrays:
            self.store.write(attr_name, self.rows, value)
        else:
            super().set(attr_name, value)
        return self

    def agg(self, attribute: str, func: Callable[..., Any] | Sequence[Callable[..., Any]]) -> Any:
        """Apply one or several functions to the members' values; a column is passed as an array.

        Integers are widened first: Python's `sum` over int8 would overflow.
        """
        if attribute not in self.store.arrays:
            return super().agg(attribute, func)
        values = self[attribute]
        if values.dtype.kind in "iu":
            values = values.astype(np.int64)
        results = [one(values) for one in ([func] if callable(func) else func)]
        plain = [result.item() if isinstance(result, np.generic) else result for result in results]
        return plain[0] if callable(func) else plain

    def groupby(self, by: Callable[[A], Any] | str, result_type: str = "agentset") -> GroupBy:
        """Group members by a column (fast), an attribute or a function; groups in order of first appearance.

        Args:
            by: a column's name, another attribute's name, or a function of the agent.
            result_type: "agentset" for columnar sets, "list" for lists of agents.

        Raises:
            ValueError: the column has more than one value per agent.
        """
        groups = self._rows_by_column(by) if by in self.store.arrays else self._rows_by_view(by)
        if result_type == "list":
            return GroupBy({name: list(self.at(rows)) for name, rows in groups.items()})
        return ColumnarGroupBy({name: self.at(rows) for name, rows in groups.items()})

    def _rows_by_column(self, name: Any) -> dict[Any, NDArray[np.intp]]:
        values, first, group = np.unique(self._scalars(name), return_index=True, return_inverse=True)
        ends = np.cumsum(np.bincount(group, minlength=len(values)))
        parts = np.split(self.rows[np.argsort(group, kind="stable")], ends[:-1])
        return {values[index].item(): parts[index] for index in np.argsort(first)}

    def _rows_by_view(self, by: Callable[[A], Any] | str) -> dict[Any, list[int]]:
        value_of = operator.attrgetter(by) if isinstance(by, str) else by
        groups: dict[Any, list[int]] = {}
        for row in self.rows.tolist():
            groups.setdefault(value_of(self.view(row)), []).append(row)
        return groups

    def to_frame(self, columns: Iterable[str] | None = None) -> Any:
        """Return a pandas DataFrame of columns (all, or those named), one row a member, indexed by unique_id.

        A column with several values per agent becomes several: `energy_coal`, `energy_coke`, ...
        """
        flat: dict[str, NDArray[Any]] = {}
        for name in self.store.specs if columns is None else columns:
            labels = self.store.specs[name].flat_names()
            flat.update(zip(labels, self[name].reshape(len(self), len(labels)).T, strict=True))
        flat.pop("unique_id", None)
        return pd.DataFrame(flat, index=pd.Index(self["unique_id"], name="unique_id"))
