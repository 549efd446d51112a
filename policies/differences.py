"""How one policy differs from another, setting by setting and date by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from policies.nodes import SettingNode, ValueNode
from policies.schedule import Schedule, overlay_all, quarter_label


class Difference(NamedTuple):
    """One dated difference of a policy from `current`, with labels and evidence."""

    instrument: str
    setting: str
    zh: str
    en: str
    unit: str
    quarter: str
    current: float
    value: float
    source: str
    grade: str
    clause: str
    note: str


def resolve(setting: SettingNode, nodes: Iterable[ValueNode]) -> Schedule:
    """The schedule of one setting after laying all its nodes one over the other."""
    key = (setting.instrument, setting.setting)
    return overlay_all(setting.null, (node.schedule for node in nodes if node.key == key))


def differences(
    setting: SettingNode, below: Sequence[ValueNode], above: Sequence[ValueNode], since: int
) -> Iterator[Difference]:
    """The dates from `since` on at which the difference between two policies in one setting changes.

    Args:
        setting: the setting compared.
        below: nodes of the policy compared with.
        above: nodes of the policy described.
        since: first quarter looked at.
    """
    before, after = resolve(setting, below), resolve(setting, above)
    dates = {since, *(date for date, _ in before.steps + after.steps if date > since)}
    last = (setting.null, setting.null)
    for date in sorted(dates):
        pair = before.at(date), after.at(date)
        differs, differed = pair[0] != pair[1], last[0] != last[1]
        if pair != last and (differs or differed):
            yield _difference(setting, date, pair, above)
        last = pair


def _difference(
    setting: SettingNode, date: int, pair: tuple[float, float], nodes: Sequence[ValueNode]
) -> Difference:
    key = (setting.instrument, setting.setting)
    began = (node for node in nodes if node.key == key and (node.schedule.first or date + 1) <= date)
    node = next(reversed(list(began)), None)
    evidence = (
        ("", "", setting.clause, "") if node is None else (node.source, node.grade, node.clause, node.note)
    )
    return Difference(*key, setting.zh, setting.en, setting.unit, quarter_label(date), *pair, *evidence)
