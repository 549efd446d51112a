"""experiment=solve: known answers, told in words, and questions that make no sense refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from study_models import Evaluator, cells, study_config, told

from experiments.cli import main
from experiments.study.points import Point
from experiments.study.solve import Answer, find_answer, planned_runs, solve_problems
from experiments.study.solve_config import SolveConfig
from experiments.study.solve_report import answer_lines, file_stem, tell_answer

QUOTA = "certification_quota.quota"
PLANNED = 150.0
SETTINGS = ["province=demo", "seeds=2", "end=2027Q4", "experiment=solve", "executor=serial", "solve.tolerance=0.25"]


def answer(met_from: Callable[[int], float], up_to: float = 1e9, **settings: object) -> tuple[Answer, Evaluator]:
    """Solve for green factories where seed s meets them from a quota `met_from(s)` on; a place costs 2 m CNY."""

    def world(point: Point, policy: str) -> tuple[float, dict[str, float]]:
        quota = point.overrides.get(QUOTA, PLANNED)
        return 2.0 * quota + point.seed, {"green_factories": 0.1 if met_from(point.seed) <= quota <= up_to else -0.1}

    evaluate = Evaluator(world)
    asked = SolveConfig(QUOTA, "green_factories", share=0.5)
    return find_answer(study_config(**{"seeds": 20, "solve": asked, **settings}), evaluate), evaluate


def test_the_known_quota_is_found_on_the_same_seeds_everywhere():
    # Ten of twenty seeds are met from the tenth's own threshold on, which is 10 x 10 places.
    found, evaluate = answer(lambda seed: 10.0 * seed)
    assert (found.solution.outcome, found.solution.answer, found.solution.beyond) == ("from", 100.0, 96.0)
    assert found.solution.fall is None
    row = found.trials.set_index("setting").loc[100.0]
    assert (row["met"], row["draws"], row["public_cost_mean"]) == (10, 20, 200.0 + 10.5)
    assert found.cost_change == (-100.0, -100.0, -100.0), "50 places fewer than the plan's on every seed"
    asked = {tuple(point.overrides.items()) for point in evaluate.asked}
    for overrides in asked:
        seeds = {point.seed for point in evaluate.asked if tuple(point.overrides.items()) == overrides}
        assert seeds == set(range(1, 21))
    assert len(asked) == len(found.trials) + 1, "the settings tried and the plan as it stands"
    assert found.as_they_stand["met"].tolist() == [15]
    assert len({point.key for point in evaluate.asked}) <= sum(planned_runs(found.config).values()) <= 260


@pytest.mark.parametrize(
    ("met_from", "up_to", "en", "zh"),
    [
        (lambda seed: 10.0 * seed, 1e9, "from 100 factories/yr on", "100家/年起可达"),
        (lambda seed: 0.0, 222.0, "up to 220 factories/yr", "不超过220家/年时可达"),
        (lambda seed: 0.0, 1e9, "at every setting tried", "各试算值均可达"),
        (lambda seed: 100.0 * seed, 1e9, "not reachable within its range", "不可达"),
        (lambda seed: 95.0, 250.0, "Not monotone", "并非单调"),
    ],
)
def test_the_answer_in_words(met_from: Callable[[int], float], up_to: float, en: str, zh: str):
    for lang, expected, base in (("en", en, "plan"), ("zh", zh, "行动方案")):
        found, _ = answer(met_from, up_to, lang=lang)
        text = "\n".join(answer_lines(found, base))
        assert expected in text and base in text
        assert ("Answer" in text) == (lang == "en")
        assert "probability" not in text and "概率" not in text


def test_not_reachable_tells_the_most_with_its_interval():
    found, _ = answer(lambda seed: 100.0 * seed)
    text = "\n".join(answer_lines(found, "plan"))
    # Wilson's interval of 4 of 20 is 0.081 to 0.416.
    assert "4 of 20 draws meet it (20%, 95 % interval 8% to 42%), at 400" in text
    assert found.cost_change is None and "Public cost" not in text


def test_one_seed_has_no_interval(tmp_path: Path):
    found, _ = answer(lambda seed: 130.0, seeds=1)
    commission, text = told(found.config, tmp_path)
    tell_answer(found, commission)
    assert found.trials[["share_low", "share_high"]].isna().all(axis=None)
    assert "95 % interval 0" not in text.getvalue() and "±" not in text.getvalue()
    assert "A single draw has no interval" in text.getvalue()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_tables_fit_and_files_hold_what_is_printed(lang: str, tmp_path: Path):
    found, _ = answer(lambda seed: 10.0 * seed, lang=lang)
    commission, text = told(found.config, tmp_path)
    tell_answer(found, commission)
    lines = text.getvalue().splitlines()
    assert max(cells(line) for line in lines[:-1]) <= 100
    assert sum("10/20" in line and "50%" in line for line in lines) == 1
    assert sum(("plan as it stands" if lang == "en" else "行动方案原设定") in line for line in lines) >= 1
    kept = pd.read_csv(tmp_path / f"{file_stem(found)}.csv")
    assert kept["setting"].dropna().tolist() == found.trials["setting"].tolist()
    assert kept.iloc[-1]["policy"] == "plan"
    drawn = pd.read_csv(tmp_path / "figures" / f"{file_stem(found)}.csv")
    pd.testing.assert_frame_equal(drawn, found.trials, check_dtype=False)
    assert (tmp_path / "figures" / f"{file_stem(found)}.png").stat().st_size > 10_000
    assumptions = pd.read_csv(tmp_path / "assumptions.csv")
    assert assumptions.loc[assumptions["role"] == "turned", "path"].tolist() == [QUOTA]


@pytest.mark.parametrize(
    ("lever", "policy", "words"),
    [
        ("", "plan", "has to name a setting"),
        ("certification_quota.quotta", "plan", "did you mean 'certification_quota.quota'?"),
        ("carbon_market.first_sectors", "plan", "is a switch"),
        ("retrofit_subsidy.rate@prefecture=Chengdu", "plan", "one number for all firms"),
        ("finance.bank_margin", "plan", "is a parameter of the model"),
        ("retrofit_subsidy.rate", "none", "is not in force under the policy none"),
        ("certification_quota.quota", "plan_adaptive", "adapts it to measured gaps"),
    ],
)
def test_levers_that_cannot_be_turned(lever: str, policy: str, words: str):
    config = study_config(policies=(policy,), solve=SolveConfig(lever, "green_factories"))
    (problem,) = solve_problems(config)
    assert problem.key == "solve.lever" and words in str(problem)


def test_all_problems_of_a_question_at_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    question = ["solve.lever=retrofit_subsidy.rat", "solve.target=green_factorys", "scenario=[reference,cheap_coal]"]
    assert main(["run", *SETTINGS, *question, f"output.root={tmp_path / 'out'}"]) == 2
    told_problems = capsys.readouterr().err
    assert "3 problems, nothing was run" in told_problems
    for expected in ("'retrofit_subsidy.rate'?", "did you mean 'green_factories'?", "one is needed to solve"):
        assert expected in told_problems
    assert not (tmp_path / "out").exists()


def test_a_faulty_setting_hides_no_other_problem(capsys: pytest.CaptureFixture[str]):
    assert main(["run", *SETTINGS, "solve.share=1.5", "solve.lever=retrofit_subsidy.rat"]) == 2
    problems = capsys.readouterr().err
    assert "2 problems, nothing was run" in problems
    assert "solve.share = 1.5" in problems and "'retrofit_subsidy.rate'?" in problems


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ("solve.share=1.0", "less than 1.0 is needed"), ("solve.share=0.0", "more than 0.0 is needed"),
        ("solve.tolerance=0.5", "solve.tolerance = 0.5"), ("solve.leber=x", "did you mean 'solve.lever'?"),
        ("solve.target=retrofit_coverage", "judged at the end of 2030, after the run (end=2027Q4)"),
        ("solve.definition=all_levles", "did you mean 'all_levels'?"),
    ],
)
def test_settings_out_of_bounds(setting: str, words: str, capsys: pytest.CaptureFixture[str]):
    assert main(["run", *SETTINGS, setting]) == 2
    assert words in capsys.readouterr().err


def test_a_question_asked_again_is_answered_without_simulating(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    question = ["run", *SETTINGS, "figures=false", f"output.root={tmp_path}"]
    assert main(question) == 0
    first = capsys.readouterr().out
    assert "Answer: " in first and "This optimises assumptions" in first
    monkeypatch.setattr("sim.api.run_policies", None)
    monkeypatch.setattr("sim.preparation.prepare_block", None)
    assert main(question) == 0
    assert capsys.readouterr().out == first
