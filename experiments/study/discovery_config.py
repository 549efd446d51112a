"""Settings of scenario discovery: how many futures, which policies and targets, how large a box has to be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA, Name

Share = Annotated[float, Field(strict=True, gt=0.0, lt=1.0)]


@dataclass(frozen=True)
class DiscoveryConfig:
    """What is looked for, in how many futures.

    Attributes:
        futures: futures sampled by the study; a finished design has those of its blocks.
        targets: targets asked after, in their headline definitions; empty: every outcome target.
        density: share of misses that the futures in a box have to reach, if any box does.
        least_mass: smallest share of all futures that a box may hold.
        significance: largest quasi-p-value of a restriction that is kept.
        rare: share of misses below which, or of hits above which, no box is looked for.
    """

    __pydantic_config__ = FORBID_EXTRA
    futures: Annotated[int, Field(strict=True, ge=20)] = 128
    targets: tuple[Name, ...] = ()
    density: Share = 0.8
    least_mass: Share = 0.08
    significance: Share = 0.05
    rare: Annotated[float, Field(strict=True, gt=0.0, lt=0.5)] = 0.05
