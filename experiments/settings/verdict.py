"""Where a verdict on a target begins: shares of draws, chosen by judgement (grade D)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA
from sim.errors import Problem

Share = Annotated[float, Field(strict=True, gt=0.0, lt=1.0)]

SOURCE, GRADE = "judgement", "D"
"""Evidence for the thresholds below."""


@dataclass(frozen=True)
class VerdictConfig:
    """Thresholds of a verdict.

    Attributes:
        attainable: share of draws that the lower end of the interval has to reach for "attainable".
        not_attainable: share of draws that the upper end may not exceed for "not attainable".
        significance: level at which two halves of the draws count as different, over all parameters together.
    """

    __pydantic_config__ = FORBID_EXTRA
    attainable: Share = 0.5
    not_attainable: Share = 0.2
    significance: Share = 0.05


def verdict_setting_problems(config: VerdictConfig) -> list[Problem]:
    """Thresholds that contradict each other."""
    if config.not_attainable < config.attainable:
        return []
    text = f"less than verdict.attainable ({config.attainable:g}) is needed"
    return [Problem("", "verdict.not_attainable", config.not_attainable, text)]
