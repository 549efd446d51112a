"""A policy mix: instruments stacked into one set of terms, and their outlays booked.

Stacking rules. Grant and tax-credit rates add up and are clipped to 1. Of several interest-subsidy windows
a firm takes the one worth more (points times years), the first registered at a tie. Guarantee shares,
reserved shares, power obligations and carbon prices take the largest. Budgets, grant caps, diagnosis slots,
awareness, provider growth, quotas and awards add up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict

from agents.flows import Flows
from agents.terms import Terms
from policies.adaptive import AdaptiveGovernance, AdaptiveRule
from policies.instrument import Context, FirmColumns, Instrument
from policies.ledger import KINDS, Ledger
from policies.schedule import Schedule


class Mix:
    """Named set of instruments with their dated settings. Immutable: a change gives a new mix."""

    def __init__(
        self, name: str, instruments: Iterable[Instrument] = (), adaptive: AdaptiveRule | None = None
    ) -> None:
        self.name = name
        self.instruments = tuple(sorted(instruments, key=lambda instrument: instrument.position))
        self.adaptive = adaptive
        names = [instrument.name for instrument in self.instruments]
        if len(set(names)) < len(names):
            raise ValueError(f"mix {name} holds an instrument twice: {', '.join(sorted(names))}")
        self._in_force: dict[int, tuple[Instrument, ...]] = {}

    def __repr__(self) -> str:
        return f"Mix({self.name!r})"

    def __getitem__(self, name: str) -> Instrument:
        """The instrument of that name.

        Raises:
            KeyError: if the mix does not hold it.
        """
        for instrument in self.instruments:
            if instrument.name == name:
                return instrument
        raise KeyError(name)

    def in_force(self, quarter: int) -> tuple[Instrument, ...]:
        """The instruments in force in a quarter, in the order of stacking."""
        if quarter not in self._in_force:
            self._in_force[quarter] = tuple(each for each in self.instruments if each.in_force(quarter))
        return self._in_force[quarter]

    def with_schedule(self, instrument: str, setting: str, schedule: Schedule) -> Mix:
        """The same mix with one setting's schedule replaced.

        Raises:
            KeyError: if the mix does not hold the instrument.
        """
        changed = self[instrument].with_schedule(setting, schedule)
        kept = [each for each in self.instruments if each.name != instrument]
        return Mix(self.name, [*kept, changed], self.adaptive)

    def terms(
        self, quarter: int, firms: FirmColumns, slots: int, ledger: Ledger, context: Context | None = None
    ) -> Terms:
        """What every firm faces this quarter.

        Args:
            quarter: quarter ordinal.
            firms: firm columns, one entry a slot.
            slots: number of firm slots.
            ledger: this run's ledger; yearly appropriations are set in it and what is left is read from it.
            context: sub-type codes and the carbon price.

        Returns:
            Fresh terms; those of instruments at their null settings equal the default bit for bit.
        """
        terms = Terms(quarter, slots)
        for instrument in self.in_force(quarter):
            instrument.apply(quarter, firms, terms, ledger, context or Context())
        terms.limit(grant_rate=1.0, tax_credit_rate=1.0)
        terms.seal()
        return terms

    def settle(self, quarter: int, terms: Terms, flows: Flows, ledger: Ledger) -> dict[str, float]:
        """Book what the quarter's events cost; returns what was booked, m CNY by kind.

        Raises:
            LedgerError: if a phase awarded more than was left of a budget.
        """
        booked = dict.fromkeys(KINDS, 0.0)
        for instrument in self.instruments:
            for outlay in instrument.outlays(quarter, terms, flows):
                ledger.book(quarter, outlay)
                booked[outlay.kind] += outlay.amount
        return booked

    def governance(self) -> AdaptiveGovernance | None:
        """A fresh adaptive governance for one run, if the mix has one."""
        return None if self.adaptive is None else AdaptiveGovernance(self.adaptive, self)

    def content(self) -> dict[str, object]:
        """What the mix is made of, as plain data: steps by instrument, setting and quarter, the rule, scopes.

        Two mixes with equal content behave alike whatever their names; a fingerprint is taken from it.
        """
        steps = {
            instrument.name: {
                name: each.labelled() for name, each in instrument.schedules.items() if each.steps
            }
            for instrument in self.instruments
        }
        rule = None if self.adaptive is None else asdict(self.adaptive)
        content: dict[str, object] = {
            "instruments": {name: each for name, each in steps.items() if each}, "adaptive": rule
        }
        scoped = [
            [f"{instrument.name}.{name}@{each.where}", each.schedule.labelled()]
            for instrument in self.instruments for name, own in instrument.scoped.items() for each in own
        ]
        return {**content, "scoped": scoped} if scoped else content
