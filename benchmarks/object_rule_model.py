"""The object model whose firms, bank and providers call the rules of `agents`, one firm at a time.

Nothing is worked out for several firms at once but what belongs to none of them: the menu, prices, learning by doing,
the terms of the quarter, counts of peers. What institutions sum over firms, such as claims served while a budget lasts,
is that of the plain model.
"""

from __future__ import annotations

import numpy as np

from agents import finance, service
from agents.demography import QUARTER
from agents.measure_economics import learning_multiplier
from agents.measure_grants import measure_grants
from benchmarks.object_firm import Firm
from benchmarks.object_institutions import Bank, ServiceProviders
from benchmarks.object_model import ObjectModel
from benchmarks.object_rules import RuleFirm


class RuleBank(Bank):
    """The bank's decisions on one firm by the rules of `agents.finance`."""

    def cutoff(self, guarantee: float) -> float:
        """Largest default probability at which the bank lends."""
        parameters = self.model.parameters.finance
        largest = finance.largest_default_probability(guarantee, parameters.bank_margin, parameters.loss_given_default)
        return largest.item()

    def room(self, firm: Firm, saving: float) -> float:
        """Largest loan a firm's surplus can serve, m CNY."""
        rate = np.array([firm.loan_rate()])
        surplus = firm.profit_margin * firm.revenue + saving
        owed = 4.0 * firm.loan_installment + firm.loan * rate
        return finance.debt_room(surplus, owed, rate, self.model.parameters.finance).item()

    def budget(self, cash: float, room: float) -> float:
        """Most a firm with credit can spend on a project: its cash and a loan, m CNY."""
        share, credit = self.model.parameters.finance.loan_to_value, np.ones(1, dtype=bool)
        return finance.project_budget(np.array([cash]), np.array([room]), credit, share).item()

    def default_chance(self, firm: Firm) -> float:
        """Probability that a loan defaults this quarter."""
        return finance.default_probability_step(firm.default_probability, QUARTER).item()


class RuleProviders(ServiceProviders):
    """Capacity and duration of projects by the rules of `agents.service`."""

    def places(self) -> int:
        """Projects that can start this quarter."""
        per_provider = self.model.parameters.service.projects_per_provider * self.productivity
        return service.starts_per_quarter(self.number * self.model.block.scale, per_provider)

    def duration(self, cost: float) -> int:
        """Quarters a project takes, by its cost in m CNY."""
        return service.project_duration(np.array([cost]), self.model.parameters.service).item()

    def respond(self, queue: int) -> None:
        """Grow with support and with the queue left over."""
        model, parameters = self.model, self.model.parameters.service
        growth = max(parameters.growth_base, model.terms.provider_growth)
        self.number = service.next_providers(self.number, queue, self.places(), growth, parameters)
        self.productivity *= 1.0 + model.terms.provider_productivity / 4.0


class RuleModel(ObjectModel):
    """Firms that decide by the rules of `agents`."""

    firm_type, bank_type, providers_type = RuleFirm, RuleBank, RuleProviders

    @staticmethod
    def keep(figures: np.ndarray) -> np.ndarray:
        """The array itself: each firm reads its own row of it."""
        return figures

    def read_province(self) -> None:
        """Take the menu as it is, beside the tables that firms look up."""
        super().read_province()
        self.menu = self.block.menu

    def read_terms(self) -> None:
        """Shifts and grants by measure."""
        self.measure_shift = self.menu.by_measure(self.terms.measure_shift)
        self.measure_grants = measure_grants(self.menu, self.terms.measure_grants)

    def read_market(self) -> None:
        """What is on offer this year, and how far learning by doing has cut its cost."""
        menu, year = self.menu, self.quarter // 4
        self.available = (menu.available_from <= max(year, 2025)) & ~menu.pilot_gated & ~menu.plant_decision
        self.learning = learning_multiplier(self.experience, self.block.initial_experience, menu.learning_rate)
