"""The part of a mix's document that gives some firms values of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from policies.document_values import read_values
from policies.nodes import SettingNode, Settings, ValueNode
from policies.problems import Checker
from policies.scope import SCOPE_COLUMNS, Scope


def read_scoped(check: Checker, section: object, settings: Settings) -> tuple[ValueNode, ...]:
    """Read the list ``scoped``: entries with the firms meant (``where``) and their settings (``set``).

    Whether the names exist is checked with the province at hand (`sim.scopes`).
    """
    if not isinstance(section, list):
        check.report("scoped", section, "has to be a list of entries {where: {prefecture: Chengdu}, set: {...}}")
        return ()
    found = [_read_entry(check, f"scoped[{place}]", entry, settings) for place, entry in enumerate(section)]
    return tuple(node for entry in found for node in entry)


def _read_entry(check: Checker, where: str, entry: object, settings: Settings) -> list[ValueNode]:
    top = check.section(where, entry)
    check.keys(where, top, ("where", "set"))
    place = f"{where}.where"
    scope = _read_where(check, place, check.section(place, top.get("where", {})), "where" in top)
    nodes = []
    for key, section in check.section(f"{where}.set", top.get("set", {})).items():
        node = read_values(check, f"{where}.set.{key}", key, section, settings)
        if node is not None:
            check_scopable(check, f"{where}.set.{key}", settings[key], settings)
            nodes.append(dataclasses.replace(node, where=scope, place=(check.file, place)))
    if "set" in top and not top["set"]:
        check.report(f"{where}.set", None, "needs at least one setting")
    return nodes


def check_scopable(check: Checker, where: str, setting: SettingNode, settings: Settings) -> None:
    """Note a setting that is one number for the whole province, such as a budget or a quota."""
    if not setting.scopable:
        instrument = [key for key, each in settings.items() if each.instrument == setting.instrument and each.scopable]
        others = f"; of this instrument some firms can have their own {', '.join(instrument)}" if instrument else ""
        check.report(where, None, f"is one number for the whole province and not one of some firms{others}")


def _read_where(check: Checker, where: str, section: Mapping[str, object], given: bool) -> Scope:
    names = {}
    for column, value in section.items():
        if column not in SCOPE_COLUMNS:
            check.unknown(f"{where}.{column}", column, SCOPE_COLUMNS)
            continue
        listed = value if isinstance(value, list) else [value]
        if not listed or any(isinstance(each, bool) or not isinstance(each, int | str) for each in listed):
            check.report(f"{where}.{column}", value, "has to be a name, a sector's code, or a list of them")
            continue
        names[column] = [str(each) for each in listed]
    if given and not section:
        check.report(where, None, f"needs a condition on {', '.join(SCOPE_COLUMNS)}")
    return Scope.of(names)
