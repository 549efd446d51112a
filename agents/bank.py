"""The bank and the risk pool: who gets credit, what is guaranteed, what is repaid, lost and claimed."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import finance as rules
from agents.array_types import BoolArray, FloatArray, IntArray
from agents.demography import QUARTER
from agents.institution import Institution

if TYPE_CHECKING:
    from agents.institution import ColumnarModel

LARGE = 0


class Bank(Institution):
    """The province's banks as one lender with a closed-form cut-off on default probability.

    Totals in m CNY since the start: principal = repaid + outstanding + written off, exactly.
    """

    def __init__(self, model: ColumnarModel) -> None:
        super().__init__(model)
        self.principal = 0.0
        self.repaid = 0.0
        self.written_off = 0.0
        self.applications = 0
        self.approvals = 0

    def cutoff(self, guarantee: FloatArray | float) -> FloatArray:
        """Largest acceptable default probability at a guarantee share, 1/yr."""
        p = self.model.parameters.finance
        return rules.largest_default_probability(guarantee, p.bank_margin, p.loss_given_default)

    def room(self, model: Any, rows: IntArray, saving: FloatArray) -> FloatArray:
        """Largest loan each firm's surplus can serve, m CNY (n,); the project's own saving counts."""
        c, p = model.columns, model.parameters.finance
        surplus = model.block.profit_margin[rows] * c["revenue"][rows] + saving
        rate = model.loan_rate(rows)
        service = 4.0 * c["loan_installment"][rows] + c["loan"][rows] * rate
        return rules.debt_room(surplus, service, rate, p)

    def decide(
        self, model: Any, rows: IntArray, wanted: FloatArray, cash: FloatArray, room: FloatArray
    ) -> tuple[BoolArray, FloatArray]:
        """Decide on credit for firms whose wished project exceeds their cash.

        Args:
            model: the province model.
            rows: (n,) firms.
            wanted: (n,) cost of the whole wished project, m CNY.
            cash: (n,) own means, m CNY.
            room: (n,) largest loan each firm can serve, m CNY.

        Returns:
            (n,) who may borrow, and (n,) the guarantee share each loan carries. A guarantee is used only where the
            bank would refuse without it, first come first served while the pool has room.
        """
        c, p = model.columns, model.parameters.finance
        applies = wanted > cash
        loan = np.minimum(p.loan_to_value * wanted, np.maximum(wanted - cash, 0.0))
        loan = np.minimum(loan, room)
        risk = c["default_probability"][rows]
        offered = model.terms.guarantee_share[rows]
        alone = risk <= self.cutoff(0.0)
        needs = np.flatnonzero(applies & ~alone & (offered > 0.0) & (risk <= self.cutoff(offered)))
        guaranteed = np.zeros(len(rows), dtype=bool)
        lottery = model.draws.uniform("award order", model.quarter, remember=True)[rows[needs]]
        guaranteed[needs] = rules.ration((offered * loan)[needs], lottery, model.pool.room())
        credit = applies & (alone | guaranteed)
        self.applications += int(applies.sum())
        self.approvals += int(credit.sum())
        return credit, np.where(guaranteed, offered, 0.0)

    def lend(self, model: Any, rows: IntArray, loan: FloatArray, guarantee: FloatArray) -> None:
        """Pay out new loans, m CNY (n,), with their guarantee shares."""
        c = model.columns
        c["loan"][rows] += loan
        c["loan_guaranteed"][rows] += loan * guarantee
        c["loan_installment"][rows] += loan / (4.0 * model.parameters.finance.tenor)
        self.principal += float(loan.sum())
        model.pool.issued += float((loan * guarantee).sum())
        model.flows.guarantees_issued = float((loan * guarantee).sum())

    def settle(self, model: Any) -> FloatArray:
        """Collect repayments and write off loans in default or of firms that left.

        Returns:
            (K,) claims on the risk pool, m CNY.
        """
        c, p = model.columns, model.parameters.finance
        rows = np.flatnonzero(c["loan"] > 0.0)
        if len(rows) == 0:
            return np.zeros(0)
        chance = rules.default_probability_step(c["default_probability"][rows], QUARTER)
        uniform = model.draws.uniform("default", model.quarter, remember=True)[rows]
        lost = (uniform < chance) | ~c["alive"][rows]
        gone = rows[lost]
        claims = c["loan_guaranteed"][gone] * p.loss_given_default
        self.written_off += float(c["loan"][gone].sum())
        for name in ("loan", "loan_guaranteed", "loan_installment"):
            c[name][gone] = 0.0
        paying = rows[~lost]
        balance = c["loan"][paying]
        payment = np.minimum(c["loan_installment"][paying], balance)
        left = balance - payment
        # the last instalment of a paid-off loan leaves rounding dust behind
        left[left < 1e-12 * balance] = 0.0
        self.repaid += float((balance - left).sum())
        c["loan_guaranteed"][paying] *= np.where(left > 0.0, left / balance, 0.0)
        c["loan"][paying] = left
        c["loan_installment"][paying[left == 0.0]] = 0.0
        return claims

    def approval_rate(self) -> float:
        """Share of applications approved so far; 1 if nobody has applied."""
        return self.approvals / self.applications if self.applications else 1.0


class RiskPool(Institution):
    """The part of the provincial risk pool that is open to green retrofits. It pays claims and can run dry.

    Totals in m CNY since the start: balance = paid in - claims, never negative.
    """

    def __init__(self, model: ColumnarModel, scale: float) -> None:
        super().__init__(model)
        self._scale = scale
        self.slice = 0.0
        self.balance = 0.0
        self.paid_in = 0.0
        self.claims = 0.0
        self.issued = 0.0
        self.recent_claims: deque[float] = deque(maxlen=4)

    def open(self, share: float) -> None:
        """Set the slice of the provincial pool for this quarter and take its part of the inflow.

        A larger slice moves money in from the rest of the pool, a smaller one moves it out while the balance lasts.
        """
        p = self.model.parameters.finance
        change = (share - self.slice) * p.pool_balance * self._scale
        change += share * p.pool_inflow * self._scale * QUARTER
        change = max(change, -self.balance)
        self.balance += change
        self.paid_in += change
        self.slice = share

    def outstanding(self) -> float:
        """Guaranteed principal outstanding, m CNY."""
        return float(self.model.columns["loan_guaranteed"].sum())

    def room(self) -> float:
        """New guarantees the pool can still carry, m CNY: leverage x balance less what is outstanding."""
        p = self.model.parameters.finance
        outstanding = self.outstanding()
        if sum(self.recent_claims) > p.pool_claim_stop * max(outstanding, 1e-9) and outstanding > 0.0:
            return 0.0
        return max(p.pool_leverage * self.balance - outstanding, 0.0)

    def pay(self, claims: FloatArray) -> float:
        """Pay claims as far as the balance goes; returns what was paid, m CNY."""
        paid, left = rules.pay_claims(claims, self.balance)
        total = float(paid.sum())
        self.balance = max(left, 0.0)
        self.claims += total
        self.recent_claims.append(total)
        return total
