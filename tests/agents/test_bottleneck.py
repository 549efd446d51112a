"""Bottleneck classes partition the firms: every state has exactly one class, by the stated order."""

import itertools

import numpy as np

from agents import bottleneck as rules
from agents.firm import BOTTLENECKS

STATES = list(itertools.product([False, True], [0, 1, 3], [0, 1, 2], [-1, 0, 1, 2], [False, True]))


def first_that_holds(aware, rounds, stage, last_outcome, has_options):
    conditions = (
        (rounds > 0, "done"), (stage == 2, "in_progress"), (stage == 1, "queued"), (not aware, "unaware"),
        (not has_options, "ineligible"), (last_outcome < 0, "waiting"), (last_outcome == 1, "unfinanced"),
        (True, "uneconomic"),
    )
    return next(name for holds, name in conditions if holds)


def test_every_state_has_the_first_class_that_holds():
    columns = [np.array(column) for column in zip(*STATES, strict=True)]
    names = [BOTTLENECKS[code] for code in rules.classify(*columns)]
    assert names == [first_that_holds(*state) for state in STATES]
    assert set(names) == set(BOTTLENECKS)  # no class is empty by construction


CODES = [(name, code) for name, code in vars(rules).items() if name.isupper() and isinstance(code, int)]


def test_codes_are_positions_in_the_list_of_names():
    assert [name.upper() for name in BOTTLENECKS] == [
        name for name, _ in sorted(CODES, key=lambda item: item[1])
    ]
