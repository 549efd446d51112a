"""Over whole runs of the whole province better terms never un-adopt a firm: it starts no later, and none is missing.

Interactions are off: no peers, leaders' orders, label, learning or scarce providers. What counts is the start of a
firm's first project; a larger one may well be completed later, or never if its firm leaves while it is built.
"""

import dataclasses
import itertools

import numpy as np
import pytest
from model_runs import start, with_parameters

NEVER = 10**6
START = "2026Q1"


@pytest.fixture(scope="module", params=["sichuan", "demo"])
def block(request, sichuan_block, demo_block):
    """A block whose runs from 2026 on know no interactions among firms and measures."""
    block = sichuan_block if request.param == "sichuan" else demo_block
    block = with_parameters(block, "information", peer_hazard=0.0)
    block = with_parameters(block, "chains", loss_probability=0.0, request_awareness=0.0)
    menu = dataclasses.replace(block.menu, learning_rate=np.zeros(len(block.menu)))
    return dataclasses.replace(block, menu=menu)


def first_projects(block, policy, changes=None, cost=1.0, money_matters=False):
    """First quarter in which each firm has a project approved since 2026 (N,), and the finished model."""
    model = start(block, policy, changes)
    model.options = dataclasses.replace(model.options, cost_factor=model.options.cost_factor * cost)
    model.columns["chain_value"][:] = 0.0
    if not money_matters:
        model.columns["cash_share"][:] = 1e9
    first = np.full(block.slots, NEVER)
    while not model.finished:
        model.label_reach[:] = 0.0
        model.providers.number, model.pool.balance = 1e7, 1e9
        model.pool.recent_claims.clear()  # many claims would stop new guarantees for everybody
        model.step()
        under_way = (model.columns["stage"] > 0) | (model.columns["rounds"] > 0)
        first[under_way & (first == NEVER)] = model.quarter - 1
    return first, model


def assert_nobody_starts_later(before, after):
    assert (before < NEVER).sum() > 50
    assert np.count_nonzero(after > before) == 0


def test_lower_cost(block):
    runs = [first_projects(block, "none", cost=cost)[0] for cost in (1.0, 0.9, 0.5)]
    for before, after in itertools.pairwise(runs):
        assert_nobody_starts_later(before, after)
    assert (runs[-1] < NEVER).sum() > (runs[0] < NEVER).sum()


def test_a_grant_and_a_carbon_price(block):
    grant = {"retrofit_subsidy.rate": {START: 0.2}, "retrofit_subsidy.min_added_output": {START: 0.0}}
    before, _ = first_projects(block, "none")
    assert_nobody_starts_later(before, first_projects(block, "none+retrofit_subsidy", grant)[0])
    assert_nobody_starts_later(before, first_projects(block, "none+carbon_market")[0])


def test_a_higher_guarantee_where_money_is_scarce(block):
    runs = [
        first_projects(block, "none+risk_pool", {"risk_pool.guarantee_share": {START: share}}, money_matters=True)[0]
        for share in (0.0, 0.4, 0.8)
    ]
    for before, after in itertools.pairwise(runs):
        assert_nobody_starts_later(before, after)
    assert (runs[-1] < NEVER).sum() > (runs[0] < NEVER).sum()


def ever_aware(block, places):
    """Firms that knew of the measures in some quarter of a run with that many diagnoses a year (N,)."""
    model = start(block, "current", {"diagnosis.slots": {START: places}})
    aware = model.columns["aware"].copy()
    while not model.finished:
        model.step()
        aware |= model.columns["aware"]
    return aware


def test_more_diagnosis_leaves_nobody_unaware(block):
    runs = [ever_aware(block, places) for places in (200.0, 400.0, 800.0)]
    for fewer, more in itertools.pairwise(runs):
        assert not (fewer & ~more).any()
        assert more.sum() > fewer.sum()
