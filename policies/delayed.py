"""Later starts: ``plan@2028Q1`` is `plan` from 2028Q1 on and, until then, what it stands on.

Dates stay where they are: a step that the mix takes before the start is skipped, not postponed.
"""

from __future__ import annotations

from dataclasses import replace

from policies.adaptive import AdaptiveRule
from policies.nodes import ValueNode
from policies.schedule import FIRST_QUARTER, Schedule, parse_quarter

SIGN = "@"
"""Stands between a name and the quarter of its start."""


def split_start(part: str) -> tuple[str, str]:
    """Name and start of a part of a policy's name; the start is empty where none is given."""
    name, _, start = part.partition(SIGN)
    return name.strip(), start.strip()


def start_problem(part: str) -> str:
    """What is wrong with the start of a part of a policy's name; empty if nothing is."""
    _, start = split_start(part)
    if SIGN not in part:
        return ""
    try:
        quarter = parse_quarter(start)
    except ValueError:
        return f"needs a quarter such as 2028Q1 behind the {SIGN}"
    early = quarter < parse_quarter(FIRST_QUARTER)
    return f"cannot start before {FIRST_QUARTER}, from which policies differ" if early else ""


def delayed(schedule: Schedule, start: int) -> Schedule:
    """The values of a schedule from a quarter on: what is in force then, and every later step.

    A schedule that begins later than `start` stays as it is.
    """
    if schedule.first is None or schedule.first >= start:
        return schedule
    later = tuple(step for step in schedule.steps if step[0] > start)
    return Schedule(schedule.null, ((start, schedule.at(start)), *later))


def delayed_node(node: ValueNode, start: int) -> ValueNode:
    """The node with its dated values from a quarter on."""
    return replace(node, schedule=delayed(node.schedule, start))


def delayed_rule(rule: AdaptiveRule | None, start: int) -> AdaptiveRule | None:
    """The adaptive rule, responding from a quarter on at the earliest."""
    return None if rule is None else replace(rule, start=max(rule.start, start))
