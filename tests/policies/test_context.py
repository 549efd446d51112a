"""What is remembered of offers: never anything else than columns and settings at hand would give anew."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.terms import Terms
from policies.context import REMEMBERED, Context
from policies.dual_control_mandate import first_alive
from policies.ledger import Ledger
from policies.mix import Mix
from policies.registry import BUILT_IN
from policies.schedule import Schedule, parse_quarter
from policies.scope import Scope, ScopedSchedule
from policies.tax_credit import TaxCredit

LATER = parse_quarter("2027Q2")
CHANGES = {
    "size_class": 3, "ownership": 2, "library_rank": 0.001, "tax_rank": 0.001, "subtype": 2, "clause_ii11": True,
    "chain_member": True, "ets_covered_2024": True, "ets_covered_2027": True, "certification_award_city": 0.4,
}


def offered(mix: Mix, firms, context: Context) -> Terms:
    return mix.terms(LATER, firms, 6, Ledger(), context)


def bits(terms: Terms) -> dict[str, bytes]:
    return {each.name: np.asarray(getattr(terms, each.name)).tobytes() for each in dataclasses.fields(Terms)}


def in_a_run(context: Context, drawn) -> Context:
    """The context of another quarter on these firms; what is known is shared."""
    return dataclasses.replace(context, drawn=drawn, compared={})


@pytest.mark.parametrize("cls", BUILT_IN, ids=lambda cls: cls.name)
def test_an_offer_is_the_same_whether_remembered_or_not(cls, firms, context, catalogue):
    plan = Mix("plan", [catalogue.mix(["plan", "wider_power_obligation"])[cls.name]])
    drawn = {name: column.copy() for name, column in firms.items()}
    anew = bits(offered(plan, firms, context))
    for _ in range(2):
        assert bits(offered(plan, firms, in_a_run(context, drawn))) == anew
    for name, value in CHANGES.items():
        changed = {**firms, name: np.full_like(firms[name], value)}
        expected = bits(offered(plan, changed, Context(context.subtype_index, context.carbon_price)))
        assert bits(offered(plan, changed, in_a_run(context, drawn))) == expected, name
    assert bits(offered(plan, firms, in_a_run(context, drawn))) == anew, "what somebody changed stayed with them"
    for name, column in firms.items():
        assert column.flags.writeable and (column == drawn[name]).all()


def test_other_settings_are_another_offer(firms, context):
    for rate in (0.1, 0.2):
        values = {"rate": rate, "takeup": 0.35}
        credit = TaxCredit({name: Schedule(0.0, ((LATER, value),)) for name, value in values.items()})
        terms = offered(Mix("one", [credit]), firms, in_a_run(context, firms))
        assert terms.tax_credit_rate.tolist() == [rate] * 3 + [0.0] * 3
        assert credit.key(LATER) != credit.key(LATER - 1)


def test_settings_of_a_scope_are_not_remembered_once_they_hold():
    scoped = ScopedSchedule(Scope.of({"prefecture": ["Chengdu"]}), Schedule(0.0, ((LATER, 0.2),)))
    credit = TaxCredit({}, {"rate": [scoped]})
    assert credit.key(LATER) is None and credit.key(LATER - 1) is not None


def test_only_the_columns_named_are_seen_and_none_can_be_changed(firms, context):
    context = in_a_run(context, firms)
    with pytest.raises(KeyError):
        context.from_traits("key", firms, ("tax_rank",), lambda traits: traits["library_rank"])
    alias = context.from_traits("key", firms, ("tax_rank",), lambda traits: traits["tax_rank"])
    assert not np.shares_memory(alias, firms["tax_rank"]) and not alias.flags.writeable


def test_what_is_remembered_is_bounded():
    context = Context()
    for number in range(2 * REMEMBERED):
        assert context.once(number, lambda number=number: np.array([number])).item() == number
    assert len(context.known) == REMEMBERED


@given(st.lists(st.booleans(), max_size=30), st.integers(0, 40), st.integers(0, 10**6))
def test_the_first_alive_are_those_of_the_whole_order(alive, places, seed):
    order = np.random.default_rng(seed).permutation(len(alive))
    expected = [slot for slot in order.tolist() if alive[slot]][:places]
    assert first_alive(order, np.array(alive, dtype=bool), places).tolist() == expected
