"""Boxes: a planted one is found, none where there is none."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

from experiments.study.boxes import find_box
from experiments.study.futures import SCENARIO

SETTINGS = {"density": 0.8, "least_mass": 0.05, "significance": 0.05}


def futures(count: int = 200, seed: int = 1) -> pd.DataFrame:
    draws = np.random.default_rng(seed)
    table = pd.DataFrame(draws.random((count, 6)), columns=list("abcdef"))
    table[SCENARIO] = draws.choice(["calm", "dry", "steep"], count)
    return table


def test_a_planted_box_is_recovered():
    table = futures()
    planted = ((table["a"] > 0.6) & (table["b"] < 0.5)).to_numpy()
    box = find_box(table, planted, **SETTINGS)
    assert box is not None
    assert {limit.name for limit in box.limits} == {"a", "b"}
    by_name = {limit.name: limit for limit in box.limits}
    assert by_name["a"].low == pytest.approx(0.6, abs=0.05) and by_name["a"].high is None
    assert by_name["b"].high == pytest.approx(0.5, abs=0.05) and by_name["b"].low is None
    assert box.coverage > 0.95 and box.density > 0.9
    assert max(limit.quasi_p for limit in box.limits) < 1e-6


def test_a_box_with_noise_keeps_the_true_dimensions():
    table = futures(250, seed=2)
    draws = np.random.default_rng(3)
    planted = (table["a"] > 0.5).to_numpy()
    happens = np.where(draws.random(250) < 0.1, ~planted, planted)
    box = find_box(table, happens, **SETTINGS)
    assert box is not None
    assert [limit.name for limit in box.limits] == ["a"]


def test_scenarios_can_make_a_box():
    table = futures()
    planted = ((table["a"] > 0.5) & (table[SCENARIO] != "calm")).to_numpy()
    box = find_box(table, planted, **SETTINGS)
    assert box is not None
    by_name = {limit.name: limit for limit in box.limits}
    assert by_name[SCENARIO].values == ("dry", "steep")
    assert set(by_name) == {"a", SCENARIO}


def test_numbers_of_a_box_are_those_of_its_limits():
    table = futures()
    happens = ((table["a"] > 0.5) & (table["b"] + table["c"] < 1.0)).to_numpy()
    box = find_box(table, happens, **SETTINGS)
    assert box is not None
    inside = np.ones(len(table), dtype=bool)
    for limit in box.limits:
        column = table[limit.name].to_numpy()
        inside &= column >= (-np.inf if limit.low is None else limit.low)
        inside &= column <= (np.inf if limit.high is None else limit.high)
    assert (box.inside, box.cases) == (inside.sum(), (inside & happens).sum())
    assert box.density == pytest.approx(box.cases / box.inside)
    assert box.coverage == pytest.approx(box.cases / happens.sum())
    assert box.trajectory["coverage"].iloc[0] == 1.0
    assert box.trajectory["n"].is_monotonic_decreasing


@pytest.mark.parametrize("seed", [11, 12])
def test_no_box_in_noise(seed: int):
    table = futures(100, seed)
    assert find_box(table, np.random.default_rng(seed + 1).random(100) < 0.4, **SETTINGS) is None


def test_a_box_stays_dense_without_what_may_be_luck():
    table = futures(200, seed=6)
    draws = np.random.default_rng(7)
    risk = np.where(table["a"] > 0.7, 0.9, np.where(table["b"] > 0.5, 0.3, 0.1))
    box = find_box(table, draws.random(200) < risk, **SETTINGS)
    assert box is not None
    assert box.density >= SETTINGS["density"]
    assert "a" in {limit.name for limit in box.limits}
    row = box.trajectory.iloc[box.chosen]
    assert row["coverage"] <= box.coverage, "what is left holds at least what was chosen"


def test_the_library_is_silent(capfd: pytest.CaptureFixture[str]):
    table = futures(100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        find_box(table, (table["a"] > 0.7).to_numpy(), **SETTINGS)
    told = capfd.readouterr()
    assert told.out == told.err == ""
