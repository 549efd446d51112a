"""Screening and indices on functions whose answers are known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from experiments.study.indices import morris_design, morris_effects, sobol_design, sobol_indices
from experiments.study.variance_parts import variance_parts

NAMES = ("a", "b", "c")


def ishigami(unit: np.ndarray, a: float = 7.0, b: float = 0.1) -> np.ndarray:
    """Ishigami and Homma's function over (-pi, pi)^3."""
    x = math.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + a * np.sin(x[:, 1]) ** 2 + b * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_sobol_indices_of_ishigami():
    samples = 1024
    table = sobol_indices(NAMES, ishigami(sobol_design(NAMES, samples)), samples)
    last = table[table["samples"] == samples].set_index("parameter")
    variance = 7.0**2 / 8 + 0.1 * math.pi**4 / 5 + 0.1**2 * math.pi**8 / 18 + 0.5
    first = {"a": 0.5 * (1 + 0.1 * math.pi**4 / 5) ** 2 / variance, "b": 7.0**2 / 8 / variance, "c": 0.0}
    joint = 8 * 0.1**2 * math.pi**8 / 225 / variance
    total = {"a": first["a"] + joint, "b": first["b"], "c": joint}
    for name in NAMES:
        assert last["first"][name] == pytest.approx(first[name], abs=0.05)
        assert last["total"][name] == pytest.approx(total[name], abs=0.05)
        assert last["first_low"][name] <= first[name] <= last["first_high"][name]
        assert last["total_low"][name] <= total[name] <= last["total_high"][name]


def test_intervals_narrow_with_samples():
    samples = 512
    table = sobol_indices(NAMES, ishigami(sobol_design(NAMES, samples)), samples)
    assert list(table["samples"].unique()) == [128, 256, 512]
    widths = (table["total_high"] - table["total_low"]).groupby(table["samples"]).mean()
    assert widths.is_monotonic_decreasing


def test_indices_of_a_linear_model_are_shares_of_its_variance():
    weights = np.array([3.0, 1.0, 0.0])
    table = sobol_indices(NAMES, sobol_design(NAMES, 1024) @ weights, 1024)
    last = table[table["samples"] == 1024].set_index("parameter")
    assert list(last["first"]) == pytest.approx([0.9, 0.1, 0.0], abs=0.01)
    assert list(last["total"]) == pytest.approx([0.9, 0.1, 0.0], abs=0.01)
    assert last["total"]["c"] == 0.0


def test_a_larger_design_only_adds_points():
    small, large = sobol_design(NAMES, 16), sobol_design(NAMES, 32)
    assert np.array_equal(large[: len(small)], small)
    assert len(large) == 32 * 5


def test_an_outcome_that_does_not_vary_has_no_indices():
    assert sobol_indices(NAMES, np.full(16 * 5, 7.0), 16)["total"].isna().all()


def test_effects_of_a_linear_model_are_its_weights():
    groups = {name: (name,) for name in NAMES}
    design = morris_design(groups, 6, 4)
    table = morris_effects(groups, design, design @ np.array([2.0, -5.0, 0.0]), 4).set_index("factor")
    assert list(table["mu_star"]) == pytest.approx([2.0, 5.0, 0.0])
    assert list(table["mu"]) == pytest.approx([2.0, -5.0, 0.0])
    assert list(table["sigma"]) == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert list(table["mu_star_high"] - table["mu_star_low"]) == pytest.approx([0.0] * 3, abs=1e-9)


def test_a_curved_effect_shows_in_sigma():
    groups = {name: (name,) for name in NAMES}
    design = morris_design(groups, 20, 4)
    values = design[:, 0] + 4.0 * design[:, 1] * design[:, 2]
    table = morris_effects(groups, design, values, 4).set_index("factor")
    assert table["sigma"]["a"] == pytest.approx(0.0, abs=1e-9)
    assert table["sigma"]["b"] > 0.5


def test_groups_move_together():
    groups = {"pair": ("a", "b"), "alone": ("c",), "dummy": ("d", "e")}
    design = morris_design(groups, 8, 4)
    assert design.shape == (8 * 4, 5)
    table = morris_effects(groups, design, 3.0 * design[:, 2], 4).set_index("factor")
    assert list(table["mu_star"]) == pytest.approx([0.0, 3.0, 0.0])
    assert table["sigma"].isna().tolist() == [True, False, True]
    assert list(table.index) == list(groups)


def test_variance_of_known_parts():
    draws = np.random.default_rng(1)
    values = draws.normal(0.0, 3.0, (400, 1)) + draws.normal(0.0, 4.0, (400, 5))
    parts = variance_parts(values)
    assert parts.chance == pytest.approx(16.0, rel=0.1)
    assert parts.ignorance == pytest.approx(9.0, rel=0.2)
    assert parts.share_low < 9.0 / 25.0 < parts.share_high


def test_variance_parts_by_hand():
    parts = variance_parts(np.array([[1.0, 3.0], [5.0, 7.0]]))
    assert parts.chance == 2.0
    assert parts.ignorance == 8.0 - 2.0 / 2


def test_pure_chance_and_pure_ignorance():
    luck = variance_parts(np.array([[0.0, 2.0], [0.0, 2.0], [0.0, 2.0]]))
    assert (luck.chance, luck.ignorance, luck.share) == (2.0, 0.0, 0.0)
    known = variance_parts(np.array([[1.0, 1.0], [4.0, 4.0], [9.0, 9.0]]))
    assert (known.chance, known.share) == (0.0, 1.0)
    still = variance_parts(np.ones((3, 2)))
    assert math.isnan(still.share) and math.isnan(still.share_low)
    with pytest.raises(ValueError, match="at least two points"):
        variance_parts(np.ones((3, 1)))
