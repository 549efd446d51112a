"""How one policy differs from another, setting by setting and date by date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from policies.nodes import SettingNode, ValueNode
from policies.schedule import Schedule, overlay, overlay_all, quarter_label
from policies.scope import EVERYWHERE, Scope, ScopedSchedule


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
    where: str = ""


def resolve(setting: SettingNode, nodes: Iterable[ValueNode]) -> Schedule:
    """The schedule of one setting for all firms after laying all its nodes one over the other."""
    key = (setting.instrument, setting.setting)
    return overlay_all(setting.null, (node.schedule for node in nodes if node.key == key and not node.where))


def resolve_scoped(setting: SettingNode, nodes: Iterable[ValueNode]) -> tuple[ScopedSchedule, ...]:
    """What some firms have of their own in one setting, in the order in which it is laid."""
    key = (setting.instrument, setting.setting)
    return tuple(ScopedSchedule(node.where, node.schedule) for node in nodes if node.key == key and node.where)


def differences(
    setting: SettingNode, below: Sequence[ValueNode], above: Sequence[ValueNode], since: int
) -> Iterator[Difference]:
    """The dates from `since` on at which the difference between two policies in one setting changes.

    First those for all firms, then those for each scope that one of the policies names: what a firm in it faces if it
    lies in no other scope.

    Args:
        setting: the setting compared.
        below: nodes of the policy compared with.
        above: nodes of the policy described.
        since: first quarter looked at.
    """
    key = (setting.instrument, setting.setting)
    scopes = dict.fromkeys(node.where for node in (*below, *above) if node.key == key and node.where)
    for where in (EVERYWHERE, *scopes):
        yield from _differences(setting, where, below, above, since)


def _differences(
    setting: SettingNode, where: Scope, below: Sequence[ValueNode], above: Sequence[ValueNode], since: int
) -> Iterator[Difference]:
    before, after = _faced(setting, below, where), _faced(setting, above, where)
    dates = {since, *(date for date, _ in before.steps + after.steps if date > since)}
    last = (setting.null, setting.null)
    for date in sorted(dates):
        pair = before.at(date), after.at(date)
        differs, differed = pair[0] != pair[1], last[0] != last[1]
        if pair != last and (differs or differed):
            yield _difference(setting, where, date, pair, above)
        last = pair


def _faced(setting: SettingNode, nodes: Sequence[ValueNode], where: Scope) -> Schedule:
    """What firms of a scope face: their own values from the first date on, the province's before."""
    own = (each.schedule for each in resolve_scoped(setting, nodes) if each.where == where)
    return overlay(resolve(setting, nodes), overlay_all(setting.null, own))


def _difference(
    setting: SettingNode, where: Scope, date: int, pair: tuple[float, float], nodes: Sequence[ValueNode]
) -> Difference:
    key = (setting.instrument, setting.setting)
    begun = [node for node in nodes if node.key == key and (node.schedule.first or date + 1) <= date]
    own = [node for node in begun if node.where == where] or [node for node in begun if not node.where]
    evidence = ("", "", setting.clause, "")
    if own:
        evidence = own[-1].source, own[-1].grade, own[-1].clause, own[-1].note
    return Difference(
        *key, setting.zh, setting.en, setting.unit, quarter_label(date), *pair, *evidence, where=str(where)
    )
