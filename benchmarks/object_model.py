"""The retrofit block as an ordinary object-per-agent Mesa model: the yardstick for speed, and a check by docking.

GreenMill has one implementation of every rule, in columns. This file and its neighbours `object_*.py` write the
retrofit rules down a second time, firm by firm in scalar Python, on purpose and here only: two programmes written
differently that give the same trajectory on the same draws are evidence that both do what is meant (docking: Axtell,
Axelrod, Epstein and Cohen 1996), and the time of the plain one tells what the columns gain.

Shared with the vectorised model, because they are not firms: population, draws, exogenous paths, the state after the
burn-in, and the instruments that set the terms and book the outlays. Left out as in `retrofit_block`: certification,
green power, demand, plant decisions, and the programmes (pilots, standards, benchmarks, training, expert teams).
"""

from __future__ import annotations

import heapq
import math
from collections import Counter
from typing import Any

import numpy as np
from mesa import Agent, Model  # type: ignore[import-untyped]

from agents.terms import Flows, Terms
from benchmarks.object_firm import IDLE, Firm
from benchmarks.object_institutions import QUARTER, Bank, RiskPool, ServiceProviders, Treasury
from benchmarks.object_menu import Measure, Option, Project, read_menu
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
    "process_co2_ratio", "onsite_generation", "loan", "loan_guaranteed", "loan_installment",
)
"""Firm columns a firm object starts from."""


class ObjectModel(Model):  # type: ignore[misc]
    """One province, one policy mix, one seed; `step()` is a quarter."""

    def __init__(self, policy: str, block: SeedBlock) -> None:
        """Start at the first quarter after the burn-in of a prepared seed block."""
        super().__init__(seed=block.seed)
        assert block.snapshot is not None
        self.block, self.parameters, self.mix = block, block.parameters, block.compose(policy)
        self.quarter = block.first
        self.ledger = Ledger()
        self.menu = read_menu(block.menu, self.parameters.measures)
        self.read_province()
        self.record = {name: block.snapshot.columns[name].tolist() for name in STATE}
        self.option_record: dict[str, list[Any]] = {
            name: getattr(block.options, name).tolist() for name in ("measure", "cost_factor", "start")
        } | {name: block.snapshot.options[name].tolist() for name in ("adopted", "in_project", "taste")}
        self.experience: list[float] = block.snapshot.options["experience"].tolist()
        self.rows: list[QuarterRow] = []
        self.pool, self.bank = RiskPool(self), Bank(self)
        self.treasury, self.providers = Treasury(self), ServiceProviders(self)
        self.in_business: dict[int, Firm] = {}
        self.present = block.snapshot.columns["alive"].copy()
        for slot in np.flatnonzero(self.present).tolist():
            self.enter(slot)

    def read_province(self) -> None:
        """Tables that firms look up by sector, prefecture and sub-type."""
        block = self.block
        province = block.province
        self.fuel_co2 = province.fuel_co2_factors().tolist()
        self.profit_margins = province.sectors["profit_margin"].tolist()
        self.process_shares = [0.0, *province.subtypes["process_electricity_share"].tolist()]
        self.tariffs = block.electricity_price.tolist()
        self.pv_yields = block.pv_yield.tolist()
        self.entry_draw = block.draws.uniform("initial awareness", remember=True).tolist()
        self.queue_tickets = block.draws.uniform("queue ticket", remember=True).tolist()
        self.diagnosis_luck = block.draws.gumbel("diagnosis order", remember=True).tolist()
        self.material_order = block.draws.uniform("material diagnosis order", remember=True).tolist()
        self.taste_lists: dict[int, list[float]] = {}

    def enter(self, slot: int) -> Firm:
        """Let a firm go into business."""
        firm = Firm(self, slot, self.record, self.options_of(slot))
        self.in_business[slot] = firm
        if firm.stage != IDLE:
            self.providers.adopt(firm)
        if firm.loan > 0.0:
            self.bank.borrowers[slot] = firm
        return firm

    def options_of(self, slot: int) -> list[Option]:
        """The options of one slot as they are after the burn-in."""
        start = self.option_record["start"]
        measure, factor, taste = (self.option_record[name] for name in ("measure", "cost_factor", "taste"))
        adopted, in_project = self.option_record["adopted"], self.option_record["in_project"]
        return [
            Option(self.menu[measure[at]], at, factor[at], taste[at], adopted[at], in_project[at])
            for at in range(start[slot], start[slot + 1])
        ]

    def tastes(self, generation: int) -> list[float]:
        """Drawn tastes of all options in one equipment generation."""
        if generation not in self.taste_lists:
            self.taste_lists[generation] = self.block.tastes.of(generation).tolist()
        return self.taste_lists[generation]

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
        firms = self.agents_by_type[Firm]
        firms.do("open_quarter")
        self.order_retirements()
        self.count_peers()
        firms.do("learn")
        self.diagnose()
        self.diagnose_materials()
        self.read_market()
        firms.do("consider")
        self.finance()
        self.providers.work()
        self.settle()
        self.record_quarter()
        self.quarter += 1

    def open_quarter(self) -> None:
        """Read the quarter's exogenous paths and draws."""
        paths, retrofit = self.block.environment, self.parameters.retrofit
        at = paths.at(self.quarter)
        self.flows = Flows()
        self.revenue = paths.revenue[at].tolist()
        self.trend = float(paths.trend[at])
        self.prices: list[float] = paths.prices[at].tolist()
        self.renewal_draw = self.draw("renewal")
        self.reopening_draw = self.draw("reopening")
        self.awareness_draw = self.draw("awareness")
        self.opportunity_draw = self.draw("opportunity")
        self.award_draw = self.draw("award order")
        self.default_draw = self.draw("default")
        self.opportunity_chance = -math.expm1(-retrofit.opportunity_rate * QUARTER)
        self.wishes: list[tuple[Firm, Project]] = []
        self.deciding = self.completed = self.completed_above_floor = 0
        self.invested = 0.0
        self.bank.lent = self.bank.guaranteed = 0.0

    def draw(self, stream: str) -> list[float]:
        """This quarter's uniform of every slot."""
        values: list[float] = self.block.draws.uniform(stream, self.quarter, remember=True).tolist()
        return values

    def set_terms(self) -> None:
        """Let the instruments set what every firm faces."""
        paths, block = self.block.environment, self.block
        price = float(paths.carbon_price[paths.at(self.quarter)])
        context = Context(subtype_index=block.subtype_index, carbon_price=price, province_share=block.scale)
        columns = {**block.columns, "alive": self.present}
        self.terms: Terms = self.mix.terms(self.quarter, columns, block.slots, self.ledger, context)
        hazard = self.parameters.retrofit.renewal_hazard
        self.renewal_chance = -math.expm1(-hazard * QUARTER)
        self.over_age_chance = -math.expm1(-hazard * self.terms.renewal_multiplier * QUARTER)
        self.measure_shift = dict(self.terms.measure_shift)
        self.measure_grants = {offer.measure: offer for offer in reversed(self.terms.measure_grants)}
        self.pool.open(self.terms.pool_slice)

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

    def places(self, quarterly: float) -> int:
        """Whole places out of a fractional quarterly number."""
        return math.floor(quarterly * (self.quarter + 1) + 1e-9) - math.floor(quarterly * self.quarter + 1e-9)

    def order_retirements(self) -> None:
        """Order the oldest equipment out, as far as the orders go."""
        over_age = [firm for firm in self.in_business.values() if firm.was_over_age]
        kept = sorted((firm for firm in over_age if not firm.renewed), key=lambda firm: (-firm.age, firm.slot))
        for firm in kept[: max(self.places(self.terms.retirement_orders * len(over_age)), 0)]:
            firm.renewed = True
            firm.renew_equipment()

    def count_peers(self) -> None:
        """Firms, and firms with a completed retrofit, by sector and prefecture and by park."""
        firms = self.in_business.values()
        shown = [firm for firm in firms if firm.rounds_since_2021 > 0]
        self.neighbours = Counter(firm.neighbours for firm in firms)
        self.neighbours_shown = Counter(firm.neighbours for firm in shown)
        self.in_park = Counter(firm.park for firm in firms)
        self.in_park_shown = Counter(firm.park for firm in shown)

    def peer_share(self, firm: Firm) -> float:
        """Share of a firm's peers with a completed retrofit."""
        local = self.neighbours_shown[firm.neighbours] / self.neighbours[firm.neighbours]
        if firm.park < 0:
            return local
        weight = self.parameters.information.peer_park_weight
        return float((1.0 - weight) * local + weight * self.in_park_shown[firm.park] / self.in_park[firm.park])

    def diagnose(self) -> None:
        """Offer the quarter's diagnoses to large users and key firms first."""
        information, quarter = self.parameters.information, self.quarter
        places = self.places(self.terms.diagnosis_slots * self.block.scale)
        acceptance = self.block.draws.uniform("diagnosis acceptance", quarter, remember=True)
        luck = self.block.draws.uniform("diagnosis effect", quarter, remember=True)
        effect = information.diagnosis_effect, information.diagnosis_effect_large
        by_size = (effect[1], 0.5 * (effect[0] + effect[1]), effect[0], effect[0])

        def priority(firm: Firm) -> float:
            use = math.log(max(sum(firm.energy), 1e-3))
            bonus = information.diagnosis_key_bonus if firm.key_firm else 0.0
            return float(information.diagnosis_energy_weight * use + bonus + self.diagnosis_luck[firm.slot])

        candidates = (firm for firm in self.in_business.values() if not firm.diagnosed)
        for firm in heapq.nlargest(places, candidates, key=priority) if places > 0 else []:
            if acceptance[firm.slot] < information.diagnosis_acceptance:
                firm.diagnosed = firm.newly_diagnosed = True
                firm.aware = firm.aware or bool(luck[firm.slot] < by_size[firm.size_class])
                self.flows.diagnoses += 1

    def diagnose_materials(self) -> None:
        """Ask the firms of clause II-11 in a drawn order until enough have accepted a diagnosis of materials."""
        places = self.places(self.terms.material_slots * self.block.scale)
        if places <= 0:
            return
        accepts = self.draw("material diagnosis acceptance")
        willing = (
            firm for firm in self.in_business.values()
            if firm.clause_ii11 and not firm.material_diagnosed
            and accepts[firm.slot] < self.parameters.information.diagnosis_acceptance
        )
        for firm in heapq.nlargest(places, willing, key=lambda firm: self.material_order[firm.slot]):
            firm.material_diagnosed = firm.newly_diagnosed = True
            self.flows.material_diagnoses += 1

    def read_market(self) -> None:
        """What is on offer this year, and how far learning by doing has cut its cost."""
        self.offered = [measure.available(self.quarter // 4) for measure in self.menu]
        initial = self.block.initial_experience.tolist()
        self.learning = [
            (1.0 - measure.learning_rate) ** math.log2(max(now, start) / start)
            for measure, now, start in zip(self.menu, self.experience, initial, strict=True)
        ]

    def finance(self) -> None:
        """Pay for the wished projects as far as cash and credit go; then grants, subsidies and tax credits."""
        finance, scope = self.parameters.finance, self.parameters.retrofit.project_scope_factor
        credit = self.bank.review(self.wishes)
        approved = []
        for firm, project in self.wishes:
            cash = firm.cash()
            budget = cash
            if firm in credit:
                room = self.bank.room(firm, project.saving)
                budget = min(cash / (1.0 - finance.loan_to_value), cash + room)
            offers, cost = [], 0.0
            for offer in project.offers:
                if cost + offer.capex * scope > budget * (1.0 + 1e-12):
                    break
                offers.append(offer)
                cost += offer.capex * scope
            if offers:
                firm.start_project(offers, cost)
                self.providers.queue.append(firm)
                approved.append((firm, cost, max(cost - cash, 0.0)))
                self.treasury.pay_measures(firm, offers)
        for firm, _, loan in approved:
            if loan > 0.0:
                self.bank.lend(firm, loan, credit[firm])
        self.flows.guarantees_issued = self.bank.guaranteed
        self.treasury.support(approved)

    def note_completion(self, firm: Firm, measures: list[Measure]) -> None:
        """Count a completed project and the experience made with its measures."""
        for measure in measures:
            self.experience[measure.index] += 1.0 / self.block.scale
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
