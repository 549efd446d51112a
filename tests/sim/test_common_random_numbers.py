"""Paired comparisons: what differs between two runs on one block is caused by what was changed, by nothing else."""

import copy
import dataclasses

import numpy as np
import pandas as pd
import pytest
from model_runs import differing_columns, differing_indicators, run, start, with_parameters

from agents.options import Options
from policies.mix import Mix
from sim.block import SeedBlock
from sim.burn_in import run_burn_in
from sim.draws import Draws
from sim.environment import build_environment
from sim.model import ProvinceModel
from sim.options import Tastes, build_options
from sim.preparation import BURN_IN, FIRST, LAST, load_inputs, prepare_block
from sim.result import indicator_frame

CATALOGUE = load_inputs("demo").catalogue
SETTINGS = CATALOGUE.settings()
START = "2021Q1"


def null_changes(names):
    """Settings at the value that removes their effect, from the first quarter on."""
    return {name: {START: SETTINGS[name].null} for name in names}


def switches(instrument):
    """Settings whose null value alone removes the instrument; all settings if it has no switch."""
    declared = CATALOGUE.mix("none")[instrument].settings
    chosen = [name for name, setting in declared.items() if setting.switch] or list(declared)
    return [f"{instrument}.{name}" for name in chosen]


@pytest.fixture(scope="module")
def finished(demo_block):
    """Finished demo runs under none, current and plan."""
    return {policy: run(demo_block, policy) for policy in ("none", "current", "plan")}


def assert_same_run(one, other, ignore=()):
    assert differing_indicators(one, other) <= set(ignore)
    assert differing_columns(one.columns, other.columns) == []


def test_the_same_seed_gives_the_same_bits(demo_block, finished):
    again = run(prepare_block("demo", 1), "plan")
    pd.testing.assert_frame_equal(indicator_frame(again), indicator_frame(finished["plan"]), check_exact=True)
    assert differing_columns(again.columns, finished["plan"].columns) == []
    assert again.ledger.rows() == finished["plan"].ledger.rows()
    other = run(prepare_block("demo", 2), "plan")
    assert "retrofit_coverage" in differing_indicators(other, finished["plan"])


def test_none_with_every_setting_at_null_is_none(demo_block, finished):
    assert_same_run(run(demo_block, "plan", null_changes(SETTINGS)), finished["none"])


def test_no_instruments_at_all_is_none_but_for_the_claims_on_old_guarantees(demo_block, finished):
    assert_same_run(run(demo_block, Mix("empty")), finished["none"], {"public_outlay"})


@pytest.mark.parametrize("instrument", CATALOGUE.instruments)
def test_one_null_switch_removes_an_instrument_at_plan_settings(demo_block, finished, instrument):
    names = switches(instrument)
    changes = [null_changes([name]) for name in names]
    if not CATALOGUE.mix("none")[instrument].settings[names[0].split(".")[1]].switch:
        changes = [null_changes(names)]
    for change in changes:
        assert_same_run(run(demo_block, f"none+{instrument}", change), finished["none"])


@pytest.mark.parametrize("instrument", CATALOGUE.instruments)
def test_a_lever_at_its_null_on_top_of_current_leaves_current_alone(demo_block, finished, instrument):
    """What the lever changes is nulled, or for instruments that current has in force, put back to current's values."""
    current, lever = CATALOGUE.mix("current")[instrument], CATALOGUE.mix(instrument)[instrument]
    back = {
        f"{instrument}.{name}": current.schedules[name].labelled() or {START: setting.null}
        for name, setting in current.settings.items()
        if current.schedules[name] != lever.schedules[name]
    }
    assert_same_run(run(demo_block, instrument, back), finished["current"])


def test_without_price_response_support_moves_money_only(demo_block):
    """A slope of zero on cost and payback: grants, credits and interest subsidies change nobody's decision."""
    block = with_parameters(demo_block, "retrofit", payback_slope=0.0)
    none, paid = run(block, "none"), run(block, "none+retrofit_subsidy+tax_credit+retrofit_loan_interest")
    assert differing_columns(none.columns, paid.columns) == ["grants_received"]
    assert differing_indicators(none, paid) == {"public_outlay", "forgone_tax"}


def test_two_policies_see_the_same_world(demo_block):
    one, other = start(demo_block, "none"), start(demo_block, "plan")
    fixed = ("unique_id", "arrival", "revenue_base", "management", "library_rank", "certified_initial")
    while not one.finished:
        one.step()
        other.step()
        assert not set(differing_columns(one.columns, other.columns)) & set(fixed)
        assert not one.refused.any()
        for name in ("alive", "revenue", "activity"):  # but for newcomers that the plan's energy review keeps out
            np.testing.assert_array_equal(one.columns[name] * ~other.refused, other.columns[name])
        np.testing.assert_array_equal(one.left & ~other.refused, other.left)
        assert one.block.markets.supply(one.quarter - 1) == other.block.markets.supply(other.quarter - 1)
        np.testing.assert_array_equal(one.block.prices(one.quarter - 1), other.block.prices(other.quarter - 1))
    assert one.rows[-1]["retrofit_coverage"] < other.rows[-1]["retrofit_coverage"]


def test_a_run_leaves_the_shared_block_alone():
    block = prepare_block("demo", 1)
    kept = {name: values.copy() for name, values in block.columns.items()}
    state = {name: values.copy() for name, values in block.snapshot.columns.items()}
    options = {name: values.copy() for name, values in block.snapshot.options.items()}
    paths = {f.name: np.copy(getattr(block.environment, f.name)) for f in dataclasses.fields(block.environment)}
    run(block, "plan")
    assert differing_columns(kept, block.columns) == []
    assert differing_columns(state, block.snapshot.columns) == []
    assert differing_columns(options, block.snapshot.options) == []
    for name, values in paths.items():
        np.testing.assert_array_equal(values, getattr(block.environment, name))


def rebuilt(block: SeedBlock, columns: dict[str, np.ndarray], draws: Draws) -> SeedBlock:
    """The block of other columns and draws: options, tastes, paths and burn-in are made again."""
    options = build_options(block.province, block.menu, columns, draws, block.parameters.measures)
    environment = build_environment(
        block.province, columns, draws, block.parameters.environment, block.parameters.demography, BURN_IN, FIRST,
        LAST, block.scenario,
    )
    return dataclasses.replace(
        block, columns=columns, draws=draws, options=options, tastes=Tastes(options, draws),
        environment=environment, snapshot=None,
    )


@pytest.mark.parametrize("queue", ["ample providers", "scarce providers"])
def test_the_order_of_firms_does_not_matter(demo_block, queue):
    """Shuffled slots leave every firm's outcome as it was; sums run in another order, so the last bits may differ."""
    scarce = {"service.providers": 50.0, "service.projects_per_provider": 8.0, "service.growth_limit": 0.03}
    block = demo_block if queue == "ample providers" else prepare_block("demo", 1, overrides=scarce)
    order = np.random.default_rng(7).permutation(block.slots)
    columns = {name: np.asfortranarray(values[order]) for name, values in block.columns.items()}
    shuffled = rebuilt(block, columns, block.draws.permuted(order))
    shuffled.snapshot = run_burn_in(shuffled)
    one, other = run(block, "plan"), run(shuffled, "plan")
    waited = sum(row["bottleneck_queued"] for row in one.rows)
    assert waited > 0.0 if queue == "scarce providers" else True
    for name, values in one.columns.items():
        if values.dtype.kind == "f":
            np.testing.assert_allclose(other.columns[name], values[order], rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            np.testing.assert_array_equal(other.columns[name], values[order], err_msg=name)
    for mine, theirs in zip(one.rows, other.rows, strict=True):
        assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-9)


def test_one_more_slot_changes_no_draw(demo_block):
    """A slot appended at the end (a firm that never arrives) leaves all other draws bit for bit."""
    block, slots = demo_block, demo_block.slots
    columns = {name: np.concatenate([values, values[-1:]]) for name, values in block.columns.items()}
    columns["unique_id"][-1], columns["arrival"][-1] = slots + 1, LAST + 1
    longer = rebuilt(block, columns, Draws(block.seed, slots + 1))
    own = slice(0, len(block.options))
    for field in dataclasses.fields(Options):
        name, size = field.name, slots + 1 if field.name == "start" else len(block.options)
        np.testing.assert_array_equal(getattr(longer.options, name)[:size], getattr(block.options, name))
    for generation in range(3):
        np.testing.assert_array_equal(longer.tastes.of(generation)[own], block.tastes.of(generation))
    for name in ("alive", "revenue"):
        values = getattr(longer.environment, name)
        np.testing.assert_array_equal(values[:, :slots], getattr(block.environment, name))
    for name in ("prices", "carbon_price", "hydro"):
        np.testing.assert_array_equal(getattr(longer.environment, name), getattr(block.environment, name))


def test_pairing_cuts_the_variance_of_a_policy_difference_at_least_fivefold(record_property):
    """A grant of 20 % of project cost without conditions, against none: projects completed until 2030, 12 seeds."""
    grant = {
        "retrofit_subsidy.rate": {"2026Q1": 0.2}, "retrofit_subsidy.min_added_output": {"2026Q1": 0.0},
    }
    without, with_grant = [], []
    for seed in range(1, 13):
        block = prepare_block("demo", seed)
        without.append(float(run(block, "none").columns["rounds"].sum()))
        with_grant.append(float(run(block, "none+retrofit_subsidy", grant).columns["rounds"].sum()))
    paired = np.var(np.subtract(with_grant, without), ddof=1)
    independent = np.var(with_grant, ddof=1) + np.var(without, ddof=1)
    record_property("variance_ratio", float(independent / paired))
    print(f"variance of independent over paired differences: {independent / paired:.1f}")  # noqa: T201
    assert np.mean(with_grant) > np.mean(without)
    assert independent / paired >= 5.0


def test_models_on_one_block_start_alike(demo_block):
    one, other = ProvinceModel("none", block=demo_block), ProvinceModel("plan", block=demo_block)
    assert differing_columns(one.columns, other.columns) == []
    assert (one.bank.principal, one.pool.balance) == (other.bank.principal, other.pool.balance)


def test_traits_changed_by_hand_reach_the_terms_of_that_run_alone(demo_block):
    block = copy.copy(demo_block)
    changed, other = (ProvinceModel("plan", block=block) for _ in range(2))
    changed.columns["size_class"][:], changed.columns["tax_rank"][:] = 0, 0.0
    for model in (changed, other, changed, other):
        model.step()
    assert not changed.terms.guarantee_share.any() and changed.terms.tax_credit_rate.all()
    untouched = ProvinceModel("plan", block=demo_block)
    untouched.step()
    untouched.step()
    np.testing.assert_array_equal(other.terms.guarantee_share, untouched.terms.guarantee_share)
    np.testing.assert_array_equal(other.terms.tax_credit_rate, untouched.terms.tax_credit_rate)
    assert other.terms.guarantee_share.any() and not other.terms.tax_credit_rate.all()
