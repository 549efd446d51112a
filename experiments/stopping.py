"""When are there enough seeds? Seeds are added until every share of draws is known closely enough.

The width that counts is that of the 95 % Wilson interval of the share of draws that meet a target, over all headline
targets, policies and cases. It shrinks with the square root of the number of seeds and is widest at a share of one
half, where a width of 0.2 takes 93 seeds and one of 0.1 takes 381.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated

import pandas as pd
from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA, Count


@dataclass(frozen=True)
class UntilConfig:
    """When seeds stop being added.

    Attributes:
        width: largest width of an interval; None: the number of seeds is as given.
        most_seeds: number of seeds at which to stop in any case.
    """

    __pydantic_config__ = FORBID_EXTRA
    width: Annotated[float, Field(strict=True, gt=0.0, lt=1.0)] | None = None
    most_seeds: Count = 1000


@dataclass(frozen=True)
class Widest:
    """The interval that is widest, and where it is."""

    width: float
    policy: str
    target_id: str


def widest_interval(targets: pd.DataFrame) -> Widest:
    """The widest interval among the headline targets.

    Args:
        targets: attainment of the targets (see `experiments.tables.summary.target_table`).

    Returns:
        The first of the widest ones; a single seed has no interval, which counts as the whole range.
    """
    rows = targets[targets["headline"]]
    widths = (rows["share_high"] - rows["share_low"]).fillna(1.0)
    at = int(widths.to_numpy().argmax())
    return Widest(float(widths.iloc[at]), str(rows["policy"].iloc[at]), str(rows["target_id"].iloc[at]))


def next_seeds(seeds: int, widest: float, until: UntilConfig) -> int | None:
    """How many seeds to go on to, or None if there is no need or no room for more.

    Args:
        seeds: seeds so far.
        widest: width of the widest interval with them.
        until: when to stop.

    Returns:
        What the square-root law asks for, at least one more and at most twice as many: the share itself is not
        known yet.
    """
    if until.width is None or widest <= until.width or seeds >= until.most_seeds:
        return None
    asked = math.ceil(seeds * (widest / until.width) ** 2)
    return min(max(asked, seeds + 1), 2 * seeds, until.most_seeds)
