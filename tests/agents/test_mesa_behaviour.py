"""A model with columnar firms is an ordinary Mesa model: agents, steps, collection, pickling, and no leak."""

from __future__ import annotations

import copy
import gc
import pickle
import weakref

import mesa
import pytest
from mesa.agent import Agent, AgentSet
from tiny_province import Bank, Buyer, TinyProvince, assert_same_state, grow, run

from agents.firm import Firm
from agents.institution import Institution


def test_the_private_names_of_mesa_that_we_rely_on_exist():
    assert mesa.__version__ == "3.3.1"
    plain = mesa.Model(seed=1)
    assert {"_agents", "_agents_by_type", "_all_agents"} <= vars(plain).keys()
    assert "_agents" in vars(AgentSet([], random=plain.random))
    assert "_ids" in vars(Agent)


# What a model of Mesa offers.

def test_agents_by_type_and_types():
    model = TinyProvince()
    assert model.agent_types == [Firm, Bank, Buyer]
    assert model.agents_by_type[Firm] is model.firms
    assert model.agents_by_type[Bank].get("capital") == [100.0, 50.0]
    assert type(model.agents_by_type[Bank]) is AgentSet


def test_model_agents_holds_firms_and_institutions_without_making_firms():
    model = TinyProvince()
    agents = model.agents
    assert isinstance(agents, AgentSet)
    assert len(agents) == 24 + 3
    assert agents.get("unique_id") == [*range(1, 25), -1, -2, -3]
    assert agents[-1] is agents[26] is model.buyer
    assert model.buyer in agents
    assert model.firms.views_made == 0
    assert agents[0] is model.firms[0]
    assert agents[2:4] == model.firms[2:4]
    assert list(agents) == [*model.firms, *model.banks, model.buyer]
    with pytest.raises(IndexError):
        agents[27]


def test_model_agents_select():
    model = TinyProvince()
    firms = model.agents.select(agent_type=Firm)
    assert firms["revenue"].tolist() == model.firms["revenue"].tolist()
    assert model.firms.views_made == 0
    assert list(model.agents.select(lambda bank: bank.capital > 60, agent_type=Bank)) == [model.banks[0]]
    assert len(model.agents.select(agent_type=Institution)) == 3
    assert len(model.agents.select(at_most=0.5)) == 13
    assert len(model.agents.select(lambda agent: agent.unique_id < 3)) == 5
    assert len(model.agents.select(agent_type=TinyProvince)) == 0
    assert len(model.agents.select()) == 27


def test_model_agents_verbs():
    model = TinyProvince()
    seen: list[int] = []
    model.agents.do(lambda agent: seen.append(agent.unique_id))
    assert seen == [*range(1, 25), -1, -2, -3]
    assert model.agents.map(lambda agent: agent.unique_id) == seen
    assert model.agents.agg("unique_id", min) == -3
    assert sorted(agent.unique_id for agent in model.agents.shuffle()) == sorted(seen)
    assert model.agents.sort("unique_id", ascending=True)[0] is model.buyer
    assert model.agents.groupby(type).count() == {Firm: 24, Bank: 2, Buyer: 1}
    model.agents.set("pos", (0, 0))
    assert model.firms[5].pos == model.buyer.pos == (0, 0)


@pytest.mark.parametrize("change", [
    lambda agents: agents.select(at_most=1, inplace=True),
    lambda agents: agents.shuffle(inplace=True),
    lambda agents: agents.sort("unique_id", inplace=True),
    lambda agents: agents.discard(agents[0]),
    lambda agents: agents.add(TinyProvince().buyer),
])
def test_model_agents_cannot_be_changed_in_place(change):
    model = TinyProvince()
    with pytest.raises(TypeError):
        change(model.agents)
    assert len(model.agents) == 27


def test_model_agents_follow_demography_and_removed_institutions():
    model = run(TinyProvince(), 2)
    assert model.agents.get("unique_id") == [*range(3, 27), -1, -2, -3]
    model.banks.pop().remove()
    assert model.agents_by_type[Bank].get("unique_id") == [-1]
    assert len(model.agents) == 26
    assert Bank(model).unique_id == -4
    with pytest.raises(TypeError, match="column `alive`"):
        model.remove_all_agents()


def test_stepping_by_hand_equals_the_rule_on_columns():
    by_columns, by_hand = run(TinyProvince(), 4), TinyProvince()
    for _ in range(4):
        by_hand.steps += 1
        by_hand.agents_by_type[Firm].do(grow)
        by_hand.move()
        by_hand.datacollector.collect(by_hand)
    assert by_hand.firms.views_made > 0
    assert_same_state(by_columns, by_hand)


def test_firm_delegates_to_its_model():
    firm = TinyProvince().firms[1]
    assert firm.measures == ("motors",)
    assert firm.explain() == "en: row 1"
    assert firm.explain(lang="zh") == "zh: row 1"
    assert firm.random is firm.model.random


# Data collection.

def test_model_reporters_make_no_firm_objects():
    model = run(TinyProvince(), 3)
    frame = model.datacollector.get_model_vars_dataframe()
    assert frame["count"].tolist() == [24, 24, 24]
    assert frame["revenue"].iloc[-1] == model.firms["revenue"].sum()
    assert model.firms.views_made == 0


def test_agent_reporters_cover_firms_and_institutions():
    model = run(TinyProvince(), 2)
    collector = mesa.DataCollector(agent_reporters={"revenue": "revenue", "kind": lambda agent: type(agent)})
    collector.collect(model)
    frame = collector.get_agent_vars_dataframe().loc[model.steps]
    assert frame.index.tolist() == model.agents.get("unique_id")
    assert frame.loc[model.firms["unique_id"], "revenue"].tolist() == model.firms["revenue"].tolist()
    assert frame.loc[-3, "kind"] is Buyer


def test_agenttype_reporters():
    model = TinyProvince()
    collector = mesa.DataCollector(agenttype_reporters={
        Firm: {"sector": "sector"}, Bank: {"capital": "capital"}, Institution: {"id": "unique_id"}})
    collector.collect(model)
    assert collector.get_agenttype_vars_dataframe(Firm)["sector"].tolist() == model.firms["sector"].tolist()
    assert collector.get_agenttype_vars_dataframe(Bank)["capital"].tolist() == [100.0, 50.0]
    assert collector.get_agenttype_vars_dataframe(Institution)["id"].tolist() == [-1, -2, -3]


# Pickling, copies and independence.

@pytest.mark.parametrize("duplicate", [lambda model: pickle.loads(pickle.dumps(model)), copy.deepcopy])
def test_a_duplicate_continues_identically_and_no_firm_is_made(duplicate):
    model = run(TinyProvince(), 2)
    other = duplicate(model)
    assert model.firms.views_made == other.firms.views_made == 0
    assert_same_state(run(model, 3), run(other, 3))
    assert other.agents_by_type[Firm] is other.firms
    assert other.firms.random is other.agents.random is other.random
    assert list(other.agents_by_type[Bank]) == other.banks
    assert Bank(other).unique_id == Bank(model).unique_id == -4
    assert other.firms[0].model is other


def test_duplicates_share_nothing():
    model = TinyProvince()
    other = pickle.loads(pickle.dumps(model))
    other.firms[0].revenue = 1234.0
    assert model.firms[0].revenue == 10.0


def test_pickling_drops_views_except_those_somebody_holds():
    model = TinyProvince()
    list(model.firms)
    model.largest = model.firms.sort("revenue")[0]
    other = pickle.loads(pickle.dumps(model))
    assert other.firms.views_made == 1
    assert other.largest is other.firms[23]
    assert other.largest.model is other


def test_a_selection_can_be_pickled_with_its_model():
    selection = TinyProvince().firms.select(at_most=3)
    other = pickle.loads(pickle.dumps(selection))
    assert other.get("unique_id") == [1, 2, 3]
    assert other.model.firms.store is other.store


def test_two_models_side_by_side_are_independent():
    alone = run(TinyProvince(seed=5), 4)
    one, two = TinyProvince(seed=5), TinyProvince(seed=6)
    for _ in range(4):
        one.step()
        two.firms.do(grow)
        two.step()
    assert_same_state(alone, one)
    assert one.firms[0] is not two.firms[0]
    assert one.firms[0] not in two.firms
    assert one.buyer.unique_id == two.buyer.unique_id == -3


def test_a_deleted_model_is_freed_though_firms_and_institutions_were_made():
    known_to_mesa = set(Agent._ids)
    model = run(TinyProvince(), 2)
    list(model.agents)
    model.agents.shuffle_do(lambda agent: None)
    mesa.DataCollector(agent_reporters={"revenue": "revenue"}).collect(model)
    assert set(Agent._ids) == known_to_mesa
    alive = weakref.ref(model)
    del model
    gc.collect()
    assert alive() is None
