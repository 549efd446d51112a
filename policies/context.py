"""What an instrument may look up beside its own settings, and what is remembered of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from policies.scope import Codes

FirmColumns = Mapping[str, NDArray[Any]]
Made = TypeVar("Made", NDArray[Any], tuple[NDArray[Any], ...])

REMEMBERED = 64
"""Answers that `Context.once` keeps at most; then the oldest goes. One for every firm takes 0.2 MB."""


@dataclass(frozen=True)
class Context:
    """What an instrument may look up beside firm columns and its own settings.

    Attributes:
        subtype_index: code in the firms' column ``subtype`` by sub-type name.
        carbon_price: price in the national carbon market this quarter, CNY/t.
        energy_order: slots by base energy use, the largest first; None to sort anew.
        drawn: firm columns as they were drawn, by which `from_traits` sees that traits are still what they were.
        province_share: firms drawn over firms of the full province; a sample gets its share of provincial money.
        codes: code in a firm column by column and name, for the columns by which settings can be scoped.
        known: what `once` has worked out about these firms; shared by the quarters and policies that meet them.
        compared: which columns are as drawn in this quarter, as far as `from_traits` has looked.
    """

    subtype_index: Mapping[str, int] = field(default_factory=dict)
    carbon_price: float = 0.0
    province_share: float = 1.0
    energy_order: NDArray[np.int64] | None = None
    codes: Codes = field(default_factory=dict)
    drawn: FirmColumns = field(default_factory=dict)
    known: dict[Hashable, Any] = field(default_factory=dict)
    compared: dict[str, bool] = field(default_factory=dict)

    def once(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """What follows from columns that are fixed from birth, worked out once for these firms; not to be changed.

        Args:
            key: what is asked, with every number it depends on.
            make: works it out, an array or several.
        """
        found: Made | None = self.known.get(key)
        if found is None:
            found = _frozen(make())
            while len(self.known) >= REMEMBERED:
                del self.known[next(iter(self.known))]
            self.known[key] = found
        return found

    def from_traits(
        self, key: Hashable, firms: FirmColumns, traits: Sequence[str], make: Callable[[FirmColumns], Made]
    ) -> Made:
        """What follows from some columns of the firms, worked out once as long as they are as they were drawn.

        Args:
            key: what is asked, with every number it depends on (`Instrument.key`); None to work it out anew.
            firms: firm columns.
            traits: the columns it depends on; of all others `make` gets to see none.
            make: works it out from these columns, an array or several; with a key they are not to be changed.
        """
        if key is None:
            return make(firms)
        own = {name: _read_only(firms[name]) for name in traits}
        if all(self._as_drawn(name, column) for name, column in own.items()):
            return self.once((key, *traits), lambda: make(own))
        return _frozen(make(own))

    def _as_drawn(self, name: str, column: NDArray[Any]) -> bool:
        """Whether a column is as it was drawn, looked at once a quarter."""
        if name not in self.compared:
            self.compared[name] = name in self.drawn and np.array_equal(column, self.drawn[name])
        return self.compared[name]

    def subtype(self, name: str) -> int:
        """Code of a sub-type.

        Raises:
            KeyError: if the province has no sub-type of that name.
        """
        if name not in self.subtype_index:
            raise KeyError(f"no sub-type {name!r} in the province; there are {', '.join(self.subtype_index)}")
        return self.subtype_index[name]


def _frozen(made: Made) -> Made:
    """What was made, read-only; a copy of what is but a view of something that can change."""
    if isinstance(made, tuple):
        return tuple(_frozen(each) for each in made)
    own = made if made.base is None else made.copy()
    own.flags.writeable = False
    return own


def _read_only(column: NDArray[Any]) -> NDArray[Any]:
    """A view of a column through which it cannot be changed."""
    view = column.view()
    view.flags.writeable = False
    return view
