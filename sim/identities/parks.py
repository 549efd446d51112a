"""Accounting identities of parks, prefecture governments, newcomers and the diagnosed stock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.identities.checks import before_quarter, ended, exceeds, some, unequal
from sim.phases.record import present
from sim.phases.record_parks import by_prefecture

if TYPE_CHECKING:
    from sim.model import ProvinceModel

PROVINCE = {"firms": "firms", "green_factories": "green_factories", "green_parks": "green_parks",
            "zero_carbon_parks": "zero_carbon_parks"}
"""Amounts by prefecture and the provincial indicator they sum to."""


def parks(model: ProvinceModel) -> Iterator[str]:
    """Green parks: stock = first stock + approved - removed; a year's approvals within its places."""
    institution, row = model.parks, model.rows[-1]
    stock = np.count_nonzero(institution.green)
    expected = np.count_nonzero(institution.first.green) + institution.approved - institution.removed
    yield from unequal("stock and flows", float(stock), float(expected), 0.0)
    if ended(model) % 4 == 3:
        before = before_quarter(model, "green_parks", float(np.count_nonzero(institution.first.green)))
        places = model.terms.park_quota + 1.0  # a fraction may come over from last year
        yield from exceeds("growth of the list in the year", row["green_parks"] - before, places, 0.0)
    elsewhere = (model.columns["park"] >= 0) & (
        institution.prefecture[np.maximum(model.columns["park"], 0)] != model.columns["prefecture"]
    )
    yield from some("in a park of another prefecture", elsewhere)
    lonely = model.zero_carbon.parks & (model.zero_carbon.pilot_since < 0)
    yield from unequal("zero-carbon parks that were no pilots", float(np.count_nonzero(lonely)), 0.0, 0.0)


def prefectures(model: ProvinceModel) -> Iterator[str]:
    """Prefectures: every amount sums to the province, and what the governments paid is what the ledger says."""
    row, table = model.rows[-1], by_prefecture(model, present(model, ended(model)))
    for name, indicator in PROVINCE.items():
        yield from unequal(name, float(table[name].sum()), row[indicator], 0.0)
    everybody = float(model.columns["revenue"] @ model.block.output_ratio)
    yield from unequal("output", float(table["output"].sum()), everybody)
    share = float(table["green_output"].sum() / table["output"].sum())
    yield from unequal("green output", share, row["green_factory_output_share"])
    covered = table["firms_covered"].sum() / max(table["firms_present"].sum(), 1.0)
    yield from unequal("coverage", float(covered), row["retrofit_coverage"])
    years = {each.year for each in model.ledger.rows()}
    for name, paid in model.governments.paid.items():
        booked = sum(model.ledger.spent(name, year) for year in years)
        yield from unequal(f"paid for {name}", float(paid.sum()), booked)
    yield from unequal("paid by all cities", float(model.governments.total.sum()), model.ledger.total(payer="city"))


def newcomers(model: ProvinceModel) -> Iterator[str]:
    """Newcomers: only energy-intensive entrants are refused, none of them is ever there; incumbents do not move."""
    c, block = model.columns, model.block
    outside = model.refused & ~(block.key_sector & (c["arrival"] >= block.first) & (c["arrival"] <= ended(model)))
    yield from some("refused without being a newcomer of a key industry", outside)
    yield from some("refused and yet there", model.refused & (c["alive"] | (c["revenue"] > 0.0)))
    yield from some("incumbents that moved", block.incumbents() & (c["prefecture"] != block.columns["prefecture"]))
    tariff = block.province.prefectures["tariff"].to_numpy()[c["prefecture"]]
    home = block.province.prefectures["tariff"].to_numpy()[block.columns["prefecture"]]
    gap = np.abs(model.sites.electricity_price * home - block.electricity_price * tariff)
    yield from some("tariff of another prefecture", gap > 1e-9 * block.electricity_price)


def stock(model: ProvinceModel) -> Iterator[str]:
    """Diagnosed stock: since 2026 implies ever diagnosed; only parks of the 2025 list are diagnosed."""
    c = model.columns
    yield from some("diagnosed since 2026 but never", c["diagnosed_since_2026"] & ~c["diagnosed"])
    strange = np.count_nonzero(model.parks.diagnosed & ~model.parks.first.green)
    yield from unequal("parks diagnosed off the list of 2025", float(strange), 0.0, 0.0)
