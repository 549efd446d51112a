"""Accounting identities of certificates for products, supply chains, and indicators by group."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.groups import DIMENSIONS, FLOWS, STATES
from sim.identities.checks import burnt_in, ended, exceeds, some, unequal

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def green_products(model: ProvinceModel) -> Iterator[str]:
    """Green products and footprints: stock = first stock + issued - exits; nobody outside the scope has a product."""
    c, start = model.columns, burnt_in(model)
    for kind in ("green_product", "carbon_footprint"):
        book = getattr(model.certifier, f"{kind}s")
        first = np.count_nonzero(start[kind] & start["alive"])
        stock = np.count_nonzero(c[kind] & c["alive"])
        yield from unequal(f"{kind}s, stock and flows", float(stock), float(first + book.issued - book.left), 0.0)
        yield from unequal(f"{kind}s, record", model.rows[-1][f"{kind}_firms"], float(stock), 0.0)
    never = model.block.green_product_order == 0
    yield from some("green products of divisions never in scope", c["green_product"] & never)


def supply_chains(model: ProvinceModel) -> Iterator[str]:
    """Supply chains: sales to leaders are a share of sales; only suppliers of asking leaders have sales at stake."""
    network, leaders, c = model.leaders.network, model.leaders, model.columns
    yield from exceeds("sales to leaders", float(network.sales.sum(axis=1).max()), 1.0)
    yield from some("leaders that ask and are gone", leaders.asking & ~c["alive"][network.leader])
    linked = np.zeros(len(c["alive"]), dtype=bool)
    linked[network.supplier] = True
    yield from some("asked without a link", c["chain_asked"] & ~linked)
    yield from some("sales at stake of firms not asked", (c["chain_value"] > 0.0) & ~c["chain_asked"])


def groups(model: ProvinceModel) -> Iterator[str]:
    """Groups: at the end of a year every dimension sums to the province's indicators."""
    if ended(model) % 4 != 3:
        return
    book, year = model.group_books.years[-1], model.rows[-4:]
    expected = {
        "firms": year[-1]["firms"], "certified_firms": year[-1]["green_factories"],
        "green_product_firms": year[-1]["green_product_firms"],
        "rounds": sum(row["retrofit_projects"] for row in model.rows),
        **{name: sum(row[name] for row in year) for name in ("output", "energy", "co2", "electricity")},
        "green_electricity": sum(row["green_electricity_contractual"] for row in year),
        "certified_output": sum(row["green_factory_output_share"] * row["output"] for row in year),
        "grants": float(model.columns["grants_received"].sum()),
    }
    for dimension in DIMENSIONS:
        sums = dict(zip((*STATES, *FLOWS), book[dimension].sum(axis=1).tolist(), strict=True))
        for name, value in expected.items():
            yield from unequal(f"{name} by {dimension}", sums[name], value)
