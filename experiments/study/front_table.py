"""What the mixes of a front do on fresh seeds, and how much of what the search promised is left there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from experiments.study.evolution import non_dominated
from experiments.study.scores import difference_of_means
from experiments.tables.ranking import paired_difference
from experiments.tables.summary import wilson_interval

COST = "public_cost"
COMPARED = (COST, "shortfall", "missed")
"""Quantities in which mixes are compared, of which less is better."""


def front_table(
    trained: pd.DataFrame, fresh: pd.DataFrame, names: Sequence[str], mixes: int, merit: str
) -> pd.DataFrame:
    """What each mix does on the seeds of the search and on fresh ones.

    Differences are against the first policy as it stands, draw by draw on the same seeds, because two sets of seeds
    differ in much that no mix is responsible for.

    Args:
        trained: scores on the seeds of the search (see `experiments.study.scores.scores`).
        fresh: scores on fresh seeds.
        names: by candidate.
        mixes: number of candidates that the search chose; the others are policies as they stand, the first of them
            the one whose settings were chosen.
        merit: the quantity weighed against public cost.

    Returns:
        One row a candidate: name, chosen; for each of `COMPARED` the mean on fresh seeds (`<quantity>`), the difference
        on the seeds of the search (`_search`) and on fresh seeds (`_fresh`, with 95 % Student interval `_fresh_low`,
        `_fresh_high`), and the optimism, search less fresh (`_optimism`, 95 % Welch interval); redirected (fresh),
        all_met, all_low and all_high (share of fresh draws that meet all targets, Wilson interval), draws, and
        `beaten`: whether another mix or policy is as good in both and better in one on fresh seeds. A draw is a seed:
        scenarios share its luck, so their mean counts, and all targets are met if they are in every scenario.
    """
    rows = []
    trained, fresh = by_seed(trained), by_seed(fresh)
    for place, name in enumerate(names):
        own = fresh[fresh["candidate"] == place]
        row: dict[str, Any] = {"name": name, "chosen": place < mixes}
        for quantity in COMPARED:
            one, other = (_against(table, place, mixes, quantity) for table in (trained, fresh))
            optimism = difference_of_means(one, other)
            row |= {quantity: own[quantity].mean(), f"{quantity}_search": one.mean()}
            row |= _named(f"{quantity}_fresh", paired_difference(other, np.zeros_like(other)))
            row |= _named(f"{quantity}_optimism", optimism)
        met = int(own["all_met"].sum())
        low, high = wilson_interval(met, len(own))
        row |= {"redirected": own["redirected"].mean(), "all_met": met / len(own), "all_low": low, "all_high": high}
        rows.append({**row, "draws": len(own)})
    table = pd.DataFrame(rows)
    return table.assign(beaten=~non_dominated(table[[COST, merit]].to_numpy(dtype=np.float64)))


def by_seed(table: pd.DataFrame) -> pd.DataFrame:
    """Scores with one row a (candidate, seed): means over the scenarios; all_met if met in all of them."""
    how: dict[str, Any] = {**dict.fromkeys((*COMPARED, "redirected"), "mean"), "all_met": "all"}
    return table.groupby(["candidate", "seed"], as_index=False).agg(how)


def _against(table: pd.DataFrame, candidate: int, base: int, quantity: str) -> NDArray[np.float64]:
    """A quantity of a candidate less that of another one, draw by draw."""
    one, other = (
        table[table["candidate"] == place].sort_values("seed")[quantity].to_numpy(dtype=np.float64)
        for place in (candidate, base)
    )
    return one - other


def _named(name: str, interval: tuple[float, float, float]) -> dict[str, float]:
    """A figure with its interval under names."""
    return dict(zip((name, f"{name}_low", f"{name}_high"), interval, strict=True))
