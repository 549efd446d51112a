"""Hand-worked firms: every figure of a case was computed on paper, and the rules have to give it on one row."""

import dataclasses
import math
from pathlib import Path

import numpy as np
import pytest
import yaml
from measure_cases import toy_menu

from agents import finance, retrofit
from agents.carriers import CARRIERS, ELECTRICITY, NATURAL_GAS, TCE_PER_MWH
from agents.measure_economics import Deciders, economics
from sim.preparation import load_inputs

FOLDER = Path(__file__).resolve().parent.parent / "cases"
CASES = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yaml"))}

DEFAULTS = load_inputs().parameters
RETROFIT = dataclasses.replace(
    DEFAULTS.retrofit, choice_constant=0.0, payback_slope=0.86, relative_cost_slope=0.4,
    relative_cost_reference=0.0007, payback_reference=1.25, management_slope=0.5, hidden_cost=0.1,
    subsidy_pass_through=0.9, project_scope_factor=5.0,
)
MEASURES = dataclasses.replace(DEFAULTS.measures, roof_cap=10.0, pv_self_use=0.8, capex_floor_factor=1.0)
FINANCE = dataclasses.replace(
    DEFAULTS.finance, bank_margin=0.0127, loss_given_default=0.6, loan_to_value=0.7, tenor=5.0, service_ratio=1.2,
    usable_cash=0.5,
)
ZERO, ONE = np.zeros(1, dtype=np.int64), np.ones(1)


def row(values, name, default=0.0):
    """One firm's value as a one-row array."""
    return np.array([float(values.get(name, default))])


def deciding(firm):
    """The firm as the economics of measures see it."""
    energy, prices = np.zeros((1, len(CARRIERS))), np.zeros(len(CARRIERS))
    energy[0, ELECTRICITY] = firm.get("electricity_mwh", 0.0) * TCE_PER_MWH
    energy[0, NATURAL_GAS], energy[0, 0] = firm.get("natural_gas_tce", 0.0), firm.get("coal_tce", 0.0)
    prices[NATURAL_GAS], prices[0] = firm.get("gas_price", 0.0), firm.get("coal_price", 0.0)
    return Deciders(
        energy=energy, prices=prices, electricity_price=row(firm, "tariff") * 1000.0 / TCE_PER_MWH,
        fuel_co2=np.zeros((1, len(CARRIERS))), revenue=row(firm, "revenue"),
        process_co2=row(firm, "process_co2"), pv_yield=row(firm, "pv_yield", 1000.0),
    )


def money(firm, terms, economy):
    """Cut-offs, room and budget of a firm that has to borrow; unlimited for a case that says nothing of finance."""
    if "cash_share" not in firm:
        return {"budget": math.inf}
    cash = FINANCE.usable_cash * row(firm, "cash_share") * row(firm, "revenue")
    surplus = row(firm, "profit_margin") * row(firm, "revenue") + economy.saving
    room = finance.debt_room(surplus, np.zeros(1), row(terms, "loan_rate"), FINANCE)
    cutoffs = [
        float(finance.largest_default_probability(share, FINANCE.bank_margin, FINANCE.loss_given_default))
        for share in (0.0, terms["guarantee"])
    ]
    risk = firm["default_probability"]
    assert cutoffs[0] < risk <= cutoffs[1]
    budget = finance.project_budget(cash, room, np.array([risk <= cutoffs[1]]), FINANCE.loan_to_value)
    return {
        "cutoff": cutoffs[0], "cutoff_guaranteed": cutoffs[1], "room": float(room[0]), "budget": float(budget[0]),
    }


def worked(case):
    """What the rules make of the case."""
    firm, terms, menu = case["firm"], case["terms"], toy_menu(**case["measure"])
    economy = economics(menu, ZERO, ZERO, deciding(firm), ONE, row(firm, "cost_factor", 1.0), MEASURES)
    saving = economy.saving + row(terms, "carbon_price") * economy.direct_co2 / 1e6
    without = retrofit.cost_factor(np.zeros(1), row(terms, "tax_credit"), np.zeros(1), RETROFIT)
    granted = retrofit.cost_factor(row(terms, "grant"), row(terms, "tax_credit"), np.zeros(1), RETROFIT)
    value = retrofit.utility(
        economy.capex * without, saving, row(firm, "revenue"), row(firm, "management"), np.zeros(1), RETROFIT
    ) + retrofit.support_utility(without, granted, RETROFIT)
    score = value + row(firm, "taste")
    means = money(firm, terms, economy)
    project = retrofit.bundle(
        score, ZERO, ZERO, economy.capex, saving, np.array([means["budget"]]), menu.excludes, menu.requires,
        np.zeros((1, 1), dtype=bool), RETROFIT.project_scope_factor,
    )
    return means | {
        "capex": float(economy.capex[0]), "saving": float(saving[0]),
        "payback": float(economy.capex[0] / saving[0]) if saving[0] > 0.0 else math.inf,
        "utility": float(value[0]), "score": float(score[0]), "adopts": bool(project.count[0]),
    }


@pytest.mark.parametrize("name", CASES)
def test_the_rules_give_the_figures_worked_by_hand(name):
    result = worked(CASES[name])
    for figure, expected in CASES[name]["expected"].items():
        assert result[figure] == pytest.approx(expected, rel=2e-7, abs=2e-7), figure


def test_the_cases_cover_adoption_refusal_and_lack_of_money():
    outcomes = {(case["expected"]["score"] > 0.0, case["expected"]["adopts"]) for case in CASES.values()}
    assert outcomes == {(True, True), (False, False), (True, False)}
