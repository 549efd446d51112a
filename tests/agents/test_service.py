"""Service providers: whole starts, a fair queue, and growth that answers the queue within its limits."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import service as rules
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.service


@pytest.mark.parametrize(("providers", "capacity"), [(100.0, 10.0), (97.3, 12.5), (0.3, 4.0)])
def test_under_endless_demand_capacity_alone_counts_and_the_queue_grows_linearly(providers, capacity):  # A13
    places = rules.starts_per_quarter(providers, capacity)
    assert places == int(providers * capacity / 4)
    arrivals, steps = places + 7, 24
    since, rows = np.zeros(0, dtype=int), np.zeros(0, dtype=int)
    started, queues, entered = [], [], 0
    for quarter in range(steps):
        rows = np.append(rows, np.arange(entered, entered + arrivals))
        since = np.append(since, np.full(arrivals, quarter))
        entered += arrivals
        go = rules.first_in_line(since, np.random.default_rng(quarter).random(len(rows)), rows, places)
        started.append(len(go))
        stay = ~np.isin(rows, go)
        assert places == 0 or since[~stay].max() <= since[stay].min()  # first come, first served
        rows, since = rows[stay], since[stay]
        queues.append(len(rows))
    assert sum(started) == places * steps
    np.testing.assert_array_equal(queues, 7 * np.arange(1, steps + 1))


def test_whole_starts_do_not_lose_a_place_to_rounding():
    assert rules.starts_per_quarter(0.1 * 3 * 10, 4.0) == 3  # 3.0000000000000004 and 2.9999999999999996 alike
    assert rules.starts_per_quarter((1 - 0.9) * 30, 4.0) == 3


def test_the_ticket_decides_among_projects_of_one_quarter_and_the_row_among_equal_tickets():
    rows, since = np.array([3, 8, 9, 14]), np.array([2, 2, 1, 2])
    assert rules.first_in_line(since, np.array([0.7, 0.2, 0.9, 0.4]), rows, 3).tolist() == [8, 9, 14]
    assert rules.first_in_line(since, np.full(4, 0.5), rows, 2).tolist() == [3, 9]
    assert rules.first_in_line(since, np.full(4, 0.5), rows, 9).tolist() == [3, 8, 9, 14]
    assert rules.first_in_line(since, np.full(4, 0.5), rows, 0).tolist() == []


@given(
    since=st.lists(st.integers(0, 3), max_size=30), places=st.integers(-1, 32), tickets=st.integers(1, 50),
    seed=st.integers(0, 99),
)
def test_projects_start_in_the_order_of_quarter_ticket_and_row(since, places, tickets, seed):
    chance = np.random.default_rng(seed)
    approved, rows = np.array(since, dtype=int), np.flatnonzero(np.ones(len(since))) * 3
    ticket = chance.integers(0, tickets, len(rows)) / 50.0  # with ties
    order = np.lexsort((rows, ticket, approved))
    starting = rules.first_in_line(approved, ticket, rows, places)
    assert starting.tolist() == sorted(rows[order[: max(places, 0)]].tolist())


@given(
    providers=st.floats(1, 1e3), queue=st.integers(0, 5000), starts=st.integers(0, 500), growth=st.floats(-0.2, 1.0)
)
def test_the_queue_attracts_providers_up_to_a_limit(providers, queue, starts, growth):
    parameters = replace(PARAMETERS, queue_response=0.05, growth_limit=0.04)
    after = rules.next_providers(providers, queue, starts, growth, parameters)
    none = rules.next_providers(providers, 0, starts, growth, parameters)
    assert none == pytest.approx(providers * (1 + growth / 4))
    assert none <= after <= none + providers * 0.04 * (1 + 1e-9)
    assert after <= rules.next_providers(providers, queue + 100, starts, growth, parameters)
    if starts and queue * 0.05 / starts < 0.04:
        assert after - none == pytest.approx(providers * 0.05 * queue / starts, abs=1e-9 * providers)


def test_duration_by_cost_is_at_least_one_quarter():
    parameters = replace(PARAMETERS, duration_small=0.2, duration_medium=2.4, duration_large=4.0)
    cost = np.array([0.0, 0.999, 1.0, 9.99, 10.0, 500.0])
    assert rules.project_duration(cost, parameters).tolist() == [1, 1, 2, 2, 4, 4]
