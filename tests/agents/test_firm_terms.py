"""Terms of the firms: stacking without arrays of their own gives the bits of plain arithmetic, and nothing leaks."""

from __future__ import annotations

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.terms import NULL, Terms

SLOTS, GROUP = 5, np.array([0, 2, 1, 1, 0])
RULES = {"add": np.add, "raise_to": np.maximum, "scale": np.multiply}
NAMES = ("grant_rate", "hidden_cost_factor")
NUMBERS = st.floats(0.0, 4.0)
STEPS = st.tuples(
    st.sampled_from(("add", "raise_to", "scale", "write", "seal")), st.sampled_from(NAMES),
    st.sampled_from(("number", "own", "common", "group")), st.lists(NUMBERS, min_size=SLOTS, max_size=SLOTS),
)


def common(values) -> np.ndarray:
    array = np.array(values)
    array.flags.writeable = False
    return array


@given(st.lists(STEPS, max_size=8))
def test_any_course_of_offers_and_writing_gives_the_bits_of_full_arrays(steps):
    terms, sealed = Terms(0, SLOTS), False
    plain = {name: np.full(SLOTS, NULL[name]) for name in NAMES}
    kept: list[tuple[np.ndarray, bytes]] = []
    for rule, name, form, values in steps:
        if rule == "seal":
            terms.seal()
            sealed = True
        elif rule == "write":
            if not sealed:
                getattr(terms, name)[1:3] = values[0]
                plain[name][1:3] = values[0]
        else:
            by_group = form == "group"
            offer = values[0] if form == "number" else np.array(values[:3] if by_group else values)
            if form == "common":
                offer.flags.writeable = False
            if form != "number":
                kept.append((offer, offer.tobytes()))
            getattr(terms, rule)(*((GROUP,) if by_group else ()), **{name: offer})
            plain[name] = RULES[rule](plain[name], offer[GROUP] if by_group else offer)
    terms.seal()
    for name in NAMES:
        assert getattr(terms, name).tobytes() == plain[name].tobytes()
    assert all(offer.tobytes() == before for offer, before in kept), "what is offered is never written into"


def test_a_term_that_is_asked_for_can_be_written_and_shares_nothing():
    offer, terms = common([0.1] * SLOTS), Terms(0, SLOTS)
    terms.add(grant_rate=offer)
    assert terms.seen("grant_rate") is offer and not terms.untouched("grant_rate")
    terms.grant_rate += 0.5
    terms.utility_shift[2] = 1.0
    assert terms.grant_rate.tolist() == [0.6] * SLOTS and offer.tolist() == [0.1] * SLOTS
    assert Terms(0, SLOTS).utility_shift.tolist() == [0.0] * SLOTS


def test_sealed_terms_are_complete_and_refuse_to_change_what_is_common():
    terms = Terms(0, SLOTS)
    terms.mandated[1] = True
    terms.seal()
    for name, null in NULL.items():
        array = getattr(terms, name)
        assert array.shape == (SLOTS,) and array.dtype == np.asarray(null).dtype
        if name != "mandated":
            assert (array == null).all()
            with pytest.raises(ValueError, match="read-only"):
                array[0] = null
    terms.scale(capex_factor=np.full(SLOTS, 0.9))
    assert terms.capex_factor.tolist() == [0.9] * SLOTS
    for twin in (copy.copy(terms), copy.deepcopy(terms), pickle.loads(pickle.dumps(terms))):
        assert twin.capex_factor.tolist() == [0.9] * SLOTS and twin.mandated.tolist() == [False, True] + [False] * 3


def test_a_copy_of_open_terms_goes_its_own_way():
    terms = Terms(0, SLOTS)
    twin = copy.copy(terms)
    twin.add(grant_rate=0.2)
    twin.loan_rate_cut[0] = 0.1
    assert terms.grant_rate.tolist() == terms.loan_rate_cut.tolist() == [0.0] * SLOTS


def test_limits_cut_only_what_exceeds_them():
    terms = Terms(0, SLOTS)
    offer = common([0.2, 1.4, 1.0, 0.0, 2.0])
    terms.add(grant_rate=1.3, tax_credit_rate=offer)
    terms.limit(grant_rate=1.0, tax_credit_rate=1.0, loan_rate_cut=1.0)
    assert terms.grant_rate.tolist() == [1.0] * SLOTS
    assert terms.tax_credit_rate.tolist() == [0.2, 1.0, 1.0, 0.0, 1.0]
    assert offer.max() == 2.0 and terms.untouched("loan_rate_cut")


def test_misspelt_terms_are_errors():
    terms = Terms(0, SLOTS)
    with pytest.raises(AttributeError, match="grant_rat"):
        getattr(terms, "grant_rat")  # noqa: B009 (what a misspelt attribute does)
    with pytest.raises(AttributeError, match="grant_cap"):
        terms.add(grant_cap=1.0)
