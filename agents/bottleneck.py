"""Where every firm stands on the way to a completed retrofit: eight classes that partition the alive firms."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from agents.array_types import BoolArray, IntArray

UNAWARE, WAITING, UNECONOMIC, INELIGIBLE, UNFINANCED, QUEUED, IN_PROGRESS, DONE = range(8)


ORDER = (DONE, IN_PROGRESS, QUEUED, UNAWARE, INELIGIBLE, WAITING, UNFINANCED)
"""The classes in the order in which their conditions are asked; a firm for which none holds is uneconomic."""

CLASS_BY_KEY = np.array([
    next((each for place, each in enumerate(ORDER) if key >> (len(ORDER) - 1 - place) & 1), UNECONOMIC)
    for key in range(2 ** len(ORDER))
], dtype=np.int8)
"""Class by the conditions that hold, the first condition in the highest bit."""


def classify(
    aware: BoolArray, rounds: IntArray, stage: IntArray, last_outcome: IntArray, has_options: BoolArray
) -> NDArray[np.int8]:
    """Class of each firm, (N,), in the order of `agents.firm.BOTTLENECKS`.

    The first that holds: done (a round completed since 2026), in progress, queued, unaware, ineligible (no option
    left that the market offers), waiting (aware but no opportunity yet), unfinanced (the last opportunity failed for
    money), uneconomic (it held nothing worth its cost).

    Args:
        aware: (N,) knows the measures.
        rounds: (N,) completed since 2026Q1.
        stage: (N,) 0 none, 1 queued, 2 in progress.
        last_outcome: (N,) -1 no opportunity yet, 0 nothing worth it, 1 refused finance, 2 approved.
        has_options: (N,) at least one open option.
    """
    key = (
        (rounds > 0) * np.uint8(64) | (stage == 2) * np.uint8(32) | (stage == 1) * np.uint8(16)
        | ~aware * np.uint8(8) | ~has_options * np.uint8(4) | (last_outcome < 0) * np.uint8(2)
        | (last_outcome == 1) * np.uint8(1)
    )
    return CLASS_BY_KEY.take(key)
