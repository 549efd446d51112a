"""Institutions as ordinary Mesa agents, and the Mesa model that holds them beside columnar agents.

Firms number in thousands and live in columns; banks, providers, buyers and markets are few and plain objects.
`ColumnarModel` lets Mesa see both: `model.agents`, `model.agents_by_type[Bank]`, `DataCollector`, pickling.
It relies on names that Mesa 3.3.1 calls private (`Agent._ids`, `Model._agents_by_type`, `Model._all_agents`).
"""

from __future__ import annotations

import itertools
import math
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from mesa.agent import Agent, AgentSet  # type: ignore[import-untyped]
from mesa.model import Model  # type: ignore[import-untyped]

from agents.agent_set import ColumnarAgentSet
from agents.columns import MEMBERSHIP, ColumnarAgent


class _NegativeIds:
    """Numbers the institutions of each model -1, -2, ...; the count is kept in the model itself.

    Stands in for Mesa's class-level `Agent._ids`, a dictionary keyed by model that keeps every model alive
    for good and would number institutions like firms.
    """

    def __getitem__(self, model: Any) -> Iterator[int]:
        made = getattr(model, "_institutions_made", 0) + 1
        model._institutions_made = made
        return iter((-made,))


class Institution(Agent):  # type: ignore[misc]
    """One of the few agents that are not firms: an ordinary Mesa agent with a negative `unique_id`.

    Subclass it and keep state in ordinary attributes; `super().__init__(model)` registers it with the model.
    """

    _ids = _NegativeIds()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.unique_id})"


class AllAgents(AgentSet):  # type: ignore[misc]
    """`model.agents`: every agent of the model, type after type in the order of registration.

    Its parts are the sets in `model.agents_by_type`, so firm objects are made only when somebody iterates
    over firms; counting, `get` and `select(agent_type=...)` work on the parts.
    """

    def __init__(self, model: ColumnarModel) -> None:
        self.model = model
        self.random = model.random

    @property
    def parts(self) -> list[AgentSet]:
        """The sets of all types of agents."""
        return list(self.model.agents_by_type.values())

    @property
    def _agents(self) -> weakref.WeakKeyDictionary[Agent, None]:
        # What Mesa's inherited verbs (do, map, shuffle_do, sort, groupby) iterate over.
        return weakref.WeakKeyDictionary(dict.fromkeys(self))

    def __len__(self) -> int:
        return sum(len(part) for part in self.parts)

    def __iter__(self) -> Iterator[Agent]:
        return itertools.chain.from_iterable(self.parts)

    def __contains__(self, agent: object) -> bool:
        return any(agent in part for part in self.parts)

    def __getitem__(self, item: int | slice) -> Agent | list[Agent]:
        if isinstance(item, slice):
            return list(self)[item]
        position = item if item >= 0 else item + len(self)
        for part in self.parts:
            if 0 <= position < len(part):
                return part[position]
            position -= len(part)
        raise IndexError("agent index out of range")

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)

    def select(self, filter_func: Callable[[Agent], bool] | None = None, at_most: int | float = math.inf,
               inplace: bool = False, agent_type: type | None = None) -> AgentSet:
        """Select as Mesa does; with one matching type the result is that type's own kind of set.

        Raises:
            TypeError: `inplace`, because the model's own set cannot be narrowed.
        """
        if inplace:
            self._update(())
        limit = int(len(self) * at_most) if isinstance(at_most, float) and at_most <= 1.0 else at_most
        matching = [agents for kind, agents in self.model.agents_by_type.items()
                    if agent_type is None or issubclass(kind, agent_type)]
        if len(matching) == 1:
            return matching[0].select(filter_func, limit)
        chosen = AgentSet(itertools.chain.from_iterable(matching), random=self.random)
        return chosen.select(filter_func, limit)

    def shuffle(self, inplace: bool = False) -> AgentSet:
        """Return all agents in random order; TypeError if `inplace`."""
        return self._update(()) if inplace else super().shuffle()

    def get(self, attr_names: str | list[str], handle_missing: str = "error",
            default_value: Any = None) -> list[Any]:
        """Return attributes as Mesa does, reading the columns of columnar agents without making objects."""
        return [value for part in self.parts for value in part.get(attr_names, handle_missing, default_value)]

    def set(self, attr_name: str, value: Any) -> AllAgents:
        """Set an attribute of every agent."""
        for part in self.parts:
            part.set(attr_name, value)
        return self

    def _update(self, agents: object) -> AgentSet:
        raise TypeError("model.agents follows the model: work on a copy, without inplace=True")

    def add(self, agent: Agent) -> None:
        """Called by Mesa once an agent is registered; TypeError for an agent that is not."""
        if agent not in self:
            raise TypeError("agents join by registering with their model")

    def discard(self, agent: Agent) -> None:
        """Called by Mesa once an agent is deregistered; TypeError for an agent that still is registered."""
        if agent in self:
            raise TypeError("agents leave by agent.remove()")

    remove = discard


class ColumnarModel(Model):  # type: ignore[misc]
    """A Mesa model whose numerous agents live in columns and whose few institutions are ordinary agents."""

    def __init__(self, *, seed: int | None = None) -> None:
        super().__init__(seed=seed)
        self._all_agents = AllAgents(self)

    def register_columnar_agents(self, agents: ColumnarAgentSet[Any]) -> None:
        """Make a columnar set the model's agents of its class, as `agents_by_type[agents.agent_class]`."""
        self._agents_by_type[agents.agent_class] = agents

    def remove_all_agents(self) -> None:
        """Remove all agents if there are only ordinary ones; TypeError if some live in columns."""
        for kind in self.agent_types:
            if issubclass(kind, ColumnarAgent):
                raise TypeError(MEMBERSHIP.format(kind.__name__))
        super().remove_all_agents()
