"""A choice that holds in several futures: the one whose largest regret is smallest.

Regret is what a choice loses in a future against the best choice for that future. It needs no probabilities of
futures, which nobody has. Source: Savage, L. J. (1951), The theory of statistical decision, Journal of the American
Statistical Association 46, 55-67.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Losses = NDArray[np.float64]
"""(candidates, scenarios), less is better."""


def scaled(values: Losses) -> Losses:
    """Values as a share of their spread over all candidates and scenarios; zero where there is none."""
    spread = float(np.ptp(values))
    return (values - values.min()) / spread if spread > 0.0 else np.zeros_like(values)


def weighted_loss(cost: Losses, merit: Losses, cost_weight: float) -> Losses:
    """One loss of two: both scaled to their spread, cost with its weight and the merit with the rest."""
    return cost_weight * scaled(cost) + (1.0 - cost_weight) * scaled(merit)


def regret(losses: Losses) -> Losses:
    """What each candidate loses in each scenario against the best candidate there."""
    return losses - losses.min(axis=0)


def robust_choice(losses: Losses) -> int:
    """The candidate whose largest regret is smallest; of equal ones the first."""
    return int(regret(losses).max(axis=1).argmin())
