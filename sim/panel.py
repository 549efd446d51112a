"""Firm-level panels: chosen columns of chosen firms, quarter by quarter, in bounded memory.

A province of 17,600 firms over 20 quarters, some policies and many seeds is too much to keep whole, so a panel names
its columns and its firms, and every quarter goes to the disk as it ends. Coded columns come out as words: the sector
as its GB/T 4754 code, the prefecture, size class and the like by name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

import numpy as np
import pandas as pd

from agents.array_types import IntArray
from agents.firm import FIRM_COLUMNS
from policies.schedule import quarter_label
from sim.codes import NUMBERED_FROM, code_names
from sim.errors import Problem, nearest_name
from sim.inputs.province import Province
from sim.model import ProvinceModel

Quarters = Literal["all", "year_end", "last"]

_SPECS = {spec.name: spec for spec in FIRM_COLUMNS}


@dataclass(frozen=True)
class Panel:
    """Which firms are followed, and what is kept of them.

    Attributes:
        columns: firm columns (see `agents.firm.Firm`).
        where: allowed values by column, such as ``{"sector": (31, 30), "size_class": ("large",)}``; all have to hold.
        at_least: smallest value by numeric column, such as ``{"revenue": 400.0}``.
        quarters: every quarter, the last one of each year, or the last one of the run.
    """

    columns: tuple[str, ...]
    where: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    at_least: Mapping[str, float] = field(default_factory=dict)
    quarters: Quarters = "year_end"

    def due(self, quarter: int, last: int) -> bool:
        """Whether a quarter (absolute) is kept, in a run to the quarter `last`."""
        if self.quarters == "last":
            return quarter == last
        return self.quarters == "all" or quarter % 4 == 3 or quarter == last


def panel_problems(panel: Panel, province: Province) -> list[Problem]:
    """Everything wrong with a panel: unknown columns, values that a coded column does not have, wrong types."""
    names, problems = code_names(province), []
    asked = [("panel.columns", name) for name in panel.columns]
    asked += [(f"panel.where.{name}", name) for name in panel.where]
    asked += [(f"panel.at_least.{name}", name) for name in panel.at_least]
    for key, name in asked:
        if name not in _SPECS:
            problems.append(Problem("", key, name, "no such firm column", nearest_name(name, _SPECS)))
    for name, values in panel.where.items():
        key = f"panel.where.{name}"
        if name in names:
            problems += [
                Problem("", key, value, f"one of {_some(names[name])}", nearest_name(value, names[name]))
                for value in values if value not in names[name]
            ]
        elif name in _SPECS and _SPECS[name].shape:
            problems.append(Problem("", key, None, "a column of one value a firm is needed"))
    for name in panel.at_least:
        if name in _SPECS and (name in names or _SPECS[name].shape or _SPECS[name].dtype is np.bool_):
            problems.append(Problem("", f"panel.at_least.{name}", None, "a column of one number a firm is needed"))
    if not panel.columns:
        problems.append(Problem("", "panel.columns", None, "at least one firm column is needed"))
    if panel.quarters not in get_args(Quarters):
        allowed = get_args(Quarters)
        problems.append(Problem(
            "", "panel.quarters", panel.quarters, f"one of {', '.join(allowed)}", nearest_name(panel.quarters, allowed)
        ))
    return problems


def _some(values: Sequence[Any], shown: int = 12) -> str:
    """The first values, for a message."""
    text = ", ".join(str(value) for value in values[:shown])
    return text if len(values) <= shown else f"{text}, ..."


def observe(model: ProvinceModel, panel: Panel, quarter: int) -> pd.DataFrame:
    """The chosen columns of the chosen firms in business, one row a firm.

    Args:
        model: right after the quarter was run.
        panel: what is followed; checked by `panel_problems`.
        quarter: the quarter just run (absolute).

    Returns:
        Columns ``quarter`` (as ``2026Q1``), ``unique_id`` and those of the panel, coded ones in words; a column of
        several values a firm becomes several.
    """
    names = code_names(model.block.province)
    rows = _chosen(model, panel, names)
    parts: dict[str, Any] = {
        "quarter": np.repeat(quarter_label(quarter), len(rows)), "unique_id": model.columns["unique_id"][rows],
    }
    for name in panel.columns:
        values = model.columns[name][rows]
        if name in names:
            parts[name] = np.array(names[name])[values - NUMBERED_FROM.get(name, 0)]
        else:
            flat = _SPECS[name].flat_names()
            parts |= dict(zip(flat, values.reshape(len(rows), len(flat)).T, strict=True))
    return pd.DataFrame(parts)


def _chosen(model: ProvinceModel, panel: Panel, names: Mapping[str, list[Any]]) -> IntArray:
    """Rows of the firms in business that the panel follows."""
    c = model.columns
    chosen = c["alive"].copy()
    for name, allowed in panel.where.items():
        values: list[Any] = list(allowed)
        if name in names:
            values = [names[name].index(value) + NUMBERED_FROM.get(name, 0) for value in allowed]
        chosen &= np.isin(c[name], values)
    for name, least in panel.at_least.items():
        chosen &= c[name] >= least
    return np.flatnonzero(chosen)
