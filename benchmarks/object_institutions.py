"""Bank, risk pool, treasury and service providers of the object models: ordinary Mesa agents.

They are shared by both models and in scalar Python; in `object_rule_model` bank and providers decide on one firm by the
rules of `agents`.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mesa import Agent  # type: ignore[import-untyped]

from benchmarks.object_firm import IN_PROGRESS, QUEUED, Firm, Project

if TYPE_CHECKING:
    from benchmarks.object_model import ObjectModel

QUARTER = 0.25


def first_served(claims: Iterable[tuple[float, float, Firm]], budget: float) -> list[tuple[float, Firm]]:
    """Claims (priority, amount, firm) served in order of priority until the first that does not fit."""
    served, used = [], 0.0
    for _, amount, firm in sorted(claims, key=lambda claim: claim[0]):
        used += amount
        if used > budget:
            break
        served.append((amount, firm))
    return served


class RiskPool(Agent):  # type: ignore[misc]
    """The part of the provincial risk pool that is open to green retrofits."""

    def __init__(self, model: ObjectModel) -> None:
        super().__init__(model)
        state = model.block.snapshot.institutions["pool"]  # type: ignore[union-attr]
        self.slice, self.balance = state["slice"], state["balance"]
        self.recent_claims: deque[float] = deque(state["recent_claims"], maxlen=4)

    def open(self, share: float) -> None:
        """Set the slice of the provincial pool and take its part of the inflow."""
        finance, scale = self.model.parameters.finance, self.model.block.scale
        change = (share - self.slice) * finance.pool_balance * scale + share * finance.pool_inflow * scale * QUARTER
        self.balance += max(change, -self.balance)
        self.slice = share

    def room(self, outstanding: float) -> float:
        """New guarantees the pool can carry beside those outstanding, m CNY."""
        finance = self.model.parameters.finance
        if outstanding > 0.0 and sum(self.recent_claims) > finance.pool_claim_stop * max(outstanding, 1e-9):
            return 0.0
        return float(max(finance.pool_leverage * self.balance - outstanding, 0.0))

    def pay(self, claims: float) -> float:
        """Pay claims as far as the balance goes, m CNY."""
        paid = float(min(claims, self.balance))
        self.balance -= paid
        self.recent_claims.append(paid)
        return paid


class Bank(Agent):  # type: ignore[misc]
    """Decides on credit, lends and collects. `borrowers` are the firms with a loan, by slot."""

    def __init__(self, model: ObjectModel) -> None:
        super().__init__(model)
        self.borrowers: dict[int, Firm] = {}
        self.lent = self.guaranteed = 0.0

    def cutoff(self, guarantee: float) -> float:
        """Largest default probability at which the bank lends."""
        finance = self.model.parameters.finance
        carried = finance.loss_given_default * (1.0 - guarantee)
        return float(finance.bank_margin / (carried + finance.bank_margin)) if carried > 0.0 else 1.0

    def room(self, firm: Firm, saving: float) -> float:
        """Largest loan a firm's surplus can serve, m CNY."""
        finance, rate = self.model.parameters.finance, firm.loan_rate()
        surplus = firm.profit_margin * firm.revenue + saving
        service = 4.0 * firm.loan_installment + firm.loan * rate
        free = max(surplus / finance.service_ratio - service, 0.0)
        annuity = rate / -math.expm1(-finance.tenor * math.log1p(rate)) if rate > 0.0 else 1.0 / finance.tenor
        return float(free / annuity)

    def budget(self, cash: float, room: float) -> float:
        """Most a firm with credit can spend on a project: its cash and a loan, m CNY."""
        return min(cash / (1.0 - self.model.parameters.finance.loan_to_value), cash + room)

    def default_chance(self, firm: Firm) -> float:
        """Probability that a loan defaults this quarter."""
        return -math.expm1(QUARTER * math.log1p(-firm.default_probability))

    def review(self, wishes: list[tuple[Firm, Project]]) -> dict[Firm, float]:
        """The firms that may borrow, and the guarantee share each loan carries."""
        model = self.model
        finance, terms = model.parameters.finance, model.terms
        credit, needy = {}, []
        alone = self.cutoff(0.0)
        for firm, project in wishes:
            wanted, cash = project.capex * model.parameters.retrofit.project_scope_factor, firm.cash()
            if wanted <= cash:
                continue
            if firm.default_probability <= alone:
                credit[firm] = 0.0
                continue
            offered = terms.guarantee_share.item(firm.slot)
            if offered > 0.0 and firm.default_probability <= self.cutoff(offered):
                loan = min(finance.loan_to_value * wanted, wanted - cash, self.room(firm, project.saving))
                needy.append((model.award_draw[firm.slot], offered * loan, firm))
        outstanding = sum(firm.loan_guaranteed for firm in self.borrowers.values())
        for _, firm in first_served(needy, model.pool.room(outstanding)):
            credit[firm] = terms.guarantee_share.item(firm.slot)
        return credit

    def lend(self, firm: Firm, loan: float, guarantee: float) -> None:
        """Pay out a loan, m CNY."""
        firm.loan += loan
        firm.loan_guaranteed += loan * guarantee
        firm.loan_installment += loan / (4.0 * self.model.parameters.finance.tenor)
        self.borrowers[firm.slot] = firm
        self.lent += loan
        self.guaranteed += loan * guarantee

    def collect(self) -> float:
        """Collect instalments and write off loans in default or of firms that left; claims on the pool, m CNY."""
        claims = 0.0
        for firm in list(self.borrowers.values()):
            if not firm.in_business or self.model.default_draw[firm.slot] < self.default_chance(firm):
                claims += firm.loan_guaranteed * self.model.parameters.finance.loss_given_default
                left = 0.0
            else:
                left = firm.loan - min(firm.loan_installment, firm.loan)
            if left < 1e-12 * firm.loan or left == 0.0:
                firm.loan = firm.loan_guaranteed = firm.loan_installment = 0.0
                del self.borrowers[firm.slot]
            else:
                firm.loan_guaranteed *= left / firm.loan
                firm.loan = left
        return claims


class Treasury(Agent):  # type: ignore[misc]
    """Awards grants and interest subsidies. `award_ratio` is last year's awards over applications."""

    def __init__(self, model: ObjectModel) -> None:
        super().__init__(model)
        self.award_ratio, self.asked, self.served = 1.0, 0, 0

    def support(self, approved: list[tuple[Firm, float, float]]) -> None:
        """Award grants and interest subsidies within their budgets; count tax credits. Takes (firm, cost, loan)."""
        model = self.model
        terms, flows, retrofit = model.terms, model.flows, model.parameters.retrofit
        grants, subsidies = [], []
        for firm, cost, loan in approved:
            slot, order = firm.slot, model.award_draw[firm.slot]
            grant = firm.grant(cost)
            if grant > 0.0:
                grants.append((order, grant, firm))
            yearly = terms.interest_points.item(slot) * loan
            subsidy = min(yearly * terms.interest_years.item(slot), terms.interest_cap.item(slot))
            if subsidy > 0.0:
                subsidies.append((order, subsidy, firm))
            flows.tax_credits += terms.tax_credit_rate.item(slot) * cost / retrofit.project_scope_factor
        served = first_served(grants, terms.grant_budget)
        for amount, firm in served:
            firm.grants_received += amount
            flows.grants += amount
        self.count_awards(len(grants), len(served))
        for amount, firm in first_served(subsidies, terms.interest_budget):
            window = terms.interest_window.item(firm.slot)
            flows.interest_subsidies[window] = flows.interest_subsidies.get(window, 0.0) + amount

    def pay_measures(self, firm: Firm, amounts: dict[int, float]) -> None:
        """Pay a firm grants on single measures of an approved project, m CNY by window."""
        paid = self.model.flows.measure_grants
        for window, amount in amounts.items():
            paid[window] = paid.get(window, 0.0) + amount
            firm.grants_received += amount

    def count_awards(self, asked: int, served: int) -> None:
        """Note applications and awards; the ratio of a year is what firms expect in the next."""
        self.asked += asked
        self.served += served
        if self.model.quarter % 4 == 3:
            self.award_ratio = self.served / self.asked if self.asked else 1.0
            self.asked = self.served = 0


class ServiceProviders(Agent):  # type: ignore[misc]
    """All providers as one pool of capacity: who waits, and whose project is in work."""

    def __init__(self, model: ObjectModel) -> None:
        super().__init__(model)
        self.number = model.parameters.service.providers
        self.productivity = 1.0
        self.queue: list[Firm] = []
        self.at_work: list[Firm] = []

    def places(self) -> int:
        """Projects that can start this quarter."""
        per_provider = self.model.parameters.service.projects_per_provider * self.productivity
        yearly: float = self.number * self.model.block.scale * per_provider
        return math.floor(yearly / 4.0 + 1e-9)

    def work(self) -> None:
        """Complete what is due, start what is first in line, and let the number of providers respond."""
        model, quarter = self.model, self.model.quarter
        due = [firm for firm in self.at_work if firm.in_business and firm.project_ends <= quarter]
        self.at_work = [firm for firm in self.at_work if firm.in_business and firm.project_ends > quarter]
        for firm in due:
            model.note_completion(firm, firm.complete_project())
        tickets, places = model.queue_tickets, self.places()
        waiting = [firm for firm in self.queue if firm.in_business]
        waiting.sort(key=lambda firm: (firm.stage_since, tickets[firm.slot], firm.slot))
        for firm in waiting[:places]:
            firm.stage = IN_PROGRESS
            firm.project_ends = quarter + self.duration(firm.project_cost)
            self.at_work.append(firm)
        self.queue = waiting[places:]
        self.respond(len(self.queue))

    def duration(self, cost: float) -> int:
        """Quarters a project takes, by its cost in m CNY."""
        service = self.model.parameters.service
        if cost < 1.0:
            quarters: float = service.duration_small
        else:
            quarters = service.duration_medium if cost < 10.0 else service.duration_large
        return max(round(quarters), 1)

    def respond(self, queue: int) -> None:
        """Grow with support and with the queue left over."""
        service = self.model.parameters.service
        growth = max(service.growth_base, self.model.terms.provider_growth)
        attracted = min(service.queue_response * queue / max(self.places(), 1), service.growth_limit)
        self.number *= 1.0 + growth / 4.0 + attracted
        self.productivity *= 1.0 + self.model.terms.provider_productivity / 4.0

    def adopt(self, firm: Firm) -> None:
        """Take over a firm whose project was waiting or in work when the model opened."""
        if firm.stage == QUEUED:
            self.queue.append(firm)
        elif firm.stage == IN_PROGRESS:
            self.at_work.append(firm)
