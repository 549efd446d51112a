"""How narrow intervals have to be: the half-widths for which the number of seeds is asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA

Width = Annotated[float, Field(strict=True, gt=0.0, lt=1.0)]


@dataclass(frozen=True)
class ReplicatesConfig:
    """Half-widths of 95 % intervals that are wanted.

    Attributes:
        share: of shares of draws; 0.1 are ten percentage points.
        relative: of means and medians relative to the policy's own mean, of paired differences relative to the mean
            under `current`.
    """

    __pydantic_config__ = FORBID_EXTRA
    share: Width = 0.1
    relative: Width = 0.05
