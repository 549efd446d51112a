"""experiment=policy_search: known fronts, luck found out on fresh seeds, robust choices, and kills survived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from study_models import Evaluator, cells, study_config, told
from sweeps import sweep, wait_for

from experiments.cli import main
from experiments.store.fingerprint import digest
from experiments.study.aims import shortfall
from experiments.study.points import Point
from experiments.study.policy_search import Found, find_mixes, fresh_seeds, planned_runs, search_problems
from experiments.study.robust import largest_regrets, robust_by_weight
from experiments.study.scores import difference_of_means
from experiments.study.search_config import SearchConfig
from experiments.study.search_report import found_lines, front_frame, tell_found, tried_frame

RATE, GUARANTEE = "retrofit_subsidy.rate", "risk_pool.guarantee_share"
ASKED = SearchConfig((RATE, GUARANTEE), ("green_factories", "retrofit_projects"), population=16, generations=8,
                     most_candidates=6, fresh_seeds=10)
SETTINGS = ["experiment=policy_search", "province=demo", "policies=[plan]", "seeds=1", "end=2027Q4", "figures=false",
            "executor=serial", f"search.settings=[{RATE},diagnosis.slots]", "search.targets=[green_factories]",
            "search.population=4", "search.generations=2", "search.steps=4", "search.fresh_seeds=1"]


def search(world: Callable[[Point, str], tuple[float, dict[str, float]]], asked: SearchConfig = ASKED,
           **settings: object) -> tuple[Found, Evaluator]:
    evaluate = Evaluator(world)
    config = study_config(**{"seeds": 3, "search": asked, **settings})
    return find_mixes(config, evaluate, told(config, Path("unused"))[0].log), evaluate


def honest(point: Point, policy: str) -> tuple[float, dict[str, float]]:
    """The grant buys the first target in proportion; the guarantee costs and does nothing; seeds differ in cost."""
    grant, guarantee = point.overrides.get(RATE, 0.1) / 0.3, point.overrides.get(GUARANTEE, 0.6) / 0.9
    outcomes = {"green_factories": grant - 1.0, "retrofit_projects": 0.2, "solid_waste_utilisation": -1.0}
    return 100.0 * grant + 50.0 * guarantee + 10.0 * point.seed, outcomes


def lucky(point: Point, policy: str) -> tuple[float, dict[str, float]]:
    """Nothing does anything: how many targets are missed is the luck of settings and seed."""
    luck = int(digest([sorted(point.overrides.items()), point.seed])[:8], 16) / 16**8
    return 100.0 * point.overrides.get(RATE, 0.1), {"green_factories": -luck, "retrofit_projects": -luck}


def test_the_known_front_is_found_and_nothing_of_it_is_luck():
    found, _ = search(honest)
    # The true front: no guarantee, and every tenth of the grant's range takes a tenth off half of the mean shortfall.
    table = front_frame(found)
    mixes = table[table["chosen"]]
    assert len(mixes) == 6
    assert (mixes[f"setting:{GUARANTEE}"] <= 0.09 + 1e-9).all()
    grant = mixes[f"setting:{RATE}"] / 0.3
    assert np.allclose(mixes["shortfall"], (1.0 - grant) / 2.0)
    assert grant.min() == 0.0 and grant.max() >= 0.9
    assert np.allclose(mixes[["public_cost_optimism", "shortfall_optimism"]], 0.0, atol=1e-9)
    base = table[table["name"] == "plan"].iloc[0]
    # As it stands the plan pays 10 % grants and 60 % guarantees: 33.3 + 33.3, and 10 x the mean of seeds 4 to 13.
    assert base["public_cost"] == pytest.approx(100.0 / 3.0 + 100.0 / 3.0 + 85.0)
    beating = mixes[(mixes["public_cost_fresh"] < 0.0) & (mixes["shortfall_fresh"] <= 1e-12)]
    assert set(beating["name"]) <= set(mixes["name"]) and len(beating) > 0
    # Paying as much for the guarantee as for the grant, the plan is beaten; no mix of the front is.
    assert table["beaten"].tolist() == [False] * 6 + [True]
    assert "On average cheaper than plan as it stands" in "\n".join(found_lines(found))


def test_the_search_never_sees_the_fresh_seeds():
    found, evaluate = search(honest)
    fresh = set(fresh_seeds(found.config))
    assert fresh == set(range(4, 14)) and not fresh & set(found.config.seed_list)
    # 16 candidates in 8 generations and the plan on 3 seeds, 6 mixes and the plan on 10.
    assert planned_runs(found.config) == {"search": 384, "fresh seeds": 70, "policies as they stand": 3}
    assert len({point.key for point in evaluate.asked}) <= 384 + 70 + 3
    judged = {tuple(sorted(each.settings.items())) for each in found.tried}
    again = {tuple(sorted(mix.items())) for mix in found.mixes}
    seen = {tuple(sorted(point.overrides.items())) for point in evaluate.asked if point.seed in fresh}
    assert seen == again | {()} and again <= judged


def test_luck_is_found_out():
    found, _ = search(lucky, replace(ASKED, generations=6, fresh_seeds=40))
    best = found.table[found.table["chosen"]].sort_values("shortfall_search").iloc[0]
    # Luck is uniform between 0 and 1: on fresh seeds the mean is near one half, whoever had won.
    assert abs(best["shortfall"] - 0.5) < 0.15
    assert best["shortfall_optimism"] < -0.15
    assert best["shortfall_optimism_low"] < best["shortfall_optimism"] < best["shortfall_optimism_high"]


def test_targets_that_are_missed_can_be_counted_instead():
    asked = SearchConfig((RATE,), ("green_factories", "retrofit_projects"), merit="missed", generations=4)
    found, _ = search(honest, asked)
    assert {each.objectives[1] for each in found.tried} == {0.0, 0.5}
    best = found.table[found.table["chosen"]].iloc[-1]
    assert (best["missed"], best["all_met"], best["draws"]) == (0.0, 1.0, 10)
    assert "All targets are met most often by mix 2: in 10 of 10 fresh draws (72%–100%)." in found_lines(found)


def scenario_world(point: Point, policy: str) -> tuple[float, dict[str, float]]:
    """In the drought the grant does nothing, in the reference it buys the target."""
    cost, outcomes = honest(point, policy)
    gap = -1.0 if point.scenario == "drought_years" else outcomes["green_factories"]
    return cost, {"green_factories": gap, "retrofit_projects": 0.0}


def test_regret_over_scenarios_by_hand(tmp_path: Path):
    asked = SearchConfig((RATE,), ("green_factories",), steps=10, generations=6, most_candidates=11, cost_weight=0.4)
    found, _ = search(scenario_world, asked, scenario=("reference", "drought_years"))
    regrets = found.regrets
    assert set(found.table["draws"]) == {10}, "scenarios share the luck of a seed: it is one draw"
    assert (regrets.groupby("scenario")[["regret_public_cost", "regret_shortfall"]].min() == 0.0).all(axis=None)
    # With g the grant's share of its range, regrets weigh 0.4 g of cost, in the reference also 0.6 (1 - g) of
    # shortfall; in the reference the best loses 0.4 (g = 1), so the regret is 0.2 (1 - g), in the drought 0.4 g.
    # They are equal, and the larger one smallest, at g = 1/3: of the tenths it is 0.3.
    largest = largest_regrets(regrets, 0.4)
    grant = {name: mix[RATE] / 0.3 for name, mix in zip(largest, found.mixes, strict=True)}
    for name, share in grant.items():
        assert largest[name] == pytest.approx(max(0.2 * (1.0 - share), 0.4 * share))
    assert grant[found.robust] == pytest.approx(0.3)
    assert [round(grant[name], 9) for name in robust_by_weight(regrets, [0.0, 1.0])] == [1.0, 0.0]
    commission, text = told(found.config, tmp_path)
    tell_found(found, commission)
    assert f"at cost weight 0.4: {found.robust}" in text.getvalue().replace("\n", " ")
    kept = pd.read_csv(tmp_path / "policy_search_regret.csv")
    pd.testing.assert_frame_equal(kept, regrets.reset_index(drop=True), check_exact=False)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_fit_and_files_hold_what_is_printed(lang: str, tmp_path: Path):
    found, _ = search(honest, lang=lang, policies=("plan", "current"), scenario=("reference", "drought_years"))
    commission, text = told(found.config, tmp_path)
    tell_found(found, commission)
    lines = text.getvalue().splitlines()
    assert max(cells(line) for line in lines[:-1]) <= 100
    assert ("mix 1" in text.getvalue()) == (lang == "en") and ("组合1" in text.getvalue()) == (lang == "zh")
    assert ("This optimises assumptions" if lang == "en" else "寻优针对的是模型假定") in text.getvalue()
    kept = pd.read_csv(tmp_path / "policy_search_front.csv")
    assert kept["name"].tolist() == [*(f"mix {place}" for place in range(1, 7)), "plan", "current"]
    assert np.allclose(kept["shortfall"], found.table["shortfall"])
    tried = pd.read_csv(tmp_path / "policy_search_tried.csv")
    pd.testing.assert_frame_equal(tried, tried_frame(found), check_exact=False)
    assert len(tried) == 16 * 8
    drawn = pd.read_csv(tmp_path / "figures" / "policy_search_front.csv")
    assert drawn["kind"].value_counts().to_dict() == {"tried": 128, "search": 6, "fresh": 6, "policy": 2}
    fresh = drawn[drawn["kind"] == "fresh"]
    assert np.allclose(fresh["merit"], 100.0 * kept.loc[kept["chosen"], "shortfall_fresh"])


def test_one_seed_has_no_intervals(tmp_path: Path):
    asked = SearchConfig((RATE,), ("green_factories",), generations=2, fresh_seeds=1)
    found, _ = search(honest, asked, seeds=1)
    commission, text = told(found.config, tmp_path)
    tell_found(found, commission)
    assert found.table[["all_low", "shortfall_fresh_low", "shortfall_optimism_low"]].isna().all(axis=None)
    assert "±0" not in text.getvalue() and "nan" not in text.getvalue()


def test_shortfall_by_hand():
    rows = pd.DataFrame({
        "comparison": [">=", ">=", "decrease", "decrease", "increase", "increase"],
        "threshold": [200.0, 200.0, np.nan, np.nan, np.nan, np.nan],
        "gap": [-50.0, 10.0, 4.0, -4.0, -3.0, 0.0],
        "met": [False, True, False, True, False, False],
    })
    assert shortfall(rows).tolist() == [0.25, 0.0, 0.04, 0.0, 0.03, 1.0]


def test_the_difference_of_two_samples_by_hand():
    # Means 2 and 5, variances 1 and 4 of three each: standard error sqrt(5/3), Welch's freedom 25/8.5 = 2.941,
    # whose 97.5 % quantile is 3.2195.
    gap, low, high = difference_of_means(np.array([1.0, 2.0, 3.0]), np.array([3.0, 5.0, 7.0]))
    assert gap == -3.0
    assert (high - low) / 2.0 == pytest.approx(3.2195 * np.sqrt(5.0 / 3.0), rel=1e-3)
    assert np.isnan(difference_of_means(np.array([1.0]), np.array([2.0, 3.0]))[1])


def test_all_problems_of_a_question_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    question = ["search.settings=[retrofit_subsidy.rat,carbon_market.first_sectors,diagnosis.slots,diagnosis.slots]",
                "search.targets=[green_factorys,retrofit_coverage]"]
    assert main(["run", *SETTINGS, *question, f"output.root={tmp_path / 'out'}"]) == 2
    problems = capsys.readouterr().err
    assert "5 problems, nothing was run" in problems
    expected = ("'retrofit_subsidy.rate'?", "is a switch", "more than once", "'green_factories'?", "after the run")
    assert all(words in problems for words in expected)
    assert not (tmp_path / "out").exists()


def test_nothing_to_choose_and_nothing_to_aim_at():
    (nothing,) = search_problems(study_config(search=SearchConfig()))
    assert nothing.key == "search.settings" and "has to name settings" in nothing.allowed
    problems = search_problems(study_config(search=SearchConfig((RATE,)), end="2026Q4"))
    assert [problem.key for problem in problems] == ["end"]
    assert main(["run", *SETTINGS, "search.population=2", "search.cost_weight=2.0"]) == 2


def test_a_killed_search_goes_on_to_the_same_front(tmp_path: Path):
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert main(["run", *SETTINGS, f"output.root={whole}"]) == 0
    with sweep(killed, SETTINGS) as process:
        wait_for(lambda: len(list(killed.glob("*/points/*.parquet"))) >= 3, "points on the disk")
        process.kill()
        process.wait(60)
    kept = {path: path.stat().st_mtime_ns for path in killed.glob("*/points/*.parquet")}
    (result,) = killed.iterdir()
    assert not (result / "policy_search_front.csv").exists()
    assert main(["run", *SETTINGS, f"output.root={killed}"]) == 0
    assert {path: path.stat().st_mtime_ns for path in kept} == kept, "what was there is not computed again"
    for name in ("policy_search_front.csv", "policy_search_tried.csv"):
        (expected,) = whole.glob(f"*/{name}")
        assert (result / name).read_bytes() == expected.read_bytes()
