"""The retrofit block as object-per-agent Mesa models: the yardsticks for speed, and a check by docking.

There are two. In both every firm is a Mesa agent that holds its state in attributes and lives in methods, and both give
the trajectory of the columns on the same draws.

- `object_rules`, `object_rule_model`: each firm calls the rules of `agents` on its own values, one row at a time. It is
  what a Mesa model with one agent a firm costs if every rule is written once.
- `object_plain`, `object_plain_energy`, `object_plain_model`, `object_menu`: the rules are written down a second time,
  in scalar Python tuned by hand, here only. It is the strictest comparison, and since two programmes written
  differently agree, evidence that both do what is meant (docking: Axtell, Axelrod, Epstein and Cohen 1996).

This file, `object_firm`, `object_institutions` and `object_outreach` are what both share. Shared with the columns too,
because they are not firms: population, draws, exogenous paths, the state after the burn-in, and the instruments that
set the terms and book the outlays. Left out as in `retrofit_block`: certification, green power, demand, plant
decisions, and the programmes (pilots, standards, benchmarks, training, expert teams).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

import numpy as np
from mesa import Agent, Model  # type: ignore[import-untyped]

from agents.flows import Flows
from agents.terms import Terms
from benchmarks.object_firm import IDLE, Firm, Project
from benchmarks.object_institutions import Bank, RiskPool, ServiceProviders, Treasury
from benchmarks.object_outreach import Outreach
from benchmarks.trajectory import QuarterRow
from policies.instrument import Context
from policies.ledger import Ledger
from sim.block import SeedBlock

STATE = (
    "sector", "prefecture", "park", "subtype", "size_class", "key_firm", "revenue_base", "energy_base",
    "process_co2_base", "cash_share", "default_probability", "management", "aware", "diagnosed", "generation",
    "arrival", "clause_ii11", "equipment_age", "equipment_renewed", "material_diagnosed",
    "rounds", "rounds_since_2021", "stage", "stage_since", "project_cost", "project_ends", "last_outcome",
    "grants_received", "energy_intensity_ratio", "added_electricity", "added_gas", "alternative_fuel",
    "process_co2_ratio", "fuel_co2_ratio", "onsite_generation", "loan", "loan_guaranteed",
    "loan_installment",
)
"""Firm columns a firm object starts from."""


class ObjectModel(Model):  # type: ignore[misc]
    """One province, one policy mix, one seed; `step()` is a quarter.

    Class attributes:
        firm_type, bank_type, providers_type: who decides by which kind of rule.
    """

    firm_type: ClassVar[type[Firm]]
    bank_type: ClassVar[type[Bank]] = Bank
    providers_type: ClassVar[type[ServiceProviders]] = ServiceProviders

    def __init__(self, policy: str, block: SeedBlock) -> None:
        """Start at the first quarter after the burn-in of a prepared seed block."""
        super().__init__(seed=block.seed)
        assert block.snapshot is not None
        self.block, self.parameters, self.mix = block, block.parameters, block.compose(policy)
        self.quarter = block.first
        self.ledger = Ledger()
        self.record = {name: block.snapshot.columns[name].tolist() for name in STATE}
        self.experience = self.keep(block.initial_experience.copy())
        self.read_province()
        self.rows: list[QuarterRow] = []
        self.pool, self.bank = RiskPool(self), self.bank_type(self)
        self.treasury, self.providers = Treasury(self), self.providers_type(self)
        self.outreach = Outreach(self)
        self.in_business: dict[int, Firm] = {}
        self.present = block.snapshot.columns["alive"].copy()
        for slot in np.flatnonzero(self.present).tolist():
            self.enter(slot)

    @staticmethod
    @abstractmethod
    def keep(figures: np.ndarray) -> Any:
        """Figures as this kind of firm looks them up."""

    def read_province(self) -> None:
        """Tables that firms look up by sector and slot."""
        block = self.block
        self.profit_margins = self.keep(block.province.sectors["profit_margin"].to_numpy(dtype=np.float64))
        self.tariffs = self.keep(block.electricity_price)
        self.pv_yields = self.keep(block.pv_yield)
        self.entry_draw = self.keep(block.draws.uniform("initial awareness", remember=True))
        self.queue_tickets = self.keep(block.draws.uniform("queue ticket", remember=True))
        self.generations: dict[int, Any] = {}

    def enter(self, slot: int) -> Firm:
        """Let a firm go into business."""
        firm = self.firm_type(self, slot, self.record)
        self.in_business[slot] = firm
        if firm.stage != IDLE:
            self.providers.adopt(firm)
        if firm.loan > 0.0:
            self.bank.borrowers[slot] = firm
        return firm

    def tastes(self, generation: int) -> Any:
        """Drawn tastes of all options in one equipment generation."""
        if generation not in self.generations:
            self.generations[generation] = self.keep(self.block.tastes.of(generation))
        return self.generations[generation]

    def run(self) -> list[QuarterRow]:
        """Step to the last quarter; one row a quarter."""
        while self.quarter <= self.block.last:
            self.step()
        return self.rows

    def step(self) -> None:
        """Run one quarter."""
        self.open_quarter()
        self.set_terms()
        self.enter_and_leave()
        firms = self.agents_by_type[self.firm_type]
        firms.do("open_quarter")
        self.outreach.order_retirements()
        self.outreach.count_peers()
        firms.do("learn")
        self.outreach.diagnose()
        self.outreach.diagnose_materials()
        self.read_market()
        firms.do("consider")
        self.finance()
        self.providers.work()
        self.settle()
        self.record_quarter()
        self.quarter += 1

    def open_quarter(self) -> None:
        """Read the quarter's exogenous paths and draws."""
        paths = self.block.environment
        at = paths.at(self.quarter)
        self.flows = Flows()
        self.revenue = self.keep(paths.revenue[at])
        self.trend = float(paths.trend[at])
        self.prices = self.keep(paths.prices[at])
        self.renewal_draw = self.draw("renewal")
        self.reopening_draw = self.draw("reopening")
        self.awareness_draw = self.draw("awareness")
        self.opportunity_draw = self.draw("opportunity")
        self.award_draw = self.draw("award order")
        self.default_draw = self.draw("default")
        self.wishes: list[tuple[Firm, Project]] = []
        self.deciding = self.completed = self.completed_above_floor = 0
        self.invested = 0.0
        self.bank.lent = self.bank.guaranteed = 0.0

    def draw(self, stream: str) -> Any:
        """This quarter's uniform of every slot."""
        return self.keep(self.block.draws.uniform(stream, self.quarter, remember=True))

    def set_terms(self) -> None:
        """Let the instruments set what every firm faces."""
        paths, block = self.block.environment, self.block
        price = float(paths.carbon_price[paths.at(self.quarter)])
        context = Context(subtype_index=block.subtype_index, carbon_price=price, province_share=block.scale)
        columns = {**block.columns, "alive": self.present}
        self.terms: Terms = self.mix.terms(self.quarter, columns, block.slots, self.ledger, context)
        self.read_terms()
        self.pool.open(self.terms.pool_slice)

    @abstractmethod
    def read_terms(self) -> None:
        """Note what the terms of the quarter hold for all firms."""

    def enter_and_leave(self) -> None:
        """Entry and exit by the given schedule; entrants may know the measures from the start."""
        present = self.block.environment.alive[self.block.environment.at(self.quarter)]
        for slot in np.flatnonzero(present & ~self.present).tolist():
            firm = self.enter(slot)
            firm.aware = firm.aware or self.entry_draw[slot] < self.parameters.information.initial_awareness
        for slot in np.flatnonzero(self.present & ~present).tolist():
            firm = self.in_business.pop(slot)
            firm.in_business = False
            firm.remove()
        self.present = present

    @abstractmethod
    def read_market(self) -> None:
        """What is on offer this year, and how far learning by doing has cut its cost."""

    def finance(self) -> None:
        """Pay for the wished projects as far as cash and credit go; then grants, subsidies and tax credits."""
        credit = self.bank.review(self.wishes)
        approved = []
        for firm, project in self.wishes:
            cash = budget = firm.cash()
            if firm in credit:
                budget = self.bank.budget(cash, self.bank.room(firm, project.saving))
            cost = firm.carry_out(project, budget)
            if cost > 0.0:
                self.providers.queue.append(firm)
                approved.append((firm, cost, max(cost - cash, 0.0)))
        for firm, _, loan in approved:
            if loan > 0.0:
                self.bank.lend(firm, loan, credit[firm])
        self.flows.guarantees_issued = self.bank.guaranteed
        self.treasury.support(approved)

    def note_completion(self, firm: Firm, measures: list[int]) -> None:
        """Count a completed project and the experience made with its measures."""
        for measure in measures:
            self.experience[measure] += 1.0 / self.block.scale
        self.completed += 1
        self.completed_above_floor += firm.project_cost >= self.parameters.retrofit.project_floor
        self.invested += firm.project_cost

    def settle(self) -> None:
        """Collect loans, pay claims and let the instruments book their outlays."""
        self.flows.pool_claims = self.pool.pay(self.bank.collect())
        self.mix.settle(self.quarter, self.terms, self.flows, self.ledger)

    def record_quarter(self) -> None:
        """Write down what happened."""
        flows, firms = self.flows, self.in_business.values()
        self.rows.append(QuarterRow(
            quarter=self.quarter, firms=len(firms), aware=sum(firm.aware for firm in firms), deciding=self.deciding,
            diagnoses=flows.diagnoses, queue=len(self.providers.queue), in_progress=len(self.providers.at_work),
            completed=self.completed, completed_above_floor=self.completed_above_floor, invested=self.invested,
            grants=flows.grants, interest_subsidies=sum(flows.interest_subsidies.values()),
            tax_credits=flows.tax_credits, guarantees=flows.guarantees_issued, claims=flows.pool_claims,
            lent=self.bank.lent, providers=self.providers.number,
        ))

    def release(self) -> None:
        """Let Mesa forget the model: its class-level counter of identifiers keeps every model alive."""
        Agent._ids.pop(self, None)
