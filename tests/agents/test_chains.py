"""Requests of chain leaders and product certificates: hand-worked cases and properties."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import chains, products
from sim.preparation import load_inputs

INPUTS = load_inputs().parameters
CHAINS = replace(INPUTS.chains, requirement_exposure_factor=2.0, loss_probability=0.1, margin=0.2)
PRODUCTS = replace(INPUTS.products, horizon=3.0, taste_scale=0.1)


def test_request_rate_by_hand():
    certified, export = np.array([False, True, False, True]), np.array([False, False, True, True])
    rate = chains.request_rate(0.1, 0.05, certified, export, CHAINS)
    np.testing.assert_allclose(rate, [0.1, 0.2, 0.25, 0.25])
    assert np.all(chains.request_rate(0.0, 0.0, certified, export, CHAINS) == 0.0)


@given(hazard=st.floats(0, 5), more=st.floats(0, 5), rank=st.floats(0.001, 0.999))
def test_more_hazard_never_ends_a_request(hazard, more, rank):
    before, after = (chains.asks(np.array([each]), np.array([rank]))[0] for each in (hazard, hazard + more))
    assert after or not before


def test_the_share_asking_is_the_probability_of_the_hazard():
    rank = (np.arange(1000) + 0.5) / 1000
    hazard = np.full(1000, -np.log(1.0 - 0.35))
    assert chains.asks(hazard, rank).mean() == pytest.approx(0.35, abs=0.001)


def test_value_at_stake_by_hand():
    value = chains.value_at_stake(np.array([0.3, 0.0]), np.array([200.0, 200.0]), CHAINS)
    np.testing.assert_allclose(value, [0.3 * 200.0 * 0.1 * 0.2, 0.0])


@given(retrofit=st.floats(0, 1.5), certificate=st.floats(0, 1.5))
def test_the_parts_of_a_request_sum_to_one(retrofit, certificate):
    parts = chains.proof_parts(replace(CHAINS, retrofit_part=retrofit, certificate_part=certificate))
    assert sum(parts) == pytest.approx(1.0)
    assert min(parts) >= 0.0


def test_net_benefit_of_a_product_by_hand():
    net = products.net_benefit(np.array([0.05, 0.05]), np.array([0.12, 0.08]), np.array([-1.0, 0.0]), PRODUCTS)
    np.testing.assert_allclose(net, [0.15 - 0.12 - 0.1, 0.15 - 0.08])


def test_the_first_holders_are_those_who_considered_first_and_gain():
    rank, wants = np.array([0.5, 0.1, 0.2, 0.05, 0.3]), np.array([True, True, True, False, True])
    rows, share = products.first_holders(rank, np.flatnonzero(wants), 3)
    assert rows.tolist() == [1, 2, 4]
    assert share == 0.3
    assert products.first_holders(rank, np.flatnonzero(wants), 0)[1] == 0.0
    assert products.considered_share(0.3, 0.2, 2027) == pytest.approx(0.3 * 1.44)
