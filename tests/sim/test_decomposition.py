"""LMDI: effects add up to the change, and pure cases show one effect only."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.decomposition import decompose, logarithmic_mean

SECTOR = st.tuples(*[st.one_of(st.just(0.0), st.floats(1e-2, 1e5))] * 4)


@settings(max_examples=200, deadline=None)
@given(sectors=st.lists(SECTOR, min_size=1, max_size=8))
def test_effects_add_up_to_the_change(sectors):
    output_0, use_0, output_1, use_1 = (np.array([1.0, *column]) for column in zip(*sectors, strict=True))
    effects = decompose(output_0, use_0, output_1, use_1)
    size = use_0.sum() + use_1.sum()
    assert sum(effects) == pytest.approx(use_1.sum() - use_0.sum(), abs=1e-10 * size)
    back = decompose(output_1, use_1, output_0, use_0)
    np.testing.assert_allclose(back, -np.array(effects), atol=1e-10 * size)  # time reversal


OUTPUT, INTENSITY = np.array([100.0, 300.0, 50.0]), np.array([2.0, 0.5, 4.0])
USE = OUTPUT * INTENSITY


def test_growth_alone_is_activity():
    np.testing.assert_allclose(
        decompose(OUTPUT, USE, OUTPUT * 1.2, USE * 1.2), [0.2 * USE.sum(), 0.0, 0.0], atol=1e-10
    )


def test_a_shift_between_sectors_alone_is_structure():
    shifted = OUTPUT + np.array([40.0, -30.0, -10.0])
    change = (shifted * INTENSITY).sum() - USE.sum()
    np.testing.assert_allclose(decompose(OUTPUT, USE, shifted, shifted * INTENSITY), [0.0, change, 0.0], atol=1e-10)


def test_a_lower_intensity_alone_is_efficiency():
    saved = USE * [0.9, 1.0, 0.7]
    np.testing.assert_allclose(
        decompose(OUTPUT, USE, OUTPUT, saved), [0.0, 0.0, saved.sum() - USE.sum()], atol=1e-10
    )


def test_one_sector_by_hand():
    # output doubles, use rises from 100 to 150: weight 50 / ln 1.5
    weight = 50 / np.log(1.5)
    effects = decompose(*(np.array([x]) for x in (10.0, 100.0, 20.0, 150.0)))
    np.testing.assert_allclose(effects, [weight * np.log(2), 0.0, weight * np.log(0.75)], atol=1e-10)


def test_a_sector_that_appears_counts_as_structure():
    before, after = np.array([100.0, 0.0]), np.array([100.0, 60.0])
    activity, structure, efficiency = decompose(before, before * 2, after, after * 2)
    assert activity == pytest.approx(200 * np.log(1.6))
    assert structure == pytest.approx(120 - 200 * np.log(1.6))  # its 120, less the smaller share of the other
    assert efficiency == pytest.approx(0.0, abs=1e-12)


@given(a=st.floats(1e-3, 1e6), ratio=st.floats(1e-3, 1e3))
def test_the_logarithmic_mean_lies_between_the_geometric_and_the_arithmetic(a, ratio):
    b = a * ratio
    mean = logarithmic_mean(np.array([a]), np.array([b]))[0]
    assert np.sqrt(a * b) * (1 - 1e-6) <= mean <= (a + b) / 2 * (1 + 1e-6)
    # the closer the values, the more digits their difference and their logarithm lose
    rounding = 4.0 * np.finfo(float).eps / max(abs(ratio - 1.0), 1e-9)
    assert mean == pytest.approx(logarithmic_mean(np.array([b]), np.array([a]))[0], rel=max(1e-12, rounding))


def test_the_logarithmic_mean_at_its_limits():
    values = logarithmic_mean(np.array([5.0, 5.0, 0.0, 3.0]), np.array([5.0, 5.0 * (1 + 1e-11), 3.0, 0.0]))
    np.testing.assert_allclose(values, [5.0, 5.0, 0.0, 0.0], rtol=1e-9)
