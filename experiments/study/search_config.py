"""What `experiment=policy_search` is asked: which settings may be chosen, for which targets, how long it searches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from experiments.settings.strict_types import FORBID_EXTRA, Count, Name


def _listed(value: Any) -> Any:
    """One name as a list of one."""
    return [value] if isinstance(value, str) else value


Names = Annotated[tuple[Name, ...], BeforeValidator(_listed)]


@dataclass(frozen=True)
class SearchConfig:
    """What is searched.

    Attributes:
        settings: paths of the settings of instruments that may be chosen, each within its declared range.
        targets: target_ids whose headline definitions count; empty for every headline target of role outcome.
        merit: what is weighed against public cost: the mean shortfall, or the share of targets missed.
        steps: steps into which each range is divided.
        population: candidates a generation.
        generations: number of generations.
        seed: seed of the search, not of the model.
        most_candidates: largest number of mixes that are tried again on fresh seeds.
        fresh_seeds: number of those seeds; they follow on the seeds of the search.
        cost_weight: weight of public cost in the regret over several scenarios, 0 to 1; the rest is the merit's.
    """

    __pydantic_config__ = FORBID_EXTRA
    settings: Names = ()
    targets: Names = ()
    merit: Literal["shortfall", "missed"] = "shortfall"
    steps: Count = 20
    population: Annotated[int, Field(strict=True, ge=4)] = 16
    generations: Count = 5
    seed: Annotated[int, Field(strict=True, ge=0)] = 1
    most_candidates: Annotated[int, Field(strict=True, ge=2)] = 8
    fresh_seeds: Count = 10
    cost_weight: Annotated[float, Field(strict=True, ge=0.0, le=1.0)] = 0.5
