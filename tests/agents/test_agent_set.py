"""What one does with a columnar agent set: agreement with Mesa's AgentSet on equal agents, values and refusals."""

from __future__ import annotations

import itertools
import operator
from random import Random

import numpy as np
import pytest
from firm_sets import ALIVE, REVENUES, ids, make_firms
from hypothesis import given, settings
from hypothesis import strategies as st
from mesa.agent import AgentSet

from agents.agent_set import ColumnarAgentSet
from agents.firm import FIRM_COLUMNS, Firm, Firms
from agents.institution import ColumnarModel

# Agreement with Mesa: the same agents in an ordinary AgentSet must give the same answers.

populations = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3).map(float), st.booleans()), min_size=1,
                       max_size=50)


def both(rows) -> tuple[Firms, AgentSet]:
    """Return firms and an ordinary Mesa set of the same agents, with generators in the same state."""
    sectors, revenues, alive = (list(values) for values in zip(*rows, strict=True))
    firms = make_firms(sectors, revenues, alive)
    firms.random = firms.model.random = Random(7)
    return firms, AgentSet(list(firms), random=Random(7))


@settings(deadline=None, max_examples=60)
@given(populations, st.sampled_from([0, 1, 3, 2.5, 0.0, 0.35, 1.0, float("inf")]))
def test_select_agrees_with_mesa(rows, at_most):
    firms, plain = both(rows)

    def wanted(firm):
        return firm.sector >= 2

    for kind in (None, Firm, ColumnarModel):
        expected = ids(plain.select(wanted, at_most=at_most, agent_type=kind))
        assert ids(firms.select(wanted, at_most=at_most, agent_type=kind)) == expected
        assert ids(firms.select(firms["sector"] >= 2, at_most=at_most, agent_type=kind)) == expected
    assert ids(firms.select(at_most=at_most)) == ids(plain.select(at_most=at_most))


@settings(deadline=None, max_examples=60)
@given(populations, st.booleans())
def test_orders_agree_with_mesa(rows, ascending):
    firms, plain = both(rows)
    for key in ("revenue", "row", lambda firm: -firm.sector):
        assert ids(firms.sort(key, ascending)) == ids(plain.sort(key, ascending))
    assert ids(firms.shuffle()) == ids(plain.shuffle())
    visits: tuple[list[int], list[int]] = ([], [])
    for agents, visited in zip((firms, plain), visits, strict=True):
        agents.shuffle(inplace=True).shuffle_do(lambda firm, visited=visited: visited.append(firm.unique_id))
    assert visits[0] == visits[1]
    assert firms.random.getstate() == plain.random.getstate()


@settings(deadline=None, max_examples=60)
@given(populations)
def test_values_and_groups_agree_with_mesa(rows):
    firms, plain = both(rows)
    assert firms.get("sector") == plain.get("sector")
    assert firms.get(["unique_id", "row", "revenue"]) == plain.get(["unique_id", "row", "revenue"])
    assert firms.get("colour", "default", 3) == plain.get("colour", "default", 3)
    assert firms.map(lambda firm: firm.revenue) == plain.map(lambda firm: firm.revenue)
    assert firms.agg("revenue", [sum, len]) == plain.agg("revenue", [sum, len])
    assert firms.agg("row", sum) == plain.agg("row", sum)
    for by in ("sector", "row", lambda firm: firm.revenue > 1):
        ours, theirs = firms.groupby(by), plain.groupby(by)
        assert list(ours.count().items()) == list(theirs.count().items())
        assert ours.agg("revenue", sum) == theirs.agg("revenue", sum)
        assert {k: ids(v) for k, v in ours} == {k: ids(v) for k, v in theirs}
        assert firms.groupby(by, result_type="list").groups == plain.groupby(by, result_type="list").groups


def test_group_verbs():
    groups = make_firms().groupby("sector")
    assert list(groups.groups) == [3, 1, 2]
    assert all(isinstance(group, ColumnarAgentSet) for group in groups.groups.values())
    assert groups.map(len) == {3: 4, 1: 3, 2: 3}
    assert groups.map("agg", "revenue", max) == {3: 9.0, 1: 7.0, 2: 4.0}
    groups.do("set", "aware", True)
    assert groups.groups[1].agg("aware", all) is True


def test_groupby_agrees_with_pandas():
    firms = make_firms(alive=ALIVE)
    frame = firms.to_frame(["sector", "revenue", "energy"])
    assert firms.groupby("sector").agg("revenue", np.mean) == frame.groupby("sector").revenue.mean().to_dict()
    coal = firms.groupby("sector").agg("energy", lambda energy: energy[:, 0].sum())
    assert coal == frame.groupby("sector").energy_coal.sum().to_dict()


# Values.

def test_to_frame_expands_vectors_and_is_indexed_by_identifier():
    firms = make_firms(alive=ALIVE)
    frame = firms.to_frame()
    assert frame.index.tolist() == ids(firms)
    assert frame.index.name == "unique_id"
    assert frame.energy_natural_gas.tolist() == [10.0 * (firm.unique_id - 1) + 4 for firm in firms]
    assert frame.alive.dtype == np.bool_
    flat = [name for spec in FIRM_COLUMNS for name in spec.flat_names() if name != "unique_id"]
    assert frame.columns.tolist() == flat
    assert firms.select(np.zeros(8, bool)).to_frame(["energy"]).shape == (0, 6)


def test_aggregating_small_integers_does_not_overflow():
    firms = make_firms([100] * 400, [1.0] * 400)
    firms.set("stage", 2)
    assert firms.agg("stage", sum) == 800
    assert firms.groupby("sector").agg("stage", sum) == {100: 800}
    assert type(firms.agg("stage", sum)) is int


def test_set_takes_one_value_or_one_a_member():
    firms = make_firms(alive=ALIVE)
    firms.set("revenue", np.arange(8.0)).set("energy", np.arange(6.0))
    assert firms.get("revenue") == list(range(8))
    assert all(energy.tolist() == list(range(6)) for energy in firms.get("energy"))
    assert firms.store.arrays["revenue"][2] == 9.0  # not a member


def test_indexing_by_position_slice_and_column():
    firms = make_firms(alive=ALIVE)
    assert firms[1].unique_id == 2
    assert firms[np.int64(-1)].unique_id == 10
    assert ids(firms[2:4]) == [4, 5]
    assert firms["revenue"].tolist() == [r for r, alive in zip(REVENUES, ALIVE, strict=True) if alive]
    assert ids(firms.at([9, 2])) == [10, 3]
    with pytest.raises(IndexError):
        firms[8]
    with pytest.raises(ValueError, match="row numbers"):
        firms.at(firms["aware"])


@pytest.mark.parametrize("mask", [np.ones(10, bool), np.ones(8), np.arange(8)])
def test_a_mask_of_another_length_or_type_is_refused(mask):
    with pytest.raises(ValueError, match="one value for each of the 8 members"):
        make_firms(alive=ALIVE).select(mask)


@pytest.mark.parametrize("verb", [operator.methodcaller("sort", "energy"),
                                  operator.methodcaller("groupby", "energy")])
def test_vectors_have_no_order_and_make_no_groups(verb):
    with pytest.raises(ValueError, match=r"energy has \(6,\) values per agent"):
        verb(make_firms())


def test_missing_attributes_are_errors_as_in_mesa():
    firms = make_firms()
    with pytest.raises(AttributeError):
        firms.get("colour")
    with pytest.raises(ValueError, match="handle_missing"):
        firms.get("revenue", handle_missing="ignore")


def test_set_algebra_gives_ordinary_mesa_sets():
    firms = make_firms()
    cheap, third = firms.select(firms["revenue"] < 4), firms.select(firms["sector"] == 3)
    assert sorted(ids(cheap & third)) == [6]
    assert sorted(ids(cheap | third)) == sorted(set(ids(itertools.chain(cheap, third))))
    assert type(cheap - third) is AgentSet
