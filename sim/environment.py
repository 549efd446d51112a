"""The world outside every policy: growth, prices, hydrology, carbon price, exits and the end of life of equipment.

All of it depends on the seed alone, never on a policy, so one environment serves every mix that is compared.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import ndtri

from agents.array_types import BoolArray, FloatArray
from agents.arrays import sum_by
from agents.carriers import CARRIERS, ELECTRICITY
from agents.demography import QUARTER, DemographyParameters, event, exit_hazard
from agents.parameter import number
from sim.draws import Draws
from sim.inputs.province import Province
from sim.inputs.scenario import Scenario

GROWTH_COLUMNS = {"low": "low", "central": "value", "high": "high"}
"""Column of table growth by growth path of the scenario."""


@dataclass(frozen=True)
class EnvironmentParameters:
    """Numbers of the exogenous drivers."""

    common_shock_sd: float = number("1/yr", "sd of the yearly growth shock common to all sectors")
    common_shock_persistence: float = number("share", "persistence of that shock from year to year")
    firm_growth_sd: float = number("1/yr", "sd of a firm's own yearly growth; sector totals keep to the sector path")
    autonomous_trend: float = number("1/yr", "change of energy intensity by progress outside the measures")
    growth_electricity: float = number("1/yr", "real growth of the electricity price")
    growth_coal: float = number("1/yr", "real growth of coal, coke and by-product gas prices")
    growth_oil: float = number("1/yr", "real growth of oil prices")
    growth_natural_gas: float = number("1/yr", "real growth of gas prices")
    volatility_fuels: float = number("1/sqrt(yr)", "volatility of fuel prices")
    volatility_electricity: float = number("1/sqrt(yr)", "volatility of the electricity price")
    dry_year: float = number("1/yr", "probability of a dry year")
    wet_year: float = number("1/yr", "probability of a wet year")
    extreme_year: float = number("1/yr", "probability of a year like 2022")
    carbon_reversion: float = number("1/yr", "speed at which the carbon price returns to its path")
    carbon_volatility: float = number("1/sqrt(yr)", "volatility of the carbon price")
    carbon_floor: float = number("CNY/t", "lowest carbon price")
    carbon_ceiling: float = number("CNY/t", "highest carbon price")
    weight_q1: float = number("share", "share of a year's output and energy in the first quarter")
    weight_q2: float = number("share", "the same in the second quarter")
    weight_q3: float = number("share", "the same in the third quarter")
    weight_q4: float = number("share", "the same in the fourth quarter")


@dataclass(frozen=True)
class Environment:
    """Exogenous paths of one seed; the first axis is the quarter from `first`."""

    first: int
    revenue: FloatArray
    """(Q, N): yearly revenue at 2025 prices, m CNY; 0 before arrival and after exit."""
    alive: BoolArray
    """(Q, N)."""
    prices: FloatArray
    """(Q, 6): CNY/tce by carrier; electricity as an index to multiply the firm's own tariff."""
    carbon_price: FloatArray
    """(Q,): CNY/t."""
    hydro: FloatArray
    """(Q,): multiplier on hydro output."""
    trend: FloatArray
    """(Q,): energy intensity relative to 2025 by autonomous progress."""
    weights: FloatArray
    """(4,): share of the year in each quarter."""

    def at(self, quarter: int) -> int:
        """Row of an absolute quarter; once the run is over, that of its last quarter."""
        return min(quarter - self.first, len(self.alive) - 1)

    @cached_property
    def _last_arrived(self) -> list[int]:
        """Slots up to the last firm that has arrived, by quarter."""
        arrived = np.logical_or.accumulate(self.alive, axis=0)
        return [int(np.flatnonzero(each).max(initial=-1)) + 1 for each in arrived]

    def arrived(self, quarter: int) -> slice:
        """The leading slots that hold every firm arrived by an absolute quarter; entrants have the later ones."""
        return slice(self._last_arrived[self.at(quarter)])


def build_environment(
    province: Province, columns: dict[str, np.ndarray], draws: Draws, parameters: EnvironmentParameters,
    demography: DemographyParameters, burn_in: int, first: int, last: int, scenario: Scenario,
) -> Environment:
    """Draw the exogenous paths of one seed, preceded by the burn-in at 2025 output and prices.

    Args:
        province: growth by sector, hydrology and carbon price tables.
        columns: the population.
        draws: keyed draws of the seed.
        parameters: drivers.
        demography: exit hazards.
        burn_in: first quarter of the burn-in (absolute).
        first: first quarter of the run; firms keep their 2025 output and prices before it.
        last: last quarter.
        scenario: paths of growth, coal price and carbon price, and the hydrology of the years it names.
    """
    quarters = last - first + 1
    alive = _alive(columns, draws, demography, first, quarters)
    years = np.arange(quarters) / 4.0 + QUARTER
    weights = np.array([parameters.weight_q1, parameters.weight_q2, parameters.weight_q3, parameters.weight_q4])
    early = first - burn_in
    earlier = columns["arrival"][None, :] <= (burn_in + np.arange(early))[:, None]
    carbon = _carbon_price(province, draws, parameters, first, quarters, scenario.carbon_path)
    # the years before the run are those of the reference: a future does not reach back into its own past
    past = _carbon_price(province, draws, parameters, first, 1, "central")
    prices = _prices(province, draws, parameters, quarters, scenario.coal_price_growth)
    growth = province.growth[GROWTH_COLUMNS[scenario.growth_path]].to_numpy(dtype=np.float64)
    revenue = _revenue(province, columns, draws, parameters, alive, first, growth)
    return Environment(
        first=burn_in,
        revenue=np.concatenate([earlier * columns["revenue_base"], revenue]),
        alive=np.concatenate([earlier, alive]),
        prices=np.concatenate([np.tile(_reference_prices(province), (early, 1)), prices]),
        carbon_price=np.concatenate([np.full(early, past[0]), carbon]),
        hydro=np.concatenate([np.ones(early), _hydro(province, draws, parameters, first, quarters, scenario)]),
        trend=np.concatenate([np.ones(early), np.exp(parameters.autonomous_trend * years)]),
        weights=weights / weights.sum(),
    )


def _reference_prices(province: Province) -> FloatArray:
    """(6,) CNY/tce in 2025; electricity is an index of the firm's own tariff."""
    base = province.carriers["reference_price"].to_numpy(dtype=np.float64, copy=True)
    base[ELECTRICITY] = 1.0
    return np.asarray(base)


def _alive(
    columns: dict[str, np.ndarray], draws: Draws, demography: DemographyParameters, first: int, quarters: int
) -> BoolArray:
    """Presence by quarter: arrived and not yet gone. Mills stay: a plant of that size is no lottery."""
    hazard = exit_hazard(columns["size_class"], demography)
    gone = np.zeros(len(hazard), dtype=bool)
    alive = np.zeros((quarters, len(hazard)), dtype=bool)
    for step in range(quarters):
        arrived = columns["arrival"] < first + step
        leaves = event(draws.uniform("exit", first + step), hazard, QUARTER)
        gone |= arrived & leaves & (columns["plant"] < 0)
        alive[step] = (columns["arrival"] <= first + step) & ~gone
    return alive


def _revenue(
    province: Province, columns: dict[str, np.ndarray], draws: Draws, parameters: EnvironmentParameters,
    alive: BoolArray, first: int, growth: FloatArray,
) -> FloatArray:
    """Firm revenue: own log-normal growth, rescaled so that every sector keeps to its path (entrants included)."""
    sector, base = columns["sector"].astype(np.int64), columns["revenue_base"]
    sectors = len(province.sectors)
    start = sum_by(sector[columns["arrival"] < first], base[columns["arrival"] < first], sectors)
    shock = 0.0
    path = np.ones(sectors)
    own = np.zeros(len(base))
    revenue = np.zeros(alive.shape)
    for step in range(len(alive)):
        year = (first + step) // 4
        if step % 4 == 0:
            z = float(ndtri(draws.scalar("common growth", year)))
            shock = parameters.common_shock_persistence * shock + parameters.common_shock_sd * z
            drift = draws.normal("firm growth", year) * parameters.firm_growth_sd * QUARTER
        own += drift
        path *= np.exp((growth + shock) * QUARTER)
        rows = np.flatnonzero(alive[step])
        home, raw = sector.take(rows), base.take(rows) * np.exp(own.take(rows))
        total = sum_by(home, raw, sectors)
        # a sample may hold no incumbent of a small sector: its entrants then keep their own growth
        on_path = (total > 0.0) & (start > 0.0)
        scale = np.divide(start * path, total, out=np.ones(sectors), where=on_path)
        revenue[step, rows] = raw * scale.take(home)
    return revenue


def _prices(
    province: Province, draws: Draws, parameters: EnvironmentParameters, quarters: int, coal: float
) -> FloatArray:
    """Geometric price paths by carrier, `coal` added to the growth of coal prices; the last column is an index."""
    growth = np.array([parameters.growth_coal + coal] * 3 + [
        parameters.growth_oil, parameters.growth_natural_gas, parameters.growth_electricity
    ])
    volatility = np.array([parameters.volatility_fuels] * 5 + [parameters.volatility_electricity])
    z = np.stack([ndtri(draws.province("prices", len(CARRIERS), step)) for step in range(quarters)])
    # coal, coke and by-product gas follow one market
    z[:, 1] = z[:, 0]
    z[:, 2] = z[:, 0]
    steps = (growth - 0.5 * volatility**2) * QUARTER + volatility * np.sqrt(QUARTER) * z
    return np.asarray(_reference_prices(province) * np.exp(np.cumsum(steps, axis=0)))


def _carbon_price(
    province: Province, draws: Draws, parameters: EnvironmentParameters, first: int, quarters: int, path: str
) -> FloatArray:
    """Carbon price: yearly path of the table with mean-reverting log noise around it."""
    table = province.carbon_prices
    rows = table[table["path"] == path]
    by_year = dict(zip(rows["year"].astype(int), rows["price"].astype(float), strict=True))
    noise = 0.0
    keep = np.exp(-parameters.carbon_reversion * QUARTER)
    spread = parameters.carbon_volatility * np.sqrt((1.0 - keep**2) / (2.0 * parameters.carbon_reversion))
    price = np.zeros(quarters)
    for step in range(quarters):
        z = float(ndtri(draws.scalar("carbon price", step)))
        noise = keep * noise + spread * z
        year = min(max((first + step) // 4, min(by_year)), max(by_year))
        price[step] = by_year[year] * np.exp(noise)
    return np.clip(price, parameters.carbon_floor, parameters.carbon_ceiling)


def _hydro(
    province: Province, draws: Draws, parameters: EnvironmentParameters, first: int, quarters: int, scenario: Scenario
) -> FloatArray:
    """Multiplier on hydro output: one year type a year, drawn or named by the scenario, with the table's quarters."""
    table = province.hydrology
    multiplier = dict(zip(zip(table["year_type"], table["quarter"], strict=True), table["multiplier"], strict=True))
    edges = np.cumsum([parameters.extreme_year, parameters.dry_year, parameters.wet_year])
    names = ("extreme_dry", "dry", "wet", "normal")
    result = np.zeros(quarters)
    for step in range(quarters):
        year, season = divmod(first + step, 4)
        u = draws.scalar("hydrology", year)
        named = scenario.year_type(year)
        kind = names[int(np.searchsorted(edges, u, side="right"))] if named == "drawn" else named
        result[step] = float(multiplier[kind, season + 1])
    return result
