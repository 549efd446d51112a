"""Awareness is an exact hazard of Bass form; diagnosis goes to the first in line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from agents import information as rules
from sim.draws import Draws
from sim.preparation import load_inputs

PARAMETERS = load_inputs().parameters.information
P, Q, YEARS = 0.03, 0.4, 15


def discrete_map(p, q, start, step, years=YEARS):
    """Uniform firms, complete mixing: F' = F + (1 - F) h(F), by the model's own hazard."""
    path = [start]
    for _ in range(round(years / step)):
        share = path[-1]
        path.append(share + (1 - share) * float(rules.awareness_probability(p, np.array([share]), q, step)[0]))
    return np.array(path)


def bass(p, q, start, times):
    solution = solve_ivp(
        lambda _, f: (p + q * f) * (1 - f), (0, times[-1]), [start], t_eval=times, rtol=1e-10, atol=1e-12
    )
    return solution.y[0]


def peer_share(alive, shown, local, park, weight):
    """Share of peers by one count of the firms, as the docstring of the class has it."""
    def share(group):
        return np.array([(shown & alive)[group == g].sum() / max(alive[group == g].sum(), 1) for g in group])

    return share(local) + (share(park) - share(local)) * (weight * (park > 0))


def test_firms_follow_the_discrete_map():  # A2
    firms, step, seeds = 6000, 0.25, 20
    everybody, one_group = np.ones(firms, dtype=bool), np.zeros(firms, dtype=int)
    mean = np.zeros(round(YEARS / step) + 1)
    for seed in range(seeds):
        draws, aware = Draws(seed, firms), np.zeros(firms, dtype=bool)
        counted = rules.Peers(firms, 1, 1)
        for quarter in range(len(mean) - 1):
            peers = counted.share(everybody, aware, one_group, one_group, 0.5)
            aware |= draws.uniform("awareness", quarter) < rules.awareness_probability(P, peers, Q, step)
            mean[quarter + 1] += aware.mean() / seeds
    assert np.abs(mean - discrete_map(P, Q, 0.0, step)).max() <= 0.01


@pytest.mark.parametrize(("p", "start"), [(P, 0.0), (0.0, 0.05)])
def test_the_map_tends_to_the_bass_equation_as_the_step_shrinks(p, start):  # A3
    errors = {}
    for name, step in (("quarter", 1 / 4), ("month", 1 / 12), ("week", 1 / 52), ("half week", 1 / 104)):
        path = discrete_map(p, Q, start, step)
        times = np.linspace(0, YEARS, len(path))
        errors[name] = np.abs(path - bass(p, Q, start, times)).max()
    assert errors["month"] <= 0.02
    assert errors["week"] <= 0.007
    assert errors["week"] / errors["half week"] == pytest.approx(2.0, rel=0.1)  # first order
    assert errors["quarter"] > 0.02  # why a quarterly model is not compared with the differential equation


def test_without_public_information_the_limit_is_the_logistic_curve():  # A3
    times = np.linspace(0, YEARS, 40)
    logistic = 1 / (1 + (1 / 0.05 - 1) * np.exp(-Q * times))
    np.testing.assert_allclose(bass(0.0, Q, 0.05, times), logistic, atol=1e-7)


@given(p=st.floats(0, 2), start=st.floats(0, 1), steps=st.integers(1, 200), years=st.floats(0.1, 20))
def test_without_peers_awareness_is_exact_at_any_step(p, start, steps, years):  # A4
    path = discrete_map(p, 0.0, start, years / steps, years)
    assert path[-1] == pytest.approx(1 - (1 - start) * np.exp(-p * years), abs=1e-12)


def test_quarterly_and_monthly_steps_agree_without_peers():  # A4 and A5
    firms, years, share = 17_000, 5, {}
    draws = Draws(3, firms)
    for steps_a_year in (4, 12):
        aware = draws.uniform("start") < 0.3
        probability = rules.awareness_probability(0.15, np.zeros(firms), Q, 1 / steps_a_year)
        for step in range(years * steps_a_year):
            aware |= draws.uniform("awareness", steps_a_year, step) < probability
        share[steps_a_year] = aware.mean()
    expected = 1 - 0.7 * np.exp(-0.15 * years)
    for value in share.values():
        assert abs(value - expected) <= 4 * np.sqrt(expected * (1 - expected) / firms)
    assert abs(share[4] - share[12]) <= 0.01


def test_peers_are_those_of_the_same_place_and_the_same_park():
    alive = np.array([1, 1, 1, 1, 1, 0], dtype=bool)
    shown = np.array([1, 0, 0, 1, 0, 1], dtype=bool)  # the last one has shown a retrofit but is gone
    local = np.array([0, 0, 0, 0, 1, 0])
    park = np.array([1, 1, 1, 0, 1, 1])  # 0 is outside of any park
    share = rules.Peers(6, 2, 2).share(alive, shown, local, park, 0.25)
    in_place, in_park = 2 / 4, 1 / 4
    mixed = 0.75 * in_place + 0.25 * in_park
    np.testing.assert_allclose(share, [mixed, mixed, mixed, in_place, 0.25 * in_park, mixed])
    one = rules.Peers(6, 2, 2).share(alive, shown, local, park, 0.25, np.array([4]))
    np.testing.assert_array_equal(one, share[[4]])


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), firms=st.integers(1, 40), rounds=st.integers(1, 6))
def test_counts_kept_from_round_to_round_are_those_of_a_fresh_count(seed, firms, rounds):
    chance = np.random.default_rng(seed)
    kept = rules.Peers(firms, 4, 5)
    local, park = chance.integers(0, 4, firms), chance.integers(0, 5, firms)
    for _ in range(rounds):
        alive, shown = chance.random((2, firms)) < [[0.7], [0.4]]
        share = kept.share(alive, shown, local, park, 0.3)
        np.testing.assert_array_equal(share, rules.Peers(firms, 4, 5).share(alive, shown, local, park, 0.3))
        np.testing.assert_allclose(share, peer_share(alive, shown, local, park, 0.3), atol=1e-15)
        moving = np.flatnonzero(chance.random(firms) < 0.3)  # counted or not
        kept.drop(moving, local, park)
        local[moving], park[moving] = chance.integers(0, 4, len(moving)), chance.integers(0, 5, len(moving))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), firms=st.integers(1, 60), weight=st.floats(0, 1))
def test_one_more_shown_retrofit_never_lowers_anybodys_chance(seed, firms, weight):  # synchronous, order-free
    chance = np.random.default_rng(seed)
    alive, shown = chance.random((2, firms)) < [[0.8], [0.3]]
    local, park = chance.integers(0, 4, firms), chance.integers(0, 5, firms)
    base = rules.Peers(firms, 4, 5).share(alive, shown, local, park, weight)
    more = rules.Peers(firms, 4, 5).share(alive, shown | (chance.random(firms) < 0.2), local, park, weight)
    assert np.all(more >= base - 1e-12)
    assert np.all((base >= 0) & (base <= 1))
    order = chance.permutation(firms)
    shuffled = rules.Peers(firms, 4, 5).share(alive[order], shown[order], local[order], park[order], weight)
    np.testing.assert_array_equal(shuffled, base[order])


@given(priority=st.lists(st.floats(-10, 10), max_size=25, unique=True), places=st.integers(-2, 30))
def test_diagnoses_go_to_the_highest_priorities(priority, places):
    chosen = rules.first_places(np.array(priority), places)
    expected = sorted(np.argsort(-np.array(priority))[:max(places, 0)].tolist())
    assert chosen.tolist() == expected
    # more diagnoses leave out nobody who was served before
    assert set(chosen) <= set(rules.first_places(np.array(priority), places + 3))


def test_large_users_and_key_firms_come_first_and_small_firms_gain_most():
    energy, key = np.array([1e2, 1e4, 1e2, 0.0]), np.array([False, False, True, False])
    priority = rules.diagnosis_priority(energy, key, np.zeros(4), PARAMETERS)
    weight = PARAMETERS.diagnosis_energy_weight
    assert priority[1] - priority[0] == pytest.approx(weight * np.log(100))
    assert priority[2] - priority[0] == pytest.approx(PARAMETERS.diagnosis_key_bonus)
    assert np.isfinite(priority[3])
    effect = rules.diagnosis_effect(np.arange(4), PARAMETERS)
    assert np.all(np.diff(effect) >= 0)
    assert effect.tolist()[::3] == [PARAMETERS.diagnosis_effect_large, PARAMETERS.diagnosis_effect]


def test_an_offer_goes_down_the_list_until_the_places_are_filled():
    open_to = np.array([True, True, False, True, True])
    accepts = np.array([False, True, True, True, True])
    priority = np.array([9.0, 1.0, 8.0, 3.0, 2.0])
    assert rules.accepted_in_order(open_to, accepts, priority, 2).tolist() == [3, 4]
    assert rules.accepted_in_order(open_to, accepts, priority, 9).tolist() == [1, 3, 4]
    assert rules.accepted_in_order(open_to, accepts, priority, 0).tolist() == []
