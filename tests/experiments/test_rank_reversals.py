"""Rankings under several rules, on frames made by hand: ranks, Kendall's tau, reversals that count and others."""

from __future__ import annotations

import io
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len
from rich.console import Console

from experiments.tables.rank_reversals import rank_reversals, show_rank_reversals, write_rank_reversals
from experiments.tables.ranking import OPEN, REVERSED, SAME, paired_difference, policy_ranks, rank_agreement

RULES = ("logit", "npv", "imitation")
SEEDS = range(1, 7)
NOISE = (0.3, -0.2, 0.1, 0.4, -0.5, -0.1)
"""What a seed adds under every policy: it falls out of paired differences."""

MEANS = {
    "coverage": {
        "logit": {"none": 1.0, "grant": 3.0, "audit": 2.0},
        "npv": {"none": 1.0, "grant": 2.0, "audit": 3.0},
        "imitation": {"none": 1.0, "grant": 2.5, "audit": 2.5},
    },
    "intensity": {
        "logit": {"none": -1.0, "grant": -3.0, "audit": -2.0},
        "npv": {"none": -1.0, "grant": -2.5, "audit": -2.0},
        "imitation": {"none": -1.5, "grant": -1.5, "audit": -1.5},
    },
}
REGISTRY = pd.DataFrame([
    {"target_id": "coverage", "definition_id": "all", "comparison": ">=", "kind": "level", "unit": "share",
     "threshold": 2.2, "by_year": 2030, "role": "outcome", "name_en": "Coverage", "name_zh": "覆盖率"},
    {"target_id": "intensity", "definition_id": "province", "comparison": "decrease", "kind": "trend", "unit": "tce",
     "threshold": math.nan, "by_year": 2027, "role": "outcome", "name_en": "Intensity", "name_zh": "强度"},
])


def frame(means=MEANS, spread=0.05, scenario="reference", noise=NOISE):
    """Outcomes with these means by target, rule and policy; `spread` is what differs within a seed."""
    rows = []
    for target, by_rule in means.items():
        for rule, by_policy in by_rule.items():
            for place, (policy, mean) in enumerate(by_policy.items()):
                own = spread * np.cos(np.arange(len(noise)) + 2.0 * place)
                for seed, value in enumerate(mean + np.array(noise) + own - own.mean(), start=1):
                    rows.append({
                        "policy": policy, "scenario": scenario, "behaviour": rule, "seed": seed, "target_id": target,
                        "definition": "all" if target == "coverage" else "province", "value": value,
                        "met": value >= 2.2 if target == "coverage" else value < 0.0,
                    })
    other = [{**row, "definition": "other", "value": 99.0} for row in rows[:5]]
    return pd.DataFrame(rows + other)


def verdicts(table, target="coverage"):
    rows = table[table["target_id"] == target]
    return {
        (row.policy_a, row.policy_b, row.behaviour_1, row.behaviour_2): row.verdict for row in rows.itertuples()
    }


def test_ranks_by_hand():
    table = policy_ranks(frame(), REGISTRY).set_index(["target_id", "behaviour", "policy"])
    assert [table["rank"]["coverage", "logit", name] for name in ("none", "grant", "audit")] == [3, 1, 2]
    assert [table["rank"]["coverage", "npv", name] for name in ("none", "grant", "audit")] == [3, 2, 1]
    # intensity is to fall: the lowest value is best
    assert [table["rank"]["intensity", "logit", name] for name in ("none", "grant", "audit")] == [3, 1, 2]
    assert set(table["seeds"]) == {6}
    assert table["mean"]["coverage", "logit", "grant"] == pytest.approx(3.0)
    # 2.0 plus the noise reaches 2.2 in two of six seeds
    assert table["share_met"]["coverage", "logit", "audit"] == pytest.approx(2 / 6)
    assert table["rank_share_met"]["coverage", "logit", "grant"] == 1


def test_equal_means_share_a_rank():
    table = policy_ranks(frame(spread=0.0), REGISTRY).set_index(["target_id", "behaviour", "policy"])["rank"]
    assert [table["intensity", "imitation", name] for name in ("none", "grant", "audit")] == [1, 1, 1]


def test_only_headline_definitions_count():
    table = policy_ranks(frame(), REGISTRY)
    assert table["mean"].max() < 99.0


def test_a_reversal_that_counts_and_an_order_that_holds():
    found = verdicts(rank_reversals(frame(), REGISTRY))
    assert found["grant", "audit", "logit", "npv"] == REVERSED
    assert found["none", "grant", "logit", "npv"] == SAME
    assert found["grant", "audit", "logit", "imitation"] == OPEN  # equal under imitation
    assert set(verdicts(rank_reversals(frame(), REGISTRY), "intensity").values()) == {SAME, OPEN}
    assert len(found) == 3 * 3


def test_a_reversal_within_the_noise_cannot_be_told():
    means = {"coverage": {"logit": {"a": 1.00, "b": 0.99}, "npv": {"a": 0.99, "b": 1.00}}}
    assert verdicts(rank_reversals(frame(means, spread=0.3), REGISTRY)) == {("a", "b", "logit", "npv"): OPEN}
    assert verdicts(rank_reversals(frame(means, spread=1e-6), REGISTRY)) == {("a", "b", "logit", "npv"): REVERSED}


def test_seeds_are_paired():
    """Noise a hundred times the difference, common to both policies, hides nothing."""
    means = {"coverage": {"logit": {"a": 1.0, "b": 1.2}, "npv": {"a": 1.2, "b": 1.0}}}
    noisy = frame(means, spread=0.01, noise=tuple(20.0 * each for each in NOISE))
    assert set(verdicts(rank_reversals(noisy, REGISTRY)).values()) == {REVERSED}


def test_one_seed_tells_nothing():
    one = frame()[lambda rows: rows["seed"] == 1]
    table = rank_reversals(one, REGISTRY)
    assert set(table["verdict"]) == {OPEN}
    assert table["low_1"].isna().all()
    assert table["difference_1"].notna().all()


def test_intervals_by_hand():
    """Differences 1, 2, 3: mean 2, sd 1, half-width 4.3027 / sqrt(3)."""
    mean, low, high = paired_difference(np.array([1.0, 3.0, 5.0, 9.0]), np.array([0.0, 1.0, 2.0, math.nan]))
    assert (mean, low, high) == pytest.approx((2.0, 2.0 - 4.302653 / math.sqrt(3.0), 2.0 + 4.302653 / math.sqrt(3.0)))
    assert paired_difference(np.ones(3), np.zeros(3)) == (1.0, 1.0, 1.0)
    assert all(math.isnan(each) for each in paired_difference(np.array([math.nan]), np.ones(1)))


def test_kendall_by_hand():
    """logit none < audit < grant, npv none < grant < audit: two pairs agree, one does not, tau = 1/3."""
    table = rank_agreement(frame(spread=0.0), REGISTRY).set_index(["target_id", "behaviour_1", "behaviour_2"])
    tau = table["kendall_tau"]
    assert tau["coverage", "logit", "npv"] == pytest.approx(1 / 3)
    assert tau["intensity", "logit", "npv"] == pytest.approx(1.0)
    assert math.isnan(tau["intensity", "logit", "imitation"])
    assert tau["coverage", "logit", "imitation"] == pytest.approx(2 / math.sqrt(3 * 2))  # tau-b, one tie


@pytest.mark.parametrize("chance", range(5))
def test_the_order_of_rows_changes_no_verdict(chance):
    def found(rows):
        return {
            (row.target_id, frozenset([row.policy_a, row.policy_b]), frozenset([row.behaviour_1, row.behaviour_2])):
            row.verdict for row in rank_reversals(rows, REGISTRY).itertuples()
        }

    assert found(frame().sample(frac=1.0, random_state=chance)) == found(frame())


def test_row_labels_that_repeat_do_no_harm():
    parts = [rows for _, rows in frame().groupby("seed")]
    joined = pd.concat([part.reset_index(drop=True) for part in parts])
    assert joined.index.has_duplicates
    pd.testing.assert_frame_equal(rank_reversals(joined, REGISTRY), rank_reversals(frame(), REGISTRY))


def test_scenarios_are_kept_apart():
    turned = {"coverage": {rule: {"none": 3.0, "grant": 2.0, "audit": 1.0} for rule in RULES}}
    both = pd.concat([frame(), frame(turned, scenario="weak_demand")], ignore_index=True)
    table = rank_reversals(both, REGISTRY)
    assert set(table["scenario"]) == {"reference", "weak_demand"}
    one = table[table["scenario"] == "reference"].reset_index(drop=True)
    pd.testing.assert_frame_equal(one, rank_reversals(frame(), REGISTRY))


def shown(outcomes, lang="en", width=100):
    console = Console(file=io.StringIO(), width=width, no_color=True)
    show_rank_reversals(outcomes, REGISTRY, console, lang)
    return console.file.getvalue()


def test_what_is_printed():
    text = shown(frame())
    assert "Ranks in the order logit, npv, imitation" in text
    assert "coverage: grant above audit under logit, below under npv" in text
    row = next(line for line in text.splitlines() if line.startswith("grant"))
    assert row.split()[1:4] == ["1", "2", "2"] or row.split()[1:4] == ["1", "2", "1"]
    assert "0.33 logit, npv" in text
    assert "3 pairs of policies, 6 seeds" in text


def test_without_reversals_that_is_said():
    means = {"coverage": dict.fromkeys(RULES, MEANS["coverage"]["logit"])}
    assert "No pair of policies is reversed" in shown(frame(means))
    assert "没有政策对发生排序逆转" in shown(frame(means), "zh")


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_lines_fit(lang):
    names = ["subsidy+green_finance", "green_finance+procurement", *(f"policy_with_a_long_name_{n}" for n in range(9))]
    chance = np.random.default_rng(1)
    rules = ("logit", "npv", "threshold", "imitation")
    means = {"coverage": {rule: dict(zip(names, chance.random(11), strict=True)) for rule in rules}}
    text = shown(frame(means, spread=1e-3), lang, width=140)
    assert max(cell_len(line.rstrip()) for line in text.splitlines()) <= 100
    assert ("more" if lang == "en" else "另有") in text
    narrow = shown(frame(means, spread=1e-3), lang, width=80)
    assert max(cell_len(line.rstrip()) for line in narrow.splitlines()) <= 80
    assert all(name in narrow for name in names), "no name is cut"
    assert ("apart" if lang == "en" else "无法区分") in narrow, "no column is cut"


def test_the_scenario_is_named_where_there_are_several():
    text = shown(pd.concat([frame(), frame(scenario="weak_demand")], ignore_index=True))
    assert "Scenario reference" in text
    assert "Scenario weak_demand" in text
    assert "Scenario" not in shown(frame())


def test_the_file_holds_every_pair(tmp_path: Path):
    path = write_rank_reversals(frame(), REGISTRY, tmp_path)
    assert path.name == "rank_reversals.csv"
    read = pd.read_csv(path)
    pd.testing.assert_frame_equal(read, rank_reversals(frame(), REGISTRY), check_exact=False)
