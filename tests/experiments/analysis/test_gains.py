"""Who gains: changes by group, their parts, and what cannot be told."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from printed_text import printed

from experiments.analysis.gains import COLUMNS, group_gains, group_names
from experiments.analysis.gains_report import answer

NAMES = {("sector", "26"): ("化学", "Chemicals")}


def frame(rows) -> pd.DataFrame:
    columns = ["policy", "seed", "group", "grants", "certified_output", "covered_firms", "present_firms"]
    table = pd.DataFrame(rows, columns=columns).melt(columns[:3], var_name="indicator", value_name="value")
    return table.assign(scenario="s", behaviour="b", year=2030, dimension="sector")


ROWS = [
    ("current", 1, "26", 1.0, 0.0, 1.0, 10.0), ("current", 1, "31", 0.0, 5.0, 0.0, 0.0),
    ("current", 2, "26", 1.0, 0.0, 2.0, 10.0), ("current", 2, "31", 0.0, 5.0, 0.0, 4.0),
    ("plan", 1, "26", 4.0, 2.0, 3.0, 10.0), ("plan", 1, "31", 1.0, 4.0, 0.0, 0.0),
    ("plan", 2, "26", 4.0, 2.0, 6.0, 10.0), ("plan", 2, "31", 1.0, 4.0, 1.0, 4.0),
]  # fmt: skip


def test_changes_by_hand():
    table = group_gains(frame(ROWS), ("current", "plan"), NAMES).set_index(["group", "quantity"])
    assert set(table["policy"]) == {"plan"}
    grants = table.loc[("26", "grants")]
    assert grants[["mean", "reference_mean", "difference", "share_of_change", "en"]].tolist() == [
        4.0, 1.0, 3.0, 0.75, "Chemicals"]
    coverage = table.loc[("26", "coverage")]
    # 0.2 and 0.4: mean 0.3, Student with one degree of freedom
    assert coverage["difference"] == pytest.approx(0.3)
    assert coverage["high"] - coverage["difference"] == pytest.approx(12.7062 * 0.1, rel=1e-4)
    # no firm of the other sector is there on the first seed
    assert table.loc[("31", "coverage"), ["difference", "seeds"]].tolist() == [0.25, 1]
    assert np.isnan(table.loc[("31", "coverage"), "low"])
    # one gains what the other loses: parts of the whole would say nothing
    assert np.isnan(table.loc[("26", "certified_output"), "share_of_change"])


def test_tables_and_csv(sweep):
    finished = sweep(figures=False)
    answer(finished)
    assert "Who gains most against `current`: grants" in printed(finished)
    table = pd.read_csv(finished.store.folder / "gains.csv")
    assert tuple(table.columns) == COLUMNS
    parts = table.query("quantity == 'grants'").groupby(["policy", "dimension"])["share_of_change"].sum()
    assert parts.to_numpy() == pytest.approx(1.0)
    names = group_names(finished.results)
    assert names["prefecture", "Chengdu"] == ("成都市", "Chengdu") and names["size_class", "small"][0] == "小型"


def test_without_current_it_is_said(sweep):
    finished = sweep(policies=("none", "plan"), seeds=2)
    answer(finished)
    assert "who gains against it cannot be told" in printed(finished)
    assert pd.read_csv(finished.store.folder / "gains.csv")["difference"].isna().all()
    assert not (finished.store.folder / "figures").exists()
