"""Options and tastes: drawn once a firm, measure and generation, whatever else there is; reopening keeps its share."""

import numpy as np
import pytest
from scipy import stats

from agents.options import Options
from sim.draws import Draws
from sim.options import Tastes, legacy_adoption, load_menu, reopened
from sim.preparation import load_inputs

MENU = load_menu(load_inputs().province)
FIRMS = 400


def options_of(keep):
    """Options of firms as a mask over (firm, measure)."""
    firm, measure = np.nonzero(keep)
    start = np.concatenate([[0], np.cumsum(keep.sum(axis=1))])
    return Options(firm=firm, measure=measure, start=start, cost_factor=np.ones(len(firm)))


ALL = options_of(np.ones((FIRMS, len(MENU)), dtype=bool))
SOME_MASK = np.random.default_rng(0).random((FIRMS, len(MENU))) < 0.3
SOME = options_of(SOME_MASK)


def test_options_of_firms_come_in_the_order_of_the_firms():
    rows = np.array([5, 2, 399])
    positions = SOME.of(rows)
    np.testing.assert_array_equal(SOME.firm[positions], np.repeat(rows, SOME_MASK[rows].sum(axis=1)))
    np.testing.assert_array_equal(SOME.measure[positions], np.concatenate([np.flatnonzero(SOME_MASK[r]) for r in rows]))
    empty = options_of(np.zeros((4, 3), dtype=bool))
    assert len(empty.of(np.array([0, 3]))) == 0


def test_a_taste_depends_on_firm_measure_and_generation_only():
    draws = Draws(7, FIRMS)
    every, some = Tastes(ALL, draws), Tastes(SOME, draws)
    table = every.of(0).reshape(FIRMS, len(MENU))
    np.testing.assert_array_equal(some.of(0), table[SOME_MASK])
    # asking for a later generation first, or for more firms, changes nothing
    fresh = Tastes(SOME, Draws(7, FIRMS))
    second = fresh.of(1)
    np.testing.assert_array_equal(fresh.of(0), some.of(0))
    np.testing.assert_array_equal(second, some.of(1))
    larger = Tastes(SOME, Draws(7, FIRMS + 100))
    np.testing.assert_array_equal(larger.of(1), second)
    assert not np.array_equal(Tastes(SOME, Draws(8, FIRMS)).of(0), some.of(0))


def test_tastes_are_standard_logistic_and_independent():
    tastes = Tastes(ALL, Draws(3, FIRMS))
    first, second = tastes.of(0), tastes.of(1)
    assert stats.kstest(first, "logistic").pvalue > 1e-3
    n = len(first)
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(n)
    table = first.reshape(FIRMS, -1)
    between = np.corrcoef(table, rowvar=False)[np.triu_indices(len(MENU), 1)]
    assert abs(between.mean()) < 4 / np.sqrt(FIRMS * len(between))


def test_renewed_tastes_are_those_of_each_firms_generation():
    tastes = Tastes(SOME, Draws(4, FIRMS))
    positions = np.array([9, 3, 700, 41])
    generation = np.array([2, 0, 1, 2])
    expected = [tastes.of(g)[p] for g, p in zip(generation, positions, strict=True)]
    np.testing.assert_array_equal(tastes.renewed(positions, generation), expected)


def test_a_taste_is_the_same_whenever_it_is_asked_for():
    tastes, other = Tastes(SOME, Draws(4, FIRMS)), Tastes(SOME, Draws(4, FIRMS))
    positions, generation = np.array([9, 3, 700, 41]), np.array([2, 0, 1, 2])
    first = tastes.renewed(positions, generation)
    np.testing.assert_array_equal(tastes.renewed(positions[::-1], generation[::-1]), first[::-1])
    np.testing.assert_array_equal(tastes.of(2), other.of(2))
    np.testing.assert_array_equal(tastes.renewed(positions, generation), first)
    assert len(tastes.renewed(positions[:0], generation[:0])) == 0


def test_options_by_measure_are_all_options_once():
    by_measure = SOME.by_measure
    assert len(by_measure) == len(MENU)
    for measure, at in enumerate(by_measure):
        np.testing.assert_array_equal(at, np.flatnonzero(SOME.measure == measure))


@pytest.mark.parametrize("share", [0.0, 0.3, 0.55, 1.0])
def test_every_measure_reopens_with_the_stated_probability(share):
    uniform = Draws(2, 20_000).uniform("reopening", 5)
    for measure in (0, 7, 40):
        lapsed = reopened(uniform, np.full(20_000, measure), share)
        assert abs(lapsed.mean() - share) <= 4 * np.sqrt(share * (1 - share) / 20_000)
    everything = reopened(np.repeat(uniform[:200], 41), np.tile(np.arange(41), 200), share).reshape(200, 41)
    assert np.abs(everything.sum(axis=1) - 41 * share).max() <= 3  # close to the share in every single firm
    wider = reopened(uniform, np.full(20_000, 7), min(share + 0.1, 1.0))
    assert np.all(wider[reopened(uniform, np.full(20_000, 7), share)])


def test_legacy_measures_respect_the_menu():
    draws = Draws(6, FIRMS)
    adopted = legacy_adoption(MENU, ALL, draws).reshape(FIRMS, len(MENU))
    for need in np.flatnonzero(MENU.requires >= 0):
        assert np.all(adopted[adopted[:, need], MENU.requires[need]])
    for a, b in np.argwhere(MENU.excludes):
        assert not np.any(adopted[:, a] & adopted[:, b])
    free = ~MENU.excludes.any(axis=0) & (MENU.requires < 0)
    share, sd = MENU.adopted_share[free], np.sqrt(MENU.adopted_share[free] * (1 - MENU.adopted_share[free]) / FIRMS)
    assert np.all(np.abs(adopted[:, free].mean(axis=0) - share) <= 4.5 * sd)
