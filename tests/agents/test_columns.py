"""The columnar store and agent set: values, refusals, and agreement with Mesa's AgentSet on equal agents."""

from __future__ import annotations

import itertools
import operator
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mesa.agent import AgentSet

from agents.agent_set import ColumnarAgentSet
from agents.firm import BOTTLENECKS, CERTIFICATION_DIMENSIONS, FIRM_COLUMNS, Firm, Firms
from agents.institution import ColumnarModel
from agents.measures import CARRIERS
from agents.store import ColumnSpec, ColumnStore

SECTORS = [3, 1, 3, 2, 1, 3, 2, 2, 3, 1]
REVENUES = [5.0, 2.0, 9.0, 2.0, 7.0, 1.0, 4.0, 2.0, 8.0, 3.0]
ALIVE = [True, True, False, True, True, True, True, False, True, True]


def make_firms(sectors=SECTORS, revenues=REVENUES, alive=None) -> Firms:
    """Return firms numbered 1..N with the given sectors and revenues and energy 10 * slot + carrier."""
    slots = len(sectors)
    store = ColumnStore.allocate(FIRM_COLUMNS, slots)
    store.fill({"unique_id": np.arange(1, slots + 1), "sector": sectors, "revenue": revenues,
                "alive": np.ones(slots, bool) if alive is None else alive,
                "energy": 10.0 * np.arange(slots)[:, None] + np.arange(6)})
    return Firms(ColumnarModel(seed=1), store)


def ids(agents) -> list[int]:
    """Return the members' identifiers in order, from a columnar set, a Mesa set or a list."""
    return [agent.unique_id for agent in agents]


# The store.

def test_columns_start_at_their_defaults_with_their_types():
    store = ColumnStore.allocate(FIRM_COLUMNS, 4)
    for spec in FIRM_COLUMNS:
        array = store.arrays[spec.name]
        assert array.shape == (4, *spec.shape)
        assert array.dtype == np.dtype(spec.dtype)
        assert np.all(array == spec.default)


def test_every_column_says_its_unit_and_meaning_and_labels_fit_its_shape():
    names = [spec.name for spec in FIRM_COLUMNS]
    assert len(names) == len(set(names))
    for spec in FIRM_COLUMNS:
        assert spec.unit
        assert spec.doc
        assert len(spec.flat_names()) == int(np.prod(spec.shape))


def test_code_columns_can_hold_every_code():
    assert len(BOTTLENECKS) - 1 <= np.iinfo(Firm.bottleneck.spec.dtype).max
    assert Firm.energy.spec.labels == CARRIERS
    assert Firm.certification_latent.spec.labels == CERTIFICATION_DIMENSIONS


def test_fill_reports_all_problems_at_once_and_keeps_good_columns():
    store = ColumnStore.allocate(FIRM_COLUMNS, 3)
    with pytest.raises(ValueError, match="do not fit") as caught:
        store.fill({"revenues": [1, 2, 3], "energy": np.zeros((3, 5)), "stage": [0, 1, 300],
                    "park": [4, 5, 6]})
    message = str(caught.value)
    assert "revenues: no such column" in message
    assert "energy: shape (3, 5), expected (3, 6)" in message
    assert "stage: a column of type int8 cannot hold" in message
    assert store.arrays["park"].tolist() == [4, 5, 6]
    assert store.arrays["stage"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("column", "value"), [("stage", 1.7), ("stage", 300), ("stage", float("nan")),
                                               ("alive", 2), ("sector", 40_000)])
def test_a_write_never_changes_the_value_silently(column, value):
    firms = make_firms()
    with pytest.raises(ValueError, match=f"{column}: a column of type"):
        setattr(firms[0], column, value)
    with pytest.raises(ValueError, match=f"{column}: a column of type"):
        firms.set(column, value)


def test_copy_is_independent_and_has_no_views():
    firms = make_firms()
    firms[0].revenue = 6.0
    copied = firms.store.copy()
    firms[0].revenue = 7.0
    assert copied.arrays["revenue"][0] == 6.0
    assert copied.views == {}


def test_permute_moves_every_column_and_views_follow_their_firm():
    firms = make_firms()
    third, selection = firms[2], firms.select(at_most=4)
    before = firms.to_frame()
    order = np.random.default_rng(5).permutation(len(firms))
    firms.store.permute(order)
    with pytest.raises(RuntimeError, match="reordered"):
        len(selection)
    firms.refresh()
    assert ids(firms) == (order + 1).tolist()
    assert (third.unique_id, third.revenue, third.energy.tolist()) == (3, 9.0, [20, 21, 22, 23, 24, 25])
    assert firms[int(np.flatnonzero(order == 2)[0])] is third
    assert firms.to_frame().sort_index().equals(before)


def test_permute_by_order_and_back_is_the_identity():
    firms = make_firms()
    before = {name: array.copy() for name, array in firms.store.arrays.items()}
    order = np.random.default_rng(6).permutation(10)
    firms.store.permute(order)
    firms.store.permute(np.argsort(order))
    for name, array in firms.store.arrays.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("order", [[0, 1], [0] * 10, list(range(1, 11))])
def test_permute_refuses_what_is_no_permutation(order):
    with pytest.raises(ValueError, match="each of the 10 rows exactly once"):
        make_firms().store.permute(order)


def test_flat_names_without_labels_are_numbered():
    assert ColumnSpec("x", np.float64, "1", "", (2,)).flat_names() == ("x_0", "x_1")


# Views of single firms.

def test_a_view_reads_and_writes_the_arrays():
    firms = make_firms()
    firm = firms[3]
    firm.revenue = 11.5
    firm.energy[5] = 99.0
    assert firms.store.arrays["revenue"][3] == 11.5
    assert firms.store.arrays["energy"][3, 5] == 99.0
    firms.store.arrays["aware"][3] = True
    assert firm.aware is True
    assert (type(firm.sector), type(firm.revenue)) == (int, float)


def test_views_are_made_on_first_touch_only_and_stay_the_same():
    firms = make_firms()
    assert firms.views_made == 0
    assert firms[3] is firms[3]
    assert firms[3] is firms.select(lambda firm: firm.unique_id == 4)[0]
    assert firms[-1] is list(firms)[-1]
    assert firms.views_made == len(firms)


def test_columns_are_used_without_making_views():
    firms = make_firms(alive=ALIVE)
    firms.get(["revenue", "energy"]), firms.agg("revenue", [min, sum]), firms.to_frame()
    firms.set("aware", True).groupby("sector").agg("revenue", sum)
    firms.select(firms["sector"] == 3).sort("revenue").shuffle().select(at_most=2, agent_type=Firm)
    assert firms.views_made == 0


def test_select_by_function_touches_no_more_views_than_it_needs():
    firms = make_firms()
    assert ids(firms.select(lambda firm: firm.sector == 3, at_most=2)) == [1, 3]
    assert firms.views_made == 3


def test_a_firm_cannot_be_built_removed_or_given_stray_attributes():
    firms = make_firms()
    with pytest.raises(TypeError, match="view of one row"):
        Firm(firms.model)
    with pytest.raises(TypeError, match="column `alive`"):
        firms[0].remove()
    with pytest.raises(AttributeError, match="no column 'revenu'"):
        firms[0].revenu = 3.0
    with pytest.raises(IndexError):
        firms.view(10)


@pytest.mark.parametrize("verb", ["add", "remove", "discard"])
def test_members_come_and_go_by_the_column_only(verb):
    firms = make_firms()
    with pytest.raises(TypeError, match=r"column `alive`, never by add\(\) or remove\(\)"):
        getattr(firms, verb)(firms[0])
    with pytest.raises(TypeError, match="column `alive`"):
        firms.clear()
    assert len(firms) == 10


def test_repr_names_the_firm():
    firms = make_firms(alive=ALIVE)
    assert repr(firms[0]) == "Firm(1: large, state, sector row 3, revenue 5.0 m CNY, 0 rounds, unaware)"
    assert repr(firms.view(2)) == "Firm(3: not alive)"


# Membership.

def test_members_are_the_firms_alive_and_the_store_keeps_all():
    firms = make_firms(alive=ALIVE)
    assert (len(firms), firms.store.slots) == (8, 10)
    assert ids(firms) == [1, 2, 4, 5, 6, 7, 9, 10]
    assert firms.view(2) not in firms
    assert firms[2] in firms
    assert "firm" not in firms


def test_membership_follows_alive_at_refresh():
    firms = make_firms(alive=ALIVE)
    leaver = firms[0]
    leaver.alive = False
    firms.store.arrays["alive"][2] = True
    assert leaver in firms
    firms.refresh()
    assert ids(firms) == [2, 3, 4, 5, 6, 7, 9, 10]
    assert leaver not in firms


def test_the_models_firms_cannot_be_narrowed_in_place_but_a_selection_can():
    firms = make_firms()
    with pytest.raises(TypeError, match="those alive"):
        firms.select(at_most=3, inplace=True)
    selection = firms.select(at_most=5)
    assert selection.select(at_most=3, inplace=True) is selection
    assert (len(selection), len(firms)) == (3, 10)


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
