"""The province as an ordinary Mesa model: stepping, collecting, grouping, pickling, and going away."""

import gc
import pickle
import weakref

import mesa
import numpy as np
import pytest
from model_runs import differing_columns, differing_indicators, run, start, steps

from agents.bank import Bank, RiskPool
from agents.bodies import CertificationBody, PublicBuyer, ServiceProviders, SolidWaste
from agents.firm import FIRM_COLUMNS, SIZE_CLASSES, Firm
from agents.leaders import ChainLeaders
from agents.market import PowerMarket
from agents.parks import Parks, PrefectureGovernments, ZeroCarbonSites
from agents.programme_bodies import DesignBenchmarks, EquipmentIndustry, StandardsBody, TechnologyProgramme
from policies.schedule import parse_quarter
from sim.api import RunSpec, run_block, simulate
from sim.errors import ConfigError
from sim.groups import group_frame
from sim.model import BURN_IN_PHASES, QUARTER_PHASES, ProvinceModel
from sim.preparation import prepare_block

INSTITUTIONS = {
    Bank, RiskPool, ServiceProviders, PublicBuyer, PowerMarket, CertificationBody, Parks, ZeroCarbonSites,
    PrefectureGovernments, SolidWaste, TechnologyProgramme, StandardsBody, DesignBenchmarks, EquipmentIndustry,
    ChainLeaders,
}


@pytest.fixture
def model(demo_block):
    """A demo model under the plan, half a year old."""
    return steps(ProvinceModel("plan", block=demo_block), 2)


def test_stepping_by_hand_is_running(demo_block):
    by_hand, at_once = ProvinceModel("plan", block=demo_block), run(demo_block, "plan")
    for quarter in range(20):
        assert not by_hand.finished
        assert by_hand.quarter == parse_quarter("2026Q1") + quarter
        by_hand.step()
    assert by_hand.finished
    assert by_hand.steps == 20
    assert differing_columns(by_hand.columns, at_once.columns) == []
    assert differing_indicators(by_hand, at_once) == set()


def test_the_quarter_runs_its_phases_in_order(demo_block, monkeypatch):
    seen = []
    for name, phase in list(QUARTER_PHASES.items()):
        monkeypatch.setitem(QUARTER_PHASES, name, lambda m, n=name, p=phase: (seen.append(n), p(m))[1])
    ProvinceModel("none", block=demo_block).step()
    assert seen == list(QUARTER_PHASES)
    assert [name for name in QUARTER_PHASES if name in BURN_IN_PHASES] == list(BURN_IN_PHASES)


def test_a_headless_run_makes_no_firm_objects(demo_block):
    assert run(demo_block, "plan").firms.views_made == 0


def test_data_collector_reports_the_model_and_its_institutions(demo_block):
    model = ProvinceModel("plan", block=demo_block)
    collector = mesa.DataCollector(
        model_reporters={
            "coverage": lambda m: m.rows[-1]["retrofit_coverage"],
            "firms": lambda m: len(m.agents_by_type[Firm]),
            "revenue": lambda m: m.agents_by_type[Firm].agg("revenue", np.sum),
            "quarter": "quarter",
        },
        agenttype_reporters={Bank: {"principal": "principal"}},
    )
    for _ in range(4):
        model.step()
        collector.collect(model)
    frame = collector.get_model_vars_dataframe()
    assert frame["coverage"].tolist() == [row["retrofit_coverage"] for row in model.rows]
    assert frame["firms"].tolist() == [row["firms"] for row in model.rows]
    assert frame["revenue"].iloc[-1] == pytest.approx(model.columns["revenue"].sum(), rel=1e-12)
    assert frame["quarter"].tolist() == [model.first + n for n in range(1, 5)]
    assert collector.get_agenttype_vars_dataframe(Bank)["principal"].iloc[-1] == model.bank.principal
    assert model.firms.views_made == 0


def test_agents_by_type_holds_firms_and_institutions(model):
    assert set(model.agents_by_type) == {Firm, *INSTITUTIONS}
    assert model.agents_by_type[Firm] is model.firms
    assert len(model.agents) == len(model.firms) + len(INSTITUTIONS)
    assert [type(agent) for agent in model.agents.select(agent_type=Bank)] == [Bank]
    assert len(model.firms) == np.count_nonzero(model.columns["alive"])


def test_groupby_and_select_work_on_columns(model):
    large = model.firms.select(model.firms["size_class"] == SIZE_CLASSES.index("large"))
    by_size = model.firms.groupby("size_class").agg("revenue", np.sum)
    assert by_size[0] == pytest.approx(large["revenue"].sum(), rel=1e-12)
    assert sum(by_size.values()) == pytest.approx(model.firms["revenue"].sum(), rel=1e-12)
    assert sum(model.firms.groupby("prefecture").count().values()) == len(model.firms)
    assert model.firms.views_made == 0


def test_a_firm_is_a_view_of_its_row(model):
    firm = max(model.firms, key=lambda each: each.revenue)
    assert firm.revenue == model.columns["revenue"].max()
    assert set(firm.measures) == set(model.adopted_measures(firm.row))
    assert str(firm.unique_id) in firm.explain()
    frame = model.firms.to_frame()
    assert frame.loc[firm.unique_id, "revenue"] == firm.revenue
    assert len(frame) == len(model.firms)
    assert {spec.name for spec in FIRM_COLUMNS} - set(frame.columns) <= {
        "unique_id", "energy", "energy_base", "energy_intensity_ratio", "certification_latent",
    }


def test_two_live_models_do_not_disturb_each_other(demo_block):
    plan, none = ProvinceModel("plan", block=demo_block), ProvinceModel("none", block=demo_block)
    while not plan.finished:
        plan.step()
        none.step()
    for model, policy in ((plan, "plan"), (none, "none")):
        alone = run(demo_block, policy)
        assert differing_columns(model.columns, alone.columns) == []
        assert differing_indicators(model, alone) == set()


@pytest.mark.parametrize("policy", ["plan", "plan_adaptive"])
def test_a_pickled_model_goes_on_bit_for_bit(demo_block, policy):
    original = steps(ProvinceModel(policy, block=demo_block), 7)
    firm = original.firms[3]
    copy = pickle.loads(pickle.dumps(original))
    assert copy.firms[3].unique_id == firm.unique_id
    assert copy.firms[3] is not firm
    original.run()
    copy.run()
    assert differing_columns(original.columns, copy.columns) == []
    assert differing_indicators(original, copy) == set()
    assert original.ledger.rows() == copy.ledger.rows()


@pytest.mark.parametrize("touched", [False, True])
def test_a_model_is_freed(demo_block, touched):
    model = steps(ProvinceModel("plan", block=demo_block), 2)
    if touched:
        assert model.firms[0].model is model
        assert len(list(model.agents)) == len(model.agents)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None


def test_a_block_is_freed_with_its_models():
    block = prepare_block("demo", 3)
    gone = weakref.ref(block)
    run(block, "current")
    del block
    gc.collect()
    assert gone() is None


@pytest.fixture
def no_collector():
    """Python's cyclic collector stands still."""
    gc.disable()
    yield
    gc.enable()


def test_a_released_model_frees_its_arrays_at_once(demo_block, no_collector):
    model = steps(ProvinceModel("plan", block=demo_block), 1)
    arrays = [weakref.ref(array) for array in (model.columns["revenue"], model.taste, model.leaders.awareness)]
    model.release()
    assert [array() for array in arrays] == [None] * 3


def test_runs_that_follow_each_other_leave_no_model_and_no_block_behind(monkeypatch, no_collector):
    kept = []

    def noting(model):
        kept.extend(weakref.ref(each) for each in (model.columns["revenue"], model.block))
        return group_frame(model)

    monkeypatch.setattr("sim.api.group_frame", noting)
    run_block(RunSpec("demo"), 3, ["none", "plan_adaptive"])
    assert len(kept) == 4
    assert all(each() is None for each in kept)


def test_the_burn_in_leaves_no_trace_of_2026(demo_block):
    state, columns = demo_block.snapshot.columns, demo_block.columns
    assert not state["alive"][columns["arrival"] >= demo_block.first].any()
    assert (state["rounds"] == 0).all()
    assert state["rounds_since_2021"].sum() > 0
    assert (state["energy_intensity_ratio"] == 1.0).all()
    np.testing.assert_array_equal(state["certified"], columns["certified_initial"])
    model = ProvinceModel("none", block=demo_block)
    assert model.rows == []
    assert model.bank.principal >= model.bank.repaid > 0.0


def test_a_policy_may_be_given_as_a_list_or_a_name(demo_block):
    levers = ["subsidy", "green_finance"]
    by_list = ProvinceModel(levers, block=demo_block)
    by_name = ProvinceModel("subsidy+green_finance", block=demo_block)
    assert by_list.mix.content() == by_name.mix.content()


def test_an_unknown_policy_is_refused_with_the_nearest_name(demo_block):
    with pytest.raises(ConfigError, match="green_finance"):
        ProvinceModel("green_finanse", block=demo_block)


def test_simulate_gives_frames_that_agree_with_the_model(demo_block):
    result = simulate("plan", block=demo_block)
    last = result.indicators.iloc[-1]
    assert last["quarter"] == "2030Q4"
    assert last["firms"] == len(result.firms) == result.bottlenecks.iloc[-1].sum()
    assert result.ledger["amount"].min() > 0.0
    outlay = result.ledger.query("kind == 'outlay'")["amount"].sum()
    assert outlay == pytest.approx(result.indicators["public_outlay"].sum(), rel=1e-9)


def test_a_block_of_policies_is_each_policy_alone():
    both = run_block(RunSpec("demo", end="2027Q4"), 4, ["none", "plan"])
    alone = run_block(RunSpec("demo", end="2027Q4"), 4, ["plan"])
    mine = both.indicators.query("policy == 'plan'").reset_index(drop=True)
    assert mine.equals(alone.indicators)
    assert set(both.indicators["quarter"]) == {f"{y}Q{q}" for y in (2026, 2027) for q in range(1, 5)}


def test_a_shorter_run_is_the_beginning_of_a_longer_one(demo_block):
    short = ProvinceModel("plan", block=prepare_block("demo", 1, last=parse_quarter("2027Q4"))).run()
    long = start(demo_block, "plan")
    assert steps(long, 8).rows == short.rows
