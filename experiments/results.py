"""The frames of a finished experiment together with the registries that explain them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import pandas as pd

from experiments.design import Block, Case
from experiments.labels import bracketed, joined
from experiments.settings.config import ExperimentConfig
from experiments.store.folder import ResultStore
from experiments.tables.definitions import long_table
from experiments.tables.summary import run_summary, target_table
from policies.schedule import parse_quarter
from sim.targets import YEARLY_RATIOS, yearly_values


@dataclass(frozen=True)
class Results:
    """Everything tables and figures are made from.

    Attributes:
        config: the settings of the run.
        indicators: one row per (policy, scenario, behaviour, seed, quarter), a column an indicator.
        outcomes: one row per (policy, scenario, behaviour, seed, target_id, definition).
        ledger: policy, scenario, behaviour, seed, year, instrument, payer, kind, amount (m CNY).
        registry: the target registry of the province.
        labels_zh: Chinese label of each policy.
        case: the scenario and behaviour picked out of several; None for a whole experiment.
    """

    config: ExperimentConfig
    indicators: pd.DataFrame
    outcomes: pd.DataFrame
    ledger: pd.DataFrame
    registry: pd.DataFrame
    labels_zh: Mapping[str, str]
    case: Case | None = None

    @classmethod
    def load(cls, config: ExperimentConfig, store: ResultStore) -> Results:
        """Read the blocks that the settings ask for, all of which have to be finished."""
        return cls.of_blocks(config, store, config.design.blocks_by_case)

    @classmethod
    def of_blocks(cls, config: ExperimentConfig, store: ResultStore, blocks: Sequence[Block]) -> Results:
        """Read some finished blocks of the settings, given case by case."""
        from sim.preparation import load_inputs

        inputs = load_inputs(config.province, config.scenario[0], config.overrides)
        indicators, outcomes, ledger = (
            store.read(frame, blocks, config.policies) for frame in ("indicators", "outcomes", "ledger")
        )
        labels_zh = {name: inputs.catalogue.label(name)[0].replace(" + ", "+") for name in config.policies}
        return cls(config, indicators, outcomes, ledger, inputs.province.targets, labels_zh)

    def of_case(self, case: Case) -> Results:
        """The results of one scenario and behaviour alone."""
        if self.config.design.cases == (case,):
            return self
        indicators, outcomes, ledger = (
            frame[(frame["scenario"] == case.scenario) & (frame["behaviour"] == case.behaviour)]
            for frame in (self.indicators, self.outcomes, self.ledger)
        )
        config = replace(self.config, scenario=(case.scenario,), behaviour=(case.behaviour,))
        return Results(config, indicators, outcomes, ledger, self.registry, self.labels_zh, case)

    @property
    def cases(self) -> list[Results]:
        """The results case by case, in the order of the settings."""
        return [self.of_case(case) for case in self.config.design.cases]

    @cached_property
    def targets(self) -> pd.DataFrame:
        """Attainment of every target under every policy, the content of targets.csv."""
        return target_table(self.outcomes)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Public cost and totals by policy, the content of summary.csv."""
        return run_summary(self.indicators, self.ledger, self.config.policies, self.config.end)

    @cached_property
    def headline_targets(self) -> pd.DataFrame:
        """Registry rows of the reported definition of each target that this run reaches in time.

        The column `threshold` is added: what has to be reached here, which is less than in the registry where
        a sample of the province is run, and missing where only a direction is asked for.
        """
        reached = self.outcomes.groupby(["target_id", "definition"])["threshold"].mean()
        rows = self.registry[self.registry["headline"]]
        keys = list(zip(rows["target_id"], rows["definition_id"], strict=True))
        rows = rows.assign(threshold=reached.reindex(pd.MultiIndex.from_tuples(keys)).to_numpy())
        return rows.loc[[key in reached.index for key in keys]]

    def titled(self, text: str) -> str:
        """The title of a figure, with the case if it is one of several."""
        lang = self.config.lang
        return bracketed(text, joined(self.case_names(lang), lang), lang) if self.case else text

    def case_names(self, lang: str) -> tuple[str, str]:
        """The first scenario and rule: their Chinese names, in English the names used in settings."""
        scenario, behaviour = self.config.design.cases[0]
        if lang != "zh":
            return scenario, behaviour
        from agents.behaviour import RULES
        from sim.inputs.scenario import load_scenario

        return load_scenario(scenario).zh, RULES[behaviour].zh if behaviour in RULES else behaviour

    def labelled(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The frame of one case with its scenario and behaviour named in every row, after the policy."""
        scenario, behaviour = self.config.design.cases[0]
        rest = [name for name in frame.columns if name not in ("policy", "scenario", "behaviour")]
        named: pd.DataFrame = frame.assign(scenario=scenario, behaviour=behaviour)
        return named[[*(["policy"] if "policy" in frame else []), "scenario", "behaviour", *rest]]

    def policy_label(self, name: str, lang: str) -> str:
        """How a policy is shown: in Chinese by its label, in English by the name used in settings."""
        return self.labels_zh[name] if lang == "zh" else name

    def draws(self, target: pd.Series) -> pd.DataFrame:
        """Outcomes of one definition of a target: policy, seed, value, met."""
        rows = self.outcomes
        same = (rows["target_id"] == target["target_id"]) & (rows["definition"] == target["definition_id"])
        chosen: pd.DataFrame = rows.loc[same, ["policy", "seed", "value", "met"]]
        return chosen

    def target_series(self, target: pd.Series) -> pd.DataFrame:
        """The course of a target's indicator as the target counts it: policy, seed, time, x, value.

        A stock is given by quarter, flows and ratios of yearly sums by complete year, a trend as the change
        against 2025 in per cent. `time` is the label of the quarter or year, `x` its middle in years.
        """
        name = str(target["indicator"])
        rows = self.indicators.assign(year=self.indicators["quarter"].str[:4].astype(int))
        if target["kind"] != "flow" and name not in YEARLY_RATIOS:
            middle = (rows["quarter"].map(parse_quarter) + 0.5) / 4
            columns = {"policy": rows["policy"], "seed": rows["seed"], "time": rows["quarter"], "x": middle}
            return pd.DataFrame({**columns, "value": rows[name]})
        whole = rows[rows.groupby(["policy", "seed", "year"])["quarter"].transform("size") == 4]
        years = _yearly_outcomes(whole, target).rename("value").reset_index()
        yearly: pd.DataFrame = years.assign(time=years["year"].astype(str), x=years["year"] + 0.5)
        return yearly[["policy", "seed", "time", "x", "value"]]

    def write(self, store: ResultStore) -> list[Path]:
        """Write targets.csv, definitions.csv, summary.csv and the tables of `experiments.tables.runs`."""
        from experiments.tables.runs import run_tables

        frames = {"targets.csv": self.targets, "definitions.csv": long_table(self.targets), "summary.csv": self.summary}
        frames |= run_tables(self, store)
        return [store.write_csv(name, frame) for name, frame in frames.items()]


def _yearly_outcomes(rows: pd.DataFrame, target: pd.Series) -> pd.Series:
    """Yearly values of runs as the target counts them, by policy, seed and year; a trend in per cent against 2025."""
    name, kind, runs = str(target["indicator"]), str(target["kind"]), ["policy", "seed"]
    values = yearly_values(rows, name, kind, runs)
    if kind != "trend":
        return values
    base = rows.groupby([*runs, "year"], sort=False)[f"{name}_2025"].first()
    return 100.0 * (values / base - 1.0)
