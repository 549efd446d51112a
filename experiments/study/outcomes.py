"""Outcomes of points as numbers to analyse: each headline target under a policy, and against a reference policy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.labels import is_change, is_share, unit_label, value_text

if TYPE_CHECKING:
    from experiments.settings.config import ExperimentConfig
    from experiments.study.points import Point

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quantity:
    """One number of a point: the value of a target under a policy, or what the policy adds to a reference.

    Attributes:
        target_id: an outcome target, in its headline definition.
        policy: the policy.
        reference: the policy subtracted, on the same seed; empty for the value itself.
    """

    target_id: str
    policy: str
    reference: str = ""

    @property
    def label(self) -> str:
        """Name in tables: ``plan`` or ``plan - current``."""
        return f"{self.policy} - {self.reference}" if self.reference else self.policy


def quantities(policies: Sequence[str], targets: Sequence[str]) -> list[Quantity]:
    """What is looked at: the last policy, and the last one less the first if there are several."""
    chosen = policies[-1]
    pairs = [(chosen, ""), *([(chosen, policies[0])] if len(policies) > 1 else [])]
    return [Quantity(target, policy, reference) for target in targets for policy, reference in pairs]


def headline_outcomes(config: ExperimentConfig, chosen: Sequence[str] = ()) -> pd.DataFrame:
    """Registry rows of the outcome targets in their headline definitions that are due before the run ends.

    Args:
        config: the settings.
        chosen: target ids to keep; empty: all.
    """
    from sim.preparation import load_inputs

    registry = load_inputs(config.province, config.scenario[0], config.overrides).province.targets
    due = registry["by_year"].astype(int) <= int(config.end[:4]) - (not config.end.endswith("Q4"))
    rows = registry[registry["headline"] & (registry["role"] == "outcome") & due]
    return rows[rows["target_id"].isin(chosen)] if chosen else rows


class Outcomes:
    """Values of headline targets by point and policy."""

    def __init__(self, rows: pd.DataFrame, points: Sequence[Point]) -> None:
        """Arrange the rows of points.

        Args:
            rows: as `experiments.study.points.PointStore.evaluate` gives them.
            points: points in the order of the arrays asked for; a point may stand there more than once.
        """
        headline = rows[rows["headline"]]
        self._values = headline.pivot_table(index="key", columns=["target_id", "policy"], values="value", dropna=False)
        self._keys = [point.key for point in points]

    def of(self, quantity: Quantity) -> Array:
        """(points,) values of a quantity; for trends the change against 2025 in per cent."""
        values = self._column(quantity.target_id, quantity.policy)
        return values - self._column(quantity.target_id, quantity.reference) if quantity.reference else values

    def _column(self, target_id: str, policy: str) -> Array:
        return self._values[target_id, policy].reindex(self._keys).to_numpy(dtype=np.float64)


def amount_text(amount: float, target: pd.Series, lang: str) -> str:
    """A difference or spread of a target's outcome with its unit, for a table cell."""
    return f"{amount_number(amount, target)} {amount_unit(target, lang)}".strip()


def amount_number(amount: float, target: pd.Series) -> str:
    """A difference or spread without its unit: percentage points for shares and changes in per cent."""
    if np.isnan(amount):
        return "–"
    if is_change(target):
        return f"{amount:.1f}"
    return f"{100.0 * amount:.1f}" if is_share(str(target["unit"])) else value_text(amount, str(target["unit"]))


def amount_unit(target: pd.Series, lang: str) -> str:
    """Unit of `amount_number`."""
    if is_change(target) or is_share(str(target["unit"])):
        return "百分点" if lang == "zh" else "points"
    return unit_label(str(target["unit"]), lang)
