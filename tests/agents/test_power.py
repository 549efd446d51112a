"""Green power: logit shares, an exact balance of the province, and three accounts that add up."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.special import softmax

from agents import power as rules
from agents.sourcing import least_consumption
from sim.draws import Draws
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.power
ENERGY = st.floats(0.0, 5e7)
SHARE = st.floats(0.0, 1.0)


def utility(consumption, obligation=0.0, aims=False, year=2026, parameters=PARAMETERS):
    return rules.sourcing_utility(
        np.atleast_1d(float(consumption)), np.array([float(obligation)]), np.array([aims]), year, parameters
    )[0]


def test_shares_of_the_options_are_the_softmax_of_their_utility():  # A14
    firms = 20_000
    draws, chance = Draws(5, firms), np.random.default_rng(1)
    taste = np.stack([draws.gumbel("sourcing", j) for j in range(len(rules.SOURCING))], axis=1)
    use = chance.lognormal(8, 2, firms)
    obligation, aims = np.where(chance.random(firms) < 0.1, 0.7, 0.0), chance.random(firms) < 0.2
    value = rules.sourcing_utility(use, obligation, aims, 2028, PARAMETERS)
    choice = rules.choose(value, taste)
    p = softmax(value, axis=1)
    for option in range(len(rules.SOURCING)):
        sd = np.sqrt((p[:, option] * (1 - p[:, option])).sum())
        assert abs((choice == option).sum() - p[:, option].sum()) <= 4 * sd


@given(st.lists(st.lists(st.integers(-2, 2), min_size=8, max_size=8), min_size=1, max_size=20))
def test_the_choice_is_the_first_of_the_best(rows):
    values = np.array(rows, dtype=np.float64)
    utility, taste = values[:, :4], values[:, 4:]
    assert rules.choose(utility, taste).tolist() == np.argmax(utility + taste, axis=1).tolist()


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
            utility = rules.sourcing_utility(
                nearest, np.zeros(len(small)), np.full(len(small), aims), year, parameters
            )
            assert not rules.choose(utility, taste.T[small]).any()


def test_the_least_consumption_leaves_out_most_firms():
    draws = Draws(5, 20_000)
    taste = [draws.gumbel("sourcing", j) for j in range(len(rules.SOURCING))]
    use = np.random.default_rng(1).lognormal(7.0, 1.5, 20_000)
    assert np.mean(use > least_consumption(taste, 2026, PARAMETERS)) < 0.5


def test_utility_by_hand():
    parameters = replace(
        PARAMETERS, constant_wind_solar=-2.0, price_slope=0.1, size_slope=0.5, size_reference=1000.0,
        obligation_utility=5.0, certification_utility=1.0, certification_share=0.3, voluntary_share=0.2,
        wind_solar_premium=12.0, contract_fixed_cost=40_000.0,
    )
    wind_solar = rules.SOURCING.index("wind_solar")
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


@settings(max_examples=200, deadline=None)
@given(
    consumption=st.floats(1e3, 1e8), hydro=ENERGY, wind=ENERGY, solar=ENERGY, bioenergy=ENERGY, imports=ENERGY,
    share=SHARE, exports=ENERGY, capacity=st.floats(0, 5e4),
)
def test_supply_covers_consumption_and_exports(
    consumption, hydro, wind, solar, bioenergy, imports, share, exports, capacity
):
    d = rules.dispatch(
        consumption, hydro, wind, solar, bioenergy, imports, share, exports, capacity, PARAMETERS
    )
    size = 1e-12 * (consumption + hydro + wind + solar + bioenergy + imports + exports + capacity * 2190)
    supply = d.hydro + d.wind + d.solar + d.bioenergy + d.thermal + d.imports
    assert supply == pytest.approx(d.consumption + d.exports, abs=size)
    # everything that is not thermal or fossil import is R
    assert d.nonfossil + d.thermal + d.imports - d.imports_nonfossil == pytest.approx(consumption, abs=size)
    low, high = (capacity * 2190 * x for x in (PARAMETERS.must_run, PARAMETERS.most_run))
    assert low <= d.thermal <= high
    assert d.spilled >= 0.0
    assert d.exports >= 0.0
    fossil = d.thermal + d.imports - d.imports_nonfossil
    factor = d.grid_factor(PARAMETERS.fossil_factor)
    assert factor * consumption == pytest.approx(fossil * PARAMETERS.fossil_factor, abs=size)
    if d.imports > imports + size:  # a real shortage: thermal is at its top and nothing is exported
        assert (d.thermal, d.exports) == (high, 0.0)
    if d.spilled > size:
        assert d.thermal == low


def test_dispatch_by_hand():
    parameters = replace(PARAMETERS, must_run=0.2, most_run=0.8, surplus_exported=0.7)
    capacity = 1000 / 2190  # thermal between 200 and 800 MWh

    def run(hydro, exports=100.0):
        return rules.dispatch(1000.0, hydro, 50.0, 50.0, 0.0, 100.0, 0.5, exports, capacity, parameters)

    normal, wet, dry, drought = run(500.0), run(1000.0), run(50.0), run(0.0, exports=20.0)
    assert (normal.thermal, normal.exports, normal.spilled) == pytest.approx((400, 100, 0))
    assert (wet.thermal, wet.exports, wet.spilled) == pytest.approx((200, 100 + 0.7 * 300, 0.3 * 300))
    assert (dry.thermal, dry.exports, dry.imports) == pytest.approx((800, 50, 100))
    assert (drought.thermal, drought.exports, drought.imports) == pytest.approx((800, 0, 100))
    worst = run(-30.0 + 0.0, exports=0.0)
    assert (worst.imports, worst.imports_nonfossil) == pytest.approx((130, 65))


@settings(max_examples=200, deadline=None)
@given(
    total=st.floats(1e4, 1e8), manufacturing=st.floats(0.05, 0.95), renewable=st.floats(0.0, 1.0),
    parts=st.lists(st.floats(0, 0.2), min_size=4, max_size=4), sold=st.floats(0, 0.3),
)
def test_the_accounts_of_all_consumers_add_up(total, manufacturing, renewable, parts, sold):
    use, nonfossil = total * manufacturing, total * renewable
    generation, contracts, local, outside = (use * part for part in parts)
    sold_outside = total * sold
    assume(generation + contracts + local + sold_outside <= nonfossil <= total - outside + sold_outside)
    book = rules.accounts(use, generation, contracts, local, outside, sold_outside, nonfossil, total)
    # physical: manufacturing's grid mix is that of everybody else, and all of it sums to R
    mix = (book.physical - generation) / (use - generation)
    assert book.physical + mix * (total - use) == pytest.approx(nonfossil, rel=1e-12, abs=1e-9)
    # hybrid: what nobody claims is spread evenly; the sum is R + K_out - X
    residual = (book.hybrid - book.contractual) / (use - book.contractual)
    rest = residual * (total - use)
    assert book.hybrid + rest == pytest.approx(book.province_hybrid, rel=1e-12)
    assert book.province_hybrid == pytest.approx(nonfossil + outside - sold_outside, rel=1e-12, abs=1e-9)
    assert book.contractual == pytest.approx(generation + contracts + local + outside)
    closed = rules.accounts(use, generation, contracts, local, 0.0, 0.0, nonfossil, total)
    assert closed.shares[3] == pytest.approx(nonfossil / total, rel=1e-12)  # contracts among locals only reshuffle
    for one in (book, closed):
        assert all(-1e-12 <= share <= 1 + 1e-12 for share in one.shares)
        assert one.hybrid >= one.contractual * (1 - 1e-12)


def test_the_residual_mix_stays_a_share():
    oversold = rules.accounts(400.0, 0.0, 100.0, 0.0, 0.0, 900.0, 500.0, 1000.0)
    assert (oversold.hybrid, oversold.province_hybrid) == (100.0, 100.0)
    full = rules.accounts(400.0, 0.0, 0.0, 0.0, 100.0, 0.0, 950.0, 1000.0)  # certificates on top of nearly pure supply
    assert (full.hybrid, full.province_hybrid) == (400.0, 1000.0)


@given(wanted=st.floats(0, 1e6), supply=st.floats(-1e3, 1e6))
def test_contracts_never_deliver_more_than_the_tradable_supply(wanted, supply):
    served = rules.ration_contracts(wanted, supply)
    assert 0.0 <= served <= 1.0
    assert wanted * served <= max(supply, 0.0) * (1 + 1e-12) + 1e-9
    assert served == 1.0 or wanted * served == pytest.approx(max(supply, 0.0), abs=1e-9)


def test_hydro_certificates_by_hand():
    """Of 1000 MWh half is bought in the market, three fifths of that by manufacturing."""
    parameters = replace(PARAMETERS, market_hydro_share=0.5, market_hydro_manufacturing=0.6)
    assert rules.hydro_certificates(1.0, 1000.0, 9e9, 9e9, parameters) == pytest.approx((300.0, 200.0))
    assert rules.hydro_certificates(0.0, 1000.0, 9e9, 9e9, parameters) == (0.0, 0.0)
    assert rules.hydro_certificates(1.0, 1000.0, 100.0, 9e9, parameters) == pytest.approx((60.0, 40.0))
    assert rules.hydro_certificates(1.0, 1000.0, 9e9, 250.0, parameters) == pytest.approx((250.0, 200.0))
    assert rules.hydro_certificates(1.0, -50.0, -1.0, 10.0, parameters) == (0.0, 0.0)


@given(handed=st.floats(0.0, 0.5), others=st.floats(0.0, 0.4), renewable=st.floats(0.9, 1.0))
def test_handing_over_certificates_reshuffles_and_creates_nothing(handed, others, renewable):
    """What manufacturing and other consumers claim and what is left sum to the province's non-fossil supply."""
    total, use = 1000.0, 500.0
    nonfossil = renewable * total
    before = rules.accounts(use, 0.0, 0.0, 0.0, 0.0, 0.0, nonfossil, total)
    after = rules.accounts(use, 0.0, handed * use, 0.0, 0.0, 0.0, nonfossil, total, others * total)
    assert after.physical == before.physical
    assert after.contractual == pytest.approx(handed * use)
    assert after.province_hybrid == pytest.approx(nonfossil)
    assert before.province_hybrid == pytest.approx(nonfossil)
