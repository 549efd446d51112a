"""Adaptive governance in whole runs: province-wide settings, inside the envelope and the appropriations, every year."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from policies.schedule import year_of
from sim.model import ProvinceModel
from sim.preparation import prepare_block

OVERRIDES = {
    "retrofit_subsidy.rate": st.floats(0.05, 0.2), "diagnosis.slots": st.floats(1000.0, 4000.0),
    "certification_quota.quota": st.floats(100.0, 250.0),
}
BUDGETS = ("retrofit_subsidy", "interest_subsidy")


@settings(
    max_examples=6, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)
@given(
    seed=st.integers(1, 10_000), overrides=st.fixed_dictionaries({}, optional=OVERRIDES),
    extra=st.sampled_from(["", "+regional_cooperation", "+hydro_certificate_reform"]),
)
def test_the_envelope_holds_every_year(seed: int, overrides: dict[str, float], extra: str):
    block = prepare_block("demo", seed, overrides=overrides)
    model = ProvinceModel(f"plan_adaptive{extra}", block=block)
    plan, moved = model.mix, set()
    rule, spent = plan.adaptive, {}
    while not model.finished:
        now = model.quarter
        model.step()
        for link in rule.links:
            central, value = (
                mix[link.instrument].schedules[link.setting].at(now) for mix in (plan, model.mix)
            )
            cls = plan[link.instrument].settings[link.setting]
            low, high = (max(cls.low, rule.parameters.envelope_low * central),
                         min(cls.high, rule.parameters.envelope_high * central))  # fmt: skip
            assert low * (1.0 - 1e-12) <= value <= high * (1.0 + 1e-12), (link.instrument, link.setting, now)
            moved |= {link.setting} if value != central else set()
        year = year_of(now)
        for budget in BUDGETS:
            assert model.ledger.left(budget, year) >= 0.0
        spent[year] = model.ledger.spent("retrofit_subsidy", year)
        assert spent[year] <= model.ledger.appropriation("retrofit_subsidy", year) * (1.0 + 1e-9)
    assert moved, "some setting responds in every draw"
    assert len(spent) == 5


def test_a_value_for_one_prefecture_stays_and_the_provinces_moves():
    block = prepare_block("demo", 1, overrides={"retrofit_subsidy.rate@prefecture=Chengdu": 0.07})
    model = ProvinceModel("plan_adaptive", block=block).run()
    rate = model.terms.grant_rate
    chengdu = model.columns["prefecture"] == block.scope_codes["prefecture"]["Chengdu"]
    assert set(rate[chengdu]) == {0.07}
    elsewhere = model.mix["retrofit_subsidy"].schedules["rate"].at(model.quarter - 1)
    assert set(np.round(rate[~chengdu], 12)) == {round(elsewhere, 12)}
    plan = block.catalogue.mix("plan")["retrofit_subsidy"].schedules["rate"].at(model.quarter - 1)
    assert elsewhere != pytest.approx(plan)
