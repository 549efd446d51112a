"""The accounting identities hold in every quarter whatever is tried, and every breach is seen and named."""

import dataclasses

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from model_runs import start, steps

from agents.bottleneck import DONE, UNECONOMIC, WAITING
from sim.groups import STATES
from sim.identities import IDENTITIES, violations
from sim.model import ProvinceModel
from sim.preparation import load_inputs, prepare_block

INPUTS = load_inputs("demo")
NODES = INPUTS.parameters.nodes
LAYERS = sorted({*INPUTS.catalogue.mixes, *INPUTS.catalogue.instruments} - {"none", "current"})


@st.composite
def overrides(draw):
    """Some parameters anywhere in their ranges, the ends included."""
    values = {}
    for path in draw(st.lists(st.sampled_from(sorted(NODES)), max_size=30, unique=True)):
        node, place = NODES[path], draw(st.sampled_from([0.0, 1.0]) | st.floats(0.0, 1.0))
        values[path] = float(np.clip(node.low + place * (node.high - node.low), node.low, node.high))
    return values


@st.composite
def policies(draw):
    """Mixes and instruments laid over each other, on top of nothing or of what is in force."""
    base = draw(st.sampled_from(["none", "current"]))
    return "+".join([base, *draw(st.lists(st.sampled_from(LAYERS), max_size=3, unique=True))])


def breaches(model: ProvinceModel) -> dict[int, list[str]]:
    """Violations by quarter over a whole run."""
    found = {}
    while not model.finished:
        model.step()
        if sentences := violations(model):
            found[model.quarter - 1] = sentences
    return found


@pytest.mark.filterwarnings("error::RuntimeWarning")
# A failure names policy, parameters and seed as drawn: making them smaller would take hundreds of whole runs.
@settings(
    max_examples=8, deadline=None, report_multiple_bugs=False,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.target),
)
@given(policy=policies(), values=overrides(), seed=st.integers(0, 10**6))
def test_every_identity_holds_for_random_policies_parameters_and_seeds(policy, values, seed):
    block = prepare_block("demo", seed, overrides=values)
    assert breaches(ProvinceModel(policy, block=block)) == {}


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("policy", ["plan", "plan_adaptive"])
def test_every_identity_holds_in_the_whole_province(sichuan_block, policy):
    assert breaches(ProvinceModel(policy, block=sichuan_block)) == {}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_entrants_of_a_sector_without_incumbents_have_revenue():
    block = prepare_block("demo", 892642)
    incumbents = np.bincount(block.columns["sector"][block.incumbents()], minlength=31)
    assert (incumbents[block.columns["sector"]] == 0).any()
    environment = block.environment
    assert (environment.revenue[environment.alive] > 0.0).all()
    assert breaches(ProvinceModel("current", block=block)) == {}


def test_a_model_without_a_finished_quarter_is_refused(demo_block):
    with pytest.raises(ValueError, match="has finished a quarter"):
        violations(ProvinceModel("none", block=demo_block))


def first(flags: np.ndarray) -> int:
    rows = np.flatnonzero(flags)
    assert len(rows), "the demo run holds no such firm: choose another quarter"
    return int(rows[0])


def put(column, firms, value):
    """Break a column at the first firm for which `firms(model)` holds."""
    def change(model):
        model.columns[column][first(firms(model))] = value(model) if callable(value) else value
    return change


def add(path, amount):
    """Break a number of the model: `path` is its attribute, such as ``bank.repaid``."""
    def change(model):
        *owners, name = path.split(".")
        for each in owners:
            model = getattr(model, each)
        setattr(model, name, getattr(model, name) + amount)
    return change


def scale(owner, field, factor):
    """Break a field of the market's frozen accounts or dispatch."""
    def change(model):
        old = getattr(model.market, owner)
        setattr(model.market, owner, dataclasses.replace(old, **{field: getattr(old, field) * factor}))
    return change


def record(name, factor, back=1):
    """Break the record: the last row, or an earlier one."""
    def change(model):
        model.rows[-back][name] *= factor
        model.rows[-back][name] += model.rows[-back][name] == 0.0
    return change


def alive_in(group):
    return lambda model: model.columns["alive"] & (model.columns["bottleneck"] == group)


def dead(model):
    return ~model.columns["alive"] & (model.columns["arrival"] < model.quarter)


def unseen_exit(model):
    model.left[first(dead(model) & ~model.left)] = True


def move_loan(model):
    c = model.columns
    borrower, gone = first(c["loan"] > 0.0), first(dead(model))
    for name in ("loan", "loan_guaranteed"):
        c[name][gone], c[name][borrower] = c[name][borrower], 0.0


def overdraw(model):
    model.flows.guarantees_issued = 0.0
    model.pool.paid_in -= model.pool.balance + 1.0
    model.pool.balance = -1.0


def book(model):
    model.ledger._booked[(model.quarter - 1) // 4, "diagnosis", "province", "outlay"] += 1.0


def cut_budget(model):
    assert model.ledger.spent("retrofit_subsidy", (model.quarter - 1) // 4) > 0.0
    model.ledger.appropriate("retrofit_subsidy", (model.quarter - 1) // 4, 0.0)


def work_on_nothing(model):
    c = model.columns
    idle = np.flatnonzero(c["alive"] & (c["stage"] == 0))
    model.in_project[first(np.isin(model.options.firm, idle) & ~model.adopted)] = True


def adopt_in_work(model):
    model.mark_adopted(np.atleast_1d(first(model.in_project)), True)


def volume(name, value):
    return lambda model: model.market.volumes.__setitem__(name, value)


def award(book, factor):
    return lambda model: getattr(model.buyer, book).__setitem__(
        "government", getattr(model.buyer, book)["government"] * factor
    )


def move_out_of_park(model):
    c = model.columns
    c["park"][first((c["park"] >= 0) & (c["prefecture"] > 0))] = 0


def refuse_an_absent_incumbent(model):
    model.refused[first(dead(model) & ~model.left)] = True


def use_waste_twice(model):
    model.waste.utilised[model.block.waste.names.index("other")] *= 3.0


BREACHES = {
    "unknown class": (5, put("bottleneck", alive_in(WAITING), 9), ["bottlenecks: alive firms outside"]),
    "class lost": (5, record("bottleneck_done", 1.1), ["bottlenecks: classes and firms"]),
    "wrong class": (
        5, put("bottleneck", alive_in(DONE), UNECONOMIC), ["bottlenecks: class done and the firms' state"],
    ),
    "exit unseen": (5, unseen_exit, ["firms: firms and the flows of the quarter"]),
    "too early": (
        5, put("arrival", lambda m: m.columns["alive"], 9999),
        ["firms: alive before their arrival", "prefectures: coverage"],
    ),
    "pilot lost": (5, lambda m: m.technology.begun.__iadd__(1), ["programmes: pilots begun"]),
    "benchmark lost": (5, record("design_benchmarks", 0.5), ["programmes: design_benchmarks fell"]),
    "project from nowhere": (5, add("projects_approved", -1), ["projects: approved and accounted for"]),
    "project not recorded": (
        5, record("retrofit_projects", 2.0, back=2), ["projects: rounds and recorded completions"],
    ),
    "measures without a project": (5, work_on_nothing, ["projects: a project without measures"]),
    "open options miscounted": (
        5, lambda m: np.add.at(m.open_count, [0], 1.0), ["bottlenecks: firms whose count of open options is off"],
    ),
    "measures in work and in place": (5, adopt_in_work, ["projects: measures both in work and in place"]),
    "money repaid twice": (5, add("bank.repaid", 1.0), ["loans: principal and its uses"]),
    "guarantee above loan": (
        5, put("loan_guaranteed", lambda m: m.columns["loan"] == 0.0, 1.0), ["loans: guarantee above the loan"],
    ),
    "debt of the dead": (5, move_loan, ["loans: loan of a firm that is gone"]),
    "pool money lost": (5, add("pool.paid_in", 1.0), ["risk_pool: balance"]),
    "pool overdrawn": (5, overdraw, ["risk_pool: negative balance"]),
    "guarantees without cover": (
        5, add("flows.guarantees_issued", 1e9), ["risk_pool: guarantees beyond leverage"],
    ),
    "budget overspent": (5, cut_budget, ["budgets: retrofit_subsidy"]),
    "booked without a flow": (5, book, ["ledger: all quarters' public_outlay"]),
    "flow without a booking": (5, add("flows.grants", 1.0), ["ledger: outlays of the quarter"]),
    "tax forgone unbooked": (5, add("flows.tax_credits", 1.0), ["ledger: tax forgone in the quarter"]),
    "guarantee unbooked": (5, add("pool.issued", 1.0), ["ledger: guarantees"]),
    "grant without receiver": (
        5, put("grants_received", lambda m: m.columns["alive"], 77.0), ["ledger: grants and their receivers"],
    ),
    "power from nowhere": (
        5, scale("dispatch", "thermal", 1.001), ["electricity: supply and use", "emissions: direct and indirect"],
    ),
    "hydro oversold": (5, volume("tradable_hydro", 1e12), ["electricity: tradable-hydro contracts"]),
    "wind oversold": (5, volume("wind_solar", 1e12), ["electricity: wind and solar contracts"]),
    "greener than its use": (
        5, scale("accounts", "contractual", 99.0),
        ["electricity: contractual green electricity", "electricity: firms' green electricity",
         "green_accounts: contractual"],
    ),
    "green firm unaccounted": (
        5, put("green_share", lambda m: m.columns["alive"] & (m.columns["electricity_mwh"] > 0.0), 0.77),
        ["electricity: firms' green electricity and the contractual account"],
    ),
    "two numbers for one use": (5, put("electricity_mwh", dead, 1.0), ["electricity: electricity in MWh and in tce"]),
    "physical account": (5, scale("accounts", "physical", 1.001), ["green_accounts: physical"]),
    "hybrid account": (5, scale("accounts", "hybrid", 1.001), ["green_accounts: hybrid"]),
    "hybrid account of the province": (
        5, scale("accounts", "province_hybrid", 1.001),
        ["green_accounts: hybrid", "green_accounts: hybrid, whole province"],
    ),
    "approved but not listed": (4, add("certifier.approved", 1), ["certification: stock and flows"]),
    "exit of a listed firm unseen": (4, add("certifier.left", 1), ["certification: stock and flows"]),
    "more than the quota": (4, add("terms.certification_quota", -99.0), ["certification: approvals of the year"]),
    "approved below the threshold": (
        4, put("certification_score", lambda m: m.columns["certified_since"] == m.quarter - 1, 1.0),
        ["certification: approved with a veto or below the threshold"],
    ),
    "award lost": (5, award("open_awards", 0.9), ["procurement: government, awards and purchases"]),
    "award beyond purchases": (
        6, award("open_awards", 1.5), ["procurement: government, awards beyond purchases"],
    ),
    "budget of the buyer": (6, award("purchases", 1.5), ["procurement: government, budget"]),
    "product from nowhere": (6, add("certifier.green_products.issued", 1), ["green_products: green_products, stock"]),
    "sales at stake with nobody": (
        6, put("chain_value", lambda m: m.columns["alive"] & ~m.columns["chain_asked"], 1.0),
        ["supply_chains: sales at stake of firms not asked"],
    ),
    "rounds lost among groups": (
        4, lambda m: m.group_books.years[-1]["sector"].__setitem__((STATES.index("rounds"), 0), 999.0),
        ["groups: rounds by sector"],
    ),
    "direct emissions": (5, record("co2_direct", 1.001), ["emissions: direct"]),
    "all emissions": (5, record("co2", 1.001), ["emissions: direct and indirect"]),
    "output": (5, record("output", 1.001), ["output: sectors and province"]),
    "coverage": (5, record("retrofit_coverage", 1.001), ["prefectures: coverage"]),
    "shares": (5, record("green_factory_output_share", 1.001), ["output: shares", "prefectures: green output"]),
    "park from nowhere": (5, add("parks.approved", 1), ["parks: stock and flows"]),
    "more parks than places": (4, add("terms.park_quota", -99.0), ["parks: growth of the list"]),
    "park elsewhere": (5, move_out_of_park, ["parks: in a park of another prefecture"]),
    "city paid twice": (5, lambda m: m.governments.paid["parks_programme"].__iadd__(1.0), [
        "prefectures: paid for parks_programme", "prefectures: paid by all cities",
    ]),
    "city paid by nobody": (
        5, lambda m: m.governments.paid.__setitem__("none", np.ones(21)),
        ["prefectures: paid for none", "prefectures: paid by all cities"],
    ),
    "incumbent refused": (5, refuse_an_absent_incumbent, ["newcomers: refused without being a newcomer"]),
    "diagnosed and never": (
        5, put("diagnosed_since_2026", lambda m: ~m.columns["diagnosed"], True), ["stock: diagnosed since 2026"],
    ),
    "parks counted twice": (5, record("green_parks", 1.1), ["prefectures: green_parks"]),
    "material diagnosis unrecorded": (
        5, put("material_diagnosed", lambda m: m.columns["clause_ii11"] & ~m.columns["material_diagnosed"], True),
        ["material_diagnoses: diagnoses and firms"],
    ),
    "renewal unmarked": (
        5, put("equipment_renewed", lambda m: ~m.renewed, lambda m: m.quarter - 1),
        ["equipment: renewed and marked", "equipment: renewals and record"],
    ),
    "generation lost": (5, record("replacements", 2.0, back=2), ["equipment: generations = those at the start"]),
    "measure grant without an offer": (
        5, lambda m: m.flows.measure_grants.update({99: 0.0}), ["measure_grants: paid without an offer"],
    ),
    "covered from outside": (
        5, lambda m: m.terms.mandated.__setitem__(first(dead(m) & ~m.left), True), ["mandates: covered but neither"],
    ),
    "waste used twice": (
        5, use_waste_twice,
        ["solid_waste: other, used beyond what arises", "solid_waste: used_prov", "solid_waste: rate_prov"],
    ),
    "waste rate": (5, record("solid_waste_utilisation", 1.001), ["solid_waste: rate"]),
}


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_seen_and_named_and_nothing_else(demo_block, breach):
    quarters, change, expected = BREACHES[breach]
    model = steps(start(demo_block, "plan"), quarters)
    assert violations(model) == []
    change(model)
    found = violations(model)
    assert len(found) == len(expected), found
    for sentence, beginning in zip(found, expected, strict=True):
        assert sentence.startswith(beginning)


def test_every_identity_has_a_breach_that_it_alone_sees():
    alone = {expected[0].split(":")[0] for _, _, expected in BREACHES.values() if len(expected) == 1}
    assert alone == set(IDENTITIES)
