"""Bisection brackets a known step, says when there is none, and notices functions that are not monotone."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.study.bisection import Solution, Trial, Try, bisect_setting, first_fall, reaches, undecided

DRAWS = 20


def trying(met: Callable[[float], int], seen: list[float] | None = None) -> Try:
    """Trials of a function that gives the number of 20 draws met at a setting."""

    def run(settings: Sequence[float]) -> list[Trial]:
        if seen is not None:
            seen.extend(settings)
        return [Trial(setting, met(setting), DRAWS) for setting in settings]

    return run


def at_answer(solution: Solution) -> Trial:
    return next(trial for trial in solution.trials if trial.setting == solution.answer)


def rising_at(threshold: float) -> Try:
    return trying(lambda setting: DRAWS if setting >= threshold else 0)


def test_a_known_threshold_is_found_to_the_tolerance():
    found = bisect_setting(rising_at(0.137), 0.0, 0.3, 0.5, 0.001)
    assert found.outcome == "from" and found.fall is None
    assert found.beyond < 0.137 <= found.answer
    assert found.answer - found.beyond <= 0.001
    assert at_answer(found).share == 1.0


def test_the_threshold_of_a_share_follows_from_the_thresholds_of_the_draws():
    # Draw k is met from setting 5 k on: 60 % of 20 draws are the first 12, so the step lies at 5 x 12.
    met = trying(lambda setting: min(DRAWS, int(setting // 5)))
    found = bisect_setting(met, 0.0, 200.0, 0.6, 0.25)
    assert found.beyond < 60.0 <= found.answer <= 60.25
    assert at_answer(found).met == 12


def test_a_lever_that_hurts_has_a_largest_setting():
    found = bisect_setting(trying(lambda setting: DRAWS if setting <= 42.0 else 3), 0.0, 100.0, 0.9, 0.5)
    assert found.outcome == "up to" and found.fall is None
    assert found.answer <= 42.0 < found.beyond
    assert found.beyond - found.answer <= 0.5


def test_nothing_is_solved_where_the_target_is_reached_already_or_never():
    seen: list[float] = []
    everywhere = bisect_setting(trying(lambda _: 11, seen), 0.0, 1.0, 0.5, 1e-3)
    assert (everywhere.outcome, everywhere.answer, everywhere.beyond) == ("everywhere", 0.0, None)
    assert len(seen) == 5, "nothing is tried beyond the first settings"
    nowhere = bisect_setting(trying(lambda setting: int(9 * setting)), 0.0, 1.0, 0.5, 1e-3)
    assert (nowhere.outcome, nowhere.answer) == ("nowhere", None)
    assert nowhere.fall is None


def test_a_function_that_rises_and_falls_is_flagged_and_the_smallest_setting_reported():
    found = bisect_setting(trying(lambda setting: 20 if 0.3 <= setting <= 0.6 else 0), 0.0, 1.0, 0.5, 0.01)
    assert found.outcome == "from"
    assert 0.3 <= found.answer <= 0.31
    assert found.fall is not None and found.fall[0].setting <= 0.6 < found.fall[1].setting
    assert not any(reaches(trial, 0.5) for trial in found.trials if trial.setting < found.answer)


def test_a_dip_that_no_answer_hangs_on_is_told_all_the_same():
    found = bisect_setting(trying(lambda setting: {0.0: 2, 0.25: 1}.get(setting, 20)), 0.0, 1.0, 0.5, 1.0)
    assert found.answer == 0.5
    assert [trial.met for trial in found.fall or ()] == [2, 1]
    level = bisect_setting(trying(lambda setting: {0.0: 2, 0.25: 1, 0.5: 3}.get(setting, 2)), 0.0, 1.0, 0.5, 1.0)
    assert level.outcome == "nowhere" and level.fall is not None


def test_only_round_settings_are_tried_and_the_answer_is_the_first_of_them():
    seen: list[float] = []
    met = trying(lambda setting: DRAWS if setting >= 171.3 else 0, seen)
    found = bisect_setting(met, 0.0, 400.0, 0.5, 4.0, snap=lambda value: 4.0 * round(value / 4.0))
    assert (found.beyond, found.answer) == (168.0, 172.0)
    assert all(setting % 4.0 == 0.0 for setting in seen) and len(set(seen)) == len(seen)


@pytest.mark.parametrize(("met", "share"), [(3, 0.3), (7, 0.7), (1, 0.1), (10, 1.0)])
def test_a_share_of_ten_draws_is_a_count_of_draws(met: int, share: float):
    assert reaches(Trial(0.0, met, 10), share)
    assert not reaches(Trial(0.0, met - 1, 10), share)


@given(
    low=st.floats(-100.0, 100.0), width=st.floats(0.01, 1000.0), place=st.floats(0.001, 1.0),
    steps=st.floats(4.0, 1000.0), inner=st.integers(0, 6), rising=st.booleans(),
)  # fmt: skip
def test_the_bracket_holds_the_threshold_of_any_step(
    low: float, width: float, place: float, steps: float, inner: int, rising: bool
):
    high, threshold, tolerance = low + width, low + place * width, width / steps
    threshold = min(threshold, high)
    met = trying(lambda setting: DRAWS if (setting >= threshold) == rising else 0)
    found = bisect_setting(met, low, high, 0.5, tolerance, inner)
    assert found.outcome == ("from" if rising else "up to") and found.fall is None
    below, above = sorted((found.answer, found.beyond))
    assert below < threshold <= above
    assert above - below <= tolerance * (1.0 + 1e-9)
    assert len(found.trials) <= inner + 3 + math.log2(steps)


@given(st.lists(st.integers(0, DRAWS), min_size=2, max_size=8))
def test_a_fall_is_found_exactly_where_the_counts_are_not_sorted(counts: list[int]):
    trials = [Trial(float(place), met, DRAWS) for place, met in enumerate(counts)]
    assert (first_fall(trials, rising=True) is None) == (counts == sorted(counts))
    assert (first_fall(trials, rising=False) is None) == (counts == sorted(counts, reverse=True))


def test_settings_whose_interval_holds_the_share_are_undecided():
    # Wilson intervals of 20 draws at one half: 6 gives 0.145 to 0.519, 5 gives 0.112 to 0.469.
    trials = [Trial(float(met), met, DRAWS) for met in range(DRAWS + 1)]
    assert undecided(trials, 0.5) == (6.0, 14.0)
    assert undecided([Trial(0.0, 0, DRAWS)], 0.5) is None
    assert undecided([Trial(0.0, 1, 1)], 0.5) is None
