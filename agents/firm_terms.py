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
        self._nulls = _null_arrays(tuple(self.null.items()), self.slots)
        self._common = self._nulls
        """Read-only arrays of the terms that nobody has asked for; several quarters and policies may hold them."""

    if not TYPE_CHECKING:  # to which a misspelt term has to stay an error

        def __getattr__(self, name: str) -> Array:
            """A term that has no array of its own yet: now it gets one."""
            if name not in type(self).null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r}")
            array = self.__dict__[name] = np.array(self._common[name])
            return array

    def seen(self, name: str) -> Array:
        """A term as it stands (N,), not to be changed; unlike the attribute it needs no array of its own."""
        own = self.__dict__.get(name)
        return self._common[name] if own is None else np.asarray(own)

    def untouched(self, *names: str) -> bool:
        """Whether nobody has written these terms."""
        return all(name not in self.__dict__ and self._common[name] is self._nulls[name] for name in names)

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
        for name, value in most.items():
            held = self.seen(name)
            if (held[:1] if _is_one_number(held) else held).max() > value:
                self._stack(np.minimum, None, {name: value})

    def seal(self) -> None:
        """Give every term its array. What terms have in common with those of other quarters refuses to be changed."""
        self.__dict__.update({**self._common, **self.__dict__, "_common": {}, "_nulls": {}})

    def _stack(self, rule: np.ufunc, group: Array | None, offers: Mapping[str, Array | float]) -> None:
        for name, offer in offers.items():
            if name not in self.null:
                raise AttributeError(f"{type(self).__name__} has no term {name!r} with one entry a firm")
            held = self.seen(name)
            if _is_one_number(held) and np.ndim(offer) == 0:
                self._keep(name, np.broadcast_to(np.asarray(rule(held[0], offer), dtype=held.dtype), self.slots))
            elif _is_one_number(held) and group is not None:
                self._keep(name, rule(held[0], offer).take(group))
            elif group is None and isinstance(offer, np.ndarray) and self._becomes(name, rule, offer):
                self._keep(name, offer)
            else:
                own = offer if group is None else np.take(offer, group)
                self._keep(name, rule(held, own, out=held if held.flags.writeable else None))

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


def _is_one_number(array: Array) -> bool:
    """Whether an array repeats one number without room for more."""
    return array.strides == (0,)


@lru_cache(maxsize=16)
def _null_arrays(null: tuple[tuple[str, float | bool], ...], slots: int) -> dict[str, Array]:
    """The null value by term as a read-only array (N,) that takes no room."""
    return {name: np.broadcast_to(np.asarray(value), slots) for name, value in null}
