"""Better terms never make a firm give up its project: one quarter, unlimited money, no label within reach.

The label, like the orders of chain leaders, is left out because it links measures of a firm: its value is counted on
the best measure only, so a change of terms that puts another measure first moves the bonus (one firm among 17,000
loses its project that way).
"""

import copy
import dataclasses
import itertools

import numpy as np
import pytest
from model_runs import start, steps

from sim.phases.retrofit import Wishes, weigh


@pytest.fixture(scope="module", params=[("current", 1), ("plan", 11), ("none", 6)], ids=lambda each: each[0])
def model(request, sichuan_block):
    """The whole province some quarters into a run, no certificate within reach of a further round."""
    policy, quarters = request.param
    model = steps(start(sichuan_block, policy), quarters)
    model.label_reach[:] = 0.0
    model.columns["chain_value"][:] = 0.0
    return model


def deciders(model) -> np.ndarray:
    """All firms without a project in hand, whether or not they know of the measures."""
    return np.flatnonzero(model.columns["alive"] & (model.columns["stage"] == 0))


def under(model, **terms) -> Wishes:
    """What all firms want under changed terms."""
    kept = model.terms
    model.terms = copy.copy(kept)
    for name, value in terms.items():
        setattr(model.terms, name, value)
    wishes = weigh(model, deciders(model))
    model.terms = kept
    return wishes


def with_cost(model, factor) -> Wishes:
    """What all firms want if every measure costs `factor` times as much."""
    kept = model.options
    model.options = dataclasses.replace(kept, cost_factor=kept.cost_factor * factor)
    wishes = weigh(model, deciders(model))
    model.options = kept
    return wishes


IMPROVEMENTS = {
    "grant +5 points": lambda m: under(
        m, grant_rate=m.terms.grant_rate + 0.05, grant_cap=max(m.terms.grant_cap, 10.0)
    ),
    "grant +20 points": lambda m: under(
        m, grant_rate=m.terms.grant_rate + 0.2, grant_cap=max(m.terms.grant_cap, 10.0)
    ),
    "grant without its condition": lambda m: under(
        m, grant_min_added_output=0.0, grant_rate=m.terms.grant_rate + 0.05,
        grant_cap=max(m.terms.grant_cap, 10.0),
    ),
    "carbon price doubled": lambda m: under(m, carbon_price=2.0 * m.terms.carbon_price),
    "carbon price +100 for the market's first sectors": lambda m: under(
        m, carbon_price=m.terms.carbon_price + 100.0 * m.columns["ets_covered_2024"]
    ),
    "interest subsidy": lambda m: under(
        m, interest_points=m.terms.interest_points + 0.015, interest_years=m.terms.interest_years + 1.0
    ),
    "tax credit +10 points": lambda m: under(m, tax_credit_rate=m.terms.tax_credit_rate + 0.1),
    "mandate": lambda m: under(m, utility_shift=m.terms.utility_shift + 0.5),
    "cost -10 %": lambda m: with_cost(m, 0.9),
    "cost -50 %": lambda m: with_cost(m, 0.5),
}


@pytest.mark.parametrize("improvement", IMPROVEMENTS)
def test_better_terms_take_no_firm_out_of_those_that_want_a_project(model, improvement):
    before = weigh(model, deciders(model))
    after = IMPROVEMENTS[improvement](model)
    wanted = before.full.count > 0
    assert wanted.sum() > 1000
    assert np.count_nonzero(wanted & (after.full.count == 0)) == 0
    assert np.count_nonzero(after.full.count > 0) >= np.count_nonzero(wanted)


def assert_no_score_falls(before: Wishes, after: Wishes) -> None:
    np.testing.assert_array_equal(before.position, after.position)
    finite = np.isfinite(before.score)
    rounding = 1e-12 * (1.0 + np.abs(before.score[finite]))
    assert (after.score[finite] >= before.score[finite] - rounding).all()


@pytest.mark.parametrize("improvement", [name for name in IMPROVEMENTS if not name.startswith(("carbon", "cost"))])
def test_better_support_lowers_the_score_of_no_measure(model, improvement):
    """Carbon prices apart, which burden measures that raise direct emissions, and without the cap on grants.

    A capped grant is spread over all that a firm wants: with one measure more each of them gets a smaller share.
    """
    kept, model.terms = model.terms, copy.copy(model.terms)
    model.terms.grant_cap = np.inf
    assert_no_score_falls(weigh(model, deciders(model)), IMPROVEMENTS[improvement](model))
    model.terms = kept


def test_lower_cost_lowers_the_score_of_no_measure(model):
    """Without a least size of subsidised projects, under which a cheaper project can lose its grant, and no cap."""
    kept, model.terms = model.terms, copy.copy(model.terms)
    model.terms.grant_min_added_output, model.terms.grant_cap = 0.0, np.inf
    assert_no_score_falls(weigh(model, deciders(model)), with_cost(model, 0.8))
    model.terms = kept


def credit(model, share):
    """Who gets credit for the full wishes of all firms if the pool guarantees `share` without limit."""
    rows = deciders(model)
    wishes = weigh(model, rows)
    wanted = wishes.full.capex * model.parameters.retrofit.project_scope_factor
    kept, balance = model.terms, model.pool.balance
    model.terms = copy.copy(kept)
    model.terms.guarantee_share = np.full(model.block.slots, share)
    model.pool.balance = 1e12
    approved, guarantee = model.bank.decide(model, rows, wanted, model.cash(rows), wishes.full.saving)
    model.terms, model.pool.balance = kept, balance
    return approved, guarantee, wanted > model.cash(rows)


def test_a_higher_guarantee_takes_credit_from_nobody(model):
    model.pool.recent_claims.clear()
    served = [credit(model, share)[0] for share in (0.0, 0.2, 0.4, 0.6, 0.8, 0.99)]
    for less, more in itertools.pairwise(served):
        assert not (less & ~more).any()
    assert served[0].sum() < served[-1].sum()


def test_a_full_guarantee_serves_every_applicant(model):
    model.pool.recent_claims.clear()
    approved, guarantee, applies = credit(model, 1.0)
    np.testing.assert_array_equal(approved, applies)
    assert set(np.unique(guarantee)) <= {0.0, 1.0}
