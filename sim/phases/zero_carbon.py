"""Zero-carbon parks and factories: what pilots ask of their firms, who is named, and which sites are clean enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from agents.array_types import FloatArray
from agents.park_upgrade import best

if TYPE_CHECKING:
    from sim.model import ProvinceModel

NAMED = 2025 * 4 + 2
"""Quarter in which the first pilots were named."""
LAST_SEASON = 3


def ask_for_green_power(model: ProvinceModel) -> None:
    """From their last building year on, pilot parks ask their firms for green electricity, like an obligation."""
    sites, terms = model.zero_carbon, model.terms
    if not terms.zero_carbon_pilots or terms.zero_carbon_green_share == 0.0:
        return
    started = sites.pilot_since >= 0
    late = started & (model.quarter - sites.pilot_since >= 4.0 * (model.parameters.parks.build_years - 1.0))
    if not late.any():
        return
    asked = terms.zero_carbon_green_share * model.parks.by_group(late)
    terms.raise_to(model.sites.park_group, power_obligation=asked)


def zero_carbon(model: ProvinceModel) -> None:
    """Count the year's clean electricity; at its end complete clean pilots, name new ones and recognise factories."""
    if not model.terms.zero_carbon_pilots:
        return
    c, sites = model.columns, model.zero_carbon
    use = c["electricity_mwh"] * model.season_weight  # firms that are not alive use nothing
    clean = clean_share(model)
    clean *= use
    sites.add(use, clean)
    if model.quarter % 4 == LAST_SEASON:
        _complete_and_name(model)
        _recognise(model)
        sites.close_year()


def clean_share(model: ProvinceModel) -> FloatArray:
    """Clean share of every firm's electricity in the hybrid account (N,): own and bought, else the residual mix."""
    accounts = model.market.accounts
    assert accounts is not None
    unclaimed = accounts.consumption - accounts.contractual
    # where contracts cover all of it, nobody takes the residual mix
    residual = (accounts.hybrid - accounts.contractual) / unclaimed if unclaimed > 0.0 else 0.0
    green = model.columns["green_share"]
    share = 1.0 - green
    share *= residual
    share += green
    return np.asarray(share)


def _complete_and_name(model: ProvinceModel) -> None:
    """Pilots built long enough are complete once clean; new ones are the cleanest parks of sufficient output."""
    sites, parks, parameters = model.zero_carbon, model.parks, model.parameters.parks
    group = model.sites.park_group
    use, clean = parks.sum(group, sites.use), parks.sum(group, sites.clean)
    share = clean / np.maximum(use, 1e-12)
    built = (sites.pilot_since >= 0) & (model.quarter - sites.pilot_since >= 4.0 * parameters.build_years)
    sites.parks |= built & (use > 0.0) & (share >= parameters.zero_carbon_clean_share)
    output = parks.sum(group, model.output()[0])
    able = (sites.pilot_since < 0) & (output >= parameters.zero_carbon_output * model.block.scale)
    sites.pilot_since[best(able, share, round(model.terms.zero_carbon_new_pilots))] = model.quarter


def _recognise(model: ProvinceModel) -> None:
    """Recognise the cleanest certified factories that are clean enough, within the year's places."""
    c, sites, parameters = model.columns, model.zero_carbon, model.parameters.parks
    places = sites.places.take(model.terms.zero_carbon_factories * model.block.scale)
    share = sites.clean / np.maximum(sites.use, 1e-12)
    sites.factories &= c["alive"]
    able = c["certified"] & c["alive"] & ~sites.factories & (sites.use > 0.0)
    sites.factories[best(able & (share >= parameters.zero_carbon_clean_share), share, places)] = True
