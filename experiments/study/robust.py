"""Regret of the mixes of a front over several scenarios, and the mix that is never far from the best.

See `experiments.study.regret` for the criterion and its source.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.study.front_table import COST
from experiments.study.regret import Losses, regret, robust_choice, weighted_loss


def regret_table(fresh: pd.DataFrame, names: Sequence[str], merit: str) -> pd.DataFrame:
    """Cost, merit and the regret in each of them, by mix and scenario.

    Args:
        fresh: scores of the mixes on fresh seeds.
        names: by candidate.
        merit: the quantity weighed against public cost.

    Returns:
        One row a (name, scenario): public_cost, the merit, and regret_public_cost and regret_<merit> against the best
        mix in that scenario; no rows with one scenario.
    """
    means = fresh.groupby(["candidate", "scenario"], sort=False)[[COST, merit]].mean()
    if means.index.get_level_values("scenario").nunique() < 2:
        return pd.DataFrame(columns=["name", "scenario", COST, merit, f"regret_{COST}", f"regret_{merit}"])
    table = means.reset_index()
    for quantity in (COST, merit):
        table[f"regret_{quantity}"] = table[quantity] - table.groupby("scenario")[quantity].transform("min")
    table.insert(0, "name", [names[place] for place in table["candidate"]])
    return table.drop(columns="candidate")


def losses_of(regrets: pd.DataFrame, cost_weight: float) -> tuple[list[str], list[str], Losses]:
    """Names, scenarios and the weighted losses (names x scenarios) of a table of regrets."""
    merit = str(regrets.columns[3])
    names, scenarios = (list(dict.fromkeys(regrets[column])) for column in ("name", "scenario"))

    def square(quantity: str) -> NDArray[np.float64]:
        wide = regrets.pivot(index="name", columns="scenario", values=quantity)
        return wide.loc[names, scenarios].to_numpy(dtype=np.float64)

    return names, scenarios, weighted_loss(square(COST), square(merit), cost_weight)


def largest_regrets(regrets: pd.DataFrame, cost_weight: float) -> dict[str, float]:
    """The largest regret of each mix over the scenarios, in shares of the spread of the mixes."""
    names, _, losses = losses_of(regrets, cost_weight)
    return dict(zip(names, regret(losses).max(axis=1).tolist(), strict=True))


def robust_by_weight(regrets: pd.DataFrame, weights: Sequence[float]) -> list[str]:
    """The mix whose largest regret is smallest, for each weight of public cost."""
    choices = []
    for weight in weights:
        names, _, losses = losses_of(regrets, weight)
        choices.append(names[robust_choice(losses)])
    return choices
