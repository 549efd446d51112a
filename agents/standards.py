"""Standards: each lowers the cost of certificates and of retrofits in the division it falls to, some quarters later.

Cost = 1 - min(effect x standards in effect in the division, floor). Standards issued before 2026 are part of the costs
of 2025; only those issued from 2026 on count here. A standard that is out stays in effect when the programme ends.

Evidence: mechanism only. The effects are judgements of grade D whose ranges include zero.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.parameter import number


@dataclass(frozen=True)
class StandardsParameters:
    """What a standard does in its division."""

    lag: float = number("quarters", "from issue to effect")
    certification_effect: float = number("share per standard", "cut of the cost of a factory certificate")
    certification_floor: float = number("share", "largest cut of the cost of a factory certificate")
    hidden_cost_effect: float = number("share per standard", "cut of the hidden cost of retrofits")
    hidden_cost_floor: float = number("share", "largest cut of the hidden cost of retrofits")
    design_effect: float = number("share per standard", "cut of the cost of a product certificate by a design standard")
    design_floor: float = number("share", "largest cut of the cost of a product certificate")


def cost_multiplier(standards: IntArray, effect: float, floor: float) -> FloatArray:
    """Multiplier on a cost by division (S,): 1 - min(effect x standards, floor); exactly one without standards."""
    return 1.0 - np.minimum(effect * standards, floor)


def fall_to(uniform: FloatArray, divisions: int) -> IntArray:
    """Division that each standard falls to (K,): all divisions alike."""
    return np.minimum((uniform * divisions).astype(np.int64), divisions - 1)
