"""Draws: fixed by seed, stream and slot, independent of everything else."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from sim.draws import Draws

SEEDS = st.integers(min_value=0, max_value=2**63)
STREAMS = st.text(min_size=1, max_size=12)
INDICES = st.lists(st.integers(min_value=0, max_value=10_000), max_size=3)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, stream=STREAMS, indices=INDICES, slots=st.integers(1, 60), more=st.integers(0, 60))
def test_more_slots_leave_the_first_draws_alone(seed, stream, indices, slots, more):
    short = Draws(seed, slots).uniform(stream, *indices)
    long = Draws(seed, slots + more).uniform(stream, *indices)
    np.testing.assert_array_equal(short, long[:slots])


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, names=st.lists(st.tuples(STREAMS, INDICES), min_size=2, max_size=6), data=st.data())
def test_order_of_calls_does_not_matter(seed, names, data):
    forward, shuffled = Draws(seed, 9), Draws(seed, 9)
    first = {repr(name): forward.uniform(name[0], *name[1]) for name in names}
    for stream, indices in data.draw(st.permutations(names)):
        np.testing.assert_array_equal(shuffled.uniform(stream, *indices), first[repr((stream, indices))])


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, data=st.data())
def test_permuted_rows_take_their_draws_along(seed, data):
    order = np.array(data.draw(st.permutations(range(12))))
    draws = Draws(seed, 12)
    for kind in ("uniform", "normal", "gumbel", "logistic"):
        expected = getattr(draws, kind)("taste", 3)[order]
        np.testing.assert_array_equal(getattr(draws.permuted(order), kind)("taste", 3), expected)
    again = np.array(data.draw(st.permutations(range(12))))
    twice = draws.permuted(order).permuted(again).uniform("taste", 3)
    np.testing.assert_array_equal(twice, draws.uniform("taste", 3)[order][again])


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, limits=st.lists(st.floats(-0.1, 1.1), min_size=1, max_size=5), slots=st.integers(1, 300))
def test_slots_below_a_limit_are_those_whose_draw_is(seed, limits, slots):
    draws = Draws(seed, slots)
    for limit in [*limits, draws.uniform("event", 4)[0]]:
        expected = np.flatnonzero(Draws(seed, slots).uniform("event", 4) < limit)
        np.testing.assert_array_equal(draws.below("event", 4, limit=limit), expected)


@settings(max_examples=25, deadline=None)
@given(seed=SEEDS, count=st.integers(1, 20))
def test_provincial_draws_do_not_depend_on_firms(seed, count):
    one, many = Draws(seed, 1), Draws(seed, 500)
    np.testing.assert_array_equal(one.province("park", count, 2), many.province("park", 40, 2)[:count])
    assert one.scalar("price", 4) == many.province("price", 3, 4)[0]
    assert one.scalar("p", kind="normal") == stats.norm.ppf(one.scalar("p"))
    assert one.scalar("price", 4) == many.permuted(np.array([7, 3])).scalar("price", 4)


def test_streams_indices_seeds_and_domains_differ():
    draws = Draws(1, 200)
    series = [
        draws.uniform("a"), draws.uniform("b"), draws.uniform("a", 1), draws.uniform("a", 1, 1),
        draws.uniform("a", 11), Draws(2, 200).uniform("a"), draws.province("a", 200),
    ]
    for i, one in enumerate(series):
        for other in series[i + 1:]:
            assert not np.any(one == other)


def test_streams_are_uncorrelated():
    draws = Draws(5, 20_000)
    table = np.stack([draws.normal("x", q) for q in range(12)] + [draws.normal("y", q) for q in range(12)])
    correlation = np.corrcoef(table)[np.triu_indices(24, 1)]
    assert np.abs(correlation).max() < 5.0 / np.sqrt(20_000)
    assert abs(correlation.mean()) < 3.0 / np.sqrt(20_000 * correlation.size)


def test_uniform_and_its_transforms_have_the_stated_distributions():
    draws = Draws(3, 200_000)
    for kind, reference in (("uniform", "uniform"), ("normal", "norm"), ("gumbel", "gumbel_r"),
                            ("logistic", "logistic")):
        assert stats.kstest(getattr(draws, kind)("ks"), reference).pvalue > 0.01
    pooled = np.concatenate([Draws(seed, 20).uniform("ks") for seed in range(5_000)])
    assert stats.kstest(pooled, "uniform").pvalue > 0.01


def test_transforms_come_from_the_same_uniform():
    draws = Draws(9, 1_000)
    uniform = draws.uniform("t")
    np.testing.assert_allclose(stats.norm.cdf(draws.normal("t")), uniform, rtol=1e-12)
    np.testing.assert_allclose(np.exp(-np.exp(-draws.gumbel("t"))), uniform, rtol=1e-9)
    np.testing.assert_allclose(1.0 / (1.0 + np.exp(-draws.logistic("t"))), uniform, rtol=1e-9)


def test_never_zero_or_one(monkeypatch):
    class Extreme:
        def __init__(self, bits):
            pass

        def random(self, count):
            return np.resize([0.0, 1.0 - 2.0**-53], count)

    monkeypatch.setattr("sim.draws.np.random.Generator", Extreme)
    draws = Draws(0, 2)
    assert np.all((draws.uniform("x") > 0.0) & (draws.uniform("x") < 1.0))
    for kind in ("normal", "gumbel", "logistic"):
        assert np.all(np.isfinite(getattr(draws, kind)("x")))


def test_remembered_draws_are_the_same_array_and_read_only():
    draws = Draws(1, 50)
    kept = draws.gumbel("taste", 2, remember=True)
    assert draws.gumbel("taste", 2) is kept
    np.testing.assert_array_equal(kept, Draws(1, 50).gumbel("taste", 2))
    with pytest.raises(ValueError, match="read-only"):
        kept[0] = 0.0
    assert draws.gumbel("taste", 3) is not draws.gumbel("taste", 3)


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS, data=st.data(), remember=st.booleans(), kind=st.sampled_from(["uniform", "gumbel", "normal"]))
def test_some_rows_get_the_draws_they_get_among_all(seed, data, remember, kind):
    rows = np.array(data.draw(st.lists(st.integers(0, 40), max_size=12)), dtype=np.int64)
    draws = Draws(seed, 41)
    for each in (draws, draws.permuted(np.arange(41)[::-1])):
        whole = getattr(each, kind)("taste", 3)
        np.testing.assert_array_equal(getattr(each, kind)("taste", 3, rows=rows, remember=remember), whole[rows])
        getattr(each, kind)("taste", 3, remember=True)
        np.testing.assert_array_equal(getattr(each, kind)("taste", 3, rows=rows), whole[rows])


def test_a_stream_is_that_of_a_fresh_generator():
    key = int.from_bytes(hashlib.blake2b(repr((5, "firm", "x", (1,))).encode(), digest_size=16).digest(), "little")
    draws = Draws(5, 30)
    for _ in range(2):
        fresh = np.random.Generator(np.random.Philox(key=key)).random(30)
        np.testing.assert_array_equal(draws.uniform("x", 1), fresh)
        np.testing.assert_array_equal(draws.uniform("x", 1, rows=np.array([29, 7, 10])), fresh[[29, 7, 10]])
        draws.uniform("y")  # something drawn in between leaves no trace


def test_numpy_integers_name_the_same_stream():
    draws = Draws(1, 5)
    np.testing.assert_array_equal(draws.uniform("x", 8104), draws.uniform("x", np.int32(8104)))


@pytest.mark.parametrize("order", [[], [-1], [0, 3]])
def test_bad_orders_are_refused(order):
    with pytest.raises(ValueError, match="order must name slots"):
        Draws(1, 3).permuted(np.array(order, dtype=np.int64))


def test_no_slots_are_refused():
    with pytest.raises(ValueError, match="at least one slot"):
        Draws(1, 0)
