"""Grants on single measures: cap, payer, and no effect where there is no offer."""

import numpy as np
import pytest
from measure_cases import MENU

from agents.measure_grants import measure_grants
from agents.retrofit import with_measure_grant
from agents.terms import MeasureGrant
from sim.preparation import load_inputs

RETROFIT = load_inputs().parameters.retrofit
SOLAR, HYDROGEN = MENU.index("M04"), MENU.index("M22")
OFFERS = (MeasureGrant("M22", 0.15, 5.0, 7), MeasureGrant("M04", 0.1, 0.2, 8), MeasureGrant("M04", 0.9, 9.0, 9))


def test_the_cap_binds_and_the_first_offer_counts():
    grants = measure_grants(MENU, OFFERS)
    measure, capex = np.array([HYDROGEN, HYDROGEN, SOLAR, SOLAR, 0]), np.array([10.0, 100.0, 1.0, 4.0, 50.0])
    assert grants.share(measure, capex) == pytest.approx([0.15, 0.05, 0.1, 0.05, 0.0])
    assert grants.granted(measure).tolist() == [0, 1, 2, 3]
    amount = grants.share(measure, capex) * capex
    assert grants.by_window(measure, amount) == pytest.approx({7: 1.5 + 5.0, 8: 0.1 + 0.2})


def test_no_offer_pays_nothing_and_changes_no_bit():
    grants = measure_grants(MENU, (MeasureGrant("no such measure", 0.5, 1.0, 1),))
    measure = np.arange(len(MENU))
    capex = np.linspace(0.1, 50.0, len(MENU))
    assert len(grants.granted(measure)) == 0
    assert grants.by_window(measure, np.zeros(len(MENU))) == {}
    factor = np.linspace(0.02, 1.1, len(MENU))
    after = with_measure_grant(factor, grants.share(measure, capex), RETROFIT)
    assert after.tobytes() == factor.tobytes()


def test_a_grant_lowers_cost_by_what_is_passed_through():
    factor = np.array([1.1, 0.05])
    share = np.array([0.2, 0.9])
    expected = [1.1 - 0.2 * RETROFIT.subsidy_pass_through, 0.01]
    assert with_measure_grant(factor, share, RETROFIT) == pytest.approx(expected)
