"""The protocol of a policy instrument: declared settings, terms, outlays."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, ClassVar, overload

import numpy as np

from agents.array_types import FloatArray
from agents.flows import Flows
from agents.terms import Terms
from policies.context import Context, FirmColumns
from policies.ledger import Ledger, Outlay
from policies.schedule import Schedule
from policies.scope import ScopedSchedule

__all__ = ["Context", "FirmColumns", "Instrument", "Setting"]


class Setting:
    """Declaration of one setting; on an instance of the instrument the attribute is its `Schedule`.

    Attributes:
        unit: unit in which the rule reads the value.
        low: smallest value that makes sense at all.
        high: largest value that makes sense at all.
        null: the value at which the setting has no effect.
        doc: what the setting means, one line.
        switch: whether the null value of this setting alone removes the whole instrument.
        scopable: whether the rule reads it firm by firm, so that some firms can be given a value of their own.
    """

    def __init__(
        self, unit: str, low: float, high: float, *, null: float = 0.0, doc: str, switch: bool = False,
        scopable: bool = False,
    ) -> None:
        self.unit = unit
        self.low = low
        self.high = high
        self.null = null
        self.doc = doc
        self.switch = switch
        self.scopable = scopable
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, instance: None, owner: type) -> Setting: ...
    @overload
    def __get__(self, instance: Instrument, owner: type) -> Schedule: ...
    def __get__(self, instance: Instrument | None, owner: type) -> Setting | Schedule:
        return self if instance is None else instance.schedules[self.name]


class Instrument(ABC):
    """One policy instrument. Subclasses declare `Setting` attributes, what they offer and what it costs.

    Class attributes:
        name: the name in configuration files and in the ledger.
        clauses: clauses of the action plan on which the instrument rests.
        payer: who bears its outlays, one of `policies.ledger.PAYERS`.
        settings: the declared settings by name, collected from the class body.
        switches: names of the settings whose null value removes the instrument.
        position: place in the stacking order and number of the interest window, given on registration.
    """

    name: ClassVar[str] = ""
    clauses: ClassVar[tuple[str, ...]] = ()
    payer: ClassVar[str] = "none"
    settings: ClassVar[Mapping[str, Setting]] = MappingProxyType({})
    switches: ClassVar[tuple[str, ...]] = ()
    position: ClassVar[int] = -1

    def __init_subclass__(cls, **keywords: Any) -> None:
        super().__init_subclass__(**keywords)
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Setting)}
        cls.settings = {**cls.settings, **own}
        cls.switches = tuple(name for name, setting in cls.settings.items() if setting.switch)

    def __init__(
        self,
        schedules: Mapping[str, Schedule] | None = None,
        scoped: Mapping[str, Sequence[ScopedSchedule]] | None = None,
    ) -> None:
        """Take the dated settings; those left out stay at their null value.

        Args:
            schedules: the province's values by setting.
            scoped: values for some firms by setting; they stand above the province's, a later one above an earlier.

        Raises:
            ValueError: if a schedule belongs to no declared setting, or a scoped one to a setting that cannot be.
        """
        given = dict(schedules or {})
        self.scoped = {name: tuple(each) for name, each in (scoped or {}).items() if each}
        unknown = sorted({*given, *self.scoped} - set(self.settings))
        if unknown:
            raise ValueError(f"{self.name} has no setting {', '.join(unknown)}")
        whole = [name for name in self.scoped if not self.settings[name].scopable]
        if whole:
            raise ValueError(f"{self.name} reads {', '.join(whole)} for the province as a whole")
        self.schedules = {
            name: given.get(name, Schedule(setting.null)) for name, setting in self.settings.items()
        }

    def with_schedule(self, setting: str, schedule: Schedule) -> Instrument:
        """The same instrument with one setting's schedule replaced."""
        return type(self)({**self.schedules, setting: schedule}, self.scoped)

    def in_force(self, quarter: int) -> bool:
        """Whether every switch setting differs from its null value in this quarter, for some firms at least."""
        for name in self.switches:
            null = self.settings[name].null
            if self.schedules[name].at(quarter) == null and not self._scope_differs(name, quarter, null):
                return False
        return True

    def value(self, setting: str, quarter: int, firms: FirmColumns, context: Context) -> float | FloatArray:
        """A setting in force in a quarter: one number, or one a firm (N,) where some firms have a value of their own.

        Args:
            setting: name of a scopable setting.
            quarter: quarter ordinal.
            firms: firm columns, one entry a slot.
            context: the codes of the names that scopes use.
        """
        value: float | FloatArray = self.schedules[setting].at(quarter)
        for each in self._begun(setting, quarter):
            value = np.where(each.where.holds(firms, context.codes), each.schedule.at(quarter), value)
        return value

    def key(self, quarter: int, *numbers: float) -> Hashable | None:
        """The instrument, all its settings in force and further numbers, by which `Context.from_traits` remembers.

        Returns:
            None while a setting has a value of its own for a scope, since firms move.
        """
        if any(self._begun(name, quarter) for name in self.scoped):
            return None
        return (type(self), self.position, *numbers, *(each.at(quarter) for each in self.schedules.values()))

    def _begun(self, setting: str, quarter: int) -> list[ScopedSchedule]:
        return [each for each in self.scoped.get(setting, ()) if each.begun(quarter)]

    def _scope_differs(self, setting: str, quarter: int, null: float) -> bool:
        """Whether a setting has another value than the null one for the firms of a scope."""
        return any(each.schedule.at(quarter) != null for each in self._begun(setting, quarter))

    @abstractmethod
    def apply(self, quarter: int, firms: FirmColumns, terms: Terms, ledger: Ledger, context: Context) -> None:
        """Write this quarter's offer into the terms. Called only while the instrument is in force."""

    def outlays(self, quarter: int, terms: Terms, flows: Flows) -> tuple[Outlay, ...]:
        """What the quarter's events cost. Called also when no longer in force, for earlier commitments."""
        return ()

    def charge(self, amount: float, kind: str = "outlay", budget: str = "") -> Outlay:
        """An outlay of this instrument, borne by its payer, m CNY."""
        return Outlay(self.name, self.payer, amount, kind, budget)
