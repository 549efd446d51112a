"""Bundles of measures: hand-worked firms, and random ones against a plain loop over firms."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.retrofit import bundle
from sim.options import load_menu
from sim.preparation import load_inputs

MENU = load_menu(load_inputs().province)
MEASURES = 6
EXCLUDES = np.zeros((MEASURES, MEASURES), dtype=bool)
EXCLUDES[0, 3] = EXCLUDES[3, 0] = EXCLUDES[1, 3] = EXCLUDES[3, 1] = True
REQUIRES = np.array([-1, 0, -1, -1, 1, -1])  # 1 needs 0, 4 needs 1; 0 and 1 rule out 3


def run(score, measure, capex, budget, group=None, adopted=(), scope=1.0):
    """Measures picked by every firm, as lists."""
    group = np.zeros(len(score), dtype=int) if group is None else np.asarray(group)
    budget = np.atleast_1d(np.asarray(budget, dtype=float))
    has = np.zeros((len(budget), MEASURES), dtype=bool)
    for firm, m in adopted:
        has[firm, m] = True
    score, measure, capex = np.asarray(score, dtype=float), np.asarray(measure), np.asarray(capex, dtype=float)
    result = bundle(score, group, measure, capex, capex / 2, budget, EXCLUDES, REQUIRES, has, scope)
    picks = [sorted(measure[result.picked & (group == firm)].tolist()) for firm in range(len(budget))]
    np.testing.assert_array_equal(result.count, [len(p) for p in picks])
    np.testing.assert_allclose(result.capex, np.bincount(group, capex * result.picked, minlength=len(budget)))
    np.testing.assert_allclose(result.saving, result.capex / 2)
    return picks


def test_money_is_spent_in_the_order_of_the_score_and_stops_at_the_first_misfit():
    assert run([3, 1, 2], [0, 2, 5], [4, 1, 5], 9) == [[0, 5]]
    assert run([3, 1, 2], [0, 2, 5], [4, 1, 5], 8.99) == [[0]]  # measure 2 would fit but ranks below the misfit
    assert run([3, 1, 2], [0, 2, 5], [4, 1, 5], 3.99) == [[]]
    assert run([3, 1, 2], [0, 2, 5], [4, 1, 5], 45, scope=5.0) == [[0, 5]]
    assert run([3, 0, -2], [0, 2, 5], [4, 1, 5], np.inf) == [[0]]  # a score of zero is not wanted


def test_ties_go_to_the_lower_measure():
    assert run([1, 1, 1], [5, 2, 0], [2, 2, 2], 4) == [[0, 2]]


def test_of_two_that_exclude_each_other_the_better_one_is_taken():
    assert run([2, 1], [0, 3], [1, 1], np.inf) == [[0]]
    assert run([1, 2], [0, 3], [1, 1], np.inf) == [[3]]
    assert run([2], [3], [1], np.inf, adopted=[(0, 0)]) == [[]]


def test_a_prerequisite_is_in_place_or_comes_first():
    assert run([2], [1], [1], np.inf) == [[]]
    assert run([2], [1], [1], np.inf, adopted=[(0, 0)]) == [[1]]
    assert run([1, 2], [0, 1], [1, 1], np.inf) == [[0, 1]]
    assert run([1, 2], [0, 1], [1, 1], 1) == [[0]]  # never the battery without the array that feeds it
    assert run([-1, 2], [0, 1], [1, 1], np.inf) == [[]]
    assert run([1, 2, 3], [0, 1, 4], [1, 1, 1], 2) == [[0, 1]]  # a chain of two
    # a dependent out of reach rules out nothing; one whose prerequisite ranks below the rival loses with it
    assert run([3, 2], [1, 3], [1, 1], np.inf) == [[3]]
    assert run([1, 3, 2], [0, 1, 3], [1, 1, 1], np.inf) == [[3]]


def test_firms_do_not_touch_each_other():
    picks = run(
        [3, 2, 3, 2, 1, 5], [0, 2, 3, 5, 2, 4], [4, 4, 1, 9, 1, 1], [8, 9, 100], group=[0, 0, 1, 1, 1, 2],
        adopted=[(2, 1)],
    )
    assert picks == [[0, 2], [3], [4]]


def test_the_real_menu_keeps_what_the_rule_relies_on():
    assert np.array_equal(MENU.excludes, MENU.excludes.T)
    assert not MENU.excludes.diagonal().any()
    assert np.all(MENU.requires < np.arange(len(MENU)))
    need = np.flatnonzero(MENU.requires >= 0)
    assert not MENU.excludes[need, MENU.requires[need]].any()


def plain(score, measure, capex, budget, adopted):
    """The rule for one firm as a loop; exact in the small integers used here."""
    own = dict(zip(measure, score, strict=True))

    def rank(m):
        need = REQUIRES[m]
        if need < 0 or need in adopted:
            return own[m]
        return min(own[m], rank(need)) if need in own else -np.inf

    taken, picks, spent, broke = set(adopted), set(), 0, False
    for m in sorted((m for m in own if rank(m) > 0), key=lambda m: (-rank(m), m)):
        missing = REQUIRES[m] >= 0 and REQUIRES[m] not in taken
        if missing or any(EXCLUDES[m, other] for other in taken):
            continue
        taken.add(m)
        spent += capex[m]
        broke |= spent > budget
        if not broke:
            picks.add(m)
    return picks


FIRM = st.fixed_dictionaries({
    "options": st.dictionaries(
        st.integers(0, MEASURES - 1), st.tuples(st.integers(-2, 4), st.integers(0, 5)), max_size=MEASURES
    ),
    "budget": st.one_of(st.integers(0, 15), st.just(np.inf)),
    "adopted": st.sampled_from([(), (0,), (0, 1), (3,), (5,)]),
})


@settings(max_examples=150, deadline=None)
@given(firms=st.lists(FIRM, min_size=1, max_size=6), data=st.data())
def test_random_firms_pick_what_the_loop_picks_in_any_order(firms, data):
    for f in firms:
        for m in f["adopted"]:
            f["options"].pop(m, None)
    order = data.draw(st.permutations(range(len(firms))))
    for arrangement in (list(range(len(firms))), order):
        columns = [
            (row, m, s, c) for row, firm in enumerate(arrangement) for m, (s, c) in firms[firm]["options"].items()
        ]
        group, measure, score, capex = (np.array([c[i] for c in columns], dtype=int) for i in range(4))
        picks = run(
            score, measure, capex, [firms[f]["budget"] for f in arrangement], group=group,
            adopted=[(row, m) for row, f in enumerate(arrangement) for m in firms[f]["adopted"]],
        )
        for row, number in enumerate(arrangement):
            f = firms[number]
            options = f["options"]
            expected = plain(
                [s for s, _ in options.values()], list(options), {m: c for m, (_, c) in options.items()},
                f["budget"], f["adopted"],
            )
            assert set(picks[row]) == expected
            assert sum(options[m][1] for m in picks[row]) <= f["budget"]
            owned = set(picks[row]) | set(f["adopted"])
            assert not any(EXCLUDES[a, b] for a in picks[row] for b in owned)
            assert all(REQUIRES[m] < 0 or REQUIRES[m] in owned for m in picks[row])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), firms=st.integers(1, 40))
def test_unlimited_money_and_no_conflicts_take_every_wanted_option(seed, firms):
    chance = np.random.default_rng(seed)
    group, measure = np.divmod(np.flatnonzero(chance.random(firms * MEASURES) < 0.6), MEASURES)
    score, capex = chance.normal(size=len(group)), chance.lognormal(size=len(group))
    free, none = np.zeros((MEASURES, MEASURES), dtype=bool), np.full(MEASURES, -1)
    adopted = np.zeros((firms, MEASURES), dtype=bool)

    def picked(budget):
        return bundle(score, group, measure, capex, capex, budget, free, none, adopted, 5.0)

    np.testing.assert_array_equal(picked(np.full(firms, np.inf)).picked, score > 0)
    budget = chance.lognormal(2, 1, firms)
    limited, richer = picked(budget), picked(budget * 1.3)
    assert np.all(limited.capex * 5.0 <= budget * (1 + 1e-9))
    assert np.all(richer.picked[limited.picked])
    for firm in range(firms):  # a prefix of the ranking
        wanted = np.flatnonzero((group == firm) & (score > 0))
        flags = limited.picked[wanted[np.argsort(-score[wanted])]]
        assert not np.any(flags[1:] & ~flags[:-1])
