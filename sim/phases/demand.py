"""Phase 10: yearly demand that asks for certificates, and what each certificate is worth to every firm."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from agents import demand as rules
from agents.array_types import BoolArray, FloatArray
from agents.chains import proof_parts
from agents.demand import Makers, Reservation

if TYPE_CHECKING:
    from sim.model import ProvinceModel

Reservations = Mapping[str, tuple[Reservation, Reservation]]
"""By buyer: what is reserved for certified factories, and for certified green products."""


def demand(model: ProvinceModel) -> None:
    """Award government, state-owned and voucher purchases; value the certificates with this year's rules."""
    if model.quarter % 4 != 0:
        return
    firms, reservations = makers(model), _reservations(model)
    model.buyer.open_year()
    for buyer, reserved in reservations.items():
        purchases = model.block.markets.purchases(buyer, model.year)
        model.buyer.record(
            buyer, purchases, sum(each.share for each in reserved), rules.allocate(purchases, reserved, firms)
        )
    _value(model, firms, reservations)
    model.label_value_median = float(np.median(model.columns["label_value"].take(model.firms.rows)))
    model.flows.procurement_awards = model.buyer.reserved_awards["government"]
    model.flows.procurement_premium = model.flows.procurement_awards * model.parameters.demand.price_premium
    model.flows.voucher_sales_reserved = model.buyer.reserved_awards["vouchers"]


def makers(model: ProvinceModel) -> Makers:
    """The firms as makers of what the buyers buy."""
    c, parameters = model.columns, model.parameters.demand
    alive = np.flatnonzero(c["alive"])
    weight = np.zeros(model.block.slots)
    weight[alive] = np.maximum(c["revenue"].take(alive), 0.0) ** parameters.size_elasticity
    limit = parameters.largest_award_share * c["revenue"]
    return Makers(weight, limit, model.block.sector, len(model.block.province.sectors))


def _reservations(model: ProvinceModel) -> Reservations:
    """By buyer: what is reserved for certified factories, and for certified green products."""
    terms, c = model.terms, model.columns
    factory, product = (np.flatnonzero(c[name] & c["alive"]) for name in ("certified", "green_product"))
    shares = {
        "government": (terms.government_reserved, terms.government_reserved_products),
        "state_owned": (terms.state_owned_reserved, 0.0),
        "vouchers": (terms.voucher_reserved, 0.0),
    }
    return {name: (Reservation(first, factory), Reservation(second, product))
            for name, (first, second) in shares.items()}


def _sales_gain(model: ProvinceModel, firms: Makers, reservations: Reservations) -> tuple[FloatArray, FloatArray]:
    """Sales won from reserved purchases with a factory certificate, and with a green product, m CNY/yr (N,) each."""
    pools: tuple[list[FloatArray], list[FloatArray]] = [], []
    for buyer, reserved in reservations.items():
        purchases = model.block.markets.purchases(buyer, model.year)
        for kept, each in zip(pools, reserved, strict=True):
            if each.share > 0.0:
                kept.append(purchases * each.share)
    factory, product = reservations["government"]
    return (
        rules.reserved_gain(pools[0], firms, factory.holders), rules.reserved_gain(pools[1], firms, product.holders)
    )


def value_certificates(model: ProvinceModel) -> None:
    """Set what a factory certificate, a green product and a carbon footprint are worth to every firm, m CNY a year."""
    _value(model, makers(model), _reservations(model))


def _value(model: ProvinceModel, firms: Makers, reservations: Reservations) -> None:
    """Set what a factory certificate, a green product and a carbon footprint are worth a year, m CNY.

    Export customers take either proof, so each is worth their orders only to a firm without the other; of a chain
    leader's request each proof meets its own part.

    Args:
        model: the model; the exports that need proof this year are noted in it.
        firms: all firms as makers.
        reservations: what the buyers reserve.
    """
    c, parameters, products = model.columns, model.parameters.demand, model.parameters.products
    margin, alive = parameters.contribution_margin, c["alive"]
    factory_gain, product_gain = _sales_gain(model, firms, reservations)
    model.exposed_exports = exposed_exports(model)
    kept = rules.export_gain(model.exposed_exports, recognition(model), parameters)
    _, certificate_part, footprint_part = proof_parts(model.parameters.chains)
    factory = (factory_gain + _without(kept, c["carbon_footprint"])) * margin
    np.multiply(factory + certificate_part * c["chain_value"], alive, out=c["label_value"])
    premium = (products.label_premium + model.terms.product_acceptance) * c["revenue"]
    np.multiply(product_gain * margin + premium, alive, out=c["product_value"])
    footprint = _without(kept, c["certified"]) * margin
    np.multiply(footprint + footprint_part * c["chain_value"], alive, out=c["footprint_value"])


def _without(value: FloatArray, holds: BoolArray) -> FloatArray:
    """The value (N,) for firms that do not hold something, zero for those that do."""
    value = value.copy()
    value[np.flatnonzero(holds)] = 0.0
    return value


def exposed_exports(model: ProvinceModel) -> FloatArray:
    """Exports that need proof this year, m CNY/yr (N,)."""
    c, block = model.columns, model.block
    requirement = rules.export_requirement(block.markets.export_requirement, model.year, model.parameters.demand)
    return np.asarray(c["revenue"] * c["export_share"] * requirement.take(block.sector) * c["alive"])


def recognition(model: ProvinceModel) -> float:
    """Share of exposed exports for which local proofs count."""
    return max(model.parameters.demand.certificate_recognition, model.terms.certificate_recognition)


def proven(model: ProvinceModel) -> BoolArray:
    """Firms with a proof that export customers take (N,)."""
    return np.asarray(model.columns["certified"] | model.columns["carbon_footprint"])
