"""Accounting identities of mandates, material diagnoses, equipment, grants on measures and solid waste."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.identities.checks import EXACT, burnt_in, ended, exceeds, some, unequal

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def material_diagnoses(model: ProvinceModel) -> Iterator[str]:
    """Material diagnoses: those recorded are the diagnosed firms, in industries of clause II-11, within the places."""
    c, row = model.columns, model.rows[-1]
    counted = sum(each["material_diagnoses"] for each in model.rows)
    yield from unequal("diagnoses and firms", counted, float(np.count_nonzero(c["material_diagnosed"])), 0.0)
    yield from some("diagnosed outside the industries", c["material_diagnosed"] & ~c["clause_ii11"])
    places = math.ceil(model.terms.material_slots * model.block.scale)
    yield from exceeds("diagnoses beyond the places", row["material_diagnoses"], float(places), 0.0)


def equipment(model: ProvinceModel) -> Iterator[str]:
    """Equipment: firms renewed are those marked; generations count all renewals; orders stay within capacity."""
    c, row, start = model.columns, model.rows[-1], burnt_in(model)
    now = c["equipment_renewed"] == ended(model)
    yield from some("renewed and marked", now != model.renewed)
    yield from unequal("renewals and record", row["replacements"], float(np.count_nonzero(now)), 0.0)
    added = float(c["generation"].astype(np.int64).sum() - start["generation"].astype(np.int64).sum())
    renewals = sum(each["replacements"] for each in model.rows)
    yield from unequal("generations = those at the start + renewals", added, renewals, 0.0)
    yield from exceeds("orders beyond renewals", row["retirement_orders"], row["replacements"], 0.0)
    stock = row["over_age_share"] * row["firms"] + row["replacements"]
    limit = math.ceil(model.terms.retirement_orders * stock)
    yield from exceeds("orders beyond capacity", row["retirement_orders"], float(limit), 0.0)


def measure_grants(model: ProvinceModel) -> Iterator[str]:
    """Grants on measures: no window pays without an offer, and each paid one is in the books of its instrument."""
    flows, offered = model.flows, {offer.window for offer in model.terms.measure_grants}
    unoffered = sorted(set(flows.measure_grants) - offered)
    if unoffered:
        yield f"paid without an offer: windows {unoffered}"
    names = [each.name for each in model.mix.instruments if each.position in offered]
    booked = sum(model.ledger.spent(name, year) for name in names for year in range(2021, ended(model) // 4 + 1))
    paid = sum(each["measure_grants"] for each in model.rows)
    if offered:
        yield from unequal("paid and booked", booked, paid)


def mandates(model: ProvinceModel) -> Iterator[str]:
    """Mandates: only firms there when the quarter opened are covered; substance costs only in industries of II-11."""
    c, terms = model.columns, model.terms
    yield from some("covered but neither alive nor gone this quarter", terms.mandated & ~c["alive"] & ~model.left)
    yield from some("substance cost outside the industries", (terms.substance_cost > 0.0) & ~c["clause_ii11"])


def solid_waste(model: ProvinceModel) -> Iterator[str]:
    """Waste: of every stream no more is used than arises; streams sum to the record; groups do not overlap."""
    waste, table, row = model.waste, model.block.waste, model.rows[-1]
    for name, arose, used in zip(table.names, waste.generated, waste.utilised, strict=True):
        yield from exceeds(f"{name}, used beyond what arises", float(used), float(arose))
        if arose < 0.0 or used < 0.0:
            yield f"{name}: negative waste"
    for suffix, streams in {"": table.manufacturing, "_province": table.in_total}.items():
        arose, used = float(waste.generated[streams].sum()), float(waste.utilised[streams].sum())
        yield from unequal(f"arising{suffix}", row[f"solid_waste_generated{suffix}"], arose, EXACT)
        yield from unequal(f"used{suffix}", row[f"solid_waste_utilised{suffix}"], used, EXACT)
        yield from unequal(f"rate{suffix}", row[f"solid_waste_utilisation{suffix}"] * arose, used, EXACT)
    if (table.manufacturing & ~table.in_total).any():
        yield "a stream of manufacturing is not part of the provincial total"
