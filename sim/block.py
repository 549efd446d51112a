"""A seed block: everything that one seed shares among all policies compared on it.

Population, options, tastes, exogenous paths and the state after the burn-in are made once; every policy starts from a
copy of that state and sees the same draws, so the difference between two policies is caused by the policy alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents import behaviour as rules
from agents.array_types import BoolArray, FloatArray, IntArray
from agents.carriers import ELECTRICITY, TCE_PER_MWH
from agents.chains import SupplyNetwork
from agents.measures import Menu
from agents.options import Options
from agents.parks import FirstParks
from agents.sourcing import SOURCING, least_consumption
from agents.waste import WasteTable
from policies.catalogue import Catalogue
from policies.mix import Mix
from sim.base_year import BaseYear, build_base_year
from sim.chains import build_network
from sim.draws import Draws
from sim.environment import Environment, build_environment
from sim.firm_traits import FirmTraits
from sim.initial_parks import initial_parks
from sim.inputs.model_parameters import Parameters
from sim.inputs.province import Province
from sim.inputs.scenario import Scenario
from sim.learning import initial_experience
from sim.markets import Markets
from sim.options import Tastes, build_options, load_menu
from sim.population.build import build_population
from sim.scopes import compose_scoped, scope_codes
from sim.waste_streams import waste_table

if TYPE_CHECKING:
    from sim.burn_in import Snapshot

FULL_PROVINCE = 17600
"""Firms of the full province at the end of 2025: provincial quantities scale with the firms drawn."""


@dataclass
class SeedBlock(FirmTraits):
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
    _kept: dict[tuple[str, Hashable], np.ndarray] = field(default_factory=dict, init=False, repr=False)
    """What `_once` has worked out, by name and argument."""
    eligible: dict[Hashable, np.ndarray] = field(default_factory=dict, init=False, repr=False)
    """Who falls under rules that ask for fixed traits only, see `policies.instrument.Context.once`."""
    snapshot: Snapshot | None = field(default=None)
    """State after the burn-in, taken by `sim.burn_in.run_burn_in`."""

    def __getstate__(self) -> dict[str, Any]:
        # what can be worked out again need not travel
        return {**self.__dict__, "_kept": {}, "eligible": {}}

    def _once(self, name: str, argument: Hashable, make: Callable[[], np.ndarray]) -> np.ndarray:
        """What follows from the draws and one argument: made when first asked for, the same for every policy."""
        key = name, argument
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

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

    def activity(self, quarter: int) -> FloatArray:
        """Output relative to the base revenue (N,); the same for every policy, computed once a quarter."""
        def make() -> FloatArray:
            return self.environment.revenue[self.environment.at(quarter)] / self.columns["revenue_base"]

        return self._once("activity", quarter, make)

    def least_consumption(self, year: int) -> FloatArray:
        """Consumption below which a firm without an obligation buys no green power in a year, MWh/yr (N,); kept."""
        def make() -> FloatArray:
            taste = [self.draws.gumbel("sourcing", option, remember=True) for option in range(len(SOURCING))]
            return least_consumption(taste, year, self.parameters.power)

        return self._once("least consumption", year, make)

    @cached_property
    def places(self) -> Mapping[str, FloatArray]:
        """What follows from a firm's prefecture, by column of the prefectures' table (prefectures,)."""
        names = ("clean_energy_zone", "award_provincial", "pv_yield", "tariff")
        return {name: self.province.prefectures[name].to_numpy(dtype=np.float64) for name in names}

    @cached_property
    def first_parks(self) -> FirstParks:
        """The industrial parks at the end of 2025."""
        output = self.columns["revenue_base"] * self.output_ratio
        return initial_parks(
            self.province, self.columns, self.incumbents(), output, self.draws, self.parameters.parks
        )

    @cached_property
    def benchmark_industries(self) -> IntArray:
        """Rows of the key industries in which design benchmarks are named: the divisions with the largest output."""
        output = self.province.sectors["gross_output"].to_numpy(dtype=np.float64)
        number = min(max(round(self.parameters.programmes.key_industries), 1), len(output))
        return np.sort(np.argsort(-output, kind="stable")[:number])

    @cached_property
    def followed_options(self) -> Mapping[int, tuple[IntArray, IntArray]]:
        """Positions of options and their firms, by measure whose adoption is reported: digital or pilot-gated."""
        options, followed = self.options, np.flatnonzero(self.menu.pilot_gated | self.menu.digital)
        positions = {measure: np.flatnonzero(options.measure == measure) for measure in followed.tolist()}
        return {measure: (at, options.firm[at]) for measure, at in positions.items()}

    @cached_property
    def base_year(self) -> BaseYear:
        """Output, energy and emissions of 2025 by sector, at the year's grid factor."""
        return build_base_year(self)

    @cached_property
    def network(self) -> SupplyNetwork:
        """Leaders of the key chains and their local suppliers."""
        return build_network(
            self.province, self.columns, self.incumbents(), self.draws, self.parameters.chains, self.scale
        )

    def prices(self, quarter: int) -> FloatArray:
        """Energy prices at hand, CNY/tce (6,); that of electricity relative to the tariff of 2025."""
        return np.asarray(self.environment.prices[self.environment.at(quarter)])

    def exposure(self, firm: IntArray, measure: IntArray) -> FloatArray:
        """Part of the firm's energy that an option can reach (K,): motors and pumps do not act on process power."""
        return np.where(self.menu.skips_process[measure], 1.0 - self.process_electricity_share[firm], 1.0)

    @cached_property
    def option_exposure(self) -> FloatArray:
        """Part of the firm's energy that each option can reach (P,)."""
        return self.exposure(self.options.firm, self.options.measure)

    @cached_property
    def initial_experience(self) -> FloatArray:
        """Firms of the full province that have each measure at the end of 2025, at least one (M,)."""
        return initial_experience(self)

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
        return self._once("positions", measures.tobytes(), lambda: np.flatnonzero(measures[self.options.measure]))


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
        draws=draws, menu=menu, options=options, tastes=Tastes(options, draws), environment=environment,
        burn_in=burn_in, first=first, last=last, settings=settings or {}, behaviour=behaviour,
    )


