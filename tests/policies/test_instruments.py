"""Each instrument: what it offers, what it costs, and that its null value removes it exactly."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from agents.flows import Flows
from agents.terms import Terms
from policies.instrument import Context
from policies.ledger import Ledger
from policies.mix import Mix
from policies.registry import BUILT_IN, registered
from policies.schedule import Schedule, parse_quarter

START = parse_quarter("2026Q1")
LATER = parse_quarter("2027Q2")
EVENTS = Flows(
    grants=120.0,
    tax_credits=8.0,
    interest_subsidies={2: 3.0, 3: 1.5},
    guarantees_issued=400.0,
    pool_claims=6.0,
    diagnoses=480,
    material_diagnoses=25,
    retirement_orders=7,
    certification_awards=20.0,
    voucher_sales_reserved=55.0,
    procurement_awards=300.0,
)


def constant(value: float) -> Schedule:
    return Schedule(0.0, ((START, value),))


def with_values(name: str, **values: float) -> Mix:
    return Mix(name, [registered()[name]({each: constant(value) for each, value in values.items()})])


def offer(mix: Mix, firms, context=None, quarter: int = START, ledger: Ledger | None = None) -> Terms:
    return mix.terms(quarter, firms, 6, ledger or Ledger(), context)


def assert_same_bits(left: Terms, right: Terms) -> None:
    for field in dataclasses.fields(Terms):
        first, second = getattr(left, field.name), getattr(right, field.name)
        assert np.asarray(first).tobytes() == np.asarray(second).tobytes(), field.name


@pytest.mark.parametrize("cls", BUILT_IN, ids=lambda cls: cls.name)
def test_null_settings_remove_the_instrument_bit_for_bit(cls, firms, context):
    mix, ledger = Mix("null", [cls()]), Ledger()
    assert_same_bits(offer(mix, firms, context, ledger=ledger), Terms(START, 6))
    mix.settle(START, Terms(START, 6), Flows(), ledger)
    assert ledger.rows() == []


@pytest.mark.parametrize("cls", BUILT_IN, ids=lambda cls: cls.name)
def test_every_switch_removes_the_instrument_bit_for_bit(cls, firms, context, catalogue):
    plan = catalogue.mix(["plan", "wider_power_obligation"])[cls.name]
    working = offer(Mix("plan", [plan]), firms, context, LATER)
    with pytest.raises(AssertionError):
        assert_same_bits(working, Terms(LATER, 6))
    for name in (name for name, setting in cls.settings.items() if setting.switch):
        mix = Mix("off", [plan.with_schedule(name, Schedule(cls.settings[name].null))])
        assert_same_bits(offer(mix, firms, context, LATER), Terms(LATER, 6))


@pytest.mark.parametrize("cls", BUILT_IN, ids=lambda cls: cls.name)
def test_nothing_is_offered_before_the_first_date(cls, firms, context, catalogue):
    schedules = {name: constant(setting.high) for name, setting in cls.settings.items()}
    mix = Mix("dated", [cls(schedules)])
    assert_same_bits(offer(mix, firms, context, START - 1), Terms(START - 1, 6))


def test_unknown_settings_are_refused():
    with pytest.raises(ValueError, match="no setting rat"):
        registered()["retrofit_subsidy"]({"rat": constant(0.1)})


def test_grant_and_its_fund(firms):
    values = {"rate": 0.1, "cap": 10.0, "min_added_output": 20.0, "appropriation": 300.0, "green_share": 0.5}
    mix, ledger = with_values("retrofit_subsidy", **values), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert terms.grant_rate.tolist() == [0.1] * 6
    assert (terms.grant_cap, terms.grant_min_added_output, terms.grant_budget) == (10.0, 20.0, 150.0)
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [(2026, "retrofit_subsidy", "province", "outlay", 120.0)]
    assert offer(mix, firms, quarter=START + 3, ledger=ledger).grant_budget == 30.0
    assert offer(mix, firms, quarter=START + 4, ledger=ledger).grant_budget == 150.0


def test_tax_credit_goes_to_the_firms_that_claim(firms):
    mix, ledger = with_values("tax_credit", rate=0.1, takeup=0.35), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert terms.tax_credit_rate.tolist() == [0.1, 0.1, 0.1, 0.0, 0.0, 0.0]
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [(2026, "tax_credit", "centre", "forgone_tax", 8.0)]


def test_risk_pool_guarantees_all_but_large_firms(firms):
    mix, ledger = with_values("risk_pool", guarantee_share=0.6, pool_slice=0.25), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert terms.guarantee_share.tolist() == [0.0, 0.6, 0.6, 0.6, 0.6, 0.6]
    assert terms.pool_slice == 0.25
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [
        (2026, "risk_pool", "province", "contingent", 400.0),
        (2026, "risk_pool", "province", "outlay", 6.0),
    ]


def test_claims_on_old_guarantees_are_booked_after_the_pool_has_closed(firms):
    mix, ledger = Mix("none", [registered()["risk_pool"]()]), Ledger()
    mix.settle(START, offer(mix, firms), Flows(pool_claims=6.0), ledger)
    assert ledger.spent("risk_pool", 2026) == 6.0


def test_diagnoses_are_spread_over_the_year_and_paid_when_done(firms):
    mix, ledger = with_values("diagnosis", slots=2000.0, public_cost=0.04), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert terms.diagnosis_slots == 500.0
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.spent("diagnosis", 2026) == pytest.approx(19.2)


def test_awards_follow_the_city(firms):
    mix, ledger = with_values("certification_quota", quota=190.0, award_share=0.5), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert terms.certification_quota == 190.0
    assert terms.certification_award.tolist() == [0.3, 0.15, 0.15, 0.0, 0.05, 0.06]
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [(2026, "certification_quota", "city", "outlay", 20.0)]


def test_purchases_are_redirected_and_cost_nothing(firms):
    mixes = [
        with_values("government_procurement", reserved_share=0.3, factory_label_recognition=0.5),
        with_values("state_owned_procurement", tilt=0.05),
        with_values("consumer_vouchers", link=0.2),
    ]
    mix, ledger = Mix("procurement", [each.instruments[0] for each in mixes]), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert (terms.government_reserved, terms.state_owned_reserved, terms.voucher_reserved) == (
        0.15,
        0.05,
        0.2,
    )
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [
        (2026, "consumer_vouchers", "centre", "redirected", 55.0),
        (2026, "government_procurement", "province", "redirected", 300.0),
    ]
    assert ledger.total() == 0.0


def test_obligations_reach_the_sub_types_they_name(firms, context):
    terms = offer(with_values("power_obligation", aluminium=0.7, steel=0.6, polysilicon=0.5), firms, context)
    assert terms.power_obligation.tolist() == [0.7, 0.0, 0.6, 0.6, 0.5, 0.0]


def test_an_obligation_on_a_sub_type_the_province_lacks_is_an_error(firms):
    mix = with_values("power_obligation", aluminium=0.7)
    with pytest.raises(KeyError, match="no sub-type 'aluminium_smelter'"):
        offer(mix, firms, Context(subtype_index={"clinker": 1}))


def test_carbon_price_follows_coverage(firms, context):
    cls = registered()["carbon_market"]
    mix = Mix(
        "ets", [cls({"first_sectors": constant(1.0), "further_sectors": Schedule(0.0, ((LATER, 1.0),))})]
    )
    assert offer(mix, firms, context).carbon_price.tolist() == [80.0, 80.0, 80.0, 0.0, 0.0, 0.0]
    assert offer(mix, firms, context, LATER).carbon_price.tolist() == [80.0, 80.0, 80.0, 0.0, 80.0, 0.0]


def test_the_expansion_of_the_carbon_market_is_not_what_keeps_the_first_sectors_in(firms, context):
    expansion = offer(with_values("carbon_market", further_sectors=1.0), firms, context)
    assert expansion.carbon_price.tolist() == [0.0, 0.0, 0.0, 0.0, 80.0, 0.0]


def test_information_and_services(firms):
    assert offer(with_values("information_platform", awareness_rate=0.05), firms).awareness_rate == 0.05
    assert offer(with_values("service_growth", growth=0.12), firms).provider_growth == 0.12


def test_the_mandate_covers_the_largest_energy_users_alive(firms):
    terms = offer(with_values("dual_control_mandate", shift=1.0, covered_firms=2.0), firms)
    assert terms.mandated.tolist() == [True, False, True, False, False, False]  # the largest of all is gone
    assert terms.utility_shift.tolist() == [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    half = offer(with_values("dual_control_mandate", shift=1.0, covered_firms=2.0), firms, Context(province_share=0.5))
    assert half.mandated.tolist() == [True, False, False, False, False, False]
    everybody = offer(with_values("dual_control_mandate", shift=1.0, covered_firms=99.0), firms)
    assert everybody.mandated.tolist() == [True] * 5 + [False]


def test_keeping_listed_substances_costs_only_the_industries_named(firms):
    terms = offer(with_values("substance_mandate", avoided_cost=0.3), firms)
    assert terms.substance_cost.tolist() == [0.0, 0.3, 0.0, 0.0, 0.3, 0.0]


def test_material_diagnoses_are_spread_over_the_year_and_paid_when_done(firms):
    mix, ledger = with_values("material_diagnosis", slots=100.0, public_cost=0.04), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert (terms.material_slots, terms.diagnosis_slots) == (25.0, 0.0)
    mix.settle(START, terms, EVENTS, ledger)
    assert ledger.rows() == [(2026, "material_diagnosis", "province", "outlay", 1.0)]


def test_renewal_orders_and_first_sets(firms):
    cls = registered()["equipment_renewal"]
    values = {"retirement_orders": 0.08, "first_set_rate": 0.15, "first_set_cap": 5.0}
    schedules = {name: constant(value) for name, value in values.items()}
    schedules["hazard_multiplier"] = Schedule(1.0, ((START, 1.6),))
    mix, ledger = Mix("renewal", [cls(schedules)]), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert (terms.renewal_multiplier, terms.retirement_orders) == (1.6, 0.02)
    assert {(grant.rate, grant.cap, grant.window) for grant in terms.measure_grants} == {(0.15, 5.0, cls.position)}
    assert {"M21", "M31"} <= {grant.measure for grant in terms.measure_grants}
    mix.settle(START, terms, dataclasses.replace(EVENTS, measure_grants={cls.position: 4.0, 99: 1.0}), ledger)
    assert ledger.rows() == [(2026, "equipment_renewal", "province", "outlay", 4.0)]


def test_on_site_power_is_paid_by_the_city(firms):
    cls = registered()["green_power_programme"]
    mix, ledger = with_values("green_power_programme", onsite_rate=0.05, onsite_cap=0.2), Ledger()
    terms = offer(mix, firms, ledger=ledger)
    assert [grant.measure for grant in terms.measure_grants] == ["M04", "M05", "M38"]
    assert terms.hydro_certificates == 0.0
    mix.settle(START, terms, dataclasses.replace(EVENTS, measure_grants={cls.position: 2.5}), ledger)
    assert ledger.rows() == [(2026, "green_power_programme", "city", "outlay", 2.5)]
    reform = offer(with_values("green_power_programme", hydro_certificates_follow_contract=1.0), firms)
    assert (reform.hydro_certificates, reform.measure_grants) == (1.0, ())


def test_waste_programme_and_finance_catalogue(firms):
    terms = offer(with_values("waste_programme", trend=1.0, collection=3.0, remanufacturing=0.5), firms)
    assert (terms.waste_trend, terms.waste_collection, terms.measure_shift) == (1.0, 3.0, (("M37", 0.5),))
    cut = offer(with_values("green_finance_catalogue", rate_cut=0.001), firms)
    assert cut.loan_rate_cut.tolist() == [0.001] * 6
