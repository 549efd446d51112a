"""Changes of targets paired over common seeds, and parts that add up to them, on values given by hand."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.diff.changes import paired_outcomes, shapley_parts, target_changes


def outcome_rows(values: Mapping[int, float]) -> pd.DataFrame:
    return pd.DataFrame([
        {"policy": "plan", "scenario": "s", "behaviour": "logit", "seed": seed, "target_id": "t", "definition": "all",
         "headline": True, "role": "outcome", "by": 2027, "value": value, "met": value > 2.0}
        for seed, value in values.items()
    ])  # fmt: skip


def test_changes_are_paired_over_the_common_seeds():
    a, b = outcome_rows({1: 1.0, 2: 2.0, 3: 9.0}), outcome_rows({2: 4.0, 1: 2.0, 4: 9.0})
    (row,) = target_changes(paired_outcomes(a, b)).to_dict("records")
    assert (row["seeds"], row["mean_a"], row["mean_b"], row["change"]) == (2, 1.5, 3.0, 1.5)
    # Student, one degree of freedom: 12.706 x 0.7071 / sqrt(2)
    assert row["high"] - row["change"] == pytest.approx(12.7062 * 0.5, rel=1e-4)
    assert (row["share_met_a"], row["share_met_b"]) == (0.0, 0.5)
    (single,) = target_changes(paired_outcomes(a[:1], b)).to_dict("records")
    assert single["change"] == 1.0 and np.isnan(single["low"])


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=5, max_size=5),
    st.lists(st.sampled_from(["data and code", "parameter", "policy"]), min_size=1, unique=True).map(sorted),
)
def test_parts_add_up_to_the_change(values: list[float], groups: list[str]):
    corners = {name: pd.Series([value]) for name, value in zip(("a", "aa", "ab", "ba", "b"), values, strict=True)}
    if "data and code" not in groups:
        corners["aa"] = corners["a"]
    parts = shapley_parts(corners, groups)
    assert set(parts) == set(groups)
    assert sum(part[0] for part in parts.values()) == pytest.approx(values[4] - values[0], abs=1e-9)
