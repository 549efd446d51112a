"""What is compared between the vectorised retrofit block and the object model, and how closely it has to agree."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

RELATIVE_TOLERANCE = 1e-9
"""Of amounts of money: both sum the same numbers in another order. Counts have to be equal."""


class QuarterRow(NamedTuple):
    """One quarter: counts (int) at its end, money (float, m CNY) that moved in it."""

    quarter: int
    firms: int
    aware: int
    deciding: int
    diagnoses: int
    queue: int
    in_progress: int
    completed: int
    completed_above_floor: int
    invested: float
    grants: float
    interest_subsidies: float
    tax_credits: float
    guarantees: float
    claims: float
    lent: float
    providers: float


def differences(left: Sequence[QuarterRow], right: Sequence[QuarterRow]) -> list[str]:
    """What differs between two trajectories, one line a value; empty if they agree."""
    found = [] if len(left) == len(right) else [f"{len(left)} quarters against {len(right)}"]
    for one, other in zip(left, right, strict=False):
        for name, a, b in zip(QuarterRow._fields, one, other, strict=True):
            exact = isinstance(a, int) and isinstance(b, int)
            if a != b if exact else not math.isclose(a, b, rel_tol=RELATIVE_TOLERANCE, abs_tol=RELATIVE_TOLERANCE):
                found.append(f"{one.quarter // 4}Q{one.quarter % 4 + 1} {name}: {a!r} against {b!r}")
    return found
