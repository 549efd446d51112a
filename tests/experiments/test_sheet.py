"""Panels on a sheet: where they lie, what their scales hold, and bands that stop where nothing is known."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from experiments.figures.fan import band_outlines
from experiments.figures.sheet import Panel, grid_of_panels, padded, round_ticks

AREA, GAPS = (0.5, 9.3, 0.3, 5.4), (0.17, 0.47)
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False)


@given(count=st.integers(1, 14), columns=st.integers(1, 5))
def test_panels_share_the_area_row_by_row(count: int, columns: int) -> None:
    panels = grid_of_panels(count, columns, AREA, GAPS, (0.0, 1.0), (0.0, 1.0))
    rows = -(-count // columns)
    assert len(panels) == count
    wide, high = panels[0].right - panels[0].left, panels[0].top - panels[0].bottom
    assert columns * wide + (columns - 1) * GAPS[0] == pytest.approx(AREA[1] - AREA[0])
    assert rows * high + (rows - 1) * GAPS[1] == pytest.approx(AREA[3] - AREA[2])
    for place, panel in enumerate(panels):
        row, column = divmod(place, columns)
        assert panel.left == pytest.approx(AREA[0] + column * (wide + GAPS[0]))
        assert panel.top == pytest.approx(AREA[3] - row * (high + GAPS[1]))


def test_a_scale_runs_from_side_to_side() -> None:
    panel = Panel(1.0, 3.0, 0.5, 1.5, (2026.0, 2031.0), (-10.0, 30.0))
    np.testing.assert_allclose(panel.x(np.array([2026.0, 2028.5, 2031.0])), [1.0, 2.0, 3.0])
    np.testing.assert_allclose(panel.y(np.array([-10.0, 10.0, 30.0])), [0.5, 1.0, 1.5])


@given(st.lists(NUMBERS, min_size=1, max_size=20), st.integers(0, 3))
def test_a_scale_holds_all_known_values_and_has_a_length(values: list[float], unknown: int) -> None:
    low, high = padded([np.array([*values, *[np.nan] * unknown])])
    assert low < min(values) and high > max(values)


@given(start=st.floats(-1e3, 1e3), length=st.floats(1e-3, 1e6), inches=st.floats(0.9, 4.0))
def test_ticks_are_round_lie_within_the_scale_and_leave_room_for_their_names(
    start: float, length: float, inches: float
) -> None:
    scale = (start * length, (start + 1.0) * length)
    ticks = round_ticks(scale, inches)
    assert len(ticks.places) == len(ticks.labels) <= inches * 72.0 / 16.0 + 3
    assert all(scale[0] <= place <= scale[1] for place in ticks.places)
    assert len(set(np.round(np.diff(ticks.places) / length, 6))) <= 1


def test_named_ticks_of_a_small_scale() -> None:
    ticks = round_ticks((450.0, 4400.0), 1.3)
    assert ticks.labels == ["1000", "2000", "3000", "4000"]
    np.testing.assert_array_equal(ticks.places, [1000.0, 2000.0, 3000.0, 4000.0])


def test_a_band_stops_where_nothing_is_known() -> None:
    panel = Panel(0.0, 5.0, 0.0, 1.0, (0.0, 5.0), (0.0, 1.0))
    x = np.arange(5.0)
    low, high = np.array([0.1, 0.2, np.nan, 0.2, 0.3]), np.array([0.4, 0.5, 0.6, np.nan, 0.7])
    first, second = band_outlines(panel, x, low, high)
    np.testing.assert_allclose(first, [(0.0, 0.1), (1.0, 0.2), (1.0, 0.5), (0.0, 0.4)])
    np.testing.assert_allclose(second, [(4.0, 0.3), (4.0, 0.7)])
    assert band_outlines(panel, x, np.full(5, np.nan), high) == []
