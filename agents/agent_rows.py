"""Which rows of a store a set of agents has, and the agents behind them, made when somebody touches one.

It relies on a name that Mesa 3.3.1 calls private (`AgentSet._agents`): the version is pinned, and tests hold
the set to Mesa's behaviour. What one does with a set (select, sort, group, aggregate) is in `agents.agent_set`.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Iterator
from typing import Any, Generic, TypeVar, cast, overload

import numpy as np
from mesa.agent import Agent, AgentSet  # type: ignore[import-untyped]
from numpy.typing import ArrayLike, NDArray

from agents.columns import MEMBERSHIP, ColumnarAgent
from agents.store import ColumnStore

A = TypeVar("A", bound=ColumnarAgent)


class AgentRows(AgentSet, Generic[A]):  # type: ignore[misc]
    """An ordered set of agents given by row numbers: a sequence of views, or of a column's values.

    `agents[3]` is the fourth member, `agents["revenue"]` the members' column.
    """

    def __init__(self, model: Any, store: ColumnStore, agent_class: type[A], rows: ArrayLike) -> None:
        self.model = model
        self.store = store
        self.agent_class = agent_class
        self.random = model.random
        self._rows = np.asarray(rows, dtype=np.intp)
        self._permutations = store.permutations

    @property
    def rows(self) -> NDArray[np.intp]:
        """Rows of the members, in the set's order.

        Raises:
            RuntimeError: the store was permuted after this set was made.
        """
        if self._permutations != self.store.permutations:
            raise RuntimeError("the rows were reordered after this set was made: refresh() or select again")
        return self._rows

    @property
    def views_made(self) -> int:
        """How many agent objects exist for the store; 0 after a run that worked on columns only."""
        return len(self.store.views)

    @property
    def _agents(self) -> weakref.WeakKeyDictionary[A, None]:
        # What Mesa's inherited verbs iterate over. The store holds the views, so the weak keys stay.
        return weakref.WeakKeyDictionary(dict.fromkeys(self))

    def view(self, row: int) -> A:
        """Return the agent of a row of the store, member or not: the same object on every call.

        Raises:
            IndexError: no such row.
        """
        found = self.store.views.get(row)
        if found is None:
            if not 0 <= row < self.store.slots:
                raise IndexError(f"row {row} of {self.store.slots}")
            found = self.agent_class.__new__(self.agent_class)
            found.__dict__.update(model=self.model, store=self.store, row=int(row), pos=None)
            self.store.views[row] = found
        return cast(A, found)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[A]:
        return (self.view(row) for row in self.rows.tolist())

    def __contains__(self, agent: object) -> bool:
        return (isinstance(agent, ColumnarAgent) and agent.store is self.store
                and bool(np.any(self.rows == agent.row)))

    @overload
    def __getitem__(self, item: int) -> A: ...

    @overload
    def __getitem__(self, item: slice) -> list[A]: ...

    @overload
    def __getitem__(self, item: str) -> NDArray[Any]: ...

    def __getitem__(self, item: int | slice | str) -> A | list[A] | NDArray[Any]:
        if isinstance(item, str):
            return self.store.arrays[item][self.rows]
        if isinstance(item, slice):
            return [self.view(row) for row in self.rows[item].tolist()]
        return self.view(int(self.rows[item]))

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    @classmethod
    def _from_iterable(cls, agents: Iterable[Agent]) -> AgentSet:
        # Results of `&`, `|`, `-` may mix agents of any kind: an ordinary set of Mesa holds them.
        return AgentSet(list(agents))

    def add(self, agent: object) -> None:
        """Refuse: members come and go by columns."""
        raise TypeError(MEMBERSHIP.format(self.agent_class.__name__))

    discard = remove = add
