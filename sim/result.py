"""A finished run as data frames, labelled with policy, scenario, behaviour and seed."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from agents.firm import BOTTLENECKS
from policies.schedule import quarter_label
from sim.block import SeedBlock
from sim.groups import group_frame
from sim.indicators import INDICATORS
from sim.model import ProvinceModel
from sim.prefectures import prefecture_frame
from sim.targets import evaluate


def labelled(frame: pd.DataFrame, policy: str, block: SeedBlock) -> pd.DataFrame:
    """The frame with the columns policy, scenario, behaviour and seed put first."""
    labels: dict[str, Any] = {
        "policy": policy, "scenario": block.scenario.name, "behaviour": block.behaviour, "seed": block.seed,
    }
    return pd.concat([pd.DataFrame(labels, index=frame.index), frame], axis=1)


def labelled_frames(model: ProvinceModel, policy: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Indicators, outcomes and ledger of a finished model, each labelled with policy, scenario, behaviour and seed."""
    indicators = indicator_frame(model)
    block = model.block
    outcomes = evaluate(indicators, block.province.targets, block.scale)
    ledger = pd.DataFrame(model.ledger.rows(), columns=["year", "instrument", "payer", "kind", "amount"])
    return labelled(indicators, policy, block), labelled(outcomes, policy, block), labelled(ledger, policy, block)


def indicator_frame(model: ProvinceModel) -> pd.DataFrame:
    """Quarterly indicators of a model so far, with the column ``quarter`` first."""
    quarters = [quarter_label(model.block.first + step) for step in range(len(model.rows))]
    values = np.array([[row[name] for name in INDICATORS] for row in model.rows]).reshape(-1, len(INDICATORS))
    frame = pd.DataFrame(values, columns=list(INDICATORS))
    frame.insert(0, "quarter", quarters)
    return frame


class Result:
    """One finished run. Frames are made when asked for."""

    def __init__(self, model: ProvinceModel, policy: str) -> None:
        self.model = model
        self.policy = policy

    @cached_property
    def _frames(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        return labelled_frames(self.model, self.policy)

    @property
    def indicators(self) -> pd.DataFrame:
        """One row a quarter, a column an indicator."""
        return self._frames[0]

    @property
    def targets(self) -> pd.DataFrame:
        """One row a target definition: value, threshold, gap, met, first year met."""
        return self._frames[1]

    @property
    def ledger(self) -> pd.DataFrame:
        """One row a year, instrument, payer and kind, m CNY."""
        return self._frames[2]

    @cached_property
    def firms(self) -> pd.DataFrame:
        """The firms alive at the end, one row a firm, a column a firm column."""
        return self.model.firms.to_frame()

    @cached_property
    def bottlenecks(self) -> pd.DataFrame:
        """Firms by bottleneck class, one row a quarter; the classes sum to the alive firms."""
        names = [f"bottleneck_{name}" for name in BOTTLENECKS]
        frame = self.indicators.set_index("quarter")[names]
        return frame.rename(columns=lambda name: name.removeprefix("bottleneck_"))

    @cached_property
    def prefectures(self) -> pd.DataFrame:
        """One row a year and prefecture; see `sim.prefectures.prefecture_frame`."""
        return prefecture_frame(self.model)

    @cached_property
    def groups(self) -> pd.DataFrame:
        """Indicators by sector, prefecture, size class and ownership, one row a year, group and indicator."""
        return group_frame(self.model)

    @cached_property
    def plants(self) -> pd.DataFrame:
        """Decisions of the mills on their ironmaking route, one row a mill and route weighed."""
        return pd.DataFrame(self.model.plant_log)
