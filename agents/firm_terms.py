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
        self._common: dict[str, Array] = {}
        """Read-only arrays of terms that nobody has asked for; several quarters and policies may hold them."""

    if not TYPE_CHECKING:  # to which a misspelt term has to stay an error

        def __getattr__(self, name: str) -> Array:
            """A term that has no array of its own yet: now it gets one."""
            if name not in type(self).null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r}")
            array = self.__dict__[name] = np.array(self.seen(name))
            return array

    def seen(self, name: str) -> Array:
        """A term as it stands (N,), not to be changed; unlike the attribute it needs no array of its own."""
        own = self.__dict__.get(name)
        if own is not None:
            return np.asarray(own)
        return self._common[name] if name in self._common else self._for_all(name, self.null[name])

    def untouched(self, *names: str) -> bool:
        """Whether nobody has given these terms another value than the null."""
        return all(name not in self.__dict__ and name not in self._common for name in names)

    def add(self, **offers: Array | float) -> None:
        """Add what firms are offered to terms; an array (N,) is one a firm, a number is the same for all."""
        self._stack(np.add, offers)

    def raise_to(self, **offers: Array | float) -> None:
        """Raise terms to what firms are offered, where that is more; arguments as for `add`."""
        self._stack(np.maximum, offers)

    def scale(self, **factors: Array | float) -> None:
        """Multiply terms by factors; arguments as for `add`."""
        self._stack(np.multiply, factors)

    def limit(self, **most: float) -> None:
        """Cut terms to the largest value that makes sense."""
        self._stack(np.minimum, {name: value for name, value in most.items() if self.seen(name).max() > value})

    def seal(self) -> None:
        """Give every term its array. What terms have in common with those of other quarters refuses to be changed."""
        for name in self.null:
            self.__dict__.setdefault(name, self.seen(name))
        self._common = {}

    def _stack(self, rule: np.ufunc, offers: Mapping[str, Array | float]) -> None:
        for name, offer in offers.items():
            if name not in self.null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r} with one entry a firm")
            held = self.seen(name)
            if np.ndim(offer) == 0 and held.strides == (0,):
                self._keep(name, self._for_all(name, rule(held[0], offer).item()))
            elif isinstance(offer, np.ndarray) and self._becomes(name, rule, offer):
                self._keep(name, offer)
            elif held.flags.writeable:
                rule(held, offer, out=held)
            else:
                self._keep(name, rule(held, offer))

    def _becomes(self, name: str, rule: np.ufunc, offer: Array) -> bool:
        """Whether an offer itself can stand as the term: nobody can write into it, and the rule leaves it as it is."""
        null = self.null[name]
        if offer.flags.writeable or offer.base is not None or not self.untouched(name):
            return False
        return rule.identity == null or bool(rule is np.maximum and offer.min() >= null)

    def _keep(self, name: str, array: Array) -> None:
        if array.flags.writeable or name in self.__dict__:
            self.__dict__[name] = array
        else:
            self._common = {**self._common, name: array}

    def _for_all(self, name: str, value: float | bool) -> Array:
        return _repeated(value, np.dtype(type(self.null[name])), self.slots)


@lru_cache(maxsize=128)
def _repeated(value: float | bool, kind: np.dtype[Any], slots: int) -> Array:
    """One number for every firm (N,), which takes no room; read-only."""
    return np.broadcast_to(np.asarray(value, dtype=kind), slots)
