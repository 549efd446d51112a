"""Agents as views of a row, and which rows the set of firms has."""

from __future__ import annotations

import pytest
from firm_sets import ALIVE, ids, make_firms

from agents.firm import Firm

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
