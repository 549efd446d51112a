"""The synthetic population: the firms of the province at the end of 2025, and the entrants after that.

`build_population` reproduces the province pack's tables with one random firm after another: exact counts by
sector and prefecture, exact size classes, sector energy by carrier, stocks of certified factories; close
totals by prefecture. `sim.population.report` compares what was drawn with what the tables say. Everything
depends on the seed alone; a province of fewer firms is a stratified sample of the same population.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.array_types import FloatArray, IntArray
from agents.certification import CertificationParameters
from agents.demography import DemographyParameters
from agents.parameter import number
from sim.draws import Draws
from sim.inputs.province import Province
from sim.population.arrival import (
    BURN_IN,
    EntrantMix,
    entrants,
    entry_schedule,
    exit_hazards,
    past_arrivals,
)
from sim.population.certification import initial_certification, latent_dimensions
from sim.population.energy import direct_co2, entrant_energy, firm_energy
from sim.population.place import Cells, exchange, place, rank_into_places, size_mills_by_capacity
from sim.population.size import Heterogeneity, SizeTable, draw_sizes, size_table
from sim.population.status import STATE, export_share, finance, library_rank, lists, ownership, park

Columns = dict[str, NDArray[Any]]
MILL_LEAD = 100.0
"""Score by which mills precede every other firm of their sector; among them capacity decides."""
DTYPES = {
    "unique_id": np.int64, "sector": np.int16, "prefecture": np.int16, "subtype": np.int16,
    "size_class": np.int8, "ownership": np.int8, "park": np.int16, "plant": np.int16, "arrival": np.int32,
}


@dataclass(frozen=True)
class PopulationParameters:
    """Numbers of the population that stand in no table of the pack."""

    subtype_size_lead: float = number("sd", "lead of sub-type firms in the size ranking")
    net_growth: float = number("1/yr", "net growth of the number of firms from 2026 on")
    past_net_growth: float = number("1/yr", "net growth of the number of firms in 2021-2025")
    arrival_size_slope: float = number("per ln revenue", "fall of the odds of being new since 2021")
    entrant_greenfield_share: float = number("share", "entrants that are medium or large new plants")
    entrant_large_share: float = number("share", "large ones among the medium and large new plants")
    entrant_micro_share: float = number("share", "micro firms among the other entrants")
    entrant_median: float = number("m CNY/yr", "median revenue of the other entrants")
    entrant_log_sd: float = number("ln", "spread of that revenue before truncation")
    entrant_floor: float = number("m CNY/yr", "smallest revenue of an entrant: the above-scale threshold")
    entrant_ceiling: float = number("m CNY/yr", "largest revenue of an entrant that is no new plant")
    entrant_intensity: float = number("ratio", "energy intensity of entrants to the sector's median")
    other_domestic_slope: float = number("per ln revenue", "logit slope, other domestic to private firms")
    state_equipment_age: float = number("years", "how much older state firms' equipment is")
    export_log_sd: float = number("ln", "spread of the export share within a sector")
    park_size_centre: float = number("ln m CNY", "ln revenue at which the park intercept holds")
    park_log_sd: float = number("ln", "spread of the parks' pull on the firms of their prefecture")
    library_size_slope: float = number("per sd", "how the propensity for the project library rises")
    key_firm_energy: float = number("tce/yr", "energy above which a firm of a key industry is a key firm")
    carbon_market_threshold: float = number("t/yr", "direct CO2 above which firms are covered from 2027")
    certified_size_ratio: float = number("ratio", "certified factories' mean revenue to all firms', expected")
    certified_national: float = number("factories", "green factories on the national list at the end of 2025")
    score_size_loading: float = number("sd per sd", "loading of a dimension on size")
    score_management_loading: float = number("sd per sd", "loading of a dimension on management")
    certification_margin: float = number("points", "mean points above the threshold at the start")

    def entrant_mix(self) -> EntrantMix:
        """Classes and sizes of entrants."""
        return EntrantMix(self.entrant_greenfield_share, self.entrant_large_share, self.entrant_micro_share,
                          self.entrant_median, self.entrant_log_sd, self.entrant_floor, self.entrant_ceiling)


def build_population(
    province: Province, parameters: PopulationParameters, demography: DemographyParameters,
    certification: CertificationParameters, seed: int,
) -> Columns:
    """Draw the firms of one seed.

    If `province.firms` is smaller than the number of firms in its tables, the result is a stratified
    systematic sample of the full population (certified or not, sector, sub-type, size class, prefecture),
    entrants included in proportion. It is a sample, not a scaled province: the firms are as they are, and
    nothing is blown up.

    Args:
        province: the province pack.
        parameters: numbers beyond its tables.
        demography: exit hazards, for the number of entrants.
        certification: score and threshold that certified factories have reached.
        seed: any integer.

    Returns:
        One array a firm column; incumbents first, then entrants by arrival. The number of firms does not
        depend on the seed.
    """
    heterogeneity = Heterogeneity(province.heterogeneity)
    table, cells = size_table(province, heterogeneity), place(province)
    mix, hazard, stock = parameters.entrant_mix(), exit_hazards(demography), table.count.sum(axis=0)
    schedule = entry_schedule(stock, parameters.net_growth, hazard, mix.by_class())
    old = cells.sector.size
    draws = Draws(seed, old + int(schedule.sum()))
    columns = _incumbents(province, table, cells, parameters, float(hazard @ stock / old), draws)
    for name, values in entrants(province, table, schedule, mix, old, draws).items():
        columns[name] = np.concatenate([columns[name], values])
    _add_energy(province, heterogeneity, cells, columns, parameters, draws)
    _add_status(province, heterogeneity, columns, parameters, old, draws)
    _add_certification(province, columns, parameters, certification, old, draws)
    if province.firms < old:
        rows = sample(columns, old, province.firms)
        columns = {name: values[rows] for name, values in columns.items()}
    columns["unique_id"] = np.arange(1, columns["sector"].size + 1)
    return {name: np.ascontiguousarray(values, dtype=DTYPES.get(name, values.dtype))
            for name, values in columns.items()}


def sample(columns: Columns, incumbents: int, firms: int) -> IntArray:
    """Rows of a stratified systematic sample of `firms` incumbents and the same share of entrants.

    Firms are lined up by stratum and taken at equal steps, so every run of neighbouring strata is represented
    to within one firm of its share. Entrants are lined up by arrival, so that every quarter keeps its share.
    """
    order = np.lexsort((np.arange(incumbents), *(columns[name][:incumbents] for name in (
        "prefecture", "size_class", "subtype", "sector", "certified_initial"))))
    chosen = order[np.floor((np.arange(firms) + 0.5) * incumbents / firms).astype(np.int64)]
    later = columns["sector"].size - incumbents
    number = round(later * firms / incumbents)
    added = incumbents + np.floor((np.arange(number) + 0.5) * later / max(number, 1)).astype(np.int64)
    return np.concatenate([np.sort(chosen), added])


def _incumbents(
    province: Province, table: SizeTable, cells: Cells, parameters: PopulationParameters, exit_rate: float,
    draws: Draws,
) -> Columns:
    """Places, classes, revenues and arrival of the firms alive at the end of 2025."""
    old = cells.sector.size
    drawn_class, drawn_revenue = draw_sizes(cells.sector, table, draws.uniform("population/size")[:old])
    rank = draws.normal("population/rank")[:old] + parameters.subtype_size_lead * (cells.subtype > 0)
    mills = cells.plant >= 0
    capacity = province.plants["share"].to_numpy(dtype=np.float64)
    rank[mills] = MILL_LEAD * (1.0 + capacity[cells.plant[mills]])
    drawn_revenue = size_mills_by_capacity(cells, drawn_class, drawn_revenue, capacity)
    target = province.prefectures["revenue"].to_numpy(dtype=np.float64)
    size_class, revenue = rank_into_places(cells, drawn_class, drawn_revenue, rank, target)
    group = np.where(mills, -1, cells.sector * 4 + size_class)
    revenue = exchange(revenue, group, cells.prefecture, target)
    arrival = past_arrivals(
        revenue, size_class, cells.subtype, parameters.past_net_growth + exit_rate,
        parameters.entrant_greenfield_share, parameters.arrival_size_slope, draws,
    )
    return {"sector": cells.sector, "prefecture": cells.prefecture, "subtype": cells.subtype,
            "plant": cells.plant, "size_class": size_class, "revenue_base": revenue, "arrival": arrival}


def _add_energy(
    province: Province, heterogeneity: Heterogeneity, cells: Cells, columns: Columns,
    parameters: PopulationParameters, draws: Draws,
) -> None:
    """Energy and process CO2 of incumbents and entrants."""
    old = cells.sector.size
    noise = draws.normal("population/energy")
    energy, process = firm_energy(province, heterogeneity, cells, columns["revenue_base"][:old], noise[:old])
    spread = heterogeneity.value("energy.intensity_log_sd", "generic firms")
    new_energy, new_process = entrant_energy(
        province, (cells.sector, cells.subtype, columns["revenue_base"][:old], energy, process),
        columns["sector"][old:], columns["revenue_base"][old:], parameters.entrant_intensity,
        np.exp(spread * noise[old:]),
    )
    columns["energy_base"] = np.concatenate([energy, new_energy])
    columns["process_co2_base"] = np.concatenate([process, new_process])


def _add_status(
    province: Province, heterogeneity: Heterogeneity, columns: Columns, parameters: PopulationParameters,
    old: int, draws: Draws,
) -> None:
    """Everything else a firm is, apart from certification."""
    sector, revenue, prefecture = columns["sector"], columns["revenue_base"], columns["prefecture"]
    columns["size_score"] = _size_score(sector, revenue, old)
    columns["ownership"] = ownership(
        province, heterogeneity, parameters.other_domestic_slope, sector, revenue, old, draws)
    columns.update(finance(heterogeneity, columns["size_class"], draws))
    columns["management"] = draws.normal("population/management")
    columns["export_share"] = export_share(province, parameters.export_log_sd, sector, revenue, old, draws)
    columns["park"] = park(province, heterogeneity, parameters.park_size_centre, parameters.park_log_sd,
                           prefecture, revenue, draws)
    columns["library_rank"] = library_rank(columns["size_score"], parameters.library_size_slope, old, draws)
    columns["tax_rank"] = draws.uniform("population/tax")
    age = -np.log(draws.uniform("population/equipment")) / heterogeneity.value("equipment.age_rate")
    age += parameters.state_equipment_age * (columns["ownership"] == STATE)
    columns["equipment_age"] = np.where(columns["arrival"] > BURN_IN, 0.0, age)
    emissions = direct_co2(
        columns["energy_base"], columns["process_co2_base"], province.fuel_co2_factors(), sector)
    columns.update(lists(province, heterogeneity, columns, emissions, parameters.key_firm_energy,
                         parameters.carbon_market_threshold, draws))


def _add_certification(
    province: Province, columns: Columns, parameters: PopulationParameters,
    certification: CertificationParameters, old: int, draws: Draws,
) -> None:
    """Green factories at the end of 2025, the five dimensions, and the prefecture's award for a new one."""
    stock = province.prefectures["green_factories"].to_numpy(dtype=np.int64)
    certified, national = initial_certification(
        columns["revenue_base"], columns["prefecture"], old, stock, round(parameters.certified_national),
        parameters.certified_size_ratio, draws,
    )
    columns["certified_initial"], columns["certified_national"] = certified, national
    columns["certification_latent"] = latent_dimensions(
        columns["size_score"], columns["management"], certified,
        (parameters.score_size_loading, parameters.score_management_loading), parameters.certification_margin,
        certification, draws,
    )
    award = province.prefectures["award_provincial"].to_numpy(dtype=np.float64)
    columns["certification_award_city"] = award[columns["prefecture"]]


def _size_score(sector: IntArray, revenue: FloatArray, old: int) -> FloatArray:
    """(N,) ln revenue in sd from the mean of the sector's incumbents."""
    log_revenue, count = np.log(revenue), np.bincount(sector[:old])
    mean = np.bincount(sector[:old], log_revenue[:old]) / count
    variance = np.bincount(sector[:old], (log_revenue[:old] - mean[sector[:old]]) ** 2) / count
    return np.asarray((log_revenue - mean[sector]) / np.sqrt(variance)[sector])
