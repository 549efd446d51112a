"""Results of the demo province stay what they were; `tests/golden/update.py` writes them anew after a real change."""

import pandas as pd
import pytest
from golden_runs import FOLDER, POLICIES, golden_file, golden_frames

from policies.catalogue import COMPARED


@pytest.fixture(scope="module")
def frames():
    return golden_frames()


@pytest.mark.parametrize("policy", POLICIES)
def test_results_are_those_of_the_golden_file(frames, policy):
    kept = pd.read_csv(golden_file(policy), index_col="year")
    now = frames[policy]
    assert list(now.columns) == list(kept.columns)
    pd.testing.assert_frame_equal(now, kept, check_dtype=False, rtol=1e-9, atol=1e-12)


def test_there_is_a_file_for_every_policy_and_no_other():
    assert {path.name for path in FOLDER.glob("*.csv")} == {golden_file(policy).name for policy in POLICIES}
    assert set(POLICIES) <= set(COMPARED)


def test_the_policies_differ_in_what_they_reach(frames):
    coverage = [frames[policy].loc[2030, "retrofit_coverage"] for policy in POLICIES]
    assert coverage == sorted(coverage)
    assert len(set(coverage)) == len(coverage)
