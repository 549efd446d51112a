"""Part of phase 9: firms take out certificates for green products and carbon footprints, once a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from agents import products as rules
from agents.array_types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel

Kind = Literal["green_product", "carbon_footprint"]


def certify_products(model: ProvinceModel) -> None:
    """Firms that consider a certificate and gain from it take it out; it is issued at once."""
    for kind in ("green_product", "carbon_footprint"):
        _issue(model, kind)


def _issue(model: ProvinceModel, kind: Kind) -> None:
    """Certificates of one kind, this year."""
    c, book = model.columns, getattr(model.certifier, f"{kind}s")
    p = model.parameters.products
    growth = p.certificate_growth if kind == "green_product" else p.footprint_growth
    share = rules.considered_share(book.considered_2025, growth, model.year)
    considering = np.flatnonzero((effective_rank(model, kind) <= share) & c["alive"] & ~c[kind])
    new = considering[wants(model, kind, considering)]
    c[kind][new] = True
    if kind == "green_product":
        c["green_product_since"][new] = model.quarter
    book.issued += len(new)


def wants(model: ProvinceModel, kind: Kind, rows: IntArray) -> BoolArray:
    """Firms that would gain from a certificate under the terms in force, and can get one (K,)."""
    c, p = model.columns, model.parameters.products
    taste = model.draws.logistic(f"{kind} taste", remember=True).take(rows)
    cut = model.parameters.chains.platform_cost_cut * model.leaders.on_platform.take(rows)
    factor = model.terms.product_certificate_cost_factor[rows] * (1.0 - cut)
    if kind == "carbon_footprint":
        return rules.net_benefit(c["footprint_value"].take(rows), p.footprint_cost * factor, taste, p) > 0.0
    gains = rules.net_benefit(c["product_value"].take(rows), p.certificate_cost * factor, taste, p) > 0.0
    return np.asarray(gains & in_scope(model, rows))


def in_scope(model: ProvinceModel, rows: IntArray) -> BoolArray:
    """Firms of divisions whose products can be certified as green (K,)."""
    divisions = max(model.parameters.products.scope, model.terms.product_scope)
    order = model.block.green_product_order.take(rows)
    return np.asarray((order > 0) & (order <= divisions + 1e-9))


def effective_rank(model: ProvinceModel, kind: Kind) -> FloatArray:
    """Fixed rank by which firms consider a certificate (N,), 0..1; suppliers asked for proof footprint first."""
    rank = model.draws.uniform(f"{kind} consideration", remember=True)
    if kind == "carbon_footprint":
        rank, asked = rank.copy(), np.flatnonzero(model.columns["chain_asked"])
        rank[asked] /= model.parameters.products.asked_factor
    return rank


def start_products(model: ProvinceModel) -> None:
    """Give the certificates of the end of 2025 to the firms that considered them first and gain from them."""
    c, p = model.columns, model.parameters.products
    stock = {"green_product": p.certificates_2025, "carbon_footprint": p.footprints_2025}
    kind: Kind
    for kind in ("green_product", "carbon_footprint"):
        book = getattr(model.certifier, f"{kind}s")
        number = round(stock[kind] * model.block.scale)
        alive = np.flatnonzero(c["alive"])
        rows, book.considered_2025 = rules.first_holders(
            effective_rank(model, kind), alive[wants(model, kind, alive)], number
        )
        c[kind][:] = False
        c[kind][rows] = True
    c["green_product_since"][:] = np.where(c["green_product"], model.first - 1, -1)
