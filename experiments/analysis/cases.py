"""What analyses share: the reference policy, outcomes by policy and seed, folders of cases, notes under tables."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
from rich.console import Console
from rich.text import Text

from agents.array_types import FloatArray
from experiments.labels import target_name
from experiments.results import Results
from experiments.tables.ranking import headline_outcomes
from experiments.tables.result import case_title, table_width
from experiments.tables.terminal import print_text

REFERENCE = "current"
"""The policy that the others are compared with."""

LOWER_SIGNS = {"<=": -1.0, "decrease": -1.0}

MISSING_REFERENCE = {
    "en": "The policies do not include `current`: {what} cannot be told. Add it: 'policies=[current,...]'.",
    "zh": "政策组合中没有 `current`：无法给出{what}。请加上：'policies=[current,...]'。",
}
ONE_SEED = {
    "en": "One seed: no interval can be given.",
    "zh": "只有一个种子：无法给出区间。",
}


class TargetDraws(NamedTuple):
    """One headline target in one case."""

    scenario: str
    behaviour: str
    target: pd.Series
    """Row of `Results.headline_targets`."""
    values: pd.DataFrame
    """Outcome by policy (rows, in the order of the run) and seed (columns); missing where a block is."""
    met: pd.DataFrame
    """Whether it is met, in the same places, as 0 and 1."""


def target_draws(results: Results) -> Iterator[TargetDraws]:
    """Every headline target case by case, in the order of the registry."""
    rows = headline_outcomes(results.outcomes, results.headline_targets)
    by_id = {str(target["target_id"]): target for _, target in results.headline_targets.iterrows()}
    for (scenario, behaviour), case in rows.groupby(["scenario", "behaviour"], sort=False):
        for name, own in case.groupby("target_id", sort=False):
            found = set(own["policy"])
            there = [policy for policy in results.config.policies if policy in found]
            values, met = (by_policy_and_seed(own, column, there) for column in ("value", "met"))
            yield TargetDraws(str(scenario), str(behaviour), by_id[str(name)], values, met)


def by_policy_and_seed(rows: pd.DataFrame, column: str, policies: Sequence[str]) -> pd.DataFrame:
    """A column of numbers by policy (rows, in the order given) and seed (columns); NaN where there is no row.

    Args:
        rows: at most one row a (policy, seed); every policy is one of `policies`.
        column: its name.
        policies: names of policies.
    """
    lines = pd.Index(policies, name="policy")
    seeds, place = np.unique(rows["seed"].to_numpy(), return_inverse=True)
    values = np.full((len(lines), len(seeds)), np.nan)
    values[lines.get_indexer(pd.Index(rows["policy"])), place] = rows[column].to_numpy()
    return pd.DataFrame(values, index=lines, columns=pd.Index(seeds, name="seed"))


def merit_sign(target: pd.Series) -> float:
    """+1 where more is better, -1 where less is."""
    return LOWER_SIGNS.get(str(target["comparison"]), 1.0)


def draws_of(table: pd.DataFrame, policy: str) -> FloatArray:
    """Values of one policy by seed (S,); all missing if it was not run."""
    if policy not in table.index:
        return np.full(table.shape[1], np.nan)
    return table.to_numpy(dtype=np.float64)[table.index.get_loc(policy)]


def short_name(target: pd.Series, lang: str) -> str:
    """A short name of a target: its title in Chinese, the words of its id in English."""
    return target_name(target, "zh") if lang == "zh" else str(target["target_id"]).replace("_", " ")


def shown_targets(results: Results) -> list[pd.Series]:
    """Headline targets that printed tables show: the outcome targets; those of delivery stand in the CSV."""
    return [target for _, target in results.headline_targets.iterrows() if target["role"] == "outcome"]


def targets_in(rows: pd.DataFrame, results: Results) -> list[pd.Series]:
    """Headline targets that a table has rows of, in the order of the registry."""
    there = set(rows["target_id"])
    return [target for _, target in results.headline_targets.iterrows() if target["target_id"] in there]


def shown_policy(results: Results) -> str:
    """The policy shown where there is room for one: `plan`, or else the last."""
    return "plan" if "plan" in results.config.policies else results.config.policies[-1]


def each_case(results: Results, console: Console | None = None) -> Iterator[Results]:
    """The results case by case; a heading is printed above each if there are several."""
    cases = results.cases
    for case in cases:
        if console is not None and len(cases) > 1:
            console.print(Text(case_title(case), style="bold reverse"), soft_wrap=True)
        yield case


def own_rows(table: pd.DataFrame, case: Results) -> pd.DataFrame:
    """Rows of the one scenario and behaviour that a case's results are of."""
    (scenario,), (behaviour,) = case.config.scenario, case.config.behaviour
    rows: pd.DataFrame = table[(table["scenario"] == scenario) & (table["behaviour"] == behaviour)]
    return rows


def case_folder(results: Results, folder: Path) -> Path:
    """Where figures of a case go: a folder of its own if it is one of several."""
    return folder / results.case.label if results.case else folder


def print_notes(notes: Sequence[str], console: Console) -> None:
    """Lines under a table, wrapped to its width, and an empty line."""
    for note in notes:
        print_text(console, note, table_width(console))
    console.print()
