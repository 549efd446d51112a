"""What `experiment=solve` is asked: which lever, which target, in which share of draws, how closely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA

Share = Annotated[float, Field(strict=True, gt=0.0, lt=1.0)]


@dataclass(frozen=True)
class SolveConfig:
    """Which setting is solved for what.

    Attributes:
        lever: path of an instrument's setting; its declared range is searched.
        target: target_id of the registry.
        definition: definition of the target; empty for the headline one.
        share: share of draws in which the target is to be met.
        tolerance: largest distance between the answer and a setting that does not do, as a share of the range.
    """

    __pydantic_config__ = FORBID_EXTRA
    lever: str = ""
    target: str = ""
    definition: str = ""
    share: Share = 0.5
    tolerance: Annotated[float, Field(strict=True, gt=0.0, le=0.25)] = 0.01
