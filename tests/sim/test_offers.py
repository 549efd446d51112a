"""What is left out before it is weighed: nothing that any firm would have wanted."""

import dataclasses

import numpy as np
import pytest
from model_runs import start, steps

from agents.behaviour import BEHAVIOURS
from sim.phases.offers import open_options, promising_options
from sim.phases.retrofit import wishes


@pytest.fixture(
    scope="module",
    params=[("current", 1, "logit"), ("plan", 9, "logit"), ("none", 4, "logit"), ("plan_adaptive", 14, "logit"),
            *[("plan", 3, rule) for rule in BEHAVIOURS if rule != "logit"]],
    ids=lambda each: "-".join(map(str, each)),
)
def model(request, sichuan_block):
    policy, quarters, rule = request.param
    return steps(start(dataclasses.replace(sichuan_block, behaviour=rule), policy), quarters)


def deciders(model):
    """Firms that could decide and know of all measures."""
    c = model.columns
    return np.flatnonzero(c["alive"] & c["aware"] & (c["stage"] == 0))


def assert_same_wishes(model, rows):
    promising, all_open = promising_options(model, rows), open_options(model, rows)
    assert np.isin(promising.position, all_open.position).all()
    some, every = wishes(model, promising), wishes(model, all_open)
    np.testing.assert_array_equal(some.position[some.order], every.position[every.order])
    for name in ("capex", "saving", "score"):
        np.testing.assert_array_equal(getattr(some, name)[some.order], getattr(every, name)[every.order])
    for name in ("capex", "saving", "count"):
        np.testing.assert_array_equal(getattr(some.full, name), getattr(every.full, name))
    return len(promising.position) / len(all_open.position)


def test_firms_want_of_the_promising_options_what_they_want_of_all(model):
    left = assert_same_wishes(model, deciders(model))
    assert left < 0.5 if model.block.behaviour == "logit" else left == 1.0


def test_changed_firms_taste_and_costs_are_seen_at_once(model):
    """A user may set what firms are and like between two steps; nothing about the options is remembered of it."""
    rows, c = deciders(model), model.columns
    kept = {name: c[name].copy() for name in ("revenue", "energy", "management")}
    taste, options = model.taste.copy(), model.options
    c["revenue"][rows] *= 3.0
    c["energy"][rows[::2]] *= 8.0
    c["management"][rows[::3]] += 2.0
    model.taste[::5] += 4.0
    model.options = dataclasses.replace(options, cost_factor=options.cost_factor * 0.5)
    assert_same_wishes(model, rows)
    model.options = options
    model.taste[:] = taste
    for name, values in kept.items():
        c[name][:] = values


def test_without_firms_there_is_nothing_to_weigh(model):
    nothing = wishes(model, promising_options(model, np.zeros(0, dtype=np.int64)))
    assert len(nothing.position) == len(nothing.rows) == len(nothing.order) == 0
