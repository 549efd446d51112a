"""A seed block: everything that one seed shares among all policies compared on it.

Population, options, tastes, exogenous paths and the state after the burn-in are made once; every policy starts from a
copy of that state and sees the same draws, so the difference between two policies is caused by the policy alone.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from agents import behaviour as rules
from agents.arrays import sum_by
from agents.chains import SupplyNetwork
from agents.firm import OWNERSHIPS, SIZE_CLASSES
from agents.measures import ELECTRICITY, PROCESS_GAS, TCE_PER_MWH, Menu, Options
from agents.parks import FirstParks
from agents.terms import BoolArray, FloatArray, IntArray
from agents.waste import WasteTable
from policies.catalogue import Catalogue
from policies.mix import Mix
from policies.schedule import parse_quarter
from sim.chains import build_network
from sim.draws import Draws
from sim.environment import Environment, build_environment
from sim.initial_parks import initial_parks
from sim.markets import MWH_PER_GWH, Markets
from sim.model_parameters import Parameters
from sim.options import Tastes, build_options, load_menu
from sim.population import build_population
from sim.province import Province
from sim.scenario import Scenario
from sim.scopes import compose_scoped, scope_codes
from sim.waste_streams import waste_table

if TYPE_CHECKING:
    from sim.preparation import Snapshot

FULL_PROVINCE = 17600
"""Firms of the full province at the end of 2025: provincial quantities scale with the firms drawn."""


KEY_INDUSTRIES = (25, 26, 30, 31, 32)
"""Divisions of the energy-intensive key industries; those of the carbon market since 2024 are among them."""

DOWNSTREAM_DIVISIONS = (33, 34, 35, 36, 37, 38, 39, 40)
"""Divisions that build with advanced materials: metal products, machinery, vehicles, electrical, electronics."""


@dataclass(frozen=True)
class BaseYear:
    """2025 by sector (S,): gross output (m CNY), energy (tce), CO2 direct and indirect (t)."""

    output: FloatArray
    energy: FloatArray
    co2: FloatArray


@dataclass
class SeedBlock:
    """What one seed draws, before any policy. Arrays have one row a slot."""

    seed: int
    province: Province
    parameters: Parameters
    scenario: Scenario
    catalogue: Catalogue
    columns: dict[str, np.ndarray]
    draws: Draws
    menu: Menu
    options: Options
    tastes: Tastes
    environment: Environment
    burn_in: int
    first: int
    last: int
    settings: Mapping[str, float] = field(default_factory=dict)
    """Overrides of instrument settings, by ``instrument.setting``."""
    behaviour: str = rules.DEFAULT
    """Rule by which firms judge measures, burn-in included (`agents.behaviour`)."""
    _activity: dict[int, FloatArray] = field(default_factory=dict, init=False, repr=False)
    _positions: dict[bytes, IntArray] = field(default_factory=dict, init=False, repr=False)
    eligible: dict[Hashable, np.ndarray] = field(default_factory=dict, init=False, repr=False)
    """Who falls under rules that ask for fixed traits only, see `policies.instrument.Context.once`."""
    snapshot: Snapshot | None = field(default=None)
    """State after the burn-in, taken by `sim.preparation.run_burn_in`."""

    @property
    def slots(self) -> int:
        """Firm slots, incumbents and entrants."""
        return len(self.columns["unique_id"])

    @cached_property
    def scale(self) -> float:
        """Firms drawn over firms of the full province: 1 for Sichuan, less for the demo."""
        return self.province.firms / FULL_PROVINCE

    @cached_property
    def subtype_index(self) -> Mapping[str, int]:
        """Code of each sub-type in the firms' column."""
        return {name: row + 1 for row, name in enumerate(self.province.subtypes["name"])}

    @cached_property
    def output_ratio(self) -> FloatArray:
        """Gross output over revenue of each firm's sector (N,)."""
        sectors = self.province.sectors
        return (sectors["gross_output"] / sectors["revenue"]).to_numpy(dtype=np.float64)[self.columns["sector"]]

    def compose(self, policy: str | Sequence[str]) -> Mix:
        """The mix of a policy name (see `policies.catalogue`); ConfigError if there is none of that name."""
        return compose_scoped(self.catalogue, policy, self.settings, self.province)

    @cached_property
    def scope_codes(self) -> Mapping[str, Mapping[str, int]]:
        """Codes by firm column and name, for settings of some firms."""
        return scope_codes(self.province)

    @cached_property
    def electricity_scale(self) -> float:
        """Electricity of the firms drawn over the table's manufacturing total, scales the power balance."""
        incumbents = self.columns["arrival"] < self.first
        drawn = self.columns["energy_base"][incumbents, ELECTRICITY].sum() / TCE_PER_MWH
        return float(drawn / self.province.sectors["electricity_mwh"].sum())

    @cached_property
    def sector(self) -> IntArray:
        """Sector of each firm (N,), in the integers that numpy's sums by group take without converting."""
        return self.columns["sector"].astype(np.int64)

    @cached_property
    def contested_options(self) -> BoolArray:
        """Options of measures that rule out or require another, or are ruled out or required by one (P,)."""
        return self.menu.contested[self.options.measure]

    @cached_property
    def local_group(self) -> IntArray:
        """Group of firms of the same sector and prefecture (N,)."""
        return self.sector * len(self.province.prefectures) + self.columns["prefecture"]

    @cached_property
    def local_groups(self) -> int:
        """Number of sector-prefecture groups."""
        return len(self.province.sectors) * len(self.province.prefectures)

    @cached_property
    def energy_order(self) -> IntArray:
        """Slots by energy use in the base year, the largest first (N,)."""
        return np.argsort(-self.columns["energy_base"].sum(axis=1), kind="stable")

    def activity(self, quarter: int) -> FloatArray:
        """Output relative to the base revenue (N,); the same for every policy, computed once a quarter."""
        known = self._activity.get(quarter)
        if known is None:
            known = self.environment.revenue[self.environment.at(quarter)] / self.columns["revenue_base"]
            self._activity[quarter] = known
        return known

    @cached_property
    def park_group(self) -> IntArray:
        """Group of firms of the same park (N,): 0 outside parks, else 1 + park."""
        return self.columns["park"].astype(np.int64) + 1

    @cached_property
    def park_groups(self) -> int:
        """Number of these groups."""
        return int(self.park_group.max()) + 1

    @cached_property
    def key_sector(self) -> BoolArray:
        """Firms of the key industries (N,)."""
        code = self.province.sectors["code"].to_numpy()[self.columns["sector"]]
        return np.isin(code, KEY_INDUSTRIES)

    @cached_property
    def key_entrants(self) -> IntArray:
        """Slots of the entrants of key industries, by arrival."""
        return np.flatnonzero(self.key_sector & (self.columns["arrival"] >= self.first))

    @cached_property
    def places(self) -> Mapping[str, FloatArray]:
        """What follows from a firm's prefecture, by column of the prefectures' table (prefectures,)."""
        names = ("clean_energy_zone", "award_provincial", "pv_yield", "tariff")
        return {name: self.province.prefectures[name].to_numpy(dtype=np.float64) for name in names}

    @cached_property
    def key_entrant_energy(self) -> FloatArray:
        """Base energy of these entrants, tce/yr."""
        return np.asarray(self.columns["energy_base"][self.key_entrants].sum(axis=1))

    @cached_property
    def first_parks(self) -> FirstParks:
        """The industrial parks at the end of 2025."""
        output = self.columns["revenue_base"] * self.output_ratio
        return initial_parks(
            self.province, self.columns, self.incumbents(), output, self.draws, self.parameters.parks
        )

    @cached_property
    def downstream(self) -> FloatArray:
        """One for firms of the divisions that use advanced materials, else zero (N,)."""
        code = self.province.sectors["code"].to_numpy()[self.columns["sector"]]
        return np.isin(code, DOWNSTREAM_DIVISIONS).astype(np.float64)

    @cached_property
    def benchmark_industries(self) -> IntArray:
        """Rows of the key industries in which design benchmarks are named: the divisions with the largest output."""
        output = self.province.sectors["gross_output"].to_numpy(dtype=np.float64)
        number = min(max(round(self.parameters.programmes.key_industries), 1), len(output))
        return np.sort(np.argsort(-output, kind="stable")[:number])

    @cached_property
    def followed_options(self) -> IntArray:
        """Positions of the options whose adoption is reported: digital and pilot-gated measures."""
        followed = self.menu.pilot_gated | self.menu.digital
        return np.flatnonzero(followed[self.options.measure])

    @cached_property
    def base_year(self) -> BaseYear:
        """Output, energy and emissions of 2025 by sector, at the year's grid factor."""
        sectors = len(self.province.sectors)
        here = self.incumbents()
        c, sector = self.columns, self.columns["sector"][here]
        energy = c["energy_base"][here]
        grid_factor = self.markets.fossil_share(2025) * self.parameters.power.fossil_factor
        bought = energy[:, ELECTRICITY] / TCE_PER_MWH
        direct = (energy * self.fuel_co2[here]).sum(axis=1) + c["process_co2_base"][here]
        own = self.snapshot.columns["onsite_generation"][here] if self.snapshot else np.zeros(len(energy))
        output = c["revenue_base"][here] * self.output_ratio[here]
        values = (output, energy.sum(axis=1), direct + (bought - own) * grid_factor)
        return BaseYear(*(sum_by(sector, each, sectors) for each in values))

    @cached_property
    def network(self) -> SupplyNetwork:
        """Leaders of the key chains and their local suppliers."""
        return build_network(
            self.province, self.columns, self.incumbents(), self.draws, self.parameters.chains, self.scale
        )

    @cached_property
    def group_cells(self) -> tuple[IntArray, tuple[int, ...]]:
        """Cell of sector, prefecture, size class and ownership of each firm (N,), and the shape of all cells."""
        c = self.columns
        shape = (len(self.province.sectors), len(self.province.prefectures), len(SIZE_CLASSES), len(OWNERSHIPS))
        cell = np.ravel_multi_index(
            (self.sector, *(c[name].astype(np.int64) for name in ("prefecture", "size_class", "ownership"))), shape
        )
        return cell, shape

    @cached_property
    def green_product_order(self) -> IntArray:
        """Place at which green-product certification reaches each firm's division (N,), 0 never."""
        order = self.province.demand_sectors["green_product_order"].to_numpy(dtype=np.int64)
        return np.asarray(order[self.columns["sector"]])

    @cached_property
    def profit_margin(self) -> FloatArray:
        """Profit over revenue of each firm's sector (N,)."""
        return self.province.sectors["profit_margin"].to_numpy(dtype=np.float64)[self.columns["sector"]]

    @cached_property
    def pv_yield(self) -> FloatArray:
        """Output of rooftop solar, kWh per kWp (N,)."""
        return self.province.prefectures["pv_yield"].to_numpy(dtype=np.float64)[self.columns["prefecture"]]

    @cached_property
    def megawatts_per_mwh(self) -> FloatArray:
        """Rooftop capacity over its yearly output, MW per MWh (N,)."""
        return 1.0 / self.pv_yield

    @cached_property
    def fuel_co2(self) -> FloatArray:
        """Direct emissions, tCO2 per tce (N, 6)."""
        return np.asfortranarray(self.province.fuel_co2_factors()[self.columns["sector"]])

    @cached_property
    def common_fuel_co2(self) -> FloatArray:
        """Direct emissions by carrier of most sectors, tCO2 per tce (6,)."""
        return np.asarray(self.province.fuel_co2_factors().min(axis=0))

    @cached_property
    def process_gas_surplus(self) -> FloatArray:
        """What by-product gas emits beyond that in the firm's sector, tCO2 per tce (N,)."""
        return self.fuel_co2[:, PROCESS_GAS] - self.common_fuel_co2[PROCESS_GAS]

    @cached_property
    def electricity_price(self) -> FloatArray:
        """Electricity tariff in 2025, CNY/tce (N,)."""
        tariff = self.province.prefectures["tariff"].to_numpy(dtype=np.float64)[self.columns["prefecture"]]
        return tariff * MWH_PER_GWH / TCE_PER_MWH

    def prices(self, quarter: int) -> FloatArray:
        """Energy prices at hand, CNY/tce (6,); that of electricity relative to the tariff of 2025."""
        return np.asarray(self.environment.prices[self.environment.at(quarter)])

    @cached_property
    def process_electricity_share(self) -> FloatArray:
        """Part of electricity bound in the core process of the firm's sub-type (N,); 0 for generic firms."""
        share = self.province.subtypes["process_electricity_share"].to_numpy(dtype=np.float64)
        return np.append(0.0, share)[self.columns["subtype"]]

    def exposure(self, firm: IntArray, measure: IntArray) -> FloatArray:
        """Part of the firm's energy that an option can reach (K,): motors and pumps do not act on process power."""
        return np.where(self.menu.skips_process[measure], 1.0 - self.process_electricity_share[firm], 1.0)

    @cached_property
    def option_exposure(self) -> FloatArray:
        """Part of the firm's energy that each option can reach (P,)."""
        return self.exposure(self.options.firm, self.options.measure)

    @cached_property
    def initial_experience(self) -> FloatArray:
        """Adoptions of each measure at the start of 2021 in the full province, at least one (M,)."""
        applicable = np.bincount(self.options.measure, minlength=len(self.menu)) / self.scale
        return np.maximum(applicable * self.menu.adopted_share, 1.0)

    @cached_property
    def markets(self) -> Markets:
        """Power balance and buyers of the province, scaled to the firms drawn."""
        return Markets(
            self.province, self.parameters, self.scenario, self.environment, self.scale, self.electricity_scale
        )

    @cached_property
    def waste(self) -> WasteTable:
        """Streams of solid waste, and who could use them."""
        return waste_table(self)

    def positions_of(self, measures: BoolArray) -> IntArray:
        """Positions of the options of some measures (M,), found once."""
        key = measures.tobytes()
        if key not in self._positions:
            self._positions[key] = np.flatnonzero(measures[self.options.measure])
        return self._positions[key]

    @cached_property
    def mills(self) -> Mapping[int, IntArray]:
        """Slots of the mills that decide on their route, by the quarter of the decision (absolute)."""
        due: dict[int, list[int]] = {}
        for slot in np.flatnonzero(self.columns["plant"] >= 0):
            label = str(self.province.plants["decision_quarter"].iloc[int(self.columns["plant"][slot])])
            if label:
                due.setdefault(parse_quarter(label), []).append(int(slot))
        return {quarter: np.array(slots, dtype=np.int64) for quarter, slots in due.items()}

    def incumbents(self) -> BoolArray:
        """Firms that exist at the end of 2025 (N,)."""
        return np.asarray(self.columns["arrival"] < self.first)


def build_block(
    province: Province, parameters: Parameters, scenario: Scenario, catalogue: Catalogue, seed: int, burn_in: int,
    first: int, last: int, settings: Mapping[str, float] | None = None, behaviour: str = rules.DEFAULT,
) -> SeedBlock:
    """Draw the population, its options and the exogenous paths of one seed.

    Args:
        province: the province pack.
        parameters: all parameter blocks.
        scenario: the exogenous future.
        catalogue: instruments and mixes.
        seed: any integer.
        burn_in: first quarter of the burn-in.
        first: first quarter of the run.
        last: last quarter of the run.
        settings: overrides of instrument settings.
        behaviour: rule of decision, one of `agents.behaviour.BEHAVIOURS`.
    """
    columns = build_population(
        province, parameters.population, parameters.demography, parameters.certification, seed
    )
    draws = Draws(seed, len(columns["unique_id"]))
    menu = load_menu(province)
    options = build_options(province, menu, columns, draws, parameters.measures)
    environment = build_environment(
        province, columns, draws, parameters.environment, parameters.demography, burn_in, first, last,
        scenario,
    )
    return SeedBlock(
        seed=seed, province=province, parameters=parameters, scenario=scenario, catalogue=catalogue, columns=columns,
        draws=draws, menu=menu, options=options, tastes=Tastes(options, menu, draws), environment=environment,
        burn_in=burn_in, first=first, last=last, settings=settings or {}, behaviour=behaviour,
    )


