"""Indicators of parks, zero-carbon sites, the diagnosed stock and newcomers, and the year by prefecture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from agents.array_types import FloatArray
from agents.arrays import sum_by
from sim.counted_firms import counted_firms

if TYPE_CHECKING:
    from sim.model import ProvinceModel


def park_indicators(model: ProvinceModel) -> dict[str, float]:
    """Green parks, shared projects, zero-carbon sites, diagnosed stock, and what became of newcomers."""
    c, parks, sites = model.columns, model.parks, model.zero_carbon
    factories = sites.factories & c["alive"]
    stock = c["certified_initial"] & c["alive"]
    done = np.count_nonzero(stock & c["diagnosed_since_2026"])
    scale = model.block.scale
    whole = np.count_nonzero(stock) / scale + np.count_nonzero(parks.first.green)
    values: dict[str, Any] = {
        "green_parks": np.count_nonzero(parks.green),
        "green_park_applicants": parks.applicants,
        "park_projects": np.count_nonzero(parks.project_since >= 0),
        "zero_carbon_sites": np.count_nonzero(sites.parks) + np.count_nonzero(factories),
        "zero_carbon_parks": np.count_nonzero(sites.parks),
        "zero_carbon_pilots_building": np.count_nonzero((sites.pilot_since >= 0) & ~sites.parks)
        if model.terms.zero_carbon_pilots else 0.0,
        "zero_carbon_sites_2025": 0.0,
        "zero_carbon_parks_2025": 0.0,
        "existing_green_diagnosis": (done / scale + np.count_nonzero(parks.diagnosed)) / whole if whole else 0.0,
        "existing_green_factory_diagnosis": done / np.count_nonzero(stock) if stock.any() else 0.0,
        "clean_zone_entry_share": _zone_share(model),
        "entrants_refused": np.count_nonzero(model.refused),
    }
    return {name: float(value) for name, value in values.items()}


def _zone_share(model: ProvinceModel) -> float:
    """Share of the base energy of energy-intensive newcomers since 2026 that settled in the clean-energy zone."""
    rows, energy = model.block.key_entrants, model.block.key_entrant_energy
    here = (model.block.columns["arrival"].take(rows) <= model.quarter) & ~model.refused.take(rows)
    in_zone = model.sites.in_zone(model.columns["prefecture"].take(rows))
    total = float(energy[here].sum())
    return float(energy[here & in_zone].sum() / total) if total else 0.0


COUNTED = ("firms", "firms_present", "firms_covered", "green_factories", "output", "green_output", "green_parks",
           "zero_carbon_parks", "city_outlay")
"""Amounts by prefecture that sum to the province."""


def by_prefecture(model: ProvinceModel, present: np.ndarray) -> dict[str, FloatArray]:
    """The state of every prefecture, amounts only: one array (prefectures,) an entry of `COUNTED`.

    Args:
        model: the model at the end of a quarter.
        present: (N,) firms that count in the coverage.
    """
    parks, number = model.parks, model.governments.number
    place, counted = model.columns["prefecture"].astype(np.int64), counted_firms(model.columns, present)
    output = model.output()[0] * counted.here
    values = (
        *(model.sites.by_place.sum(each).reshape(-1, number).sum(axis=0) for each in counted),
        sum_by(place, output, number), sum_by(place, output * counted.certified, number),
        sum_by(parks.prefecture, parks.green, number), sum_by(parks.prefecture, model.zero_carbon.parks, number),
        model.governments.total.copy(),
    )
    return dict(zip(COUNTED, values, strict=True))
