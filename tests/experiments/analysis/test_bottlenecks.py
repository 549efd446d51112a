"""Bottlenecks: shares that add up, and the classes among those who are not done."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from printed_text import printed

from agents.firm import BOTTLENECKS
from experiments.analysis.bottlenecks import answer, bottleneck_shares

KEYS = ["policy", "scenario", "behaviour", "quarter"]


def test_shares_by_hand():
    counts = {"unaware": [30.0, 60.0], "unfinanced": [10.0, 20.0], "done": [60.0, 20.0]}
    columns = {f"bottleneck_{name}": counts.get(name, [0.0, 0.0]) for name in BOTTLENECKS}
    facts = {"policy": "p", "scenario": "s", "behaviour": "b", "seed": [1, 2], "quarter": "2026Q1"}
    table = bottleneck_shares(pd.DataFrame({**facts, **columns})).set_index("bottleneck")
    found = table.loc["unaware", ["firms_mean", "share_mean", "share_of_remaining"]].tolist()
    assert found == pytest.approx([45.0, 0.45, 0.75])
    assert table.loc["done", "share_mean"] == pytest.approx(0.4)
    assert np.isnan(table.loc["done", "share_of_remaining"])
    assert table.loc["unaware", "share_p05"] == pytest.approx(0.315)


def test_classes_add_up_in_every_quarter(results):
    sums = bottleneck_shares(results.indicators).groupby(KEYS)[["share_mean", "share_of_remaining"]].sum()
    assert len(sums) == 4 * 20
    assert sums.to_numpy() == pytest.approx(1.0)


def test_table_and_figure_in_chinese(sweep):
    finished = sweep(seeds=1, lang="zh")
    answer(finished)
    assert "不知晓" in printed(finished)
    drawn = pd.read_csv(finished.store.folder / "figures" / "bottlenecks.csv")
    assert drawn["share_p05"].isna().all() and drawn["share_p50"].notna().all()
    assert drawn.equals(pd.read_csv(finished.store.folder / "bottlenecks.csv"))
