"""Part of phase 9: firms take out certificates for green products and carbon footprints, once a year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from agents import products as rules
from agents.terms import BoolArray, FloatArray

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
    new = np.flatnonzero(
        wants(model, kind) & ~c[kind] & c["alive"] & (effective_rank(model, kind) <= share)
    )
    c[kind][new] = True
    if kind == "green_product":
        c["green_product_since"][new] = model.quarter
    book.issued += len(new)


def wants(model: ProvinceModel, kind: Kind) -> BoolArray:
    """Firms that would gain from a certificate under the terms in force, and can get one (N,)."""
    c, p = model.columns, model.parameters.products
    taste = model.draws.logistic(f"{kind} taste", remember=True)
    cut = model.parameters.chains.platform_cost_cut * model.leaders.on_platform
    factor = np.asarray(model.terms.product_certificate_cost_factor * (1.0 - cut), dtype=np.float64)
    if kind == "carbon_footprint":
        return rules.net_benefit(c["footprint_value"], p.footprint_cost * factor, taste, p) > 0.0
    gains = rules.net_benefit(c["product_value"], p.certificate_cost * factor, taste, p) > 0.0
    return np.asarray(gains & in_scope(model))


def in_scope(model: ProvinceModel) -> BoolArray:
    """Firms of divisions whose products can be certified as green (N,)."""
    divisions = max(model.parameters.products.scope, model.terms.product_scope)
    order = model.block.green_product_order
    return np.asarray((order > 0) & (order <= divisions + 1e-9))


def effective_rank(model: ProvinceModel, kind: Kind) -> FloatArray:
    """Fixed rank by which firms consider a certificate (N,), 0..1; suppliers asked for proof footprint first."""
    rank = model.draws.uniform(f"{kind} consideration", remember=True)
    if kind == "green_product":
        return rank
    return rank / (1.0 + (model.parameters.products.asked_factor - 1.0) * model.columns["chain_asked"])


def start_products(model: ProvinceModel) -> None:
    """Give the certificates of the end of 2025 to the firms that considered them first and gain from them."""
    c, p = model.columns, model.parameters.products
    stock = {"green_product": p.certificates_2025, "carbon_footprint": p.footprints_2025}
    kind: Kind
    for kind in ("green_product", "carbon_footprint"):
        book = getattr(model.certifier, f"{kind}s")
        number = round(stock[kind] * model.block.scale)
        rows, book.considered_2025 = rules.first_holders(
            effective_rank(model, kind), wants(model, kind) & c["alive"], number
        )
        c[kind][:] = False
        c[kind][rows] = True
    c["green_product_since"][:] = np.where(c["green_product"], model.first - 1, -1)
