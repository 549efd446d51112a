"""When firms arrive, how old their equipment is, and what entrants are like."""

import numpy as np
import pytest

from sim.population.arrival import BURN_IN, ENTRY_QUARTERS, FIRST_ENTRY, exit_hazards


def test_equipment_of_recent_arrivals_is_new(columns, old):
    late = columns["arrival"] > BURN_IN
    assert np.all(columns["equipment_age"][late] == 0.0)
    assert columns["equipment_age"][~late].mean() > 6.0
    share = late[old].mean()
    assert 0.35 < share < 0.50
    assert not np.any(late & (columns["subtype"] > 0))


def test_entrants_are_small_generic_firms(columns, old, parameters):
    new = ~old
    assert not np.any(columns["subtype"][new]) and np.all(columns["plant"][new] == -1)
    ordinary = new & (columns["size_class"] >= 2)
    revenue = columns["revenue_base"][ordinary]
    assert revenue.min() >= 20.0 and revenue.max() <= 60.0
    assert np.median(revenue) == pytest.approx(parameters.population.entrant_median, rel=0.03)
    plants = (columns["size_class"][new] <= 1).mean()
    assert plants == pytest.approx(parameters.population.entrant_greenfield_share, abs=0.004)


def test_entrants_use_less_energy_than_their_sector(columns, old, parameters):
    intensity = columns["energy_base"].sum(axis=1) / columns["revenue_base"]
    ratios = []
    for sector in np.unique(columns["sector"]):
        here = columns["sector"] == sector
        generic = np.median(intensity[here & old & (columns["subtype"] == 0)])
        if (here & ~old).sum() > 200:
            ratios.append(np.median(intensity[here & ~old]) / generic)
    assert np.mean(ratios) == pytest.approx(parameters.population.entrant_intensity, rel=0.05)


def test_net_growth_comes_out_with_the_exit_hazards(columns, parameters):
    hazard = exit_hazards(parameters.demography)[columns["size_class"]]
    start = (columns["arrival"] < FIRST_ENTRY).sum()
    end = np.exp(-hazard / 4.0 * np.minimum(FIRST_ENTRY + ENTRY_QUARTERS - 1 - columns["arrival"],
                                            ENTRY_QUARTERS)).sum()
    growth = (end / start) ** (4.0 / ENTRY_QUARTERS) - 1.0
    assert growth == pytest.approx(parameters.population.net_growth, abs=0.002)
