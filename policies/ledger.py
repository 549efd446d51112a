"""The fiscal ledger: who pays how much for which instrument, and what is left of each appropriation."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import NamedTuple

from policies.schedule import year_of

PAYERS = ("province", "centre", "city", "none")
"""Who bears an outlay; ``none`` for rules that cost the public purse nothing."""

KINDS = ("outlay", "forgone_tax", "redirected", "contingent")
"""Money paid; tax not collected; purchases tied to certified firms (no extra money); guarantees issued."""

_TOLERANCE = 1e-9


class LedgerError(AssertionError):
    """A booking that cannot be: a phase awarded more than the law allows, or booked nonsense."""


class Outlay(NamedTuple):
    """One amount that an instrument books, m CNY; `budget` names the appropriation charged, if any."""

    instrument: str
    payer: str
    amount: float
    kind: str = "outlay"
    budget: str = ""


class LedgerRow(NamedTuple):
    """The year's total of one instrument, payer and kind, m CNY."""

    year: int
    instrument: str
    payer: str
    kind: str
    amount: float


class Ledger:
    """Amounts booked by year, instrument, payer and kind, and the yearly appropriations that limit them."""

    def __init__(self) -> None:
        self._booked: defaultdict[tuple[int, str, str, str], float] = defaultdict(float)
        self._charged: defaultdict[tuple[str, int], float] = defaultdict(float)
        self._appropriations: defaultdict[tuple[str, int], dict[str, float]] = defaultdict(dict)

    def appropriate(self, budget: str, year: int, amount: float, source: str = "") -> None:
        """Set what `source` contributes to a budget this year, m CNY; the contributions add up.

        Calling it again replaces the contribution: a cut in mid-year stops new awards but never recalls
        money spent.
        """
        self._check_amount(amount, f"appropriation for {budget}")
        self._appropriations[budget, year][source or budget] = amount

    def appropriation(self, budget: str, year: int) -> float:
        """Money appropriated to a budget in a year, m CNY."""
        return math.fsum(self._appropriations.get((budget, year), {}).values())

    def left(self, budget: str, year: int) -> float:
        """Money not yet spent of a budget in a year, m CNY, never negative."""
        return max(0.0, self.appropriation(budget, year) - self._charged.get((budget, year), 0.0))

    def book(self, quarter: int, outlay: Outlay) -> None:
        """Add an outlay to the books of its year.

        Raises:
            LedgerError: if it exceeds what is left of its budget, is negative or not a number, or names an
                unknown payer or kind.
        """
        self._check_amount(outlay.amount, outlay.instrument)
        if outlay.payer not in PAYERS or outlay.kind not in KINDS:
            raise LedgerError(f"{outlay.instrument}: unknown payer {outlay.payer!r} or kind {outlay.kind!r}")
        year = year_of(quarter)
        if outlay.budget:
            left = self.left(outlay.budget, year)
            if outlay.amount > left + _TOLERANCE * (1.0 + self._charged.get((outlay.budget, year), 0.0)):
                raise LedgerError(
                    f"{outlay.instrument} booked {outlay.amount:g} m CNY in {year}, but only {left:g} m CNY"
                    f" are left of the budget {outlay.budget}"
                )
            self._charged[outlay.budget, year] += outlay.amount
        if outlay.amount > 0.0:
            self._booked[year, outlay.instrument, outlay.payer, outlay.kind] += outlay.amount

    def spent(self, instrument: str, year: int, kind: str = "outlay") -> float:
        """What an instrument has booked in a year under one kind, all payers, m CNY."""
        rows = (
            row for row in self.rows() if (row.year, row.instrument, row.kind) == (year, instrument, kind)
        )
        return math.fsum(row.amount for row in rows)

    def total(self, kind: str = "outlay", payer: str | None = None) -> float:
        """All years' and instruments' total of one kind, of one payer or of all, m CNY."""
        rows = (row for row in self.rows() if row.kind == kind and payer in (None, row.payer))
        return math.fsum(row.amount for row in rows)

    def rows(self) -> list[LedgerRow]:
        """All yearly totals, sorted by year, instrument, payer and kind."""
        return [LedgerRow(*key, amount) for key, amount in sorted(self._booked.items())]

    @staticmethod
    def _check_amount(amount: float, what: str) -> None:
        if not 0.0 <= amount < math.inf:
            raise LedgerError(f"{what}: {amount} is not an amount of money")
