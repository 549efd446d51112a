"""Agents stored as numpy columns: a struct of arrays, and objects that are views of one row, made when touched.

One property of all agents is one array (`ColumnStore`). A `ColumnarAgent` is a thin view of one row: its
attributes are `Column` descriptors that read and write the arrays, so rules work on whole columns, users on
single agents, and both on the same numbers. Sets of them are in `agents.agent_set`.

`Agent.__init__` never runs for a view: its class-level counter keeps every model alive that ever made an agent.
"""

from __future__ import annotations

from typing import Any, Generic, TypeVar, cast, overload

from mesa.agent import Agent  # type: ignore[import-untyped]

from agents.store import ColumnSpec, ColumnStore

Value = TypeVar("Value")
MEMBERSHIP = "{}s enter and leave by the column `alive`, never by add() or remove()"


class Column(Generic[Value]):
    """Descriptor that declares one column and makes it an attribute of the agent's view.

    Read from an agent, a scalar column gives a plain Python value, a vector column the agent's row of the
    array (writable). Read from the class, it gives the descriptor, whose `spec` says unit and meaning.
    """

    spec: ColumnSpec

    def __init__(self, dtype: Any, unit: str, doc: str, shape: tuple[int, ...] = (),
                 default: float | int | bool = 0, labels: tuple[str, ...] = ()) -> None:
        self._declared = (dtype, unit, doc, shape, default, labels)
        self.__doc__ = f"{doc} [{unit}]"

    def __set_name__(self, owner: type, name: str) -> None:
        self.spec = ColumnSpec(name, *self._declared)

    @overload
    def __get__(self, agent: None, owner: type) -> Column[Value]: ...

    @overload
    def __get__(self, agent: ColumnarAgent, owner: type) -> Value: ...

    def __get__(self, agent: ColumnarAgent | None, owner: type) -> Column[Value] | Value:
        if agent is None:
            return self
        value = agent.store.arrays[self.spec.name][agent.row]
        return cast(Value, value if self.spec.shape else value.item())

    def __set__(self, agent: ColumnarAgent, value: Value) -> None:
        agent.store.write(self.spec.name, agent.row, value)


def columns_of(agent_class: type[ColumnarAgent]) -> tuple[ColumnSpec, ...]:
    """Return the columns that a class and its bases declare, in the order of declaration."""
    declared = {name: member for base in reversed(agent_class.__mro__) for name, member in vars(base).items()}
    return tuple(member.spec for member in declared.values() if isinstance(member, Column))


class ColumnarAgent(Agent):  # type: ignore[misc]
    """A Mesa agent that is a view of one row, its state in columns. Subclasses must declare `unique_id`."""

    model: Any
    store: ColumnStore
    row: int

    def __init__(self, *args: object, **kwargs: object) -> None:
        raise TypeError(f"a {type(self).__name__} is a view of one row: take it from its agent set, by index")

    def remove(self) -> None:
        """Refuse to leave the model: membership is a column."""
        raise TypeError(MEMBERSHIP.format(type(self).__name__))

    def __setattr__(self, name: str, value: Any) -> None:
        # Pickling would lose an attribute of the view alone, and a misspelt column would pass unnoticed.
        if name not in ("model", "store", "row", "pos") and not hasattr(type(self), name):
            raise AttributeError(f"{type(self).__name__} has no column {name!r}, and no state elsewhere")
        super().__setattr__(name, value)

    def __setstate__(self, state: dict[str, Any]) -> None:
        # A view that somebody stored in the model is the set's view again after unpickling.
        self.__dict__.update(state)
        self.store.views.setdefault(self.row, self)
