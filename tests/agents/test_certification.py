"""Certification: the scale of the score, its monotonicity, the quota, reviews and removals."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from agents import certification as rules
from sim.draws import Draws
from sim.preparation import load_inputs

# the values of the hand-worked cases do not move with the calibration
PARAMETERS = replace(
    load_inputs().parameters.certification, weight_energy=0.35, weight_resource=0.25, weight_clean=0.15,
    weight_product=0.15, weight_land=0.10, points_at_baseline=60.0, points_at_leading=100.0,
    baseline_place=0.5, leading_place=0.9,
    gain_retrofit_energy=0.35, gain_retrofit_resource=0.25, gain_green_power=0.4, threshold=75.0, score_noise=4.0,
    review_margin=5.0, review_cycle=3.0, removal_hazard=0.02,
)
ROW = st.lists(st.floats(-4, 4), min_size=5, max_size=5)


def score(dimensions, parameters=PARAMETERS):
    return rules.score(np.atleast_2d(np.asarray(dimensions, dtype=float)).T, parameters)


def test_score_is_60_at_the_baseline_100_at_the_leading_value_and_bounded():
    _, leading = rules.reference_positions(PARAMETERS)
    np.testing.assert_allclose(
        score([[0.0] * 5, [leading] * 5, [9.0] * 5, [-9.0] * 5, [leading, 0, 0, 0, 0]]), [60, 100, 100, 0, 74]
    )
    assert rules.weights(replace(PARAMETERS, weight_energy=0.7)).sum() == pytest.approx(1.0)
    np.testing.assert_allclose(score([leading] * 5, replace(PARAMETERS, weight_land=0.8)), 100.0)


def test_baseline_and_leading_value_lie_at_their_places_in_the_sector():
    parameters = replace(PARAMETERS, baseline_place=0.4, leading_place=0.8)
    baseline, leading = rules.reference_positions(parameters)
    np.testing.assert_allclose(stats.norm.cdf([baseline, leading]), [0.4, 0.8])
    middle = (baseline + leading) / 2.0
    np.testing.assert_allclose(score([[baseline] * 5, [middle] * 5, [leading] * 5], parameters), [60, 80, 100])
    assert rules.points_per_sd(parameters) == pytest.approx(40 / (leading - baseline))


@given(row=ROW, dimension=st.integers(0, 4), gain=st.floats(0, 3))
def test_a_better_dimension_never_lowers_the_score(row, dimension, gain):
    better = list(row)
    better[dimension] += gain
    assert score(better)[0] >= score(row)[0] - 1e-12
    assert 0.0 <= score(row)[0] <= 100.0 + 1e-12


@given(row=st.lists(st.floats(-1.5, 0.0), min_size=5, max_size=5), rounds=st.integers(0, 2), share=st.floats(0, 1),
       diagnosed=st.booleans())
def test_rounds_green_power_and_material_diagnosis_add_their_gains(row, rounds, share, diagnosed):
    latent = np.array([row])
    now = rules.current_dimensions(latent.T, np.array([rounds]), np.array([share]), np.array([diagnosed]), PARAMETERS)
    np.testing.assert_array_equal(latent, [row])  # the initial dimensions are never touched
    gained = score(np.transpose(now))[0] - score(latent)[0]
    per_sd = 40 / 1.2815515655446004
    assert rules.round_gain(PARAMETERS) == pytest.approx(per_sd * (0.35 * 0.35 + 0.25 * 0.25))
    beside = per_sd * (0.35 * 0.4 * share + 0.15 * 0.3 * diagnosed)
    assert gained == pytest.approx(rounds * rules.round_gain(PARAMETERS) + beside)


def test_considering_firms_grow_over_the_years_and_with_size():
    parameters = replace(PARAMETERS, awareness_2018=0.10, awareness_growth=0.10, awareness_size=0.05)
    rank = np.array([0.099, 0.101, 0.149, 0.151])
    size = np.array([0.0, 0.0, 1.0, 1.0])
    assert rules.considers(rank, size, 2018, parameters).tolist() == [True, False, True, False]
    assert rules.considers(rank, size, 2019, parameters).tolist() == [True, True, True, True]
    assert not rules.considers(np.zeros(1), np.array([-3.0]), 2018, parameters)[0]


@pytest.mark.parametrize(
    ("points", "share", "certified", "decides"),
    [  # 0.3 of green power is worth 1.31 points: 40 / 1.2816 x 0.35 x 0.4 x 0.3
        (74.0, 0.0, False, True),  # would be lifted over 75
        (73.5, 0.0, False, False),  # not enough
        (76.0, 0.0, False, False),  # is above anyway
        (75.5, 0.3, False, True),  # above only because of the power it has
        (70.5, 0.3, True, True),  # would fail the review at 70 without it
        (69.0, 0.0, True, True),  # would pass with it
        (72.0, 0.3, True, False),  # passes without it
        (66.0, 0.0, True, False),  # fails even with it
    ],
)
def test_whether_green_power_decides_about_the_label(points, share, certified, decides):
    arrays = (np.array([points]), np.array([share]), 0.3, np.array([certified]))
    assert rules.green_power_decides(*arrays, PARAMETERS)[0] == decides


def test_value_of_applying_by_hand():
    parameters = replace(
        PARAMETERS, label_margin=0.001, cost_upkeep=0.05, cost_first=0.3, cost_size_elasticity=0.5,
        cost_size_reference=100.0, horizon=3.0, taste_scale=0.2,
    )
    value = rules.application_value(
        np.array([400.0, 400.0]), np.array([0.1, 0.0]), np.array([0.5, 0.0]), np.array([-1.0, 0.0]), parameters
    )
    np.testing.assert_allclose(value, [0.5 + 3 * (0.4 + 0.1 - 0.05) - 0.6 - 0.2, 3 * 0.35 - 0.6])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), count=st.integers(0, 30), quota=st.integers(-1, 40))
def test_approval_respects_the_quota_and_the_order_of_reviewed_scores(seed, count, quota):
    chance = np.random.default_rng(seed)
    rows, points = chance.permutation(100)[:count], chance.uniform(75, 100, count)
    noise, size = chance.normal(size=(2, count))
    approved = rules.approve(rows, points, noise, size, quota, PARAMETERS)
    assert len(approved) == min(max(quota, 0), count)
    assert set(approved) <= set(rows)
    reviewed = points + 4.0 * noise + PARAMETERS.size_priority * size
    won = np.isin(rows, approved)
    assert not won.any() or won.all() or reviewed[won].min() >= reviewed[~won].max()
    order = chance.permutation(count)
    shuffled = rules.approve(rows[order], points[order], noise[order], size[order], quota, PARAMETERS)
    np.testing.assert_array_equal(shuffled, approved)
    assert set(approved) <= set(rules.approve(rows, points, noise, size, quota + 3, PARAMETERS))


def test_equal_scores_go_to_the_lower_row_and_size_priority_to_the_larger_firm():
    rows, same, nothing = np.array([9, 4, 7]), np.full(3, 80.0), np.zeros(3)
    assert rules.approve(rows, same, nothing, nothing, 2, PARAMETERS).tolist() == [4, 7]
    first = replace(PARAMETERS, size_priority=10.0)
    assert rules.approve(rows, same, nothing, np.array([1.0, 0.0, -1.0]), 1, first).tolist() == [9]


def test_a_review_every_third_year_removes_those_far_below_the_threshold():
    years = np.array([0.0, 1.0, 2.0, 3.0, 3.0, 4.0, 6.0, 5.75])
    points = np.array([10.0, 10.0, 10.0, 69.9, 70.0, 10.0, 10.0, 10.0])
    lost = rules.removed(np.ones(8, dtype=bool), points, years, np.full(8, 0.99), PARAMETERS)
    assert lost.tolist() == [False, False, False, True, False, False, True, True]
    assert not rules.removed(np.zeros(8, dtype=bool), points, years, np.zeros(8), PARAMETERS).any()


def test_the_hazard_removes_two_per_cent_a_year():  # F13
    firms = 50_000
    uniform = Draws(3, firms).uniform("removal", 2027)
    lost = rules.removed(np.ones(firms, dtype=bool), np.full(firms, 90.0), np.ones(firms), uniform, PARAMETERS)
    expected = 1 - np.exp(-0.02)
    assert abs(lost.mean() - expected) <= 4 * np.sqrt(expected * (1 - expected) / firms)
    assert uniform[lost].max() < expected <= uniform[~lost].min()
