"""How firms source green power: utility by hand, logit shares, and who could not buy at any price."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from agents.sourcing import SOURCING, choose, least_consumption, sourcing_utility
from sim.draws import Draws
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.power


def utility(consumption, obligation=0.0, aims=False, year=2026, parameters=PARAMETERS):
    return sourcing_utility(
        np.atleast_1d(float(consumption)), np.array([float(obligation)]), np.array([aims]), year, parameters
    )[0]


def test_shares_of_the_options_are_the_softmax_of_their_utility():  # A14
    firms = 20_000
    draws, chance = Draws(5, firms), np.random.default_rng(1)
    taste = np.stack([draws.gumbel("sourcing", j) for j in range(len(SOURCING))], axis=1)
    use = chance.lognormal(8, 2, firms)
    obligation, aims = np.where(chance.random(firms) < 0.1, 0.7, 0.0), chance.random(firms) < 0.2
    value = sourcing_utility(use, obligation, aims, 2028, PARAMETERS)
    choice = choose(value, taste)
    p = softmax(value, axis=1)
    for option in range(len(SOURCING)):
        sd = np.sqrt((p[:, option] * (1 - p[:, option])).sum())
        assert abs((choice == option).sum() - p[:, option].sum()) <= 4 * sd


@given(st.lists(st.lists(st.integers(-2, 2), min_size=8, max_size=8), min_size=1, max_size=20))
def test_the_choice_is_the_first_of_the_best(rows):
    values = np.array(rows, dtype=np.float64)
    utility, taste = values[:, :4], values[:, 4:]
    assert choose(utility, taste).tolist() == np.argmax(utility + taste, axis=1).tolist()


@given(
    st.floats(-3.0, 3.0), st.floats(-1.0, 1.5), st.floats(-0.3, 0.3), st.floats(-60.0, 60.0), st.floats(-1e6, 1e6),
    st.floats(-2.0, 2.0), st.integers(2026, 2030), st.integers(0, 1000),
)
def test_below_the_least_consumption_nobody_without_an_obligation_buys(
    constant, size_slope, price_slope, premium, fixed, certification_utility, year, seed
):
    parameters = replace(
        PARAMETERS, constant_certificates=constant, constant_wind_solar=constant - 1.0, size_slope=size_slope,
        price_slope=price_slope, wind_solar_premium=premium, certificate_price=-premium, contract_fixed_cost=fixed,
        certification_utility=certification_utility,
    )
    chance, firms = np.random.default_rng(seed), 200
    taste = chance.gumbel(size=(4, firms))
    least = least_consumption(taste, year, parameters)
    consumption = chance.lognormal(8.0, 4.0, firms) * (chance.random(firms) < 0.9)
    small = np.flatnonzero(consumption <= least)
    for nearest in (consumption[small], least[small]):
        for aims in (False, True):
            utility = sourcing_utility(
                nearest, np.zeros(len(small)), np.full(len(small), aims), year, parameters
            )
            assert not choose(utility, taste.T[small]).any()


def test_the_least_consumption_leaves_out_most_firms():
    draws = Draws(5, 20_000)
    taste = [draws.gumbel("sourcing", j) for j in range(len(SOURCING))]
    use = np.random.default_rng(1).lognormal(7.0, 1.5, 20_000)
    assert np.mean(use > least_consumption(taste, 2026, PARAMETERS)) < 0.5


def test_utility_by_hand():
    parameters = replace(
        PARAMETERS, constant_wind_solar=-2.0, price_slope=0.1, size_slope=0.5, size_reference=1000.0,
        obligation_utility=5.0, certification_utility=1.0, certification_share=0.3, voluntary_share=0.2,
        wind_solar_premium=12.0, contract_fixed_cost=40_000.0,
    )
    wind_solar = SOURCING.index("wind_solar")
    size = 0.5 * np.log(4.0)
    assert utility(4000, parameters=parameters)[wind_solar] == pytest.approx(-2 - 0.1 * (12 * 0.2 + 10) + size)
    assert utility(4000, 0.7, True, parameters=parameters)[wind_solar] == pytest.approx(
        -2 - 0.1 * (12 * 0.7 + 10) + size + 5 + 1
    )
    assert utility(4000, 0.1, True, parameters=parameters)[wind_solar] == pytest.approx(
        -2 - 0.1 * (12 * 0.3 + 10) + size + 5 + 1  # the aim asks for more than the obligation
    )
    dearer = utility(4000, year=2029) - utility(4000)
    growth = PARAMETERS.certificate_price * ((1 + PARAMETERS.certificate_price_growth) ** 3 - 1)
    expected = -PARAMETERS.price_slope * PARAMETERS.voluntary_share * growth
    np.testing.assert_allclose(dearer, [0.0, expected, 0.0, 0.0], atol=1e-12)
    assert utility(0.0)[0] == 0.0  # buying nothing is the reference
    assert np.all(np.isfinite(utility(0.0)))
