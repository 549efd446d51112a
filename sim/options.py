"""Which firm could ever take which measure, and how firms' tastes for them are drawn.

An option is a pair (firm, measure). The list is made once a seed: by sector, sub-type, park, size and, where the menu
says that only part of a sector can use a measure, by a fixed draw. Mills' route changes are plant decisions and no
options.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import logit, ndtri

from agents.measures import ELECTRICITY, TCE_PER_MWH, MeasuresParameters, Menu, Options, menu_from_columns
from agents.terms import BoolArray, FloatArray, IntArray
from sim.draws import Draws
from sim.province import Province

GOLDEN_STEP = 0.6180339887498949
"""Spreads one uniform of a firm evenly over its measures (systematic sampling)."""


def load_menu(province: Province) -> Menu:
    """The measure table of a province as arrays."""
    return menu_from_columns({name: province.measures[name].tolist() for name in province.measures.columns})


def build_options(
    province: Province, menu: Menu, columns: dict[str, np.ndarray], draws: Draws, parameters: MeasuresParameters
) -> Options:
    """List the applicable options of all slots.

    Args:
        province: measure and sector tables.
        menu: the menu, in table order.
        columns: the population.
        draws: keyed draws; stream "applicable" decides partial applicability, "cost" the firm's cost factor.
        parameters: spread of the cost factor.

    Returns:
        Options sorted by firm, then measure.
    """
    firms, measures, factors = [], [], []
    for row in range(len(menu)):
        if menu.plant_decision[row]:
            continue
        rows = np.flatnonzero(_applicable(province, province.measures.iloc[row], row, columns, draws))
        spread = menu.payback_log_sd[row] * parameters.payback_spread_factor
        firms.append(rows)
        measures.append(np.full(len(rows), row, dtype=np.int64))
        factors.append(np.exp(spread * ndtri(draws.uniform("cost", row)[rows])))
    firm, measure, factor = np.concatenate(firms), np.concatenate(measures), np.concatenate(factors)
    order = np.argsort(_narrow(firm), kind="stable")
    start = np.zeros(draws.slots + 1, dtype=np.int64)
    np.cumsum(np.bincount(firm, minlength=draws.slots), out=start[1:])
    return Options(firm=firm[order], measure=measure[order], start=start, cost_factor=factor[order])


def _applicable(
    province: Province, entry: pd.Series, row: int, columns: dict[str, np.ndarray], draws: Draws
) -> BoolArray:
    """Firms that could use one measure."""
    code = province.sectors["code"].to_numpy()[columns["sector"]]
    mask = np.ones(len(code), dtype=bool)
    if entry["sectors"] != "ALL":
        mask &= np.isin(code, [int(c) for c in str(entry["sectors"]).split(";")])
    if entry["subtypes"]:
        names = province.subtypes["name"].tolist()
        wanted = [names.index(name) + 1 for name in str(entry["subtypes"]).split(";")]
        mask &= np.isin(columns["subtype"], wanted)
    if entry["park_only"]:
        mask &= columns["park"] >= 0
    if entry["clause_ii11_only"]:
        mask &= columns["clause_ii11"]
    if entry["min_electricity_gwh"] > 0.0:
        mask &= columns["energy_base"][:, ELECTRICITY] / TCE_PER_MWH > entry["min_electricity_gwh"] * 1000.0
    if entry["applicable_firm_share"] < 1.0:
        mask &= draws.uniform("applicable", row) < entry["applicable_firm_share"]
    if entry["exclusive_group"] == "ironmaking":  # a mill's route is a plant decision
        mask &= columns["plant"] < 0
    return np.asarray(mask)


def legacy_adoption(menu: Menu, options: Options, draws: Draws) -> BoolArray:
    """Options already in place in 2021: the menu's adopted share of every measure, read as legacy (P,).

    A measure whose prerequisite is missing, or that a measure of lower number rules out, is not in place.
    """
    share = menu.adopted_share[options.measure]
    adopted = np.asarray(_by_measure(options, menu, draws, "legacy") < share)
    has = np.zeros((draws.slots, len(menu)), dtype=bool)
    has[options.firm, options.measure] = adopted
    need = menu.requires[options.measure]
    adopted &= (need < 0) | has[options.firm, np.maximum(need, 0)]
    before = np.tri(len(menu), k=-1, dtype=bool)
    has_rivals = np.asarray(menu.excludes.any(axis=1))
    contested = np.flatnonzero(adopted & has_rivals[options.measure])
    lower: BoolArray = menu.excludes[options.measure[contested]] & before[options.measure[contested]]
    adopted[contested[(lower & has[options.firm[contested]]).any(axis=1)]] = False
    return adopted


def _narrow(index: IntArray) -> np.ndarray:
    """The same numbers in 16 bits where they fit: numpy then sorts by radix, many times faster."""
    return index.astype(np.uint16) if len(index) and index.max() < 2**16 else index


def _by_measure(options: Options, menu: Menu, draws: Draws, stream: str, *indices: int) -> FloatArray:
    """(P,) uniform of each option: one stream a measure, one slot a firm."""
    uniform = np.zeros(len(options))
    order = np.argsort(_narrow(options.measure), kind="stable")
    ends = np.cumsum(np.bincount(options.measure, minlength=len(menu)))
    for row, at in enumerate(np.split(order, ends[:-1])):
        if len(at):
            uniform[at] = draws.uniform(stream, *indices, row)[options.firm[at]]
    return uniform


class Tastes:
    """Persistent logistic tastes, one a firm, measure and equipment generation; generated once and shared."""

    def __init__(self, options: Options, menu: Menu, draws: Draws) -> None:
        self._options, self._menu, self._draws = options, menu, draws
        self._by_generation: list[FloatArray] = []
        self._stacked: FloatArray = np.zeros(0)

    def of(self, generation: int) -> FloatArray:
        """(P,) tastes of all options in one equipment generation, standard logistic."""
        while len(self._by_generation) <= generation:
            number = len(self._by_generation)
            self._by_generation.append(logit(_by_measure(self._options, self._menu, self._draws, "taste", number)))
        return self._by_generation[generation]

    def renewed(self, positions: IntArray, generation: IntArray) -> FloatArray:
        """Tastes of some options in the generation of each one's firm.

        Args:
            positions: (K,) option positions.
            generation: (K,) equipment generation of the option's firm.
        """
        newest = int(generation.max(initial=-1))
        if newest < 0:
            return np.zeros(0)
        self.of(newest)
        if len(self._stacked) != len(self._by_generation) * len(self._options):
            self._stacked = np.concatenate(self._by_generation)
        return self._stacked[generation.astype(np.int64) * len(self._options) + positions]


def reopened(uniform: FloatArray, measure: IntArray, share: float) -> BoolArray:
    """Whether an adopted measure comes up for choice again at the end of life of equipment.

    Systematic sampling: one uniform a firm, shifted by the golden ratio from measure to measure, so every measure has
    probability `share` and a firm with many measures reopens close to that share of them.
    """
    place = uniform + GOLDEN_STEP * measure
    return place - np.floor(place) < share
