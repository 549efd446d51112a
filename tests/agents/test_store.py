"""The columnar store: defaults and types, refusals, copies and permutations."""

from __future__ import annotations

import numpy as np
import pytest
from firm_sets import ids, make_firms

from agents.carriers import CARRIERS
from agents.firm import BOTTLENECKS, CERTIFICATION_DIMENSIONS, FIRM_COLUMNS, Firm
from agents.store import ColumnSpec, ColumnStore


def test_columns_start_at_their_defaults_with_their_types():
    store = ColumnStore.allocate(FIRM_COLUMNS, 4)
    for spec in FIRM_COLUMNS:
        array = store.arrays[spec.name]
        assert array.shape == (4, *spec.shape)
        assert array.dtype == np.dtype(spec.dtype)
        assert np.all(array == spec.default)


def test_every_column_says_its_unit_and_meaning_and_labels_fit_its_shape():
    names = [spec.name for spec in FIRM_COLUMNS]
    assert len(names) == len(set(names))
    for spec in FIRM_COLUMNS:
        assert spec.unit
        assert spec.doc
        assert len(spec.flat_names()) == int(np.prod(spec.shape))


def test_code_columns_can_hold_every_code():
    assert len(BOTTLENECKS) - 1 <= np.iinfo(Firm.bottleneck.spec.dtype).max
    assert Firm.energy.spec.labels == CARRIERS
    assert Firm.certification_latent.spec.labels == CERTIFICATION_DIMENSIONS


def test_fill_reports_all_problems_at_once_and_keeps_good_columns():
    store = ColumnStore.allocate(FIRM_COLUMNS, 3)
    with pytest.raises(ValueError, match="do not fit") as caught:
        store.fill({"revenues": [1, 2, 3], "energy": np.zeros((3, 5)), "stage": [0, 1, 300],
                    "park": [4, 5, 6]})
    message = str(caught.value)
    assert "revenues: no such column" in message
    assert "energy: shape (3, 5), expected (3, 6)" in message
    assert "stage: a column of type int8 cannot hold" in message
    assert store.arrays["park"].tolist() == [4, 5, 6]
    assert store.arrays["stage"].tolist() == [0, 0, 0]


@pytest.mark.parametrize(("column", "value"), [("stage", 1.7), ("stage", 300), ("stage", float("nan")),
                                               ("alive", 2), ("sector", 40_000)])
def test_a_write_never_changes_the_value_silently(column, value):
    firms = make_firms()
    with pytest.raises(ValueError, match=f"{column}: a column of type"):
        setattr(firms[0], column, value)
    with pytest.raises(ValueError, match=f"{column}: a column of type"):
        firms.set(column, value)


def test_copy_is_independent_and_has_no_views():
    firms = make_firms()
    firms[0].revenue = 6.0
    copied = firms.store.copy()
    firms[0].revenue = 7.0
    assert copied.arrays["revenue"][0] == 6.0
    assert copied.views == {}


def test_permute_moves_every_column_and_views_follow_their_firm():
    firms = make_firms()
    third, selection = firms[2], firms.select(at_most=4)
    before = firms.to_frame()
    order = np.random.default_rng(5).permutation(len(firms))
    firms.store.permute(order)
    with pytest.raises(RuntimeError, match="reordered"):
        len(selection)
    firms.refresh()
    assert ids(firms) == (order + 1).tolist()
    assert (third.unique_id, third.revenue, third.energy.tolist()) == (3, 9.0, [20, 21, 22, 23, 24, 25])
    assert firms[int(np.flatnonzero(order == 2)[0])] is third
    assert firms.to_frame().sort_index().equals(before)


def test_permute_by_order_and_back_is_the_identity():
    firms = make_firms()
    before = {name: array.copy() for name, array in firms.store.arrays.items()}
    order = np.random.default_rng(6).permutation(10)
    firms.store.permute(order)
    firms.store.permute(np.argsort(order))
    for name, array in firms.store.arrays.items():
        np.testing.assert_array_equal(array, before[name])


@pytest.mark.parametrize("order", [[0, 1], [0] * 10, list(range(1, 11))])
def test_permute_refuses_what_is_no_permutation(order):
    with pytest.raises(ValueError, match="each of the 10 rows exactly once"):
        make_firms().store.permute(order)


def test_flat_names_without_labels_are_numbered():
    assert ColumnSpec("x", np.float64, "1", "", (2,)).flat_names() == ("x_0", "x_1")
