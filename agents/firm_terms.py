"""Terms with one entry a firm, without an array for what no instrument touches or for what several quarters share.

While the instruments write, a term gets an array of its own as soon as somebody asks for it as an attribute, so it can
be written into like any array. `add`, `raise_to` and `scale` stack an offer without asking for one: where nobody has
written before, the offer is the term. `seal` ends this: from then on the attributes are read, and a phase that still
changes a term does so by these methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


class FirmTerms:
    """The terms named in `null`, as attributes of shape (N,).

    Class attributes:
        null: by term the value that removes its effect; every firm faces it unless an instrument says otherwise.
    """

    null: ClassVar[Mapping[str, float | bool]] = {}
    slots: int

    def __post_init__(self) -> None:
        self._numbers: dict[str, float | bool] = dict(self.null)
        """Terms that are the same for every firm."""
        self._common: dict[str, Array] = {}
        """Read-only arrays of terms that nobody has asked for; several quarters and policies may hold them."""
        self._sealed = False

    if not TYPE_CHECKING:  # to which a misspelt term has to stay an error

        def __getattr__(self, name: str) -> Array:
            """A term that has no array of its own yet: now it gets one."""
            if name not in type(self).null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r}")
            array = np.array(self.seen(name))
            self._keep(name, array)
            return array

    def __getstate__(self) -> dict[str, Any]:
        # arrays of one number belong to many terms: each copy takes them up anew
        return {name: each for name, each in self.__dict__.items() if self._number(name) is None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        if self._sealed:
            self.seal()

    def seen(self, name: str) -> Array:
        """A term as it stands (N,), not to be changed; unlike the attribute it needs no array of its own."""
        own = self.__dict__.get(name)
        if own is not None:
            return np.asarray(own)
        return self._common[name] if name in self._common else self._for_all(name, self._numbers[name])

    def untouched(self, *names: str) -> bool:
        """Whether these terms are null for every firm because nobody has offered anything."""
        return all(self._number(name) == self.null[name] for name in names)

    def add(self, group: Array | None = None, /, **offers: Array | float) -> None:
        """Add what firms are offered to terms.

        Args:
            group: (N,) group of each firm, if the offers are given by group.
            offers: by term one value a firm (N,) or a group (G,), or one for all.
        """
        self._stack(np.add, group, offers)

    def raise_to(self, group: Array | None = None, /, **offers: Array | float) -> None:
        """Raise terms to what firms are offered, where that is more; arguments as for `add`."""
        self._stack(np.maximum, group, offers)

    def scale(self, group: Array | None = None, /, **factors: Array | float) -> None:
        """Multiply terms by factors; arguments as for `add`."""
        self._stack(np.multiply, group, factors)

    def limit(self, **most: float) -> None:
        """Cut terms to the largest value that makes sense."""
        self._stack(np.minimum, None, {name: value for name, value in most.items() if self._largest(name) > value})

    def seal(self) -> None:
        """Give every term its array. What terms have in common with those of other quarters refuses to be changed."""
        self.__dict__.update({name: self.seen(name) for name in self.null if name not in self.__dict__})
        self._common, self._sealed = {}, True

    def _stack(self, rule: np.ufunc, group: Array | None, offers: Mapping[str, Array | float]) -> None:
        for name, offer in offers.items():
            if name not in self.null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r} with one entry a firm")
            number = self._number(name)
            if number is not None and np.ndim(offer) == 0:
                self._keep_number(name, rule(number, offer).item())
            elif number is not None and group is not None:
                self._keep(name, rule(number, offer).take(group))
            elif group is None and isinstance(offer, np.ndarray) and self._becomes(name, rule, offer):
                self._keep(name, offer)
            else:
                held, own = self.seen(name), offer if group is None else np.take(offer, group)
                self._keep(name, rule(held, own, out=held if held.flags.writeable else None))

    def _becomes(self, name: str, rule: np.ufunc, offer: Array) -> bool:
        """Whether an offer itself can stand as the term: nobody can write into it, and the rule leaves it as it is."""
        null = self.null[name]
        if offer.flags.writeable or offer.base is not None or not self.untouched(name):
            return False
        return rule.identity == null or bool(rule is np.maximum and offer.min() >= null)

    def _keep(self, name: str, array: Array) -> None:
        self._numbers = {other: number for other, number in self._numbers.items() if other != name}
        common = {other: each for other, each in self._common.items() if other != name}
        if self._sealed or array.flags.writeable:
            self.__dict__[name] = array
        else:
            common[name] = array
        self._common = common

    def _keep_number(self, name: str, number: float | bool) -> None:
        self._numbers = {**self._numbers, name: number}
        if self._sealed:
            self.__dict__[name] = self._for_all(name, number)

    def _number(self, name: str) -> float | bool | None:
        """What a term is for every firm; None if firms differ, or if somebody has set it by hand."""
        number = self.__dict__["_numbers"].get(name)
        if number is None or name not in self.__dict__:
            return number
        return number if self.__dict__[name] is self._for_all(name, number) else None

    def _largest(self, name: str) -> float:
        number = self._number(name)
        return float(self.seen(name).max() if number is None else number)

    def _for_all(self, name: str, number: float | bool) -> Array:
        return _repeated(number, type(self.null[name]).__name__, self.slots)


@lru_cache(maxsize=32)
def _repeated(number: float | bool, kind: str, slots: int) -> Array:
    """One number for every firm (N,), read-only; the same array whenever it is asked for."""
    array = np.full(slots, number, dtype=kind)
    array.flags.writeable = False
    return array
