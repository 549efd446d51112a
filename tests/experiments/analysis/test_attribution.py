"""Attribution of an experiment: the policies it takes, parts that add up, synergies by hand."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from printed_text import printed

from configs import CONFIG_ROOT
from experiments.analysis.attribution import (
    attribution_parts,
    attribution_synergy,
    log_odds_interval,
    order_error,
    seed_interval,
)
from experiments.analysis.attribution_report import answer
from experiments.cli import main
from experiments.settings.attribution import AttributionConfig
from experiments.settings.checks import check_settings
from experiments.settings.compose import compose_settings
from experiments.shapley import pair_synergy
from experiments.tables.summary import wilson_interval

LEVERS = ("subsidy", "green_finance", "procurement")
KEYS = ["target_id", "quantity"]


def attributed(sweep, levers=LEVERS, permutations=None, **settings):
    config = AttributionConfig(levers, permutations)
    policies = tuple(config.policy(each) for each in config.coalitions)
    return sweep(policies=policies, attribution=config, **settings)


def test_the_factorial_of_three_levers():
    config, problems = compose_settings(["experiment=attribution"], CONFIG_ROOT)
    assert not problems
    assert config.policies == (
        "current", "current+subsidy", "current+green_finance", "current+procurement", "current+subsidy+green_finance",
        "current+subsidy+procurement", "current+green_finance+procurement", "current+subsidy+green_finance+procurement",
    )
    again, problems = compose_settings(["experiment=attribution", "policies=[none]"], CONFIG_ROOT)
    assert not problems and again.policies == ("none", *config.policies)


def test_sampled_orders_take_few_of_many_combinations():
    levers = ("diagnosis", "risk_pool", "training", "siting", "tax_credit", "parks_programme", "service_growth",
              "expert_corps", "demonstration", "waste_programme")
    words = ["experiment=attribution", f"attribution.levers=[{','.join(levers)}]", "attribution.permutations=4"]
    config, problems = compose_settings(words, CONFIG_ROOT)
    assert not problems
    assert 2 + 9 <= len(config.policies) <= 2 + 4 * 9
    assert config.policies[0] == "current" and config.policies[-1] == "+".join(("current", *levers))


@pytest.mark.parametrize(("levers", "permutations", "keys"), [
    ([], None, ["attribution.levers"]), (["subsidy"], None, ["attribution.levers"]),
    (["subsidy", "subsidy"], None, ["attribution.levers"]), (["subsidy", "current"], None, ["attribution.levers"]),
    (["subsidy", "a+b"], 3, ["attribution.levers", "attribution.permutations"]),
    (list("abcdefghi"), None, ["attribution.permutations"]), (["a", "b"], 0, ["attribution.permutations"]),
])
def test_wrong_settings_are_named(levers, permutations, keys):
    content = {"name": "t", "policies": ["current"], "analyses": ["attribution"],
               "attribution": {"levers": levers, "permutations": permutations}}
    _, problems = check_settings(content)
    assert [problem.key for problem in problems] == keys


def test_wrong_settings_on_the_command_line(capsys):
    words = ["run", "experiment=attribution", "attribution.levers=[subsidy]", "province=demo"]
    assert main(words) == 2
    assert "attribution.levers = subsidy: at least two levers are needed" in capsys.readouterr().err


def test_an_unknown_lever_is_told_at_its_setting(capsys):
    words = ["run", "experiment=attribution", "attribution.levers=[diagnosys,risk_pool]", "province=demo", "seeds=0"]
    assert main(words) == 2
    told = capsys.readouterr().err
    assert told.startswith("greenmill: 2 problems, nothing was run:")
    assert "attribution.levers = diagnosys: there is no such mix or instrument" in told
    assert "did you mean 'diagnosis'?" in told and "policy name" not in told


def test_parts_add_up_to_the_whole_effect(sweep):
    results = attributed(sweep).results
    table = attribution_parts(results)
    for _, own in table.groupby(KEYS):
        assert own["part"].sum() == pytest.approx(own["total"].iloc[0], abs=1e-12)
    outcomes = results.outcomes.query("target_id == 'retrofit_coverage' and headline")
    wide = outcomes.pivot(index="seed", columns="policy", values="value")
    total = (wide["current+subsidy+green_finance+procurement"] - wide["current"]).mean()
    row = table.set_index(["target_id", "quantity", "lever"]).loc[("retrofit_coverage", "value", "subsidy")]
    assert row["total"] == pytest.approx(total) and row["method"] == "all combinations"
    assert math.isnan(row["order_error"])


def test_sampled_parts_add_up_too_and_tell_the_error_of_sampling(sweep):
    table = attribution_parts(attributed(sweep, permutations=4).results)
    for _, own in table.groupby(KEYS):
        assert own["part"].sum() == pytest.approx(own["total"].iloc[0], abs=1e-12)
    assert set(table["method"]) == {"sampled orders"} and (table["orders"] == 4).all()
    assert table.query("quantity == 'value'")["order_error"].notna().all()


def test_order_error_by_hand():
    # pairs average 1 and 3 over one seed: 12.706 x 1.414 / 1.414
    by_order = np.array([[0.0], [2.0], [3.0], [3.0]])
    assert order_error(by_order) == pytest.approx(12.7062, rel=1e-4)
    assert math.isnan(order_error(by_order[:2]))


def test_a_share_that_never_moves_is_not_known_to_be_zero():
    mean, low, high = seed_interval(np.zeros(20), "share of draws")
    width = wilson_interval(0, 20)[1]
    assert (mean, low, high) == (0.0, -width, width)
    assert seed_interval(np.zeros(20), "value") == (0.0, 0.0, 0.0)


def test_log_odds_by_hand():
    met = {"": 0.0, "a": 1.0, "b": 1.0, "ab": 4.0}
    game = {frozenset(name): np.repeat([1.0, 0.0], [int(count), 4 - int(count)]) for name, count in met.items()}
    estimate, low, high = log_odds_interval(game, lambda values: pair_synergy(values, "a", "b"))
    odds = {name: math.log((count + 0.5) / (4.5 - count)) for name, count in met.items()}
    assert estimate == pytest.approx(odds["ab"] - odds["a"] - odds["b"] + odds[""])
    variance = sum(1 / (count + 0.5) + 1 / (4.5 - count) for count in met.values())
    assert high - low == pytest.approx(2 * 1.959964 * math.sqrt(variance), rel=1e-6)


def test_synergy_by_hand(sweep):
    results = attributed(sweep).results
    table = attribution_synergy(results).set_index(["target_id", "quantity", "scale", "lever_a", "lever_b", "context"])
    wide = results.outcomes.query("target_id == 'green_factories' and headline").pivot(
        index="seed", columns="policy", values="value")
    by_seed = (wide["current+subsidy+green_finance"] - wide["current+subsidy"] - wide["current+green_finance"]
               + wide["current"])
    found = table.loc[("green_factories", "value", "points", "subsidy", "green_finance", "alone"), "synergy"]
    assert found == pytest.approx(by_seed.mean())
    assert len(table) == 5 * 3 * 2 * 3  # targets, pairs, contexts; value in points, share in points and log odds


def test_tables_files_and_figure(sweep):
    finished = attributed(sweep, lang="zh")
    answer(finished)
    assert "沙普利" in printed(finished) and "全部组合均已运行" in printed(finished)
    for name in ("attribution.csv", "synergy.csv", "figures/attribution.csv"):
        assert {"scenario", "behaviour"} <= set(pd.read_csv(finished.store.folder / name))


def test_one_seed_has_no_interval(sweep):
    finished = attributed(sweep, seeds=1, figures=False)
    answer(finished)
    assert "One seed" in printed(finished)
    table = pd.read_csv(finished.store.folder / "attribution.csv")
    assert table["low"].isna().all() and table["share_of_total"].isna().all()
