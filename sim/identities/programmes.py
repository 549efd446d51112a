"""Accounting identities of the province's own programmes: stocks = start + delivered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from sim.identities.checks import before_quarter, ended, exceeds, some, unequal

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def programmes(model: ProvinceModel) -> Iterator[str]:
    """Programmes: begun = completed + under way; issued = in effect + pending; lists hold what exists; stocks grow."""
    technology, body, row = model.technology, model.standards_body, model.rows[-1]
    begun, completed = int(technology.begun.sum()), int(technology.completed.sum())
    yield from unequal("pilots begun", float(begun), float(completed + technology.under_way()), 0.0)
    recorded = before_quarter(model, "pilots_completed", 0.0) + model.flows.pilots
    yield from unequal("pilots completed", row["pilots_completed"], recorded, 0.0)
    if (technology.open & ~model.menu.pilot_gated).any() or (technology.open & (technology.completed == 0)).any():
        yield "a measure is open without a pilot"
    in_effect = int(body.general.sum() + body.design.sum())
    pending = sum(len(general) + len(design) for general, design in body.pending.values())
    yield from unequal("standards", float(body.issued), float(in_effect + pending), 0.0)
    issued = sum(each["standards"] for each in model.rows)
    yield from unequal("standards of all quarters", float(body.issued), issued, 0.0)
    yield from exceeds("providers on the list", row["service_providers_listed"], model.providers.number)
    for name in ("design_benchmarks", "equipment_makers", "equipment_clusters"):
        if row[name] < before_quarter(model, name, 0.0):
            yield f"{name} fell to {row[name]:.15g}"
    training, parameters = model.columns["training"], model.parameters.programmes
    yield from some("gain of training out of bounds", (training < 0.0) | (training > parameters.training_gain))
    trained = np.count_nonzero(training == parameters.training_gain) if parameters.training_gain > 0.0 else 0
    if parameters.training_fade > 0.0 and parameters.training_gain > 0.0:
        yield from unequal("managers trained this quarter", float(trained), row["managers_trained"], 0.0)
    if model.counts_targets and ended(model) % 4 == 3:
        year = sum(each["standards"] for each in model.rows[-4:])
        yield from exceeds("standards of the year", year, model.terms.standards + 2.0)
