"""Rules of decision: hand-worked firms, analytic limits, and monotonicity in cost, saving and support."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logit

from agents import behaviour as rules
from agents import judgement, retrofit
from sim.draws import Draws
from sim.preparation import load_inputs

INPUTS = load_inputs().parameters
BEHAVIOUR = replace(
    INPUTS.behaviour, hurdle_rate_lowest=0.1, hurdle_rate_highest=0.4, required_payback_shortest=1.0,
    required_payback_longest=4.0, innovator_share=0.2, peer_threshold_highest=0.5,
)
RETROFIT = replace(INPUTS.retrofit, management_slope=0.5)
POSITIVE = st.floats(1e-3, 1e3)
RANK = st.floats(0.01, 0.99)


def rule(name, rank=(0.5,), lifetime=10.0, peers=0.3, management=0.0, shift=0.0):
    """A rule for firms with one option each, of a given rank of reluctance."""
    rank = np.asarray(rank, dtype=float)
    n = len(rank)
    return rules.RULES[name](rules.Decision(
        group=np.arange(n), taste=-logit(rank), lifetime=np.full(n, lifetime), revenue=np.full(n, 100.0),
        management=np.full(n, management), shift=np.full(n, shift), peers=np.full(n, peers), retrofit=RETROFIT,
        behaviour=BEHAVIOUR,
    ))


def score(each, cost, saving):
    n = len(each.decision.group)
    return each.value(np.full(n, cost), np.full(n, saving)) + each.taste


def test_the_default_comes_first_and_names_are_those_of_the_rules():
    assert rules.BEHAVIOURS == ("logit", "npv", "threshold", "imitation")
    assert rules.BEHAVIOURS[0] == rules.DEFAULT
    assert all(name == each.name and each.zh and each.en for name, each in rules.RULES.items())


def test_npv_by_hand():
    """At the middle rank the hurdle is 20 %: 1 CNY a year over ten years is worth 4.1925, over three 2.1065."""
    long, short = rule("npv"), rule("npv", lifetime=3.0)
    assert long.requirement() == pytest.approx([0.2])
    assert score(long, 4.0, 1.0) == pytest.approx([np.log(4.192472 / 4.0)], abs=1e-6)
    assert score(long, 4.20, 1.0) < 0.0 < score(long, 4.19, 1.0)
    assert score(short, 2.11, 1.0) < 0.0 < score(short, 2.10, 1.0)


def test_threshold_by_hand():
    """At the middle rank two years are required, whatever the life of the measure; at the ends one and four."""
    assert rule("threshold").requirement() == pytest.approx([2.0])
    for lifetime in (3.0, 30.0):
        assert score(rule("threshold", lifetime=lifetime), 3.0, 1.5) == pytest.approx([0.0])
        assert score(rule("threshold", lifetime=lifetime), 3.0, 1.6) == pytest.approx([np.log(1.6 / 1.5)])
    assert rule("threshold", [1e-12, 1.0 - 1e-12]).requirement() == pytest.approx([4.0, 1.0])


def test_imitation_by_hand():
    """The middle rank waits for (0.5 - 0.2) / 0.8 x 0.5 = 18.75 % of its peers and then accepts four years."""
    assert rule("imitation").requirement() == pytest.approx([0.1875])
    assert score(rule("imitation", peers=0.19), 3.9, 1.0) == pytest.approx([np.log(4.0 / 3.9)])
    assert score(rule("imitation", peers=0.18), 0.1, 1.0) == -np.inf
    assert score(rule("imitation", peers=1.0), 4.1, 1.0) < 0.0


def test_logit_is_the_utility_of_the_retrofit_block():
    each = rule("logit", [0.1, 0.9], management=1.0, shift=0.2)
    cost, saving, ones = np.array([0.1, 0.2]), np.array([0.3, 0.1]), np.ones(2)
    expected = retrofit.utility(cost, saving, 100.0 * ones, ones, 0.2 * ones, RETROFIT)
    np.testing.assert_array_equal(each.value(cost, saving), expected)
    np.testing.assert_array_equal(each.taste, each.decision.taste)
    before, after = np.full(2, 1.1), np.full(2, 0.9)
    np.testing.assert_array_equal(each.support(before, after), retrofit.support_utility(before, after, RETROFIT))


def test_an_infinite_hurdle_takes_nothing_and_none_takes_what_pays_back_within_its_life():
    cost, saving = np.array([1e-6, 9.9, 10.1]), np.ones(3)
    life = np.full(3, 10.0)
    assert (judgement.present_value_score(cost, saving, np.full(3, np.inf), life) == -np.inf).all()
    assert (judgement.present_value_score(cost, saving, np.zeros(3), life) > 0.0).tolist() == [True, True, False]


def test_without_peers_only_innovators_imitate():
    rank = Draws(1, 20_000).uniform("rank")
    wanted = score(rule("imitation", rank, peers=0.0), 0.5, 1.0) > 0.0
    np.testing.assert_array_equal(wanted, rank <= BEHAVIOUR.innovator_share)
    everybody = score(rule("imitation", rank, peers=BEHAVIOUR.peer_threshold_highest), 0.5, 1.0) > 0.0
    assert everybody.all()


def test_thresholds_spread_as_declared():
    """Log-uniform requirements: the share of firms that accept a payback P is ln(4 / P) / ln 4."""
    rank = (np.arange(10_000) + 0.5) / 10_000
    for payback in (0.9, 1.5, 2.0, 3.0, 4.1):
        share = np.mean(score(rule("threshold", rank), payback, 1.0) > 0.0)
        assert share == pytest.approx(np.clip(np.log(4.0 / payback) / np.log(4.0), 0.0, 1.0), abs=2e-4)


def test_imitation_alone_ends_at_the_fixed_point_of_granovetter():
    """Share adopting next = share of thresholds below today's: the fixed point of the map is where it ends.

    With uniform ranks the map is i + (1 - i) x, whose only fixed point is one; a gap in the ranks breaks the chain.
    """
    behaviour = replace(BEHAVIOUR, innovator_share=0.02, peer_threshold_highest=1.0)
    rank = (np.arange(5_000) + 0.5) / 5_000
    adopted = 0.0
    for _ in range(400):
        adopted = float(np.mean(judgement.peer_threshold(rank, behaviour) <= adopted))
    assert adopted > 0.99  # one firm in 5,000 is the step below which the discrete map stands still
    stalled = rank.copy()
    stalled[(rank > 0.3) & (rank < 0.5)] = 0.5  # nobody has a threshold there: the chain breaks
    share = 0.0
    for _ in range(400):
        share = float(np.mean(judgement.peer_threshold(stalled, behaviour) <= share))
    assert share == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("name", rules.BEHAVIOURS)
def test_no_yearly_benefit_is_never_wanted(name):
    each = rule(name, [0.01, 0.5, 0.99], shift=50.0)
    for saving in (0.0, -1.0):
        assert (each.value(np.ones(3), np.full(3, saving)) == -np.inf).all()


@pytest.mark.parametrize("name", rules.BEHAVIOURS)
@given(rank=RANK, cost=POSITIVE, saving=POSITIVE, cheaper=st.floats(0.01, 1.0), more=st.floats(1.0, 10.0))
def test_cheaper_or_more_saving_is_never_worse(name, rank, cost, saving, cheaper, more):
    each = rule(name, [rank])
    before = score(each, cost, saving)
    assert score(each, cost * cheaper, saving) >= before - 1e-9
    assert score(each, cost, saving * more) >= before - 1e-9


@pytest.mark.parametrize("name", rules.BEHAVIOURS)
@given(rank=RANK, cost=POSITIVE, saving=POSITIVE, before=st.floats(0.05, 1.3), after=st.floats(0.05, 1.3))
def test_support_is_what_the_lower_cost_makes_of_the_score(name, rank, cost, saving, before, after):
    each = rule(name, [rank])
    direct = score(each, cost * after, saving)
    step = score(each, cost * before, saving) + each.support(np.array([before]), np.array([after]))
    assert step == pytest.approx(direct, abs=1e-9)
    assert (each.support(np.array([after]), np.array([after])) == 0.0).all()


@pytest.mark.parametrize("name", rules.BEHAVIOURS)
@given(rank=RANK, cost=POSITIVE, saving=POSITIVE, peers=st.floats(0.0, 1.0), shift=st.floats(0.0, 5.0))
def test_mandates_management_and_peers_never_deter(name, rank, cost, saving, peers, shift):
    before = score(rule(name, [rank], peers=peers), cost, saving)
    assert score(rule(name, [rank], peers=peers, shift=shift), cost, saving) >= before - 1e-9
    assert score(rule(name, [rank], peers=peers, management=shift), cost, saving) >= before - 1e-9
    assert score(rule(name, [rank], peers=min(1.0, peers + shift)), cost, saving) >= before


@given(st.lists(RANK, min_size=2, max_size=20))
def test_a_part_of_the_options_is_judged_as_in_the_whole(ranks):
    cost, saving = np.linspace(0.5, 4.0, len(ranks)), np.ones(len(ranks))
    at = np.arange(0, len(ranks), 2)
    for name in rules.BEHAVIOURS:
        each = rule(name, ranks)
        np.testing.assert_array_equal(each.value(cost[at], saving[at], at), each.value(cost, saving)[at])


def test_reluctance_is_the_share_of_tastes_above():
    taste = Draws(3, 50_000).logistic("taste")
    rank = judgement.reluctance(taste, np.zeros(50_000), np.zeros(50_000), RETROFIT)
    assert np.quantile(rank, [0.1, 0.5, 0.9]) == pytest.approx([0.1, 0.5, 0.9], abs=0.01)
    mandate = judgement.reluctance(taste, np.zeros(50_000), np.full(50_000, 2.0), RETROFIT)
    assert (mandate < rank).all()


@pytest.fixture
def rules_kept(monkeypatch: pytest.MonkeyPatch):
    """Rules registered in a test are forgotten after it."""
    monkeypatch.setattr(rules, "RULES", dict(rules.RULES))


def test_a_registered_rule_is_known_by_its_name(rules_kept):
    class Strict(rules.Logit):
        name, zh, en = "strict", "严格", "strict"

    assert rules.register(Strict) is Strict
    assert rules.register(Strict) is Strict  # a cell that is run twice
    assert rules.RULES["strict"] is Strict
    assert "strict" not in rules.BEHAVIOURS  # result folders hold the built-in rules only


def test_a_rule_without_labels_or_with_a_name_that_is_taken_is_refused(rules_kept):
    class Nameless(rules.Rule):
        pass

    class Intruder(rules.Logit):
        name, zh, en = "npv", "净现值", "another"

    with pytest.raises(ValueError, match="Nameless needs a name and labels"):
        rules.register(Nameless)
    with pytest.raises(ValueError, match="there is a rule 'npv' already"):
        rules.register(Intruder)
    assert rules.RULES["npv"] is rules.NetPresentValue
