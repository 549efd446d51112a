"""Chance, by name: every random number is fixed by the seed, the name of its stream and its slot.

A draw is keyed, not sequential. The key of a counter-based generator (Philox) is a hash of the seed, the
stream's name and its indices (a quarter, a measure, an equipment generation); the slot of a firm is the
position in the stream. A firm's luck therefore depends neither on the order of the calls, nor on the policy,
nor on how many firms follow it: the difference between two policies under one seed is the policy's alone.

Source of the generator: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC11).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit, ndtri

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Kind = Literal["uniform", "normal", "gumbel", "logistic"]

SMALLEST = 2.0**-54
"""Replaces an exact zero, so that no transform of a uniform is infinite. The largest value is 1 - 2**-53."""

LIMITS = 64
"""Steps between zero and one at which `Draws.below` remembers who lies below."""
PHILOX_BLOCK = 4
"""Numbers that the generator makes from one value of its counter."""


def _identity(uniform: FloatArray) -> FloatArray:
    """The uniform itself."""
    return uniform


def _normal(uniform: FloatArray) -> FloatArray:
    """Standard normal by inversion."""
    return np.asarray(ndtri(uniform), dtype=np.float64)


def _gumbel(uniform: FloatArray) -> FloatArray:
    """Standard Gumbel (maximum) by inversion: location 0, scale 1."""
    return np.asarray(-np.log(-np.log(uniform)), dtype=np.float64)


def _logistic(uniform: FloatArray) -> FloatArray:
    """Standard logistic by inversion: location 0, scale 1."""
    return np.asarray(logit(uniform), dtype=np.float64)


TRANSFORMS: dict[Kind, Callable[[FloatArray], FloatArray]] = {
    "uniform": _identity, "normal": _normal, "gumbel": _gumbel, "logistic": _logistic,
}
"""Every kind of draw is the inverse distribution function of the stream's uniform."""


class Draws:
    """All draws of one seed: one slot a firm, and separate streams for the province as a whole."""

    def __init__(self, seed: int, slots: int) -> None:
        """Open the draws of a seed.

        Args:
            seed: any integer.
            slots: number of firm slots, at least one; does not change the draws of the first slots.

        Raises:
            ValueError: if `slots` is less than one.
        """
        if slots < 1:
            raise ValueError(f"draws need at least one slot, not {slots}")
        self.seed = int(seed)
        self.slots = int(slots)
        # making a generator takes longer than setting the state of one at hand
        self._philox = np.random.Philox(key=0)
        self._generator = np.random.Generator(self._philox)
        self._order: IntArray | None = None
        self._kept: dict[tuple[Kind, str, tuple[int, ...]], FloatArray] = {}
        self._kept_province: dict[tuple[Kind, str, int, tuple[int, ...]], FloatArray] = {}
        self._kept_below: dict[tuple[str, tuple[int, ...], int], tuple[IntArray, FloatArray]] = {}

    def permuted(self, order: IntArray) -> Draws:
        """Draws for the same firms in another order: row r gets the draw of slot `order[r]`.

        Args:
            order: (R,) slots of this object, each at least zero and below `slots`; may leave slots out.

        Returns:
            Draws with R slots and nothing remembered. Provincial draws are unchanged.

        Raises:
            ValueError: if `order` names a slot that does not exist.
        """
        rows = np.asarray(order, dtype=np.int64)
        if rows.size == 0 or rows.min() < 0 or rows.max() >= self.slots:
            raise ValueError(f"order must name slots between 0 and {self.slots - 1}")
        other = Draws(self.seed, rows.size)
        other._order = rows if self._order is None else self._order[rows]
        return other

    def forget(self) -> None:
        """Let go of all remembered draws; they come out the same when asked for again."""
        self._kept.clear()
        self._kept_province.clear()
        self._kept_below.clear()

    def uniform(
        self, stream: str, *indices: int, rows: IntArray | None = None, remember: bool = False
    ) -> FloatArray:
        """Uniform draws on the open interval (0, 1): (slots,), or (K,) for some slots alone.

        Args:
            stream: name of what is drawn, for example ``retrofit/taste``.
            indices: what the draw belongs to beside the firm, for example quarter or measure.
            rows: (K,) the slots wanted, all by default. The stream is drawn no further than they reach.
            remember: keep the array of all slots (then read-only) for the life of this object, for draws that
                several policies use again.
        """
        return self._draw("uniform", stream, indices, rows, remember)

    def normal(
        self, stream: str, *indices: int, rows: IntArray | None = None, remember: bool = False
    ) -> FloatArray:
        """Standard normal, the inverse of the stream's uniform; arguments as for `uniform`."""
        return self._draw("normal", stream, indices, rows, remember)

    def gumbel(
        self, stream: str, *indices: int, rows: IntArray | None = None, remember: bool = False
    ) -> FloatArray:
        """Standard Gumbel, the inverse of the stream's uniform; arguments as for `uniform`."""
        return self._draw("gumbel", stream, indices, rows, remember)

    def logistic(
        self, stream: str, *indices: int, rows: IntArray | None = None, remember: bool = False
    ) -> FloatArray:
        """Standard logistic, the inverse of the stream's uniform; arguments as for `uniform`."""
        return self._draw("logistic", stream, indices, rows, remember)

    def below(self, stream: str, *indices: int, limit: float) -> IntArray:
        """Slots whose uniform of a stream lies below a limit, ascending (K,): whom an event of that chance meets.

        The draws are remembered, and so are the slots below the next of `LIMITS` equal steps.

        Args:
            stream: name of what is drawn.
            indices: what the draw belongs to beside the firm, for example the quarter.
            limit: a probability.
        """
        step = math.ceil(limit * LIMITS)
        name = (stream, indices, step)
        kept = self._kept_below.get(name)
        if kept is None:
            uniform = self.uniform(stream, *indices, remember=True)
            rows = np.flatnonzero(uniform < step / LIMITS)
            kept = self._kept_below[name] = rows, uniform[rows]
        rows, uniform = kept
        return rows[uniform < limit]

    def province(self, stream: str, count: int, *indices: int, kind: Kind = "uniform") -> FloatArray:
        """(count,) draws for things that are no firm: parks, years, prices. Kept, and read-only.

        A provincial stream never coincides with a firm stream of the same name. The first values do not
        depend on `count`.

        Args:
            stream: name of what is drawn.
            count: number of values.
            indices: what the draw belongs to beside its position, for example the year.
            kind: distribution, as for the methods of the same name.
        """
        name = (kind, stream, count, indices)
        values = self._kept_province.get(name)
        if values is None:
            values = self._kept_province[name] = TRANSFORMS[kind](self._stream("province", stream, indices, 0, count))
            values.flags.writeable = False
        return values

    def scalar(self, stream: str, *indices: int, kind: Kind = "uniform") -> float:
        """One draw for the province as a whole: the first value of `province`."""
        return float(self.province(stream, 1, *indices, kind=kind)[0])

    def _draw(
        self, kind: Kind, stream: str, indices: tuple[int, ...], rows: IntArray | None, remember: bool
    ) -> FloatArray:
        """Draw, reorder and transform one firm stream, or return it if it was remembered."""
        name = (kind, stream, indices)
        kept = self._kept.get(name)
        if kept is not None:
            return kept if rows is None else kept.take(rows)
        if rows is not None and not remember:
            slots = rows if self._order is None else self._order.take(rows)
            return TRANSFORMS[kind](self._at(stream, indices, slots))
        if self._order is None:
            uniform = self._stream("firm", stream, indices, 0, self.slots)
        else:
            uniform = self._at(stream, indices, self._order)
        values = TRANSFORMS[kind](uniform)
        if remember:
            values.flags.writeable = False
            self._kept[name] = values
        return values if rows is None else values.take(rows)

    def _at(self, stream: str, indices: tuple[int, ...], slots: IntArray) -> FloatArray:
        """Uniforms of some slots of a firm stream (K,)."""
        if len(slots) == 0:
            return np.zeros(0)
        first = int(slots.min())
        return self._stream("firm", stream, indices, first, int(slots.max()) + 1 - first).take(slots - first)

    def _stream(self, domain: str, stream: str, indices: tuple[int, ...], first: int, count: int) -> FloatArray:
        """Some uniforms of a stream, `count` from the place `first` on.

        `repr` keeps names and indices apart without ambiguity.
        """
        name = repr((self.seed, domain, stream, tuple(int(index) for index in indices)))
        digest = hashlib.blake2b(name.encode(), digest_size=16).digest()
        block, before = divmod(first, PHILOX_BLOCK)
        self._philox.state = {
            "bit_generator": "Philox", "has_uint32": 0, "uinteger": 0,
            "state": {"counter": np.array([block, 0, 0, 0], np.uint64), "key": np.frombuffer(digest, dtype="<u8")},
            "buffer": np.zeros(PHILOX_BLOCK, np.uint64), "buffer_pos": PHILOX_BLOCK,  # all used: start with a new block
        }
        values = self._generator.random(before + count)[before:]
        return np.maximum(values, SMALLEST, out=values)
