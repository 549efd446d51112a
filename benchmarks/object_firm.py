"""The firm of the object models: an ordinary Mesa agent with its state in attributes and its life in methods.

How it judges, pays and uses energy is left to two kinds of firm: `object_plain` writes the rules down in scalar Python,
`object_rules` calls those of `agents`.
"""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mesa import Agent  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from benchmarks.object_model import ObjectModel

IDLE, QUEUED, IN_PROGRESS = range(3)
QUARTERS = 4


@dataclass(slots=True)
class Project:
    """Measures a firm wants to carry out together: what they cost (m CNY) and save (m CNY a year)."""

    capex: float
    saving: float


class Firm(Agent):  # type: ignore[misc]
    """One firm in business. Units as in `agents.firm`."""

    def __init__(self, model: ObjectModel, slot: int, record: dict[str, list[Any]]) -> None:
        """Take the state of one slot at the end of the burn-in."""
        super().__init__(model)
        self.slot = slot
        self.in_business = True
        self.sector = record["sector"][slot]
        self.size_class = record["size_class"][slot]
        self.neighbours = (self.sector, record["prefecture"][slot])
        self.park = record["park"][slot]
        self.key_firm = record["key_firm"][slot]
        self.revenue_base = record["revenue_base"][slot]
        self.energy_base = record["energy_base"][slot]
        self.process_co2_base = record["process_co2_base"][slot]
        self.cash_share = record["cash_share"][slot]
        self.default_probability = record["default_probability"][slot]
        self.management = record["management"][slot]
        self.profit_margin = model.profit_margins[self.sector]
        self.tariff = model.tariffs[slot]
        self.pv_yield = model.pv_yields[slot]
        self.aware = record["aware"][slot]
        self.diagnosed = record["diagnosed"][slot]
        self.clause_ii11 = record["clause_ii11"][slot]
        self.material_diagnosed = record["material_diagnosed"][slot]
        self.newly_diagnosed = False
        self.renewed = self.over_age = False
        self.equipment_renewed = record["equipment_renewed"][slot]
        first_known = max(record["arrival"][slot], model.block.burn_in)
        age_at_first = QUARTERS * record["equipment_age"][slot]
        self.equipment_since = first_known - age_at_first if self.equipment_renewed < 0 else self.equipment_renewed
        self.generation = record["generation"][slot]
        self.rounds = record["rounds"][slot]
        self.rounds_since_2021 = record["rounds_since_2021"][slot]
        self.stage = record["stage"][slot]
        self.stage_since = record["stage_since"][slot]
        self.project_cost = record["project_cost"][slot]
        self.project_ends = record["project_ends"][slot]
        self.last_outcome = record["last_outcome"][slot]
        self.grants_received = record["grants_received"][slot]
        self.energy_ratio = record["energy_intensity_ratio"][slot]
        self.added_electricity = record["added_electricity"][slot]
        self.added_gas = record["added_gas"][slot]
        self.alternative_fuel = record["alternative_fuel"][slot]
        self.process_co2_ratio = record["process_co2_ratio"][slot]
        self.onsite_generation = record["onsite_generation"][slot]
        self.loan = record["loan"][slot]
        self.loan_guaranteed = record["loan_guaranteed"][slot]
        self.loan_installment = record["loan_installment"][slot]

    def open_quarter(self) -> None:
        """Take this quarter's revenue; equipment may reach its end of life."""
        model = self.model
        self.take_revenue()
        self.use_energy()
        self.newly_diagnosed = False
        self.over_age = self.equipment_since < model.quarter - QUARTERS * model.parameters.retrofit.over_age_years
        self.renewed = self.equipment_fails()
        if self.renewed:
            self.renew_equipment()

    def renew_equipment(self) -> None:
        """Start a new generation of equipment."""
        self.equipment_renewed = self.equipment_since = self.model.quarter
        self.generation += 1
        self.reopen_options()

    def learn(self) -> None:
        """Hear of the measures from public information or from peers."""
        if not self.aware:
            self.aware = self.hears()

    def consider(self) -> None:
        """If there is an occasion to decide, weigh the open options and hand a wish to the model."""
        if not (self.aware or self.material_diagnosed) or self.stage != IDLE:
            return
        if self.renewed or self.newly_diagnosed or self.has_opportunity():
            self.model.deciding += 1
            project = self.wish()
            self.last_outcome = 0 if project is None else 1
            if project is not None:
                self.model.wishes.append((self, project))

    def loan_rate(self) -> float:
        """Interest rate of a new loan, 1/yr."""
        finance = self.model.parameters.finance
        spread = finance.small_firm_spread if self.size_class >= 2 else 0.0
        return float(finance.loan_rate + spread - self.model.terms.loan_rate_cut.item(self.slot))

    def start_project(self, cost: float) -> None:
        """Hand an approved project to the service providers' queue."""
        self.last_outcome = 2
        self.stage, self.stage_since, self.project_cost = QUEUED, self.model.quarter, cost

    def complete_project(self) -> list[int]:
        """Let the project's measures take effect; returns their rows in the menu."""
        measures = self.install()
        self.use_energy()
        self.stage = IDLE
        self.rounds += 1
        self.rounds_since_2021 += 1
        return measures

    @abstractmethod
    def take_revenue(self) -> None:
        """Set this quarter's revenue, and activity relative to the base year."""

    @abstractmethod
    def use_energy(self) -> None:
        """Set energy use and process emissions from base use, measures and activity."""

    @abstractmethod
    def equipment_fails(self) -> bool:
        """Whether the main equipment reaches the end of its life this quarter."""

    @abstractmethod
    def reopen_options(self) -> None:
        """Take the tastes of a new equipment generation; some adopted measures come up for choice again."""

    @abstractmethod
    def hears(self) -> bool:
        """Whether public information or peers make the firm aware this quarter."""

    @abstractmethod
    def diagnosis_priority(self) -> float:
        """Place in the order of diagnosis: higher is asked earlier."""

    @abstractmethod
    def diagnosis_effect(self) -> float:
        """Probability that a diagnosis makes the firm aware."""

    @abstractmethod
    def has_opportunity(self) -> bool:
        """Whether a budget round comes up this quarter."""

    @abstractmethod
    def wish(self) -> Project | None:
        """The project the firm would carry out if money were no object, if any."""

    @abstractmethod
    def cash(self) -> float:
        """Own means for a project, m CNY."""

    @abstractmethod
    def grant(self, cost: float) -> float:
        """Grant on an approved project of a cost, both m CNY."""

    @abstractmethod
    def carry_out(self, project: Project, budget: float) -> float:
        """Start what the budget (m CNY) pays for, best first, and take the grants on measures; cost, m CNY."""

    @abstractmethod
    def install(self) -> list[int]:
        """Adopt the measures in hand and let them change energy use; their rows in the menu."""
