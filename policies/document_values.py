"""The dated values of one setting, as they stand in a mix's document."""

from __future__ import annotations

from policies.nodes import SettingNode, Settings, ValueNode
from policies.problems import Checker
from policies.schedule import Schedule, parse_quarter

EVIDENCE = ("source", "grade", "clause")
"""Keys of a node that say where its value comes from."""


def read_values(
    check: Checker, where: str, key: str, section: object, settings: Settings
) -> ValueNode | None:
    """Read one setting's dated values; None if there is no such setting."""
    setting = settings.get(key)
    if setting is None:
        check.unknown(where, key, settings)
        return None
    node = check.section(where, section)
    check.keys(where, node, ("values", "unit", *EVIDENCE), ("range", "note"))
    check.unit(where, node, setting.unit)
    low, high = check.range(where, node, setting.low, setting.high)
    steps = read_steps(check, f"{where}.values", node.get("values", {}), setting, low, high)
    source, grade, clause = check.evidence(where, node)
    note = check.text(where, node, "note")
    return ValueNode(
        setting.instrument,
        setting.setting,
        Schedule(setting.null, steps),
        low,
        high,
        source,
        grade,
        clause,
        note,
    )


def read_steps(
    check: Checker, where: str, section: object, setting: SettingNode, low: float, high: float
) -> tuple[tuple[int, float], ...]:
    """Read values by quarter label; the null value is allowed outside the range too."""
    steps = {}
    for label, value in check.section(where, section).items():
        date = read_quarter(check, f"{where}.{label}", label)
        is_null = not isinstance(value, bool) and value == setting.null
        number = setting.null if is_null else check.number(f"{where}.{label}", value, low, high)
        if date is not None:
            steps[date] = number
    if not steps:
        check.report(where, None, "needs at least one value by quarter, such as {2026Q1: 0.1}")
    return tuple(sorted(steps.items()))


def read_quarter(check: Checker, where: str, label: object) -> int | None:
    """Ordinal of a quarter label; None after a problem."""
    try:
        return parse_quarter(str(label))
    except ValueError:
        check.report(where, label, "has to be a quarter such as 2026Q1")
        return None
