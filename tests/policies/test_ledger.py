"""The ledger adds up, and no appropriation is ever exceeded."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.ledger import Ledger, LedgerError, Outlay
from policies.schedule import parse_quarter

Q1, Q4, NEXT = (parse_quarter(label) for label in ("2026Q1", "2026Q4", "2027Q1"))


def grant(amount: float) -> Outlay:
    return Outlay("retrofit_subsidy", "province", amount, budget="retrofit_subsidy")


def test_years_payers_and_kinds_are_kept_apart():
    ledger = Ledger()
    ledger.book(Q1, Outlay("a", "province", 1.5))
    ledger.book(Q4, Outlay("a", "province", 2.5))
    ledger.book(Q4, Outlay("a", "city", 10.0))
    ledger.book(Q4, Outlay("a", "province", 7.0, "contingent"))
    ledger.book(NEXT, Outlay("a", "province", 4.0))
    assert ledger.rows() == [
        (2026, "a", "city", "outlay", 10.0),
        (2026, "a", "province", "contingent", 7.0),
        (2026, "a", "province", "outlay", 4.0),
        (2027, "a", "province", "outlay", 4.0),
    ]
    assert ledger.spent("a", 2026) == 14.0
    assert ledger.total() == 18.0
    assert ledger.total(payer="province") == 8.0


def test_zero_leaves_no_row():
    ledger = Ledger()
    ledger.book(Q1, grant(0.0))
    assert ledger.rows() == []


@given(
    st.floats(0.0, 100.0),
    st.lists(st.tuples(st.sampled_from([Q1, Q4, NEXT]), st.floats(0.0, 60.0)), max_size=20),
)
def test_an_appropriation_is_never_exceeded(appropriation, bookings):
    ledger = Ledger()
    for year in (2026, 2027):
        ledger.appropriate("retrofit_subsidy", year, appropriation)
    for quarter, amount in bookings:
        try:
            ledger.book(quarter, grant(amount))
        except LedgerError:
            assert amount > ledger.left("retrofit_subsidy", quarter // 4)
    for year in (2026, 2027):
        spent = ledger.spent("retrofit_subsidy", year)
        assert spent <= appropriation * (1.0 + 1e-6) + 1e-6
        assert ledger.left("retrofit_subsidy", year) == pytest.approx(
            max(0.0, appropriation - spent), abs=1e-6
        )


def test_a_budget_that_was_never_appropriated_pays_nothing():
    with pytest.raises(LedgerError, match="only 0 m CNY"):
        Ledger().book(Q1, grant(1.0))


def test_contributions_add_up_and_a_cut_recalls_no_money():
    ledger = Ledger()
    ledger.appropriate("interest", 2026, 3.0, source="a")
    ledger.appropriate("interest", 2026, 4.0, source="b")
    ledger.book(Q1, Outlay("a", "province", 6.0, budget="interest"))
    assert ledger.left("interest", 2026) == 1.0
    ledger.appropriate("interest", 2026, 1.0, source="b")
    assert ledger.left("interest", 2026) == 0.0
    assert ledger.spent("a", 2026) == 6.0


@pytest.mark.parametrize("amount", [-1.0, math.nan, math.inf])
def test_nonsense_is_refused(amount):
    with pytest.raises(LedgerError, match="not an amount"):
        Ledger().book(Q1, Outlay("a", "province", amount))


@pytest.mark.parametrize(("payer", "kind"), [("county", "outlay"), ("province", "loan")])
def test_unknown_payers_and_kinds_are_refused(payer, kind):
    with pytest.raises(LedgerError, match="unknown payer"):
        Ledger().book(Q1, Outlay("a", payer, 1.0, kind))
