"""Every breach of an accounting identity is seen and named, and nothing else."""

import numpy as np
import pytest
from model_breaches import (
    add,
    adopt_in_work,
    alive_in,
    award,
    book,
    cut_budget,
    dead,
    first,
    move_loan,
    move_out_of_park,
    overdraw,
    put,
    record,
    refuse_an_absent_incumbent,
    scale,
    unseen_exit,
    use_waste_twice,
    volume,
    work_on_nothing,
)
from model_runs import start, steps

from agents.bottleneck import DONE, UNECONOMIC, WAITING
from sim.groups import STATES
from sim.identities.every_quarter import IDENTITIES, violations

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
