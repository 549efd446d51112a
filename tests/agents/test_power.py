"""Green power: an exact balance of the province, and three accounts that add up."""

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agents import power as rules
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.power
ENERGY = st.floats(0.0, 5e7)
SHARE = st.floats(0.0, 1.0)


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
