"""Which levers an effect is divided among, and the policies that have to be run for it.

The levers are laid over `current` in the order given, whatever the order in which they join: ``current+a+b``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA, Name
from experiments.shapley import Coalition, all_coalitions, antithetic_orders, coalitions_of
from sim.errors import ConfigError, Problem, nearest_name

BASE = "current"
MOST_LEVERS = 8
"""Levers whose combinations are all run; of more, orders have to be sampled."""

MOST_ORDERS = 10_000
"""Orders that may be sampled: each is drawn before anything can be told of the plan."""

ANALYSIS = "attribution"


@dataclass(frozen=True)
class AttributionConfig:
    """Levers of an attribution.

    Attributes:
        levers: mixes or instruments, at least two; none: nothing is divided.
        permutations: number of sampled orders in which the levers join (even); None: all combinations are run.
    """

    __pydantic_config__ = FORBID_EXTRA
    levers: tuple[Name, ...] = ()
    permutations: Annotated[int, Field(strict=True)] | None = None

    @property
    def orders(self) -> list[tuple[str, ...]]:
        """The sampled orders; none where all combinations are run."""
        return antithetic_orders(self.levers, self.permutations) if self.permutations else []

    @property
    def coalitions(self) -> list[Coalition]:
        """The combinations of levers that are needed, the smallest first."""
        found = coalitions_of(self.orders) if self.permutations else all_coalitions(self.levers)
        return sorted(found, key=lambda each: (len(each), [self.levers.index(name) for name in self.ordered(each)]))

    def ordered(self, coalition: Coalition) -> tuple[str, ...]:
        """The levers of a combination in the order in which they are laid."""
        return tuple(name for name in self.levers if name in coalition)

    def policy(self, coalition: Coalition) -> str:
        """Name of the policy that has a combination of the levers."""
        return "+".join((BASE, *self.ordered(coalition)))


def with_attribution_policies(content: Mapping[str, Any]) -> dict[str, Any]:
    """Settings whose policies contain those that their attribution needs, behind the ones that are named.

    Settings of an attribution that cannot be right are left to `attribution_setting_problems` and the types.
    """
    given, policies = content.get(ANALYSIS), content.get("policies")
    if not isinstance(given, Mapping) or not isinstance(policies, list | tuple):
        return dict(content)
    levers, permutations = given.get("levers"), given.get("permutations")
    if not isinstance(levers, list | tuple) or not (permutations is None or isinstance(permutations, int)):
        return dict(content)
    config = AttributionConfig(tuple(map(str, levers)), permutations)
    if attribution_setting_problems(config, (ANALYSIS,)):
        return dict(content)
    needed = [config.policy(each) for each in config.coalitions]
    return {**content, "policies": list(dict.fromkeys([*policies, *needed]))}


def unknown_levers(levers: tuple[str, ...], province: str) -> list[Problem]:
    """Levers that are no policy of the province, each with the nearest name."""
    from policies.problems import PolicyError
    from sim.preparation import load_inputs

    if not levers:
        return []
    try:
        catalogue = load_inputs(province).catalogue
    except ConfigError:  # the run itself says so
        return []
    known = (*catalogue.mixes, *catalogue.instruments)
    problems = []
    for lever in levers:
        try:
            catalogue.values(lever)
        except PolicyError:
            text = "there is no such mix or instrument (greenmill explain policies)"
            problems.append(Problem("", "attribution.levers", lever, text, nearest_name(lever, known)))
    return problems


def attribution_setting_problems(config: AttributionConfig, analyses: tuple[str, ...]) -> list[Problem]:
    """What is wrong with the levers, if they are asked for."""
    levers, sampled = config.levers, config.permutations
    if ANALYSIS not in analyses and not levers:
        return []
    problems = []
    if len(levers) < 2:
        problems.append(Problem("", "attribution.levers", ", ".join(levers) or None, "at least two levers are needed"))
    if repeated := sorted({name for name in levers if levers.count(name) > 1}):
        problems.append(Problem("", "attribution.levers", ", ".join(repeated), "named more than once"))
    if wrong := [name for name in levers if "+" in name or name in (BASE, "none")]:
        text = f"single mixes or instruments are needed, to be laid over {BASE}"
        problems.append(Problem("", "attribution.levers", ", ".join(wrong), text))
    if sampled is not None and (sampled % 2 or not 2 <= sampled <= MOST_ORDERS):
        text = f"an even number from 2 to {MOST_ORDERS} is needed"
        problems.append(Problem("", "attribution.permutations", sampled, text))
    if sampled is None and len(levers) > MOST_LEVERS:
        text = f"{len(levers)} levers have {2 ** len(levers):,} combinations; sample: attribution.permutations=20"
        problems.append(Problem("", "attribution.permutations", None, text))
    return problems
