"""Service providers: how many projects can start, and who waits.

Approved projects join a queue, first come first served; capacity grows with the queue and with support.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from agents.array_types import FloatArray, IntArray
from agents.arrays import lowest
from agents.parameter import number


@dataclass(frozen=True)
class ServiceParameters:
    """Numbers of the providers."""

    providers: float = number("providers", "providers at the end of 2025, whole province")
    projects_per_provider: float = number("projects/yr", "projects a provider starts a year")
    queue_response: float = number("share", "growth per quarter and unit of relative excess queue")
    growth_limit: float = number("1/quarter", "largest change of the number of providers by the queue")
    growth_base: float = number("1/yr", "growth of providers without support")
    duration_small: float = number("quarters", "duration of a project below 1 m CNY")
    duration_medium: float = number("quarters", "duration of a project of 1 to 10 m CNY")
    duration_large: float = number("quarters", "duration of a project above 10 m CNY")


def starts_per_quarter(providers: float, projects_per_provider: float) -> int:
    """Whole projects that can start in a quarter."""
    return math.floor(providers * projects_per_provider / 4.0 + 1e-9)


def first_in_line(since: IntArray, ticket: FloatArray, rows: IntArray, places: int) -> IntArray:
    """Rows that start now: earliest quarter of approval first, then the lower ticket.

    Args:
        since: (K,) quarter in which each waiting project was approved.
        ticket: (K,) fixed tie-breaker of each firm, so that policies see the same order.
        rows: (K,) firms waiting, ascending.
        places: projects that can start.
    """
    if places >= len(rows) or places <= 0:
        return rows[: max(places, 0)]
    last = np.partition(since, places - 1)[places - 1]
    earlier, equal = np.flatnonzero(since < last), np.flatnonzero(since == last)
    drawn = equal[lowest(ticket[equal], places - len(earlier))]
    return np.sort(rows[np.concatenate([earlier, drawn])])


def next_providers(providers: float, queue: int, starts: int, growth: float, parameters: ServiceParameters) -> float:
    """Providers in the next quarter.

    Args:
        providers: number now.
        queue: projects still waiting after this quarter's starts.
        starts: projects that can start a quarter.
        growth: supported growth, 1/yr.
        parameters: response and limit.

    Returns:
        providers x (1 + growth/4 + clip(response x (queue/starts), 0, limit)): a queue attracts providers.
    """
    excess = queue / max(starts, 1)
    attracted = min(parameters.queue_response * excess, parameters.growth_limit)
    return providers * (1.0 + growth / 4.0 + attracted)


def project_duration(cost: FloatArray, parameters: ServiceParameters) -> IntArray:
    """Quarters from start to completion by project cost (m CNY), at least one."""
    by_class = np.array([parameters.duration_small, parameters.duration_medium, parameters.duration_large])
    quarters = np.maximum(np.rint(by_class), 1).astype(np.int64)
    return quarters[(cost >= 1.0).astype(np.int64) + (cost >= 10.0)]
