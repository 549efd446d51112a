"""Where every firm stands on the way to a completed retrofit: eight classes that partition the alive firms."""

from __future__ import annotations

import numpy as np

from agents.terms import BoolArray, IntArray

UNAWARE, WAITING, UNECONOMIC, INELIGIBLE, UNFINANCED, QUEUED, IN_PROGRESS, DONE = range(8)


def classify(
    aware: BoolArray, rounds: IntArray, stage: IntArray, last_outcome: IntArray, has_options: BoolArray
) -> IntArray:
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
    result = np.full(len(aware), UNECONOMIC, dtype=np.int64)
    # from the last condition to the first: what is written later wins
    result[last_outcome == 1] = UNFINANCED
    result[last_outcome < 0] = WAITING
    result[~has_options] = INELIGIBLE
    result[~aware] = UNAWARE
    result[stage == 1] = QUEUED
    result[stage == 2] = IN_PROGRESS
    result[rounds > 0] = DONE
    return result
