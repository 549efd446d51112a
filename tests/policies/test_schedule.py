"""Quarters and schedules: a reform is a dated difference."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.schedule import Schedule, overlay, parse_quarter, quarter_label, year_of

quarters = st.integers(2015 * 4, 2035 * 4)
schedules = st.dictionaries(quarters, st.floats(0.0, 1.0), max_size=5).map(
    lambda steps: Schedule(0.0, tuple(sorted(steps.items())))
)


@given(quarters)
def test_label_and_ordinal_are_inverse(quarter):
    assert parse_quarter(quarter_label(quarter)) == quarter
    assert str(year_of(quarter)) == quarter_label(quarter)[:4]


@pytest.mark.parametrize("label", ["2026", "2026Q5", "2026Q0", "26Q1", "2026q1", " 2026Q1", "2026Q11"])
def test_other_labels_are_refused(label):
    with pytest.raises(ValueError, match="quarter such as"):
        parse_quarter(label)


def test_a_step_holds_until_the_next_and_the_null_comes_first():
    schedule = Schedule.of(0.0, {"2028Q1": 150.0, "2026Q1": 190.0})
    values = [
        schedule.at(parse_quarter(label)) for label in ("2025Q4", "2026Q1", "2027Q4", "2028Q1", "2031Q3")
    ]
    assert values == [0.0, 190.0, 190.0, 150.0, 150.0]


def test_dates_have_to_ascend():
    with pytest.raises(ValueError, match="ascend"):
        Schedule(0.0, ((8104, 1.0), (8104, 2.0)))


@given(schedules, schedules, quarters)
def test_a_reform_keeps_the_past_and_replaces_the_future(base, difference, quarter):
    result = overlay(base, difference).at(quarter)
    reformed = difference.first is not None and quarter >= difference.first
    assert result == (difference if reformed else base).at(quarter)


@given(schedules, schedules, schedules, quarters)
def test_reforms_combine_in_any_grouping(first, second, third, quarter):
    left = overlay(overlay(first, second), third)
    right = overlay(first, overlay(second, third))
    assert left.at(quarter) == right.at(quarter)


@given(schedules)
def test_empty_and_repeated_reforms_change_nothing(schedule):
    assert overlay(schedule, Schedule(0.0)) == schedule
    assert overlay(schedule, schedule) == schedule


def test_settings_with_different_null_values_do_not_mix():
    with pytest.raises(ValueError, match="null values differ"):
        overlay(Schedule(0.0), Schedule(1.0))


@given(schedules, quarters, quarters)
def test_change_from_a_date_applies_to_later_steps_too(schedule, start, quarter):
    changed = overlay(schedule, schedule.changed_from(start, lambda value: 2.0 * value))
    assert changed.at(quarter) == schedule.at(quarter) * (2.0 if quarter >= start else 1.0)
