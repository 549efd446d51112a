"""A user's own values laid over a policy: by setting, for all firms or for those of a scope."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from itertools import combinations

from policies.document_values import read_steps
from policies.nodes import Settings, ValueNode
from policies.problems import Checker
from policies.schedule import Schedule
from policies.scope import EVERYWHERE, SCOPE_COLUMNS, Scope, parse_scope, split_path
from policies.scoped_documents import check_scopable


def read_changes(
    check: Checker, changes: Mapping[str, Mapping[str, float]], settings: Settings
) -> tuple[ValueNode, ...]:
    """The nodes of all changes: first those for all firms, then by the number of conditions, the narrowest last.

    Args:
        check: notes every problem.
        changes: dated values by ``instrument.setting``, or ``instrument.setting@column=name|name,column=name``.
        settings: all settings by ``instrument.setting``.
    """
    nodes = [node for path, values in changes.items() if (node := _read_change(check, path, values, settings))]
    for one, other in combinations(nodes, 2):
        common = _ambiguous(one, other)
        if common and not any(node.key == one.key and node.where == common for node in nodes):
            text = f"a firm can lie in {one.where} and in {other.where}; give a value for @{common} too"
            check.report(other.place[1], None, text)
    return tuple(sorted(nodes, key=lambda node: len(node.where.conditions)))


def _read_change(
    check: Checker, path: str, values: Mapping[str, float], settings: Settings
) -> ValueNode | None:
    key, conditions = split_path(path)
    if key not in settings:
        check.unknown(key, key, settings)
        return None
    setting = settings[key]
    steps = read_steps(check, path, values, setting, setting.low, setting.high)
    schedule = Schedule(setting.null, steps)
    node = ValueNode(
        setting.instrument, setting.setting, schedule, setting.low, setting.high, "user", "D", setting.clause,
        place=(check.file, path),
    )
    if "@" not in path:
        return node
    check_scopable(check, path, setting, settings)
    return dataclasses.replace(node, where=_read_scope(check, path, conditions))


def _read_scope(check: Checker, path: str, text: str) -> Scope:
    columns = [condition.partition("=")[0].strip() for condition in text.split(",")]
    unknown = [column for column in columns if column not in SCOPE_COLUMNS]
    for column in unknown:
        check.unknown(path, column, SCOPE_COLUMNS)
    if not unknown:
        try:
            return parse_scope(text)
        except ValueError:
            check.report(path, None, "the firms meant are written as @prefecture=Chengdu|Deyang,sector=31")
    return EVERYWHERE


def _ambiguous(one: ValueNode, other: ValueNode) -> Scope | None:
    """The firms for whom two changes of one setting say different things, neither being the narrower."""
    same = one.key == other.key and len(one.where.conditions) == len(other.where.conditions)
    return one.where.both(other.where) if same and one.schedule != other.schedule else None
