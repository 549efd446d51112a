"""Phase 10: yearly demand that asks for certificates, and what each certificate is worth to every firm."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents import demand as rules
from agents.chains import proof_parts
from agents.demand import Reservation
from agents.terms import BoolArray, FloatArray

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def demand(model: ProvinceModel) -> None:
    """Award government, state-owned and voucher purchases; value the certificates with this year's rules."""
    if model.quarter % 4 != 0:
        return
    c, block = model.columns, model.block
    weight, limit = award_weights(model)
    model.buyer.open_year()
    for buyer, reservations in _reservations(model).items():
        purchases = block.markets.purchases(buyer, model.year)
        awards = rules.allocate(purchases, reservations, weight, block.sector, limit)
        model.buyer.record(buyer, purchases, sum(each.share for each in reservations), awards)
    value_certificates(model, weight, limit)
    model.label_value_median = float(np.median(c["label_value"].take(model.firms.rows)))
    model.flows.procurement_awards = model.buyer.reserved_awards["government"]
    model.flows.procurement_premium = model.flows.procurement_awards * model.parameters.demand.price_premium
    model.flows.voucher_sales_reserved = model.buyer.reserved_awards["vouchers"]


def award_weights(model: ProvinceModel) -> tuple[FloatArray, FloatArray]:
    """Weight of firms in awards, and the largest award of each from one reservation, m CNY/yr (N,) each."""
    c, parameters = model.columns, model.parameters.demand
    weight = np.maximum(c["revenue"] * c["alive"], 0.0) ** parameters.size_elasticity
    return weight, parameters.largest_award_share * c["revenue"]


def _reservations(model: ProvinceModel) -> dict[str, tuple[Reservation, Reservation]]:
    """By buyer: what is reserved for certified factories, and for certified green products."""
    terms, c = model.terms, model.columns
    factory, product = (c[name] & c["alive"] for name in ("certified", "green_product"))
    shares = {
        "government": (terms.government_reserved, terms.government_reserved_products),
        "state_owned": (terms.state_owned_reserved, 0.0),
        "vouchers": (terms.voucher_reserved, 0.0),
    }
    return {name: (Reservation(first, factory), Reservation(second, product))
            for name, (first, second) in shares.items()}


def _sales_gain(model: ProvinceModel, weight: FloatArray, limit: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Sales won from reserved purchases with a factory certificate, and with a green product, m CNY/yr (N,) each."""
    gain = np.zeros(len(weight)), np.zeros(len(weight))
    for buyer, reservations in _reservations(model).items():
        purchases = model.block.markets.purchases(buyer, model.year)
        for total, each in zip(gain, reservations, strict=True):
            if each.share > 0.0:
                total += rules.reserved_gain(purchases * each.share, weight, model.block.sector, each.holder, limit)
    return gain


def value_certificates(model: ProvinceModel, weight: FloatArray, limit: FloatArray) -> None:
    """Set what a factory certificate, a green product and a carbon footprint are worth a year, m CNY.

    Export customers take either proof, so each is worth their orders only to a firm without the other; of a chain
    leader's request each proof meets its own part.

    Args:
        model: the model; the exports that need proof this year are noted in it.
        weight: (N,) weight in awards.
        limit: (N,) largest award from one reservation, m CNY/yr.
    """
    c, parameters, products = model.columns, model.parameters.demand, model.parameters.products
    margin, alive = parameters.contribution_margin, c["alive"]
    factory_gain, product_gain = _sales_gain(model, weight, limit)
    model.exposed_exports = exposed_exports(model)
    kept = rules.export_gain(model.exposed_exports, recognition(model), parameters)
    _, certificate_part, footprint_part = proof_parts(model.parameters.chains)
    factory = (factory_gain + kept * ~c["carbon_footprint"]) * margin
    c["label_value"][:] = alive * (factory + certificate_part * c["chain_value"])
    premium = (products.label_premium + model.terms.product_acceptance) * c["revenue"]
    c["product_value"][:] = alive * (product_gain * margin + premium)
    footprint = kept * ~c["certified"] * margin + footprint_part * c["chain_value"]
    c["footprint_value"][:] = alive * footprint


def exposed_exports(model: ProvinceModel) -> FloatArray:
    """Exports that need proof this year, m CNY/yr (N,)."""
    c, block = model.columns, model.block
    requirement = rules.export_requirement(block.markets.export_requirement, model.year, model.parameters.demand)
    return np.asarray(c["revenue"] * c["export_share"] * requirement[block.sector] * c["alive"])


def recognition(model: ProvinceModel) -> float:
    """Share of exposed exports for which local proofs count."""
    return max(model.parameters.demand.certificate_recognition, model.terms.certificate_recognition)


def proven(model: ProvinceModel) -> BoolArray:
    """Firms with a proof that export customers take (N,)."""
    return np.asarray(model.columns["certified"] | model.columns["carbon_footprint"])
