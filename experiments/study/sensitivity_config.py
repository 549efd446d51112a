"""Settings of a sensitivity analysis: which steps, how large their designs, which parameters and targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from experiments.settings.strict_types import FORBID_EXTRA, Count, Name
from sim.errors import Problem

Step = Literal["groups", "parameters", "sobol", "chance"]
MOST_SOBOL = 12
"""Most parameters of a Sobol' design: its runs grow with their number, and its indices with it in error."""
LEAST_SAMPLES = 8
"""Fewest base samples of a Sobol' design: convergence is shown at a quarter and a half of them."""


@dataclass(frozen=True)
class SensitivityConfig:
    """What is screened, what is decomposed, how finely.

    Attributes:
        steps: screening of groups, screening of the parameters of the strongest groups, Sobol' indices of the strongest
            parameters, chance against ignorance.
        groups: parameter blocks (or single parameters) that are screened; empty: all of them.
        strongest_groups: number of groups of which the parameters are screened one by one.
        trajectories: repetitions of a screening (Morris' r).
        levels: levels of its grid, an even number.
        parameters: parameters of the Sobol' design; empty: the strongest of the screening. Given, nothing is screened.
        strongest: number of parameters taken from the screening.
        samples: base samples of the Sobol' design (N), a power of two.
        futures: points of the parameter space at which chance is told from ignorance.
        replicates: seeds at each of them.
        targets: outcome targets that count; empty: all.
    """

    __pydantic_config__ = FORBID_EXTRA
    steps: tuple[Step, ...] = ("groups", "parameters", "sobol", "chance")
    groups: tuple[Name, ...] = ()
    strongest_groups: Count = 2
    trajectories: Annotated[int, Field(strict=True, ge=2)] = 4
    levels: Annotated[int, Field(strict=True, ge=2)] = 4
    parameters: tuple[Name, ...] = ()
    strongest: Count = 4
    samples: Count = 16
    futures: Annotated[int, Field(strict=True, ge=3)] = 24
    replicates: Annotated[int, Field(strict=True, ge=2)] = 3
    targets: tuple[Name, ...] = ()


def sensitivity_setting_problems(config: SensitivityConfig) -> list[Problem]:
    """What is wrong between these settings, whatever the province."""
    problems = []
    if config.levels % 2:
        problems.append(Problem("", "sensitivity.levels", config.levels, "an even number is needed"))
    if config.samples < LEAST_SAMPLES or config.samples & (config.samples - 1):
        nearest = max(LEAST_SAMPLES, 2 ** round_log2(config.samples))
        text = f"a power of two from {LEAST_SAMPLES} on is needed, such as {nearest}"
        problems.append(Problem("", "sensitivity.samples", config.samples, text))
    if config.strongest > MOST_SOBOL:
        text = f"at most {MOST_SOBOL} parameters can be decomposed"
        problems.append(Problem("", "sensitivity.strongest", config.strongest, text))
    if len(config.parameters) > MOST_SOBOL:
        text = f"at most {MOST_SOBOL} parameters can be decomposed, not {len(config.parameters)}; screen them first"
        problems.append(Problem("", "sensitivity.parameters", None, text))
    for key in ("steps", "groups", "parameters", "targets"):
        problems += _repeated(f"sensitivity.{key}", getattr(config, key))
    return problems


def round_log2(number: int) -> int:
    """Exponent of the power of two next to a positive number, the upper one of two as near."""
    low = number.bit_length() - 1
    return low if number - 2**low < 2 ** (low + 1) - number else low + 1


def _repeated(key: str, names: Sequence[str]) -> list[Problem]:
    twice = sorted({name for name in names if names.count(name) > 1})
    return [Problem("", key, ", ".join(twice), "named more than once")] if twice else []
