"""What else a firm is: owner, cash, risk, exports, park, place in the project library, and its lists."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.arrays import stable_order
from sim.draws import Draws
from sim.inputs.province import Province
from sim.population.size import SIZE_CLASSES, Heterogeneity

STATE, FOREIGN, PRIVATE, OTHER_DOMESTIC = range(4)
KEY_INDUSTRIES = (25, 26, 30, 31, 32)
"""Divisions of the key-industry rule: petroleum, chemicals, minerals, ferrous and non-ferrous metals."""


def ownership(
    province: Province, heterogeneity: Heterogeneity, other_slope: float, sector: IntArray,
    revenue: FloatArray, incumbents: int, draws: Draws,
) -> IntArray:
    """Owner of each firm: 0 state, 1 foreign, 2 private, 3 other domestic.

    A firm is state-owned if slope x ln revenue plus its logistic draw exceeds a bar of its sector, and
    foreign if slope x ln revenue minus the same draw exceeds another: two logits that hardly overlap. The
    bars are solved on the incumbents so that the sector's revenue shares come out.

    Args:
        province: revenue shares of state and foreign firms by sector.
        heterogeneity: slopes; share of other domestic firms in the rest.
        other_slope: the slope for other domestic firms.
        sector: (N,) row of the sector.
        revenue: (N,) m CNY.
        incumbents: the first rows, on which the bars are solved; later rows are entrants.
        draws: streams ``population/owner`` and ``population/other domestic``.
    """
    log_revenue, taste = np.log(revenue), draws.logistic("population/owner")
    state_key = heterogeneity.value("ownership.logit_slope", "state") * log_revenue + taste
    foreign_key = heterogeneity.value("ownership.logit_slope", "foreign_HMT") * log_revenue - taste
    everyone = np.arange(revenue.size) < incumbents
    state_share = province.sectors["state_revenue_share"].to_numpy(dtype=np.float64)
    foreign_share = province.sectors["foreign_revenue_share"].to_numpy(dtype=np.float64)
    turnover = np.bincount(sector[:incumbents], revenue[:incumbents], minlength=state_share.size)
    state_bar = _bars(state_key, revenue, sector, everyone, state_share * turnover)
    state = state_key > state_bar[sector]
    foreign_bar = _bars(foreign_key, revenue, sector, everyone & ~state, foreign_share * turnover)
    foreign = ~state & (foreign_key > foreign_bar[sector])
    rest = ~state & ~foreign
    other_key = other_slope * log_revenue + draws.logistic("population/other domestic")
    share = heterogeneity.value("ownership.other_domestic_share_of_rest")
    other = rest & (other_key > np.quantile(other_key[rest & everyone], 1.0 - share))
    return np.where(state, STATE, np.where(foreign, FOREIGN, np.where(other, OTHER_DOMESTIC, PRIVATE)))


def _bars(
    key: FloatArray, revenue: FloatArray, sector: IntArray, eligible: BoolArray, wanted: FloatArray
) -> FloatArray:
    """(sectors,) bar above which the eligible firms of a sector hold as nearly as possible a given revenue.

    Args:
        key: (N,) firms pass from the highest key on.
        revenue: (N,) m CNY.
        sector: (N,) row of the sector.
        eligible: (N,) firms on which the bar is solved.
        wanted: (sectors,) revenue that the firms above the bar should hold, m CNY.
    """
    rows = np.flatnonzero(eligible)
    home = sector[rows]
    bars = np.full(wanted.size, np.inf)
    for s in range(wanted.size):
        ranked = rows[home == s]
        ranked = ranked[stable_order(-key[ranked])]
        held = np.concatenate([[0.0], np.cumsum(revenue[ranked])])
        passing = int(np.argmin(np.abs(held - wanted[s])))
        if passing == ranked.size:
            bars[s] = -np.inf
        elif passing > 0:
            bars[s] = 0.5 * (key[ranked[passing - 1]] + key[ranked[passing]])
    return bars


def finance(heterogeneity: Heterogeneity, size_class: IntArray, draws: Draws) -> dict[str, FloatArray]:
    """Liquid cash (share of revenue) and default probability (1/yr): log-normal around the class median."""
    cash = heterogeneity.by_group("finance.liquid_cash_share", SIZE_CLASSES)[size_class]
    default = heterogeneity.by_group("finance.pd_median", SIZE_CLASSES)[size_class]
    cash = cash * np.exp(heterogeneity.value("finance.liquid_cash_log_sd") * draws.normal("population/cash"))
    default = default * np.exp(heterogeneity.value("finance.pd_log_sd") * draws.normal("population/default"))
    return {"cash_share": np.minimum(cash, 1.0), "default_probability": np.minimum(default, 1.0)}


def export_share(
    province: Province, log_sd: float, sector: IntArray, revenue: FloatArray, incumbents: int, draws: Draws
) -> FloatArray:
    """Exports as a share of revenue: the sector's share times a log-normal factor, at most one.

    The factor is scaled so that the incumbents' revenue-weighted share is the sector's (three passes, because
    the ceiling binds for some electronics firms).
    """
    wanted = province.demand_sectors["export_share"].to_numpy(dtype=np.float64)
    share = wanted[sector] * np.exp(log_sd * draws.normal("population/export"))
    old = slice(0, incumbents)
    turnover = np.bincount(sector[old], revenue[old], minlength=wanted.size)
    for _ in range(3):
        exports = np.bincount(sector[old], (share * revenue)[old], minlength=wanted.size)
        scale = np.divide(wanted * turnover, exports, out=np.ones(wanted.size), where=exports > 0.0)
        share = np.minimum(share * scale[sector], 1.0)
    return share


def park(
    province: Province, heterogeneity: Heterogeneity, centre: float, log_sd: float, prefecture: IntArray,
    revenue: FloatArray, draws: Draws,
) -> IntArray:
    """Industrial park of each firm, numbered through the prefectures, or -1.

    Args:
        province: number of parks by prefecture.
        heterogeneity: intercept and slope of the logit of being in a park.
        centre: ln revenue at which the intercept holds.
        log_sd: sd of the log weight with which a park attracts the firms of its prefecture.
        prefecture: (N,) row of the prefecture.
        revenue: (N,) m CNY.
        draws: streams ``population/in park``, ``population/which park``, provincial ``population/park
            weight``.
    """
    slope = heterogeneity.value("park.size_slope")
    utility = heterogeneity.value("park.intercept") + slope * (np.log(revenue) - centre)
    inside = draws.logistic("population/in park") < utility
    which = draws.uniform("population/which park")
    parks = province.prefectures["parks"].to_numpy(dtype=np.int64)
    edges = np.concatenate([[0], np.cumsum(parks)])
    weight = np.exp(log_sd * draws.province("population/park weight", int(edges[-1]), kind="normal"))
    result = np.full(prefecture.size, -1, dtype=np.int64)
    for city in range(parks.size):
        rows = np.flatnonzero(inside & (prefecture == city))
        upto = np.cumsum(weight[edges[city]:edges[city + 1]])
        result[rows] = edges[city] + np.searchsorted(upto[:-1], which[rows] * upto[-1], side="right")
    return result


def library_rank(size_score: FloatArray, slope: float, incumbents: int, draws: Draws) -> FloatArray:
    """Place in the project library, 0..1 from the first: the share of incumbents with a higher propensity.

    The propensity is exp(slope x size score) with a Gumbel draw; an entrant's place does not move the
    others'.
    """
    key = slope * size_score + draws.gumbel("population/library")
    ranked = np.sort(key[:incumbents])
    return (incumbents - np.searchsorted(ranked, key, side="right")) / incumbents


def lists(
    province: Province, heterogeneity: Heterogeneity, columns: dict[str, NDArray[Any]], emissions: FloatArray,
    key_firm_energy: float, carbon_threshold: float, draws: Draws,
) -> dict[str, BoolArray]:
    """Membership in clause II-11 industries and key chains, key-firm status, and the carbon market.

    Args:
        province: sectors and sub-types.
        heterogeneity: member shares by sector; sub-types in the carbon market from the compliance year 2024, and
            divisions expected to join in 2027, of which the emission threshold picks the firms.
        columns: needs ``sector``, ``subtype``, ``energy_base``.
        emissions: (N,) direct CO2, t/yr.
        key_firm_energy: energy above which a firm of a key industry is a key firm, tce/yr.
        carbon_threshold: direct CO2 from which firms of the 2027 divisions are covered, t/yr.
        draws: streams ``population/clause II-11``, ``population/chain``.

    Returns:
        Boolean columns; ``ets_covered_2027`` includes what was covered in 2024.
    """
    codes = province.sectors["code"].to_numpy()
    clause = heterogeneity.by_group("clause_II11.member_share", codes, default=0.0)
    chain = heterogeneity.by_group("chain.member_share", codes, default=0.0)
    sector, subtype = columns["sector"], columns["subtype"]
    kinds = province.subtypes["sector_code"].astype(str) + "|" + province.subtypes["name"]
    covered = np.concatenate([[False], heterogeneity.by_group("ets.covered", kinds, default=0.0) > 0.0])[subtype]
    joins = heterogeneity.by_group("ets.covered_from_2027", codes, default=0.0) > 0.0
    later = joins[sector] & (emissions >= carbon_threshold)
    energy = columns["energy_base"].sum(axis=1)
    return {
        "clause_ii11": draws.uniform("population/clause II-11") < clause[sector],
        "chain_member": draws.uniform("population/chain") < chain[sector],
        "key_firm": (energy > key_firm_energy) & (np.isin(codes, KEY_INDUSTRIES)[sector] | covered),
        "ets_covered_2024": covered,
        "ets_covered_2027": covered | later,
    }
