"""The state of a running province beside the phases that change it: columns, options, institutions, what they use."""

from __future__ import annotations

from typing import Any

import numpy as np

from agents import certification as certification_rules
from agents import demography as demography_rules
from agents.array_types import BoolArray, FloatArray, IntArray
from agents.bank import Bank, RiskPool
from agents.bodies import CertificationBody, PublicBuyer, ServiceProviders, SolidWaste
from agents.carriers import CARRIERS, ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.firm import FIRM_COLUMNS, Firms
from agents.flows import Flows
from agents.institution import ColumnarModel
from agents.leaders import ChainLeaders
from agents.market import PowerMarket
from agents.measure_effects import EnergyState, apply_measures
from agents.measure_grants import MeasureGrants, measure_grants
from agents.parks import Parks, PrefectureGovernments, ZeroCarbonSites
from agents.programme_bodies import DesignBenchmarks, EquipmentIndustry, StandardsBody, TechnologyProgramme
from agents.store import ColumnStore
from agents.terms import Terms
from policies.ledger import Ledger
from policies.mix import Mix
from sim.block import SeedBlock
from sim.groups import GroupBooks
from sim.phases.certification import LABEL_EFFECT_QUARTERS
from sim.phases.retrofit import Wishes
from sim.phases.zero_carbon import NAMED
from sim.sites import Sites

ENERGY_COLUMNS = ("energy_base", "energy_intensity_ratio", "energy")
ADDED_ENERGY = {NATURAL_GAS: ("added_gas", 1.0), ELECTRICITY: ("added_electricity", TCE_PER_MWH)}
"""Column of what measures add to a carrier at base activity, and tce per unit of it."""


class ProvinceState(ColumnarModel):
    """Everything a quarter reads and writes; `sim.model.ProvinceModel` runs the phases on it."""

    def _open(self, block: SeedBlock, mix: Mix, first: int, store: ColumnStore | None) -> None:
        """Take the columns, or allocate those of the drawn population, and open options and institutions."""
        self.block, self.mix, self.parameters = block, mix, block.parameters
        self.draws, self.menu, self.options = block.draws, block.menu, block.options
        self.quarter = self.first = first
        self.counts_targets = True
        if store is None:
            store = ColumnStore.allocate(FIRM_COLUMNS, block.slots)
            store.fill(block.columns)
        self.store = store
        self.columns = self.store.arrays
        self.firms = Firms(self, self.store)
        self.register_columnar_agents(self.firms)
        self.governance = mix.governance()
        self.bank = Bank(self)
        self.pool = RiskPool(self, block.scale)
        self.providers = ServiceProviders(self, block.scale)
        self.buyer = PublicBuyer(self)
        self.market = PowerMarket(self)
        self.certifier = CertificationBody(self)
        self.parks = Parks(self, block.first_parks)
        self.zero_carbon = ZeroCarbonSites(self, block.first_parks, NAMED, block.slots)
        self.governments = PrefectureGovernments(self, len(block.province.prefectures))
        self.sites = Sites(block)
        self.waste = SolidWaste(self, len(block.province.waste_streams))
        parameters = self.parameters.programmes
        self.technology = TechnologyProgramme(self, self.menu)
        self.standards_body = StandardsBody(self, len(block.province.sectors))
        self.benchmarks = DesignBenchmarks(self, block.benchmark_industries, parameters.benchmarks_2025)
        self.equipment_industry = EquipmentIndustry(
            self, parameters.equipment_makers, parameters.equipment_clusters
        )
        self.leaders = ChainLeaders(self, block.network, block.slots)
        self.ledger = Ledger()
        self._open_state(block.slots)

    def _open_state(self, slots: int) -> None:
        """State beside the firm columns: options, this quarter's events, counters, the record."""
        self.adopted: BoolArray = np.zeros(len(self.options), dtype=bool)
        self.in_project: BoolArray = np.zeros(len(self.options), dtype=bool)
        self.taste: FloatArray = np.zeros(len(self.options))
        in_burn_in = self.block.snapshot is None
        self.experience: FloatArray = np.zeros(len(self.menu)) if in_burn_in else self.block.initial_experience.copy()
        self.terms = Terms(self.quarter, slots)
        self.flows = Flows()
        self.measure_shift: FloatArray = np.zeros(len(self.menu))
        self.measure_grants: MeasureGrants = measure_grants(self.menu, ())
        self.replacements = 0
        c = self.columns
        self.equipment_since: FloatArray = demography_rules.equipment_since(
            c["equipment_age"], c["arrival"], c["equipment_renewed"], self.block.burn_in
        )
        self.renewed: BoolArray = np.zeros(slots, dtype=bool)
        self.newly_diagnosed: BoolArray = np.zeros(slots, dtype=bool)
        self.left: BoolArray = np.zeros(slots, dtype=bool)
        self.refused: BoolArray = np.zeros(slots, dtype=bool)
        self.invited: BoolArray = np.zeros(slots, dtype=bool)
        self.label_reach: FloatArray = np.zeros(slots)
        self.label_quarters: IntArray = np.where(c["certified"], LABEL_EFFECT_QUARTERS, 0)
        self.process_co2_now: FloatArray = np.zeros(slots)
        self.wishes: Wishes
        self.award_ratio = 1.0
        self._asked = self._served = 0
        self.applicants = 0
        self.projects_approved = 0
        self.completed = self.completed_above_floor = 0
        self.invested = 0.0
        self.plant_log: list[dict[str, Any]] = []
        self.plant_completions: dict[int, list[tuple[int, int, float]]] = {}
        self.rows: list[dict[str, float]] = []
        self.group_books = GroupBooks(slots)
        self.booked: dict[str, float] = {}
        self.label_value_median = 0.0
        self.exposed_exports: FloatArray = np.zeros(slots)
        self.offered: BoolArray | None = None
        self._output: tuple[FloatArray, FloatArray] | None = None
        self._energy_total: FloatArray | None = None
        self.open_count: FloatArray = np.zeros(slots)

    @property
    def year(self) -> int:
        """Calendar year of the quarter at hand, or of the last one once the run is over."""
        return min(self.quarter, self.block.last) // 4

    @property
    def season_weight(self) -> float:
        """Share of the year's output and energy in this quarter."""
        return float(self.block.environment.weights[self.quarter % 4])

    @property
    def available(self) -> BoolArray:
        """Measures the market offers this year (M,): from their first year on, or once pilots have opened them.

        The routes of mills are decided apart (`sim.phases.plants`).
        """
        return self.ripe & ~self.menu.plant_decision

    @property
    def ripe(self) -> BoolArray:
        """Measures and routes that can be bought this year (M,)."""
        menu = self.menu
        return (menu.available_from <= max(self.year, 2025)) & ~menu.pilot_gated | self.technology.open

    def update_energy(self, rows: IntArray | None = None) -> None:
        """Set firms' energy use now from base use, measures, activity and autonomous progress.

        Args:
            rows: the firms to update; by default all that have arrived, in place: the others use nothing yet.
        """
        c, block = self.columns, self.block
        at = block.environment.arrived(self.quarter) if rows is None else rows
        activity = c["activity"][at]
        scale = activity * float(block.environment.trend[block.environment.at(self.quarter)])
        if self.technology.materials > 0.0:
            scale *= 1.0 - self.technology.materials * block.downstream[at]
        total = np.zeros(len(scale))
        for carrier in range(len(CARRIERS)):  # one at a time stays in the processor's cache
            base, ratio, energy = (c[name][:, carrier] for name in ENERGY_COLUMNS)
            used = np.multiply(base[at], ratio[at], out=energy[at] if rows is None else None)
            used *= scale
            if carrier in ADDED_ENERGY:
                name, unit = ADDED_ENERGY[carrier]
                some = np.flatnonzero(c[name][at] != 0.0)
                used[some] += c[name][at][some] * activity[some] * unit
            if rows is not None:
                energy[rows] = used
            total += used
        c["electricity_mwh"][at] = c["energy"][at, ELECTRICITY] / TCE_PER_MWH
        process = c["process_co2_base"][at] * c["process_co2_ratio"][at]
        process *= activity
        self.process_co2_now[at] = process
        if rows is None:
            self._energy_total = np.zeros(block.slots)
        if self._energy_total is not None:
            self._energy_total[at] = total

    def output(self) -> tuple[FloatArray, FloatArray]:
        """Gross output by firm (N,) and by sector (S,) at this quarter's rate, m CNY/yr; computed once a revenue."""
        if self._output is None:
            output = self.columns["revenue"] * self.block.output_ratio
            self._output = output, self.block.by_sector.sum(output)
        return self._output

    def set_revenue(self, revenue: FloatArray, activity: FloatArray) -> None:
        """Set what firms turn over this quarter (N,), m CNY/yr, and relative to the base year; nothing if refused."""
        self.columns["revenue"][:], self.columns["activity"][:] = revenue, activity
        refused = np.flatnonzero(self.refused)
        self.columns["revenue"][refused] = self.columns["activity"][refused] = 0.0
        self._output = None

    def energy_total(self) -> FloatArray:
        """Energy use of every firm, all carriers, tce/yr (N,); `update_energy` keeps the sum once it has made it."""
        if self._energy_total is None:
            self._energy_total = self.columns["energy"].sum(axis=1)
        return self._energy_total

    def mark_adopted(self, positions: IntArray, adopted: bool) -> None:
        """Mark options as adopted, or as open again, and keep the count of open options by firm."""
        changed = positions[self.adopted[positions] != adopted]
        self.adopted[changed] = adopted
        if self.offered is not None:
            counted = changed[self.offered[self.options.measure[changed]]]
            np.add.at(self.open_count, self.options.firm[counted], -1.0 if adopted else 1.0)

    def cash(self, rows: IntArray) -> FloatArray:
        """Own means firms put into a project, m CNY (K,)."""
        c = self.columns
        return self.parameters.finance.usable_cash * c["cash_share"][rows] * c["revenue"][rows]

    def loan_rate(self, rows: IntArray) -> FloatArray:
        """Loan rate of firms, 1/yr (K,)."""
        finance_parameters = self.parameters.finance
        small = self.columns["size_class"][rows] >= 2
        rate = finance_parameters.loan_rate + finance_parameters.small_firm_spread * small
        return rate - self.terms.loan_rate_cut[rows]

    def certification_value(self, rows: IntArray) -> FloatArray:
        """Net benefit of a certificate to firms, persistent taste included, m CNY (K,)."""
        c, parameters = self.columns, self.parameters.certification
        taste = self.draws.logistic("certification taste", remember=True)[rows]
        return certification_rules.application_value(
            c["revenue"][rows], c["label_value"][rows], self.terms.certification_award[rows], taste, parameters,
            self.terms.certification_cost_factor[rows],
        )

    def take_effect(self, firm: IntArray, measure: IntArray) -> None:
        """Let completed measures change how their firms use energy; `update_energy` makes it felt."""
        c = self.columns
        state = EnergyState(
            ratio=c["energy_intensity_ratio"], added_mwh=c["added_electricity"], added_gas=c["added_gas"],
            alternative_fuel=c["alternative_fuel"], process_ratio=c["process_co2_ratio"],
            fuel_co2_ratio=c["fuel_co2_ratio"], generation_mwh=c["onsite_generation"],
        )
        apply_measures(
            state, firm, measure, self.menu, c["energy_base"], c["revenue"], self.sites.pv_yield,
            self.block.exposure(firm, measure), self.parameters.measures,
        )

    def count_awards(self, asked: int, served: int) -> None:
        """Note grant applications and awards; the ratio of a year is what firms expect in the next."""
        self._asked += asked
        self._served += served
        if self.quarter % 4 == 3:
            self.award_ratio = self._served / self._asked if self._asked else 1.0
            self._asked = self._served = 0
