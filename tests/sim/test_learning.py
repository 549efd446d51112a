"""Learning by doing starts from what firms have in place at the end of 2025, the year of the menu's costs."""

from dataclasses import replace

import numpy as np
import pytest
from model_runs import start, steps

from sim.learning import capex_factor


@pytest.fixture(params=["demo_block", "sichuan_block"])
def block(request):
    return request.getfixturevalue(request.param)


def test_menu_costs_hold_at_the_end_of_2025(block):
    np.testing.assert_array_equal(capex_factor(start(block, "none")), 1.0)


def test_experience_begins_with_the_firms_in_business(block):
    kept, here = block.snapshot, np.flatnonzero(block.snapshot.columns["alive"])
    count = np.zeros(len(block.menu))
    for row in here.tolist():
        own = block.options.of(np.array([row]))
        count[block.options.measure[own[kept.options["adopted"][own]]]] += 1.0 / block.scale
    np.testing.assert_allclose(block.initial_experience, np.maximum(count, 1.0))
    # no more than the firms that a measure fits
    assert (block.initial_experience <= np.maximum(len(here) / block.scale, 1.0)).all()


def test_doubling_what_is_in_place_cuts_cost_by_the_learning_rate(demo_block):
    model = start(demo_block, "none")
    model.experience *= 2.0
    np.testing.assert_allclose(capex_factor(model), 1.0 - demo_block.menu.learning_rate)


def test_every_completed_measure_adds_to_experience(demo_block):
    model = start(demo_block, "none")
    before = model.adopted.copy()
    steps(model, 3)
    assert (model.experience >= demo_block.initial_experience).all()
    gained = (model.experience - demo_block.initial_experience).sum() * demo_block.scale
    assert round(gained) >= np.count_nonzero(model.adopted & ~before) > 0


def test_what_is_in_place_is_unknown_before_the_burn_in(demo_block):
    with pytest.raises(ValueError, match="after the burn-in"):
        _ = replace(demo_block, snapshot=None).initial_experience
