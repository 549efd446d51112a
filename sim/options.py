"""Which firm could ever take which measure, and how firms' tastes for them are drawn.

An option is a pair (firm, measure). The list is made once a seed: by sector, sub-type, park, size and, where the menu
says that only part of a sector can use a measure, by a fixed draw. Mills' route changes are plant decisions and no
options.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
from scipy.special import logit

from agents.array_types import BoolArray, FloatArray, IntArray
from agents.carriers import ELECTRICITY, TCE_PER_MWH
from agents.measure_table import menu_from_columns
from agents.measures import MeasuresParameters, Menu
from agents.options import Options
from sim.draws import Draws
from sim.inputs.province import Province

GOLDEN_STEP = 0.6180339887498949
"""Spreads one uniform of a firm evenly over its measures (systematic sampling)."""


LIMITS = ("sectors", "subtypes", "park_only", "clause_ii11_only", "min_electricity_gwh", "applicable_firm_share",
          "exclusive_group")
"""Columns of the measure table that say who could use a measure."""


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
    for row, entry in enumerate(province.measures[list(LIMITS)].to_dict("records")):
        if menu.plant_decision[row]:
            continue
        rows = np.flatnonzero(_applicable(province, entry, row, columns, draws))
        spread = menu.payback_log_sd[row] * parameters.payback_spread_factor
        firms.append(rows)
        measures.append(np.full(len(rows), row, dtype=np.int64))
        factors.append(np.exp(spread * draws.normal("cost", row, rows=rows)))
    firm, measure, factor = np.concatenate(firms), np.concatenate(measures), np.concatenate(factors)
    # numpy sorts numbers of 16 bits by radix, many times faster
    order = np.argsort(firm.astype(np.uint16) if draws.slots <= 2**16 else firm, kind="stable")
    start = np.zeros(draws.slots + 1, dtype=np.int64)
    np.cumsum(np.bincount(firm, minlength=draws.slots), out=start[1:])
    return Options(firm=firm[order], measure=measure[order], start=start, cost_factor=factor[order])


def _applicable(
    province: Province, entry: Mapping[Hashable, Any], row: int, columns: dict[str, np.ndarray], draws: Draws
) -> BoolArray:
    """Firms that could use one measure, given its entry in the table (`LIMITS`)."""
    mask = np.ones(draws.slots, dtype=bool)
    if entry["sectors"] != "ALL":
        wanted = str(entry["sectors"]).split(";")
        mask &= np.array([str(code) in wanted for code in province.sectors["code"]]).take(columns["sector"])
    if entry["subtypes"]:
        names = province.subtypes["name"].tolist()
        mask &= np.isin(columns["subtype"], [names.index(name) + 1 for name in str(entry["subtypes"]).split(";")])
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
    adopted = np.asarray(_by_measure(options, draws, "legacy") < share)
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


def _by_measure(options: Options, draws: Draws, stream: str, *indices: int) -> FloatArray:
    """(P,) uniform of each option: one stream a measure, one slot a firm."""
    uniform = np.zeros(len(options))
    for row, at in enumerate(options.by_measure):
        uniform[at] = draws.uniform(stream, *indices, row, rows=options.firm.take(at))
    return uniform


class Tastes:
    """Persistent logistic tastes, one a firm, measure and equipment generation; drawn once and shared.

    Few firms reach the later generations: a taste is worked out from its uniform when somebody first asks for it.
    """

    def __init__(self, options: Options, draws: Draws) -> None:
        self._options, self._draws = options, draws
        self._generations = 0
        self._values: FloatArray = np.zeros(0)
        """Generation after generation, tastes where they are known and else uniforms."""
        self._known: BoolArray = np.zeros(0, dtype=bool)

    def of(self, generation: int) -> FloatArray:
        """(P,) tastes of all options in one equipment generation, standard logistic."""
        positions = np.arange(len(self._options))
        return self.renewed(positions, np.full(len(positions), generation))

    def renewed(self, positions: IntArray, generation: IntArray) -> FloatArray:
        """Tastes of some options in the generation of each one's firm.

        Args:
            positions: (K,) option positions.
            generation: (K,) equipment generation of the option's firm.
        """
        while self._generations <= generation.max(initial=-1):
            self._open_generation()
        at = generation.astype(np.int64) * len(self._options) + positions
        fresh = at[~self._known.take(at)]
        self._values[fresh] = logit(self._values.take(fresh))
        self._known[fresh] = True
        return self._values.take(at)

    def _open_generation(self) -> None:
        """Draw the uniforms of the next generation."""
        uniform = _by_measure(self._options, self._draws, "taste", self._generations)
        self._values = np.concatenate([self._values, uniform])
        self._known = np.concatenate([self._known, np.zeros(len(uniform), dtype=bool)])
        self._generations += 1


def reopened(uniform: FloatArray, measure: IntArray, share: float) -> BoolArray:
    """Whether an adopted measure comes up for choice again at the end of life of equipment.

    Systematic sampling: one uniform a firm, shifted by the golden ratio from measure to measure, so every measure has
    probability `share` and a firm with many measures reopens close to that share of them.
    """
    place = uniform + GOLDEN_STEP * measure
    return place - np.floor(place) < share
