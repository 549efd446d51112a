"""Identities between the tables of a province pack: totals agree, balances close, shares sum to one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from agents.carriers import TCE_PER_MWH
from sim.errors import Problem, shown_path
from sim.inputs.table_schema import Table

BALANCE_TOLERANCE = 0.5
"""GWh: the balances are rounded to 0.1 GWh a term."""
Frames = Mapping[str, pd.DataFrame]
Fault = tuple[str, str, object, str]
"""Table, key, value and text of something that does not add up."""


def cross_check(folder: Path, schema: Mapping[str, Table], frames: Frames, firms: object) -> list[Problem]:
    """Run every identity whose tables could be read.

    Args:
        folder: folder of the pack, for the messages.
        schema: table schemas.
        frames: tables that passed their own checks.
        firms: the number of firms that ``province.yaml`` states.

    Returns:
        One problem for each identity that fails, with the row concerned.
    """
    problems = []
    for check, needed in _CHECKS.items():
        if all(name in frames for name in needed):
            problems += [
                Problem(shown_path(folder / schema[table].file), key, value, text)
                for table, key, value, text in check(frames)
            ]
    if "sectors" in frames and isinstance(firms, int) and frames["sectors"]["firms"].sum() != firms:
        problems.append(
            Problem(
                shown_path(folder / "province.yaml"),
                "firms",
                firms,
                f"the divisions hold {frames['sectors']['firms'].sum()} firms",
            )
        )
    return problems


def _firm_counts(frames: Frames) -> Iterator[Fault]:
    """Rows of the count matrix sum to the divisions' firms, columns to the prefectures'."""
    sectors, prefectures = frames["sectors"], frames["prefectures"]
    matrix = frames["firm_counts"].drop(columns="sector_code")
    if list(matrix.columns) != [str(code) for code in prefectures["code"]]:
        yield "firm_counts", "columns", None, "the columns have to be the prefecture codes, in order"
        return
    if frames["firm_counts"]["sector_code"].tolist() != sectors["code"].tolist():
        yield "firm_counts", "sector_code", None, "the rows have to be the division codes, in order"
        return
    for code, found, stated in zip(sectors["code"], matrix.sum(axis=1), sectors["firms"], strict=True):
        if found != stated:
            yield "firm_counts", f"division {code}", found, f"sectors.csv says {stated} firms"
    for code, found, stated in zip(
        prefectures["code"], matrix.sum(axis=0), prefectures["firms"], strict=True
    ):
        if found != stated:
            yield "firm_counts", f"prefecture {code}", found, f"prefectures.csv says {stated} firms"


def _size_classes(frames: Frames) -> Iterator[Fault]:
    """Size classes hold the division's firms exactly and its revenue within 0.1 %."""
    sectors = frames["sectors"].set_index("code")
    table = frames["size_classes"]
    count = table.groupby("sector_code")["count"].sum().reindex(sectors.index, fill_value=0)
    revenue = (
        (table["count"] * table["mean_revenue"]).groupby(table["sector_code"]).sum().reindex(sectors.index)
    )
    for code in sectors.index:
        if count[code] != sectors["firms"][code]:
            yield (
                "size_classes",
                f"division {code}",
                count[code],
                f"sectors.csv says {sectors['firms'][code]} firms",
            )
        elif not np.isclose(revenue[code], sectors["revenue"][code], rtol=1e-3):
            yield (
                "size_classes",
                f"division {code}",
                round(float(revenue[code]), 1),
                f"sectors.csv says {sectors['revenue'][code]:g} m CNY of revenue",
            )


def _energy(frames: Frames) -> Iterator[Fault]:
    """Electricity in tce follows from MWh, direct emissions from fuel use and factors."""
    sectors = frames["sectors"]
    factors = frames["carriers"].set_index("carrier")["co2_factor"]
    direct = sectors["process_co2"] + sectors["energy_process_gas"] * sectors["co2_factor_process_gas"]
    for carrier in ("coal", "coke", "oil", "natural_gas"):
        direct = direct + sectors[f"energy_{carrier}"] * factors.get(carrier, np.nan)
    for row, code in enumerate(sectors["code"]):
        if abs(sectors["electricity_mwh"][row] * TCE_PER_MWH - sectors["energy_electricity"][row]) > 0.06:
            yield (
                "sectors",
                f"division {code}, energy_electricity",
                sectors["energy_electricity"][row],
                f"differs from electricity_mwh times {TCE_PER_MWH}",
            )
        if not abs(direct[row] - sectors["direct_co2"][row]) <= 1.0:
            yield (
                "sectors",
                f"division {code}, direct_co2",
                sectors["direct_co2"][row],
                f"fuel use times factors gives {direct[row]:.0f} t",
            )


def _prefectures(frames: Frames) -> Iterator[Fault]:
    """Prefectures share the province's revenue and emissions, and hold no more green parks than parks."""
    table = frames["prefectures"]
    total = frames["sectors"]["revenue"].sum()
    if not np.isclose(table["revenue"].sum(), total, rtol=1e-3):
        yield "prefectures", "revenue", table["revenue"].sum(), f"the divisions hold {total:g} m CNY"
    if not np.isclose(table["direct_co2_share"].sum(), 1.0, atol=1e-6):
        yield (
            "prefectures",
            "direct_co2_share",
            table["direct_co2_share"].sum(),
            "the shares have to sum to 1",
        )
    for row in np.flatnonzero(table["green_parks"] > table["parks"]):
        yield (
            "prefectures",
            f"prefecture {table['code'][row]}, green_parks",
            table["green_parks"][row],
            f"more than its {table['parks'][row]} parks",
        )


def _subtypes(frames: Frames) -> Iterator[Fault]:
    """Sub-types of a division hold at most its firms and all of each carrier; every mill is listed."""
    table = frames["subtypes"]
    firms = frames["sectors"].set_index("code")["firms"]
    shares = [name for name in table.columns if name.startswith("share_")]
    for code, group in table.groupby("sector_code"):
        if group["count"].sum() > firms[code]:
            text = f"the division has {firms[code]} firms"
            yield "subtypes", f"division {code}, count", group["count"].sum(), text
        for name in shares:
            if group[name].sum() > 1.0 + 1e-9:
                key = f"division {code}, {name}"
                yield "subtypes", key, group[name].sum(), "the shares sum to more than 1"
    counts = dict(zip(table["name"], table["count"], strict=True))
    for subtype, plants in frames["plants"].groupby("subtype"):
        if not np.isclose(plants["share"].sum(), 1.0, atol=1e-6):
            yield "plants", f"{subtype}, share", plants["share"].sum(), "the shares have to sum to 1"
        mills = int((plants["decision_quarter"] != "").sum())
        if mills and mills != counts[str(subtype)]:
            yield "plants", f"{subtype}, decision_quarter", mills, "not as many mills as subtypes.csv says"


def _measures(frames: Frames) -> Iterator[Fault]:
    """Exclusion works both ways and rules out no prerequisite; a measure has one kind of base."""
    table = frames["measures"]
    bases = [name for name in table.columns if name.startswith("base_") and name != "base_output"]
    by_carrier = table[bases].any(axis=1)
    excludes = {
        name: set(filter(None, entry.split(";")))
        for name, entry in zip(table["measure_id"], table["excludes"], strict=True)
    }
    for row, (name, others) in enumerate(excludes.items()):
        for other in sorted(others):
            if name not in excludes[other]:
                yield "measures", f"{name}, excludes", other, "the other measure does not exclude this one"
        for other in sorted(others & set(table["requires"][row].split(";"))):
            yield "measures", f"{name}, requires", other, "a measure cannot require what it excludes"
        if table["base_output"][row] == by_carrier[row]:
            yield "measures", f"{name}, base_output", None, "a base of carriers or of output, not both"


def _power_balance(frames: Frames) -> Iterator[Fault]:
    """The four balances of the province's electricity, each quarter."""
    t = frames["power_balance"]
    renewable = t.wind + t.solar + t.bioenergy_waste
    supply = t.hydro_gross + renewable + t.thermal_fossil + t.imports
    nonfossil = t.hydro_retained + renewable + t.imports_nonfossil
    gaps = {
        "generation and imports = consumption_total + exports": supply - t.consumption_total - t.exports,
        "hydro_retained = hydro_gross - exports": t.hydro_retained - t.hydro_gross + t.exports,
        "nonfossil_supply = sum of its parts": t.nonfossil_supply - nonfossil,
        "consumption_total = nonfossil_supply + fossil_equivalent": (
            t.consumption_total - t.nonfossil_supply - t.fossil_equivalent
        ),
    }
    for text, gap in gaps.items():
        for row in np.flatnonzero(~(gap.abs() <= BALANCE_TOLERANCE)):
            label = f"{t.path[row]} {t.year[row]}Q{t.quarter[row]}"
            yield "power_balance", label, None, f"{text} fails by {gap[row]:.1f} GWh"


def _complete(frames: Frames) -> Iterator[Fault]:
    """Every division has growth and demand; purchases are shared out; a normal year has multiplier 1."""
    codes = frames["sectors"]["code"].tolist()
    for name in ("growth", "demand_sectors"):
        if frames[name]["sector_code"].tolist() != codes:
            yield name, "sector_code", None, "the rows have to be the division codes, in order"
    for name in ("government_goods_share", "state_owned_share", "voucher_share"):
        if not np.isclose(frames["demand_sectors"][name].sum(), 1.0, atol=1e-6):
            yield "demand_sectors", name, frames["demand_sectors"][name].sum(), "the shares have to sum to 1"
    years = frames["hydrology"]
    if years.groupby("year_type").size().tolist() != [4] * 4:
        yield "hydrology", "quarter", None, "each of the four kinds of year needs four quarters"
    if not (years.loc[years["year_type"] == "normal", "multiplier"] == 1.0).all():
        yield "hydrology", "multiplier", None, "a normal year has multiplier 1"


def _targets(frames: Frames) -> Iterator[Fault]:
    """Every target has exactly one headline definition."""
    for name, count in frames["targets"].groupby("target_id")["headline"].sum().items():
        if count != 1:
            yield "targets", f"{name}, headline", count, "exactly one definition has to be the headline"


_CHECKS: dict[Callable[[Frames], Iterator[Fault]], tuple[str, ...]] = {
    _firm_counts: ("sectors", "prefectures", "firm_counts"),
    _size_classes: ("sectors", "size_classes"),
    _energy: ("sectors", "carriers"),
    _prefectures: ("sectors", "prefectures"),
    _subtypes: ("sectors", "subtypes", "plants"),
    _measures: ("measures",),
    _power_balance: ("power_balance",),
    _complete: ("sectors", "growth", "demand_sectors", "hydrology"),
    _targets: ("targets",),
}
