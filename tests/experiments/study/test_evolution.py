"""NSGA-II finds fronts that are known, the same whenever it is started again, and names what no other beats."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.study.evolution import (
    Candidate,
    Judge,
    Objectives,
    Range,
    Settings,
    evolve,
    front,
    non_dominated,
)


def judging(function: Callable[..., Objectives]) -> Judge:
    return lambda candidates: [function(**candidate) for candidate in candidates]


def zdt1(a: float, b: float, c: float, d: float) -> Objectives:
    """Zitzler, Deb and Thiele's first function: the front is 1 - sqrt(f1), where b = c = d = 0."""
    g = 1.0 + 9.0 * (b + c + d) / 3.0
    return a, g * (1.0 - np.sqrt(a / g))


def two_wells(x: float, y: float) -> Objectives:
    """Squared distances to (0, 0) and (1, 0): the front lies at y = 0 between them, where sqrt(f1) + sqrt(f2) = 1."""
    return x**2 + y**2, (x - 1.0) ** 2 + y**2


def test_the_front_of_zdt1_is_found_within_two_hundredths():
    found = front(evolve(judging(zdt1), [Range(name, 0.0, 1.0, 50) for name in "abcd"], 20, 30, 1), 100)
    values = np.array([each.objectives for each in found])
    above = values[:, 1] - (1.0 - np.sqrt(values[:, 0]))
    assert (above >= -1e-12).all(), "nothing lies below the true front"
    assert np.median(above) <= 0.02
    assert np.diff(values[:, 0]).max() <= 0.2, "the front is covered without a gap"
    assert values[0, 0] <= 0.02 and values[-1, 0] >= 0.8


def test_the_front_of_two_wells_is_found_within_a_twentieth():
    ranges = [Range("x", -2.0, 3.0, 100), Range("y", -2.0, 2.0, 80)]
    found = front(evolve(judging(two_wells), ranges, 20, 25, 3), 12)
    for candidate in found:
        assert abs(sum(np.sqrt(candidate.objectives)) - 1.0) <= 0.05
        assert -0.05 <= candidate.settings["x"] <= 1.05 and abs(candidate.settings["y"]) <= 0.1
    assert len(found) >= 8


def test_a_search_that_is_started_again_asks_for_the_same():
    ranges = [Range("x", -2.0, 3.0, 20), Range("y", -2.0, 2.0, 20)]
    one, two, other = (evolve(judging(two_wells), ranges, 8, 4, seed) for seed in (5, 5, 6))
    assert one == two != other
    assert len(one) == 8 * 4
    assert one[0].settings == {"x": -2.0, "y": -2.0} and one[1].settings == {"x": 3.0, "y": 2.0}


def test_a_generation_is_asked_for_as_a_whole():
    sizes: list[int] = []

    def judge(candidates: Sequence[Settings]) -> list[Objectives]:
        sizes.append(len(candidates))
        return [two_wells(**candidate) for candidate in candidates]

    evolve(judge, [Range("x", 0.0, 1.0, 10), Range("y", 0.0, 1.0, 10)], 6, 3, 1)
    assert sizes == [6, 6, 6]


def test_values_of_a_range_are_round_and_its_ends_exact():
    each = Range("rate", 0.0, 0.3, 20)
    assert each.value(0) == 0.0 and each.value(20) == 0.3
    assert each.value(2) == 0.03 and each.value(14) == 0.21


def test_what_no_other_beats_by_hand():
    values = np.array([[1.0, 4.0], [2.0, 2.0], [2.0, 3.0], [4.0, 1.0], [4.0, 1.0], [5.0, 5.0]])
    assert non_dominated(values).tolist() == [True, True, False, True, True, False]


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=12))
def test_everything_is_beaten_by_something_on_the_front(points: list[tuple[int, int]]):
    candidates = [Candidate({"x": float(place)}, (float(a), float(b))) for place, (a, b) in enumerate(points)]
    kept = [each.objectives for each in front(candidates, 100)]
    assert kept == sorted(set(kept))
    for a, b in points:
        assert any(c <= a and d <= b for c, d in kept)
    for one in kept:
        assert not any(two != one and two[0] <= one[0] and two[1] <= one[1] for two in kept)


@pytest.mark.parametrize("most", [2, 3, 5])
def test_a_thinned_front_keeps_its_ends(most: int):
    candidates = [Candidate({"x": float(x)}, (float(x), float(20 - x))) for x in range(21)]
    kept = [each.objectives[0] for each in front(candidates, most)]
    assert len(kept) == most and kept[0] == 0.0 and kept[-1] == 20.0
    assert np.ptp(np.diff(kept)) <= 1.0
