"""The model under every rule of decision: same draws, same burn-in terms, levers that act, firms that explain."""

import copy
import dataclasses

import numpy as np
import pandas as pd
import pytest
from model_runs import differing_columns, differing_indicators, run, start, steps

from agents import behaviour as rules
from agents import retrofit
from agents.behaviour import BEHAVIOURS, RULES
from sim.api import RunSpec, check, model_content, run_block, simulate
from sim.errors import ConfigError
from sim.explain_firm import explain_firm
from sim.explain_firm_words import JUDGEMENT_COLUMNS
from sim.identities.every_quarter import violations
from sim.model import ProvinceModel
from sim.phases.certification import APPLICATION_SEASON, label_effect
from sim.phases.decision import peers, rule_at_hand
from sim.phases.retrofit import weigh
from sim.preparation import prepare_block

OTHERS = [name for name in BEHAVIOURS if name != "logit"]


@pytest.fixture(scope="module")
def blocks(demo_block):
    """A demo block a rule, seed 1."""
    return {"logit": demo_block} | {name: prepare_block("demo", 1, behaviour=name) for name in OTHERS}


@pytest.fixture(scope="module", params=BEHAVIOURS)
def model(request, sichuan_block):
    """The whole province some quarters into a run under one rule, from the burn-in of the logit, no label in reach."""
    block = dataclasses.replace(sichuan_block, behaviour=request.param)
    model = steps(start(block, "current"), 4)
    model.label_reach[:] = 0.0
    model.columns["chain_value"][:] = 0.0
    return model


def deciders(model):
    return np.flatnonzero(model.columns["alive"] & (model.columns["stage"] == 0))


def wished(model, rows, **terms):
    """Firms' wishes under changed terms."""
    kept = model.terms
    model.terms = copy.copy(kept)
    for name, value in terms.items():
        setattr(model.terms, name, value)
    wishes = weigh(model, rows)
    model.terms = kept
    return wishes


LEVERS = {
    "grant": lambda t: {"grant_rate": t.grant_rate + 0.2, "grant_cap": 10.0, "grant_min_added_output": 0.0},
    "tax credit": lambda t: {"tax_credit_rate": t.tax_credit_rate + 0.1},
    "interest": lambda t: {"interest_points": t.interest_points + 0.015, "interest_years": t.interest_years + 1.0},
    "carbon price": lambda t: {"carbon_price": 3.0 * t.carbon_price},
    "mandate": lambda t: {"utility_shift": t.utility_shift + 1.0},
}


@pytest.mark.parametrize("lever", LEVERS)
def test_every_lever_acts_and_none_deters(model, lever):
    rows = deciders(model)
    before = weigh(model, rows)
    after = wished(model, rows, **LEVERS[lever](model.terms))
    assert not ((before.full.count > 0) & (after.full.count == 0)).any()
    assert (after.score > 0.0).sum() > (before.score > 0.0).sum()


def test_cheaper_measures_take_no_project_away(model):
    rows = deciders(model)
    before = weigh(model, rows).full.count > 0
    kept = model.options
    model.options = dataclasses.replace(kept, cost_factor=0.7 * kept.cost_factor)
    after = weigh(model, rows).full.count > 0
    model.options = kept
    assert not (before & ~after).any()
    assert after.sum() > before.sum()


def test_the_label_counts_as_a_benefit(model):
    rows = deciders(model)
    before = weigh(model, rows)
    kept = model.label_reach
    model.label_reach = np.full_like(kept, 0.05)
    after = weigh(model, rows)
    model.label_reach = kept
    # imitators whose peers do not move see no measure worth a bonus
    assert (after.score > 0.0).sum() > (before.score > 0.0).sum()


def test_the_label_counts_for_the_round_it_asks_for_and_no_other(sichuan_block):
    model, had_reason = start(sichuan_block, "plan"), 0
    while model.year < 2028:
        rounds, reason = model.columns["rounds"].copy(), model.label_reach > 0.0
        season = model.quarter % 4 == APPLICATION_SEASON
        model.step()
        done = model.columns["rounds"] > rounds
        had_reason += np.count_nonzero(done & reason)
        assert season or not model.label_reach[done].any()
    assert had_reason > 20


def test_the_label_works_once_on_a_factory(demo_block):
    model, effect = start(demo_block, "plan"), demo_block.parameters.certification.own_effect
    listed = model.columns["certified_initial"] & model.columns["alive"]
    newcomer = int(np.flatnonzero(model.columns["alive"] & ~listed)[0])
    model.columns["energy_intensity_ratio"][:] = 1.0
    for certified in (True, False, True):
        model.columns["certified"][newcomer] = certified
        for _ in range(5):
            label_effect(model)
    assert model.columns["energy_intensity_ratio"][newcomer] == pytest.approx(np.exp(effect), rel=1e-12)
    np.testing.assert_array_equal(model.columns["energy_intensity_ratio"][listed], 1.0)




@pytest.mark.parametrize("name", OTHERS)
def test_the_rules_differ_on_the_same_firms(blocks, name):
    one, other = blocks["logit"], blocks[name]
    assert differing_columns(one.columns, other.columns) == []
    np.testing.assert_array_equal(one.tastes.of(3), other.tastes.of(3))
    np.testing.assert_array_equal(one.environment.prices, other.environment.prices)
    done = [block.snapshot.columns["rounds_since_2021"].sum() for block in (one, other)]
    assert done[0] != done[1], "the burn-in follows the rule"
    runs = [run(block, "current") for block in (one, other)]
    assert "retrofit_coverage" in differing_indicators(*runs)
    assert violations(runs[1]) == []


@pytest.mark.parametrize("name", OTHERS)
def test_the_same_rule_gives_the_same_bits(blocks, name):
    again = run(prepare_block("demo", 1, behaviour=name), "plan")
    assert differing_indicators(again, run(blocks[name], "plan")) == set()


def test_a_block_without_the_rule_is_the_logit(blocks):
    plain = ProvinceModel("plan", "demo", 1).run()
    assert differing_indicators(plain, run(blocks["logit"], "plan")) == set()
    assert plain.block.behaviour == "logit"


def test_imitators_see_last_quarters_peers(blocks):
    model = steps(start(blocks["imitation"], "plan"), 6)
    c = model.columns
    row = int(np.flatnonzero(c["alive"] & (c["park"] < 0))[5])
    same = c["alive"] & (c["sector"] == c["sector"][row]) & (c["prefecture"] == c["prefecture"][row])
    expected = (c["rounds_since_2021"][same] > 0).mean()
    assert peers(model, np.array([row])) == pytest.approx([expected])
    bound = rule_at_hand(model, weigh(model, np.array([row])).offers)
    assert bound.decision.peers == pytest.approx([expected])


def test_support_reaches_imitators_by_their_peers(blocks):
    """Firms that nobody moves directly follow once others have been moved."""
    model = steps(start(blocks["imitation"], "none"), 4)
    model.label_reach[:] = 0.0
    rows = deciders(model)
    alone = weigh(model, rows).score > 0.0
    model.columns["rounds_since_2021"][:] = np.maximum(model.columns["rounds_since_2021"], 1)
    followed = weigh(model, rows).score > 0.0
    assert not (alone & ~followed).any()
    assert followed.sum() > 2 * alone.sum()


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", BEHAVIOURS)
def test_an_explanation_names_the_rule_and_what_it_requires(blocks, name, lang):
    model = steps(start(blocks[name], "plan"), 4)
    row = int(np.flatnonzero(model.columns["alive"] & model.columns["aware"] & (model.columns["stage"] == 0))[0])
    text = explain_firm(model, row, lang)
    assert getattr(RULES[name], lang) in text
    assert all(word in text for word in JUDGEMENT_COLUMNS[lang][name])
    shown = [line for line in text.splitlines() if line.startswith("  M")]
    wishes = weigh(model, np.array([row]))
    best = np.sort(wishes.score)[::-1][: len(shown)]
    assert [float(line.split()[-1]) for line in shown] == pytest.approx(best.tolist(), abs=0.005)


def test_frames_and_content_say_which_rule():
    result = run_block(RunSpec("demo", behaviour="npv"), 1, ["current"])
    for frame in (result.indicators, result.outcomes, result.ledger):
        assert list(frame.columns[:4]) == ["policy", "scenario", "behaviour", "seed"]
        assert set(frame["behaviour"]) == {"npv"}
    same = simulate("current", "demo", behaviour="npv").indicators
    pd.testing.assert_frame_equal(same, result.indicators, check_exact=True)
    contents = [model_content(RunSpec("demo", behaviour=name), ["current"])["behaviour"] for name in BEHAVIOURS]
    assert contents == list(BEHAVIOURS)


@pytest.mark.parametrize("start_it", [
    lambda: check(RunSpec("demo", behaviour="treshold"), ["current"]),
    lambda: prepare_block("demo", behaviour="treshold"),
    lambda: simulate("current", "demo", behaviour="treshold"),
])
def test_an_unknown_rule_is_refused_with_the_nearest(start_it):
    with pytest.raises(ConfigError) as caught:
        start_it()
    assert "there are logit, npv, threshold, imitation; did you mean 'threshold'?" in str(caught.value)


def test_an_unknown_rule_is_told_with_all_other_problems():
    with pytest.raises(ConfigError) as caught:
        check(RunSpec("demo", scenario="referense", behaviour="nvp"), ["curent"])
    places = {problem.key for problem in caught.value.problems}
    assert {"behaviour", "scenario"} <= places
    assert "did you mean 'npv'" in str(caught.value)


def middling(name, model, cost, saving, revenue, life):
    """Score of an average firm without taste or mandate, worked out anew."""
    b = model.parameters.behaviour
    if saving <= 0.0 or name == "imitation":  # no mill has half of its peers before it
        return -np.inf
    if name == "threshold":
        return np.log(np.sqrt(b.required_payback_shortest * b.required_payback_longest) * saving / cost)
    if name == "npv":
        rate = np.sqrt(b.hurdle_rate_lowest * b.hurdle_rate_highest)
        return np.log(saving * (1.0 - (1.0 + rate) ** -life) / rate / cost)
    one = [np.array([value]) for value in (cost, saving, revenue, 0.0, 0.0)]
    return retrofit.utility(*one, model.parameters.retrofit)[0]


@pytest.mark.parametrize("name", BEHAVIOURS)
def test_mills_follow_the_rule_at_the_middle_rank(sichuan_block, name):
    """Without policy a route costs 1.1 times its capex: the hidden cost is 10 %."""
    model = start(dataclasses.replace(sichuan_block, behaviour=name), "none")
    while not model.plant_log:
        model.step()
    assert model.parameters.retrofit.hidden_cost == 0.1
    for entry in model.plant_log:
        row = int(np.flatnonzero(model.columns["unique_id"] == entry["unique_id"])[0])
        life = model.menu.lifetime[model.menu.measure_id.index(entry["measure"])]
        expected = middling(
            name, model, 1.1 * entry["capex"], entry["yearly_benefit"], model.columns["revenue"][row], life
        )
        assert entry["utility"] == pytest.approx(expected, rel=1e-9)


def test_scrap_in_a_mill_is_a_dated_decision_and_no_lottery(sichuan_block):
    """More scrap moves a mill's whole energy use; in other smelters and rollers it is an option like any other."""
    options, scrap = sichuan_block.options, sichuan_block.menu.index("M24")
    at_mills = sichuan_block.columns["plant"][options.firm] >= 0
    assert at_mills.any() and not (at_mills & (options.measure == scrap)).any()
    assert np.count_nonzero(options.measure == scrap) > 100
    model = start(sichuan_block, "none")
    while not model.plant_log:
        model.step()
    assert {"M18", "M24"} <= {entry["measure"] for entry in model.plant_log}


def test_a_route_starts_when_it_is_built(sichuan_block):
    retrofit = dataclasses.replace(sichuan_block.parameters.retrofit, choice_constant=20.0, route_build_years=1.0)
    parameters = dataclasses.replace(sichuan_block.parameters, retrofit=retrofit)
    model = start(dataclasses.replace(sichuan_block, parameters=parameters), "none")
    while not model.plant_completions:
        model.step()
    assert list(model.plant_completions) == [min(sichuan_block.mills) + 4]


def test_a_rule_from_outside_decides_and_explains(monkeypatch):
    monkeypatch.setattr(rules, "RULES", dict(RULES))
    monkeypatch.setattr("sim.phases.decision.RULES", rules.RULES)

    @rules.register
    class Sceptic(rules.Logit):
        name, zh, en = "sceptic", "对节能收益打折", "sceptical of promised savings"

        def value(self, cost, saving, at=slice(None)):
            return super().value(cost, 0.5 * saving, at)

    usual, doubted = (simulate("plan", "demo", behaviour=name) for name in ("logit", "sceptic"))
    projects = [run.indicators["retrofit_projects"].sum() for run in (usual, doubted)]
    assert projects[1] < projects[0]
    model = doubted.model
    texts = [explain_firm(model, int(row)) for row in deciders(model)[:20]]
    assert any("sceptical of promised savings" in text and "V+taste" in text for text in texts)
