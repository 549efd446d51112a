"""What a run keeps from quarter to quarter is what it would find if it worked it out anew."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from model_runs import start, steps

from agents.information import Peers
from sim.phases.decision import peers


def fresh_peers(model):
    """Share of every firm's peers by a new count of the firms as they are."""
    c, block, sites = model.columns, model.block, model.sites
    return Peers(block.slots, block.local_groups, block.park_groups).share(
        c["alive"], c["rounds_since_2021"] > 0, sites.local_group, sites.park_group,
        model.parameters.information.peer_park_weight,
    )


@pytest.fixture(params=["none", "plan"])
def model(demo_block, request):
    """A demo run of some quarters; the plan sends newcomers elsewhere."""
    return steps(start(demo_block, request.param), 7)


def test_peers_are_those_of_a_fresh_count(model):
    everybody = np.arange(model.block.slots)
    for _ in range(4):
        np.testing.assert_array_equal(peers(model, everybody), fresh_peers(model))
        model.step()


def test_peers_follow_what_is_set_by_hand(model):
    everybody, chance = np.arange(model.block.slots), np.random.default_rng(2)
    model.columns["rounds_since_2021"][:] = chance.integers(0, 2, len(everybody))
    model.firms[5].alive = False
    np.testing.assert_array_equal(peers(model, everybody), fresh_peers(model))
    moving = np.flatnonzero(chance.random(len(everybody)) < 0.3)  # firms that have long been counted
    to = np.zeros(len(moving), dtype=np.int64)
    model.sites.move(model.columns, moving, to, to)
    np.testing.assert_array_equal(peers(model, everybody), fresh_peers(model))


def test_the_total_is_the_sum_of_the_carriers(model):
    for _ in range(4):
        np.testing.assert_array_equal(model.energy_total(), model.columns["energy"].sum(axis=1))
        model.step()


def test_the_leading_slots_hold_all_firms_that_have_arrived_and_the_others_use_nothing(model):
    environment, c = model.block.environment, model.columns
    reach = [environment.arrived(quarter).stop for quarter in range(model.block.burn_in, model.block.last + 2)]
    assert reach == sorted(reach)
    for quarter in range(model.block.burn_in, model.block.last + 1):
        assert not environment.alive[environment.at(quarter), environment.arrived(quarter).stop:].any()
    later = slice(environment.arrived(model.quarter - 1).stop, None)
    assert later.start < model.block.slots
    for name in ("energy", "electricity_mwh", "revenue", "activity"):
        assert not c[name][later].any()


def test_energy_of_all_firms_at_once_is_that_of_some(model):
    model.update_energy()
    kept = model.columns["energy"].copy()
    model.update_energy(np.flatnonzero(model.columns["alive"]))
    np.testing.assert_array_equal(model.columns["energy"], kept)


def test_what_a_block_keeps_for_every_policy_does_not_travel_and_is_worked_out_again(demo_block):
    block = replace(demo_block)
    size, some = len(pickle.dumps(block)), block.menu.digital
    figures = (
        lambda block: block.activity(block.first),
        lambda block: block.activity(block.first + 1),
        lambda block: block.least_consumption(2027),
        lambda block: block.positions_of(some),
        lambda block: block.positions_of(~some),
    )
    known = [figure(block) for figure in figures]
    for figure, kept in zip(figures, known, strict=True):
        assert figure(block) is kept
    assert not np.array_equal(known[0], known[1])
    assert len(known[3]) + len(known[4]) == len(block.options.measure)
    assert len(pickle.dumps(block)) == size
    other = pickle.loads(pickle.dumps(block))
    for figure, kept in zip(figures, known, strict=True):
        np.testing.assert_array_equal(figure(other), kept)


def test_base_year_waits_for_the_burn_in(demo_block):
    with pytest.raises(ValueError, match="after the burn-in"):
        _ = replace(demo_block, snapshot=None).base_year
    assert (demo_block.base_year.co2 > 0.0).any()
